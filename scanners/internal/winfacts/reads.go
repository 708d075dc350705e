package winfacts

import (
	"slices"
	"strings"

	"quaestor/scanners/internal/winreg"
)

// deepest is how deep below its root a key lies at most that is asked for.
const deepest = 24

// branches are what is asked for, in the form of [branchOf]: the keys, those above them and those below.
var branches = func() []string {
	list := []string{`SYSTEM\Select`}
	for _, key := range strings.Split(`ComputerName|Lsa|Session Manager|SystemInformation|NetworkProvider|Keyboard Layouts|Class|Network`, "|") {
		list = append(list, `SYSTEM\CurrentControlSet\Control\`+key)
	}
	list = append(list, `SYSTEM\CurrentControlSet\Services`)
	for _, key := range strings.Split(`Uninstall|Run|RunOnce|RunServices|Policies\Explorer|Explorer\StartupApproved|Appx\AppxAllUserStore|Authentication`, "|") {
		list = append(list, `SOFTWARE\Microsoft\Windows\CurrentVersion\`+key)
	}
	for _, key := range strings.Split(`ProfileList|Winlogon|Windows|Image File Execution Options|SilentProcessExit`, "|") {
		list = append(list, `SOFTWARE\Microsoft\Windows NT\CurrentVersion\`+key)
	}
	for _, key := range strings.Split(`Cryptography|CTF\TIP|Enrollments|EnterpriseCertificates|PolicyManager\Providers|Security Center|SystemCertificates|Windows Defender`, "|") {
		list = append(list, `SOFTWARE\Microsoft\`+key)
	}
	for _, b := range browsers {
		list = append(list, `SOFTWARE\`+b.key+`\Extensions`)
	}
	list = append(list, `SOFTWARE\Policies`, `SOFTWARE\Classes\CLSID`, `SOFTWARE\Classes\Local Settings\Software\Microsoft\Windows\CurrentVersion\AppModel`)
	for i := range list {
		list[i] = strings.ToUpper(list[i]) + `\`
	}
	return list
}()

// Reads reports whether [Collect] or [Device] may ask for a key, or for one that it lies on the way to. Whoever holds a registry
// in memory can leave out the others, which are most of it.
func Reads(path string) bool {
	if strings.Count(path, `\`) > deepest {
		return false
	}
	key := branchOf(path) + `\`
	return key == `\` || slices.ContainsFunc(branches, func(b string) bool { return strings.HasPrefix(key, b) || strings.HasPrefix(b, key) })
}

// branchOf writes a path in the same way for the computer and for each account, for both views, and for all control sets. It is
// empty for a root and the key of an account.
func branchOf(path string) string {
	parts := strings.Split(strings.ToUpper(path), `\`)
	if parts[0] == winreg.Users {
		parts = parts[min(1, len(parts)-1):]
	}
	parts = slices.DeleteFunc(parts[1:], func(s string) bool { return s == "WOW6432NODE" })
	if len(parts) > 1 && parts[0] == "SYSTEM" && strings.HasPrefix(parts[1], "CONTROLSET") {
		parts[1] = "CURRENTCONTROLSET"
	}
	return strings.Join(parts, `\`)
}
