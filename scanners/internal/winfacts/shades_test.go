package winfacts

import (
	"testing"

	"quaestor/scanners/internal/winreg"
	"quaestor/scanners/internal/winreg/hivetest"
	"quaestor/scanners/inventory"
)

// TestUpdatesByOneMark: each of the marks of an update is enough by itself.
func TestUpdatesByOneMark(t *testing.T) {
	for mark, update := range map[string]bool{"ParentKeyName=Product": true, "ParentDisplayName=Product": true, "ReleaseType=Security Update": true, "ReleaseType=Service Pack": true,
		"ReleaseType=Patch": true, "ReleaseType=": false, "ReleaseType=Release": false, "ParentDisplayName=": false} {
		inv := collect(t, "[HKLM\\SOFTWARE\\"+uninstallKey+"\\x]\nDisplayName=x\n"+mark)
		if (len(inv.Apps) == 0) != update {
			t.Errorf("%q: %d apps", mark, len(inv.Apps))
		}
	}
}

// TestFirewallPolicies: a policy goes before what is set, by the new name of a profile before the old one.
func TestFirewallPolicies(t *testing.T) {
	const policies = "[HKLM\\SOFTWARE\\Policies\\Microsoft\\WindowsFirewall\\"
	const set = "[HKLM\\SYSTEM\\ControlSet001\\Services\\SharedAccess\\Parameters\\FirewallPolicy\\"
	for name, tt := range map[string]struct{ text, want string }{
		"set":                        {set + "StandardProfile]\nEnableFirewall=#1\n", "on"},
		"set off":                    {set + "StandardProfile]\nEnableFirewall=#0\n", "off"},
		"policy, old name":           {policies + "StandardProfile]\nEnableFirewall=#0\n" + set + "StandardProfile]\nEnableFirewall=#1\n", "off"},
		"policy, both names":         {policies + "StandardProfile]\nEnableFirewall=#0\n" + policies + "PrivateProfile]\nEnableFirewall=#1\n", "on"},
		"policy about another thing": {policies + "PrivateProfile]\nDisableNotifications=#1\n" + set + "StandardProfile]\nEnableFirewall=#1\n", "on"},
		"nothing":                    {set + "StandardProfile]\nDisableNotifications=#1\n", ""},
	} {
		got := products(collect(t, tt.text))["built-in Windows Firewall"]
		if got.State != tt.want || tt.want != "" && got.Identifier != "firewall:PrivateProfile" {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// TestServiceAccounts: a service without an account runs as the system, and so does one that names it in any way.
func TestServiceAccounts(t *testing.T) {
	for account, root := range map[string]bool{"": true, "ObjectName=LocalSystem": true, `ObjectName=.\LocalSystem`: true, `ObjectName=NT AUTHORITY\SYSTEM`: true, `ObjectName=NT-AUTORITÄT\SYSTEM`: true,
		`ObjectName=NT AUTHORITY\LocalSystem`: true, `ObjectName=NT AUTHORITY\LocalService`: false, `ObjectName=.\backupsystem`: false, `ObjectName=OFFICE\LocalSystem`: false, `ObjectName=.\anna`: false} {
		p := products(collect(t, "[HKLM\\SYSTEM\\ControlSet001\\Services\\x]\nType=#16\n"+account))["service x"]
		if p.Service != "x" || (len(p.Privileges) == 1 && p.Privileges[0] == "root") != root || !root && p.Privileges != nil {
			t.Errorf("%q: %+v", account, p)
		}
	}
}

// TestServiceTypes: what a number of a type means, and which are no programs.
func TestServiceTypes(t *testing.T) {
	for number, want := range map[string]string{"1": "driver", "2": "driver", "16": "service", "32": "service", "96": "service", "272": "service", "4": "", "8": "driver", "224": ""} {
		got := ""
		for _, p := range collect(t, "[HKLM\\SYSTEM\\ControlSet001\\Services\\x]\nType=#"+number).SecurityProducts {
			got = p.Kind
		}
		if got != want {
			t.Errorf("type %s: %q, want %q", number, got, want)
		}
	}
	for start, want := range map[string][2]string{"0": {"boot", "installed"}, "1": {"system", "installed"}, "2": {"automatic", "installed"}, "3": {"manual", "installed"}, "4": {"disabled", "disabled"}, "5": {"", "installed"}} {
		p := products(collect(t, "[HKLM\\SYSTEM\\ControlSet001\\Services\\x]\nType=#16\nStart=#"+start))["service x"]
		if p.Start != want[0] || p.State != want[1] {
			t.Errorf("start %s: %+v", start, p)
		}
	}
}

// TestNamespaceProviders: one that is turned off stands in nobody's way.
func TestNamespaceProviders(t *testing.T) {
	for mark, want := range map[string]int{"Enabled=#1": 1, "": 1, "Enabled=#0": 0} {
		for _, view := range []string{"Catalog_Entries", "Catalog_Entries64"} {
			inv := collect(t, "[HKLM\\SYSTEM\\ControlSet001\\Services\\WinSock2\\Parameters\\NameSpace_Catalog5\\"+view+"\\000000000001]\nDisplayString=Vendor names\nLibraryPath=C:\\x\\names.dll\n"+mark)
			if len(inv.SecurityProducts) != want || want == 1 && (inv.SecurityProducts[0].Name != "Vendor names" || inv.SecurityProducts[0].Path != `C:\x\names.dll`) {
				t.Errorf("%q in %s: %+v", mark, view, inv.SecurityProducts)
			}
		}
	}
	if inv := collect(t, "[HKLM\\SYSTEM\\ControlSet001\\Services\\WinSock2\\Parameters\\NameSpace_Catalog5\\Catalog_Entries\\000000000001]\nDisplayString=@%SystemRoot%\\system32\\nlasvc.dll,-1000\nLibraryPath=C:\\x\\y.dll"); len(inv.SecurityProducts) != 0 {
		t.Errorf("that of Windows: %+v", inv.SecurityProducts)
	}
}

// TestStartupApproved: the lowest bit of the first byte turns an autostart off; the others say who did it and in which way.
func TestStartupApproved(t *testing.T) {
	for first, want := range map[byte]string{0: "enabled", 2: "enabled", 3: "disabled", 6: "enabled", 7: "disabled", 9: "disabled"} {
		for run, approved := range map[string]string{`Microsoft\Windows\CurrentVersion\Run`: "Run", `WOW6432Node\Microsoft\Windows\CurrentVersion\Run`: "Run32"} {
			reg := hivetest.Fill(t, "[HKLM\\SOFTWARE\\"+run+"]\nAgent=C:\\x\\agent.exe")
			if err := reg.Set(`HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\`+approved, winreg.Binary("Agent", []byte{first, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1})); err != nil {
				t.Fatal(err)
			}
			if p := products(collectFrom(t, reg))["autostart Agent"]; p.State != want {
				t.Errorf("%s %d: %+v", approved, first, p)
			}
		}
	}
}

// TestOtherDrive: where Windows does not lie on C:, its folders do not either, unless the registry says so.
func TestOtherDrive(t *testing.T) {
	const root = "[HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion]\nSystemRoot=D:\\Windows\n"
	const folders = "[HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion]\nProgramFilesDir=E:\\Programs\nCommonFilesDir=%SystemDrive%\\Common\n"
	for text, paths := range map[string]map[string]string{
		"": {`%ProgramFiles%\x.exe`: `C:\Program Files\x.exe`, `%SystemRoot%\x.exe`: `C:\Windows\x.exe`, `%ProgramData%\x.exe`: `C:\ProgramData\x.exe`, `%PUBLIC%\x.exe`: `C:\Users\Public\x.exe`},
		root: {`%ProgramFiles%\x.exe`: `D:\Program Files\x.exe`, `%ProgramFiles(x86)%\x.exe`: `D:\Program Files (x86)\x.exe`, `%CommonProgramFiles%\x.exe`: `D:\Program Files\Common Files\x.exe`,
			`%CommonProgramFiles(x86)%\x.exe`: `D:\Program Files (x86)\Common Files\x.exe`, `%ProgramData%\x.exe`: `D:\ProgramData\x.exe`, `%ALLUSERSPROFILE%\x.exe`: `D:\ProgramData\x.exe`,
			`%SystemDrive%\x.exe`: `D:\x.exe`, `%ProgramW6432%\x.exe`: `D:\Program Files\x.exe`, `%CommonProgramW6432%\x.exe`: `D:\Program Files\Common Files\x.exe`, `%windir%\x.exe`: `D:\Windows\x.exe`},
		root + folders: {`%ProgramFiles%\x.exe`: `E:\Programs\x.exe`, `%CommonProgramFiles%\x.exe`: `D:\Common\x.exe`, `%ProgramFiles(x86)%\x.exe`: `D:\Program Files (x86)\x.exe`},
		root + "[HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\ProfileList]\nProgramData=%SystemDrive%\\Data\nPublic=E:\\Public\n": {`%ProgramData%\x.exe`: `D:\Data\x.exe`, `%PUBLIC%\x.exe`: `E:\Public\x.exe`},
	} {
		env := readEnvironment(hivetest.Fill(t, text+"\n[HKLM\\SOFTWARE]\n"))
		for command, want := range paths {
			if got := env.image(command); got != want {
				t.Errorf("%q: %q is %q, want %q", text, command, got, want)
			}
		}
	}
}

// TestHomesOnOtherDrive: the variables of a person lead to the home folder wherever it is; one that no list names lies beside
// Windows.
func TestHomesOnOtherDrive(t *testing.T) {
	const run = "\\Software\\Microsoft\\Windows\\CurrentVersion\\Run]\nChat=%LOCALAPPDATA%\\chat.exe\n"
	for text, want := range map[string]string{
		"[HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\ProfileList\\" + annaSID + "]\nProfileImagePath=E:\\Homes\\anna\n[HKU\\" + annaSID + run:                                                                                             `E:\Homes\anna\AppData\Local\chat.exe`,
		"[HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion]\nSystemRoot=D:\\Windows\n[HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\ProfileList\\" + annaSID + "]\nProfileImagePath=%SystemDrive%\\Users\\anna\n[HKU\\" + annaSID + run: `D:\Users\anna\AppData\Local\chat.exe`,
		"[HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion]\nSystemRoot=D:\\Windows\n[HKU\\anna" + run:                                                                                                                                           `D:\Users\anna\AppData\Local\chat.exe`,
	} {
		p := products(collect(t, text))["autostart Chat"]
		if p.Path != want || p.User != "anna" {
			t.Errorf("%q, want %q: %+v", p.Path, want, p)
		}
	}
}

// TestAppsOnOtherDrive: a place of a program is written as it is on the computer.
func TestAppsOnOtherDrive(t *testing.T) {
	inv := collect(t, "[HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion]\nSystemRoot=D:\\Windows\n[HKLM\\SOFTWARE\\"+uninstallKey+"\\x]\nDisplayName=x\nInstallLocation=%ProgramFiles%\\x\n"+
		"[HKLM\\SOFTWARE\\"+uninstallKey+"\\y]\nDisplayName=y\nInstallLocation=\"E:\\Games\\y\\\"\n")
	want := map[string]string{"x": `D:\Program Files\x`, "y": `E:\Games\y\`}
	for _, a := range inv.Apps {
		if len(a.Paths) != 1 || a.Paths[0] != want[a.Identifier] {
			t.Errorf("%+v", a.Paths)
		}
	}
	if len(inv.Apps) != 2 || inv.Apps[0].Platform != inventory.Windows {
		t.Errorf("%+v", inv.Apps)
	}
}
