package winpath

import (
	"io/fs"
	"strings"
	"testing"
)

func TestExecutable(t *testing.T) {
	for command, want := range map[string]string{
		`"C:\Program Files\AV\av.exe" /service -k x`:      `C:\Program Files\AV\av.exe`,
		`C:\Program Files\AV\av.exe /service`:             `C:\Program Files\AV\av.exe`,
		`C:\Program Files\AV.exe.d\av.EXE`:                `C:\Program Files\AV.exe.d\av.EXE`,
		`%SystemRoot%\System32\svchost.exe -k netsvcs -p`: `%SystemRoot%\System32\svchost.exe`,
		`rundll32.exe C:\x.dll,Start secret`:              `rundll32.exe`,
		`C:\x.dll,Start`:                                  `C:\x.dll`,
		`system32\drivers\klif.sys`:                       `system32\drivers\klif.sys`,
		`powershell -enc AAAA`:                            `powershell`,
		`"C:\open`:                                        `C:\open`,
		"  ":                                              "",
		`\??\C:\Windows\x.sys`:                            `\??\C:\Windows\x.sys`,
		`C:\İ.exe secret`:                                 `C:\İ.exe`,
	} {
		if got := Executable(command); got != want {
			t.Errorf("%q: %q, want %q", command, got, want)
		}
	}
}

func TestSystem(t *testing.T) {
	for account, want := range map[string]bool{
		"LocalSystem": true, `.\LocalSystem`: true, `NT AUTHORITY\SYSTEM`: true, `NT-AUTORITÄT\SYSTEM`: true, `AUTORITE NT\Système`: true, "S-1-5-18": true, "SYSTEM": true,
		"": false, `NT AUTHORITY\LocalService`: false, `NT AUTHORITY\NetworkService`: false, `PARL\system`: false, `.\svc`: false, "svc@parl.example": false,
	} {
		if System(account) != want {
			t.Errorf("%q: %v", account, !want)
		}
	}
}

func TestOnVolume(t *testing.T) {
	const home = "Users/ann"
	for p, want := range map[string]string{
		`\SystemRoot\System32\drivers\a.sys`: "Windows/System32/drivers/a.sys", `\??\C:\Windows\b.sys`: "Windows/b.sys", `system32\DRIVERS\c.sys`: "Windows/system32/DRIVERS/c.sys",
		`%SystemRoot%\d.exe`: "Windows/d.exe", `%ProgramFiles(x86)%\E\e.exe`: "Program Files (x86)/E/e.exe", `c:\Program Files\f.exe`: "Program Files/f.exe",
		`svchost.exe`: "Windows/System32/svchost.exe", `%LOCALAPPDATA%\g.exe`: "Users/ann/AppData/Local/g.exe", `%USERPROFILE%\h.exe`: "Users/ann/h.exe",
		`C:\a\..\..\..\i.exe`: "i.exe", `%ProgramFiles%/j.exe`: "Program Files/j.exe", `C:\`: "", `D:\x.exe`: "", `\\server\x.exe`: "", `%JAVA_HOME%\x.exe`: "", `%broken`: "", "": "", `\x.exe`: "",
		`%SystemDrive%\k.exe`: "k.exe",
	} {
		got, ok := OnVolume(p, "C:", home)
		if ok != (want != "") || ok && got != want {
			t.Errorf("%q: %q, %v, want %q", p, got, ok, want)
		}
	}
	if got, ok := OnVolume(`%APPDATA%\x.exe`, "C:", ""); ok {
		t.Errorf("without an account: %q", got)
	}
	if Base(`C:\a\b.exe`) != "b.exe" || Base("c.exe") != "c.exe" || Base("a/d.exe") != "d.exe" {
		t.Error("base")
	}
}

func FuzzPaths(f *testing.F) {
	f.Add(`"C:\Program Files\AV\av.exe" /service`)
	f.Add(`%SystemRoot%\..\x.exe -k`)
	f.Add("%İ%/x")
	f.Fuzz(func(t *testing.T, s string) {
		if program := Executable(s); !strings.Contains(s, program) {
			t.Errorf("%q from %q", program, s)
		}
		if p, ok := OnVolume(s, "C:", "Users/ann"); ok && strings.ToValidUTF8(p, "") == p && !fs.ValidPath(p) {
			t.Errorf("%q is no path below the volume", p)
		}
	})
}
