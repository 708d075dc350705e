package winfacts

import (
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"quaestor/scanners/internal/winreg"
	"quaestor/scanners/internal/winreg/hivetest"
	"quaestor/scanners/inventory"
)

// TestValuesOfProducts: what stands in for a value that is not there, and what a number that is none of interest does not say.
func TestValuesOfProducts(t *testing.T) {
	const key = "[HKLM\\SOFTWARE\\" + uninstallKey + "\\"
	inv := collect(t, key+"a]\nDisplayName=A\nSystemComponent=#0\nWindowsInstaller=#0\nUninstallString=C:\\a\\un.exe\n"+key+"b]\nQuietDisplayName=B\nURLInfoAbout=https://b.example\nHelpLink=https://help.example\n"+
		key+"c]\nDisplayName=C\nHelpLink=https://help.example\nWinGetPackageIdentifier=Example.C\n")
	var got []string
	for _, a := range inv.Apps {
		got = append(got, strings.Join([]string{a.Name, a.UninstallCommand, a.Homepage, strings.Join(a.Flags, ",")}, "|"))
	}
	if want := []string{`A|C:\a\un.exe||`, "B||https://b.example|", "C||https://help.example|winget:Example.C"}; !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

// TestSwitchesOfDefender: each switch turns it off by itself, in the settings and in the policies, and one that is 0 does not.
func TestSwitchesOfDefender(t *testing.T) {
	const own, policy, realTime = `HKLM\SOFTWARE\Microsoft\Windows Defender`, `HKLM\SOFTWARE\Policies\Microsoft\Windows Defender`, `\Real-Time Protection`
	for _, tt := range []struct {
		path, value string
		off         bool
	}{
		{own, "DisableAntiSpyware=#1", true}, {own, "DisableAntiVirus=#1", true}, {policy, "DisableAntiSpyware=#1", true}, {policy, "DisableAntiVirus=#1", true}, {policy + realTime, "DisableRealtimeMonitoring=#1", true},
		{own + realTime, "DisableRealtimeMonitoring=#1", true}, {own, "DisableAntiSpyware=#0", false}, {policy, "DisableAntiVirus=#0", false}, {own + realTime, "DisableRealtimeMonitoring=#0", false}, {own, "PassiveMode=#0", false},
	} {
		p := products(collect(t, "["+own+"]\nIsServiceRunning=#1\n["+tt.path+"]\n"+tt.value))["built-in Windows Defender"]
		if (p.State == "off") != tt.off || !tt.off && p.State != "on" {
			t.Errorf("%s %s: %+v", tt.path, tt.value, p)
		}
	}
}

// TestKindsOfProviders: what is registered in each key of the Security Center, and the three firewalls of Windows.
func TestKindsOfProviders(t *testing.T) {
	for key, kind := range map[string]string{"Av": "antivirus", "As": "antispyware", "Fw": "firewall"} {
		if p, ok := products(collect(t, `[HKLM\SOFTWARE\Microsoft\Security Center\Provider\`+key+`\{1}]`+"\nDISPLAYNAME=X\nSTATE=#0x61000\nPRODUCTEXE=C:\\x.exe"))[kind+" X"]; !ok || p.Path != `C:\x.exe` || p.State != "on" {
			t.Errorf("%s: %+v", key, p)
		}
	}
	for set, want := range map[string]string{"DomainProfile": "DomainProfile", "StandardProfile": "PrivateProfile", "PublicProfile": "PublicProfile"} {
		p := products(collect(t, `[HKLM\SYSTEM\ControlSet001\Services\SharedAccess\Parameters\FirewallPolicy\`+set+"]\nEnableFirewall=#1"))["built-in Windows Firewall"]
		if p.Identifier != "firewall:"+want {
			t.Errorf("%s: %+v", set, p)
		}
	}
}

// TestPlacesOfDrivers: both places of the height of a filter, and filters of keyboards and mice that are not those of Windows.
func TestPlacesOfDrivers(t *testing.T) {
	for _, way := range []string{"Instances", `Parameters\Instances`} {
		p := products(collect(t, "[HKLM\\SYSTEM\\ControlSet001\\Services\\flt]\nType=#2\n[HKLM\\SYSTEM\\ControlSet001\\Services\\flt\\"+way+"\\one]\nAltitude=385810"))["driver flt"]
		if p.Identifier != "altitude:385810" || !slices.Equal(p.Privileges, []string{"kernel", "endpoint-security"}) {
			t.Errorf("%s: %+v", way, p)
		}
	}
	for class, own := range map[string]string{"{4D36E96B-E325-11CE-BFC1-08002BE10318}": "kbdclass", "{4D36E96F-E325-11CE-BFC1-08002BE10318}": "mouclass"} {
		for _, list := range []string{"UpperFilters", "LowerFilters"} {
			reg := hivetest.Fill(t, "[HKLM\\SYSTEM\\ControlSet001\\Services\\spy]\nType=#1\n[HKLM\\SYSTEM\\ControlSet001\\Services\\"+own+"]\nType=#1")
			if err := reg.Set(`HKLM\SYSTEM\ControlSet001\Control\Class\`+class, winreg.List(list, own, "SPY")); err != nil {
				t.Fatal(err)
			}
			got := products(collectFrom(t, reg))
			if !slices.Equal(got["driver spy"].Privileges, []string{"kernel", "input-monitoring"}) || !slices.Equal(got["driver "+own].Privileges, []string{"kernel"}) {
				t.Errorf("%s %s: %+v", class, list, got)
			}
		}
	}
}

// TestHooks: every place that loads something beside what Windows has there, with its privilege; what is usual there is not told.
func TestHooks(t *testing.T) {
	const nt, lsa, manager = `HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\`, `HKLM\SYSTEM\ControlSet001\Control\Lsa`, `HKLM\SYSTEM\ControlSet001\Control\Session Manager`
	for _, tt := range []struct {
		path, value string
		list        []string
		want        string
	}{
		{nt + "Winlogon", "Shell", []string{`explorer.exe,C:\x\evil.exe`}, "autostart evil.exe login []"},
		{nt + "Winlogon", "Userinit", []string{`C:\Windows\system32\userinit.exe,C:\x\evil.exe,`}, "autostart evil.exe login []"},
		{nt + "Windows", "AppInit_DLLs", []string{`C:\x\hook.dll`}, "autostart hook.dll login [input-monitoring]"},
		{`HKLM\SOFTWARE\WOW6432Node\Microsoft\Windows NT\CurrentVersion\Windows`, "AppInit_DLLs", []string{`C:\x\hook.dll`}, "autostart hook.dll login [input-monitoring]"},
		{lsa, "Authentication Packages", []string{"msv1_0", "vendor"}, "credential-provider vendor boot [login]"},
		{lsa, "Notification Packages", []string{"scecli", "rassfm", "vendor"}, "credential-provider vendor boot [login]"},
		{lsa, "Security Packages", []string{`""`, "kerberos", "msv1_0", "schannel", "wdigest", "tspkg", "pku2u", "cloudap", "livessp", "negoexts", "vendor"}, "credential-provider vendor boot [login]"},
		{manager, "BootExecute", []string{"autocheck autochk *", `C:\x\native.exe`}, "autostart native.exe boot []"},
	} {
		reg := hivetest.Fill(t, "[HKLM\\SOFTWARE]\n")
		v := winreg.List(tt.value, tt.list...)
		if len(tt.list) == 1 {
			v = winreg.Value{Name: tt.value, Type: winreg.TypeString, Data: winreg.EncodeUTF16(tt.list[0])}
		}
		if err := reg.Set(tt.path, v); err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, p := range collectFrom(t, reg).SecurityProducts {
			got = append(got, fmt.Sprint(p.Kind, " ", p.Name, " ", p.Start, " ", p.Privileges))
		}
		if !slices.Equal(got, []string{tt.want}) {
			t.Errorf("%s: %q, want %q", tt.value, got, tt.want)
		}
	}
}

// TestLoginProviders: one that is disabled is told to be; of the names of network providers, empty ones and paths are left out.
func TestLoginProviders(t *testing.T) {
	const key = "[HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Authentication\\"
	for _, place := range []string{"Credential Providers", "Credential Provider Filters", "PLAP Providers"} {
		for mark, want := range map[string]string{"Disabled=#1": "disabled", "Disabled=#0": "enabled", "": "enabled"} {
			if p := products(collect(t, key+place+"\\{1}]\n@=Token\n"+mark))["credential-provider Token"]; p.State != want {
				t.Errorf("%s, %q: %+v", place, mark, p)
			}
		}
	}
	inv := collect(t, "[HKLM\\SYSTEM\\ControlSet001\\Control\\NetworkProvider\\Order]\nProviderOrder=,..\\Control\\NP,One\n[HKLM\\SYSTEM\\ControlSet001\\Services\\One\\NetworkProvider]\nName=One\n"+
		"[HKLM\\SYSTEM\\ControlSet001\\Services\\NetworkProvider]\nName=Of nobody\n[HKLM\\SYSTEM\\ControlSet001\\Control\\NP\\NetworkProvider]\nName=Elsewhere")
	if len(inv.SecurityProducts) != 1 || inv.SecurityProducts[0].Name != "One" {
		t.Errorf("%+v", inv.SecurityProducts)
	}
	for _, root := range []string{"", `WOW6432Node\`} {
		p := products(collect(t, "[HKLM\\SOFTWARE\\"+root+"Microsoft\\CTF\\TIP\\{1}]\n@=Typing\n"))["input-method Typing"]
		if p.Identifier != "{1}" {
			t.Errorf("%q: %+v", root, p)
		}
	}
}

// TestPathsBelowWindows: ways to write a path that stand for a place below Windows or its drive.
func TestPathsBelowWindows(t *testing.T) {
	env := readEnvironment(hivetest.Fill(t, "[HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion]\nSystemRoot=D:\\Windows"))
	for command, want := range map[string]string{`SysWOW64\x.dll`: `D:\Windows\SysWOW64\x.dll`, `system32/x.dll`: `D:\Windows\system32\x.dll`, `\Windows\System32\x.exe -k`: `D:\Windows\System32\x.exe`, `\Other\x.exe`: `\Other\x.exe`} {
		if got := env.image(command); got != want {
			t.Errorf("%q: %q, want %q", command, got, want)
		}
	}
}

// TestVersions: what an old Windows calls itself, and what else it tells of its edition.
func TestVersions(t *testing.T) {
	d := Device(hivetest.Fill(t, "[HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion]\nProductName=Windows 7 Professional\nCurrentVersion=6.1\nCurrentBuild=7601\nReleaseId=1903\nInstallationType=Client"))
	if d.OSVersion != "6.1.7601" || d.OSBuild != "7601" || d.OSName != "Windows 7 Professional" || d.Properties["windows.ReleaseId"] != "1903" || d.Properties["windows.InstallationType"] != "Client" {
		t.Errorf("%+v", d)
	}
	for build, want := range map[string]string{"19045": "Windows 10 Pro", "22000": "Windows 11 Pro", "9600": "Windows 10 Pro"} {
		if d := Device(hivetest.Fill(t, "[HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion]\nProductName=Windows 10 Pro\nCurrentBuildNumber="+build+"\nCurrentMajorVersionNumber=#10")); d.OSName != want {
			t.Errorf("%s: %q", build, d.OSName)
		}
	}
}

// TestPolicyKeys: settings of extensions that lie in keys of their own, one for each extension.
func TestPolicyKeys(t *testing.T) {
	id := strings.Repeat("c", 32)
	for mode, want := range map[string]int{"force_installed": 1, "normal_installed": 1, "allowed": 0, "blocked": 0} {
		inv := collect(t, `[HKLM\SOFTWARE\Policies\Google\Chrome\ExtensionSettings\`+id+"]\ninstallation_mode="+mode+"\nupdate_url=https://x.example")
		if len(inv.Apps) != want || want == 1 && (len(inv.Apps[0].Installs) != 1 || !cmp.Equal(inv.Apps[0].Installs[0], inventory.Install{Program: "chrome", Source: "policy", UpdateURL: "https://x.example"})) {
			t.Errorf("%s: %+v", mode, inv.Apps)
		}
	}
}

// TestInbox: packages that wait to be installed lie in two keys.
func TestInbox(t *testing.T) {
	for _, key := range []string{"Applications", "InboxApplications"} {
		inv := collect(t, `[HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Appx\AppxAllUserStore\`+key+`\Example.Ready_1.0.0.0_neutral_~_8wekyb3d8bbwe]`)
		if len(inv.Apps) != 1 || inv.Apps[0].Identifier != "Example.Ready" || !inv.Apps[0].NotInstalled {
			t.Errorf("%s: %+v", key, inv.Apps)
		}
	}
}

// TestTimes: a time before 1970 or far away is none.
func TestTimes(t *testing.T) {
	const epoch = 116444736000000000
	for at, want := range map[uint64]bool{0: false, epoch: false, epoch + 10_000_000: true, 1 << 63: false} {
		data := binary.LittleEndian.AppendUint64(nil, at)
		got := fileTime(entry{values: []winreg.Value{winreg.Binary("Other", data), winreg.Binary("AVSignatureApplied", data)}}, "avsignatureapplied")
		if (got != nil) != want || want && got.Unix() != 1 {
			t.Errorf("%d: %v", at, got)
		}
	}
	if fileTime(entry{values: []winreg.Value{winreg.Binary("x", []byte{1, 2})}}, "x") != nil {
		t.Error("a time of two bytes")
	}
}
