package winfacts

import (
	"context"
	"io/fs"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"quaestor/scanners/internal/winreg"
	"quaestor/scanners/internal/winreg/hivetest"
	"quaestor/scanners/inventory"
)

const (
	annaSID = "S-1-5-21-1004336348-1177238915-682003330-1001"
	people  = `
		[HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\ProfileList\S-1-5-18]
		ProfileImagePath=%systemroot%\system32\config\systemprofile
		[HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\ProfileList\` + annaSID + `]
		ProfileImagePath=C:\Users\anna
		[HKU\` + annaSID + `\Software]
		[HKU\.DEFAULT\Software\Microsoft\Windows\CurrentVersion\Run]
		nobody=C:\nobody.exe
		`
)

func collect(t *testing.T, text string) *inventory.Inventory {
	t.Helper()
	return collectFrom(t, hivetest.Fill(t, text))
}

func collectFrom(t *testing.T, reg winreg.Registry) *inventory.Inventory {
	t.Helper()
	inv := inventory.New()
	Collect(context.Background(), reg, &Collector{Scanner: "test", Device: "d", Inv: inv})
	return inv
}

func TestUninstall(t *testing.T) {
	const hklm, wow = `[HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall\`, `[HKLM\SOFTWARE\WOW6432Node\Microsoft\Windows\CurrentVersion\Uninstall\`
	const user = `[HKU\` + annaSID + `\Software\Microsoft\Windows\CurrentVersion\Uninstall\`
	inv := collect(t, people+hklm+`7-Zip]
		DisplayName=7-Zip 24.08 (x64)
		DisplayVersion=24.08
		Publisher=Igor Pavlov
		InstallLocation=C:\Program Files\7-Zip\
		UninstallString="C:\Program Files\7-Zip\Uninstall.exe"
		QuietUninstallString="C:\Program Files\7-Zip\Uninstall.exe" /S
		InstallDate=20260314
		URLInfoAbout=https://7-zip.org
		`+hklm+`{1c6a4f48-8bd2-4d7c-a7e1-0f5e3a8f0b11}]
		DisplayName=Антивирус
		Version=#0x15040123
		WindowsInstaller=#1
		InstallDate=14.03.2026
		`+hklm+`KB4535680]
		DisplayName=Something
		`+hklm+`{90160000-0011-0000-0000-0000000FF1CE}_Office16]
		DisplayName=Update for Word (KB1234567)
		`+hklm+`Patch]
		DisplayName=Product, patch
		ParentKeyName=Product
		`+hklm+`Fix]
		DisplayName=Product, fix
		ReleaseType=Hotfix
		`+hklm+`Hidden]
		DisplayName=Runtime
		SystemComponent=#1
		`+hklm+`Connection Manager]
		SystemComponent=#1
		`+wow+`安全卫士]
		DisplayName=360安全卫士
		Publisher=360安全中心
		`+user+`Chat]
		DisplayName=Chat
		DisplayVersion=2.0
		InstallLocation=%LOCALAPPDATA%\Chat`)
	for i := range inv.Apps {
		inv.Apps[i].ID, inv.Apps[i].Origins = "", nil
	}
	app := inventory.App{Device: "d", Platform: inventory.Windows, IdentifierKind: inventory.UninstallKey}
	zip, av, chinese, chat := app, app, app, app
	day := date(2026, 3, 14)
	zip.Identifier, zip.Name, zip.Version, zip.Publisher, zip.Homepage = "7-Zip", "7-Zip 24.08 (x64)", "24.08", "Igor Pavlov", "https://7-zip.org"
	zip.Paths, zip.UninstallCommand = []string{`C:\Program Files\7-Zip\`}, `"C:\Program Files\7-Zip\Uninstall.exe" /S`
	zip.FirstInstalled, zip.LocalTime = &day, true
	av.IdentifierKind, av.Identifier, av.Name, av.Version, av.Flags = inventory.MSIProductCode, "{1C6A4F48-8BD2-4D7C-A7E1-0F5E3A8F0B11}", "Антивирус", "21.4.291", []string{"windows-installer"}
	chinese.Identifier, chinese.Name, chinese.Publisher, chinese.Arch = "安全卫士", "360安全卫士", "360安全中心", "x86"
	chat.Identifier, chat.Name, chat.Version, chat.Users = "Chat", "Chat", "2.0", []inventory.AppUser{{User: "anna", Installed: true}}
	chat.Paths = []string{`C:\Users\anna\AppData\Local\Chat`}
	if d := cmp.Diff([]inventory.App{zip, av, chinese, chat}, inv.Apps); d != "" {
		t.Error(d)
	}
	counts := map[string]int{}
	for _, g := range inv.Gaps {
		if g.Kind != inventory.GapSkipped {
			t.Errorf("gap %+v", g)
		}
		counts[strings.Fields(g.Detail)[0]] = g.Count
	}
	if d := cmp.Diff(map[string]int{"Updates": 4, "Parts": 1, "Keys": 1}, counts); d != "" {
		t.Error(d)
	}
}

func TestSameProductOfTwoAccounts(t *testing.T) {
	inv := collect(t, `
		[HKU\anna\Software\Microsoft\Windows\CurrentVersion\Uninstall\Chat]
		DisplayName=Chat
		[HKU\boris\Software\Microsoft\Windows\CurrentVersion\Uninstall\chat]
		DisplayName=Chat
		[HKU\boris\Software\WOW6432Node\Microsoft\Windows\CurrentVersion\Uninstall\Chat]
		DisplayName=Chat`)
	if len(inv.Apps) != 2 || len(inv.Apps[0].Users) != 2 || len(inv.Apps[0].Origins) != 2 || inv.Apps[1].Arch != "x86" {
		t.Errorf("apps %+v", inv.Apps)
	}
}

func TestPackages(t *testing.T) {
	const repository = `[HKU\` + annaSID + `\Software\Classes\Local Settings\Software\Microsoft\Windows\CurrentVersion\AppModel\Repository\Packages\`
	inv := collect(t, people+`
		[HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Appx\AppxAllUserStore\Applications\Example.Ready_1.0.0.0_neutral_~_8wekyb3d8bbwe]
		[HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Appx\AppxAllUserStore\`+annaSID+`\Vendor.Chat_2.1.0.0_x64__0123456789abc]
		[HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Appx\AppxAllUserStore\S-1-5-21-9-9-9-1009\Vendor.Chat_2.1.0.0_x64__0123456789abc]
		`+repository+`Vendor.Chat_2.1.0.0_x64__0123456789abc]
		DisplayName=聊天
		PackageRootFolder=C:\Program Files\WindowsApps\Vendor.Chat_2.1.0.0_x64__0123456789abc
		`+repository+`Vendor.Chat_2.1.0.0_neutral_split.language-de_0123456789abc]
		`+repository+`Example.Shell_1.0.0.0_neutral_neutral_cw5n1h2txyewy]
		DisplayName=@{Example.Shell?ms-resource://x}
		PackageRootFolder=C:\Windows\SystemApps\Example.Shell_cw5n1h2txyewy
		`+repository+`garbage]`)
	got := map[string]inventory.App{}
	for _, a := range inv.Apps {
		a.Device, a.Platform, a.ID, a.Origins = "", "", "", nil
		if a.IdentifierKind != inventory.MSIXFamily {
			t.Errorf("kind of %+v", a)
		}
		a.IdentifierKind = ""
		got[a.Identifier] = a
	}
	want := map[string]inventory.App{
		"Example.Ready": {Identifier: "Example.Ready", Version: "1.0.0.0", Flags: []string{"publisher-id:8wekyb3d8bbwe"}, NotInstalled: true},
		"Example.Shell": {Identifier: "Example.Shell", Version: "1.0.0.0", Flags: []string{"publisher-id:cw5n1h2txyewy"}, System: true,
			Paths: []string{`C:\Windows\SystemApps\Example.Shell_cw5n1h2txyewy`}, Users: []inventory.AppUser{{User: "anna", Installed: true}}},
		"Vendor.Chat": {Identifier: "Vendor.Chat", Name: "聊天", Version: "2.1.0.0", Arch: "x64", Flags: []string{"publisher-id:0123456789abc"},
			Paths: []string{`C:\Program Files\WindowsApps\Vendor.Chat_2.1.0.0_x64__0123456789abc`},
			Users: []inventory.AppUser{{User: "anna", Installed: true}, {User: "S-1-5-21-9-9-9-1009", Installed: true}}},
	}
	if d := cmp.Diff(want, got); d != "" || len(inv.Apps) != 3 {
		t.Error(d, len(inv.Apps))
	}
}

// products are all marks, without what every one has.
func products(inv *inventory.Inventory) map[string]inventory.SecurityProduct {
	out := map[string]inventory.SecurityProduct{}
	for _, p := range inv.SecurityProducts {
		key := p.Kind + " " + p.Name
		p.ID, p.Device, p.Origins, p.UpdatedAt, p.Kind, p.Name = "", "", nil, nil, "", ""
		out[key] = p
	}
	return out
}

func TestServices(t *testing.T) {
	const services = `[HKLM\SYSTEM\ControlSet001\Services\`
	reg := hivetest.Fill(t, `
		[HKLM\SYSTEM\Select]
		Current=#1
		[HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion]
		SystemRoot=C:\WINDOWS
		`+services+`AVP]
		Type=#16
		Start=#2
		DisplayName=Служба антивируса
		ImagePath="C:\Program Files (x86)\Vendor\avp.exe" -r --token secret
		ObjectName=LocalSystem
		`+services+`wuauserv]
		Type=#32
		Start=#3
		DisplayName=@%systemroot%\system32\wuaueng.dll,-105
		ImagePath=%systemroot%\system32\svchost.exe -k netsvcs -p
		ObjectName=NT AUTHORITY\LocalService
		`+services+`wuauserv\Parameters]
		ServiceDll=%systemroot%\system32\wuaueng.dll
		`+services+`klflt]
		Type=#2
		Start=#0
		ImagePath=\SystemRoot\System32\drivers\klflt.sys
		DisplayName=@oem3.inf,%desc%;Vendor filter
		`+services+`klflt\Instances\klflt Instance]
		Altitude=385810
		`+services+`klkbd]
		Type=#1
		Start=#4
		ImagePath=\??\C:\Program Files\Vendor\klkbd.sys
		`+services+`nopath]
		Type=#1
		`+services+`relative]
		Type=#1
		ImagePath=system32\DRIVERS\relative.sys
		`+services+`CDPUserSvc_1a2b]
		Type=#224
		`+services+`.NET Data]
		x=y
		[HKLM\SYSTEM\ControlSet001\Control\Network\{4D36E974-E325-11CE-BFC1-08002BE10318}\{11111111-2222-3333-4444-555555555555}\Ndi]
		Service=relative
		FilterType=#2`)
	if err := reg.Set(`HKLM\SYSTEM\ControlSet001\Control\Class\{4D36E96B-E325-11CE-BFC1-08002BE10318}`, winreg.List("UpperFilters", "klkbd", "kbdclass")); err != nil {
		t.Fatal(err)
	}
	inv := collectFrom(t, reg)
	want := map[string]inventory.SecurityProduct{
		"service Служба антивируса": {Service: "AVP", State: "installed", Start: "automatic", Path: `C:\Program Files (x86)\Vendor\avp.exe`, Privileges: []string{"root"}},
		"service wuauserv":          {Service: "wuauserv", State: "installed", Start: "manual", Path: `C:\WINDOWS\system32\wuaueng.dll`},
		"driver Vendor filter":      {Service: "klflt", Identifier: "altitude:385810", State: "installed", Start: "boot", Path: `C:\WINDOWS\System32\drivers\klflt.sys`, Privileges: []string{"kernel", "endpoint-security"}},
		"driver klkbd":              {Service: "klkbd", State: "disabled", Start: "disabled", Path: `C:\Program Files\Vendor\klkbd.sys`, Privileges: []string{"kernel", "input-monitoring"}},
		"driver nopath":             {Service: "nopath", State: "installed", Path: `C:\WINDOWS\System32\drivers\nopath.sys`, Privileges: []string{"kernel"}},
		"driver relative":           {Service: "relative", State: "installed", Path: `C:\WINDOWS\system32\DRIVERS\relative.sys`, Privileges: []string{"kernel", "network-filter"}},
	}
	if d := cmp.Diff(want, products(inv)); d != "" {
		t.Error(d)
	}
}

func TestRefused(t *testing.T) {
	reg := hivetest.Fill(t, "[HKLM\\SOFTWARE\\Microsoft]\n")
	if err := reg.Refuse(`HKLM\SYSTEM\ControlSet001\Services`, fs.ErrPermission); err != nil {
		t.Fatal(err)
	}
	inv := collectFrom(t, reg)
	if len(inv.Gaps) != 1 || inv.Gaps[0].Kind != inventory.GapNotPermitted || inv.Gaps[0].Count != 1 {
		t.Errorf("gaps %+v", inv.Gaps)
	}
}

func TestStopsWhenDone(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	inv := inventory.New()
	Collect(ctx, hivetest.Fill(t, "[HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Uninstall\\a]\nDisplayName=a"), &Collector{Scanner: "test", Inv: inv})
	if len(inv.Apps) != 0 {
		t.Error("collected after the end")
	}
}

func TestUnreadAccounts(t *testing.T) {
	const gone = `
		[HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\ProfileList\S-1-5-21-9-9-9-1002]
		ProfileImagePath=C:\Users\boris
		`
	for text, want := range map[string][]string{
		people:                                   nil,
		people + gone:                            {"boris"},
		people + gone + "[HKU\\Boris\\x]":        nil,
		people + gone + "[HKU\\current user\\x]": nil,
	} {
		var got []string
		for _, g := range collect(t, text).Gaps {
			got = append(got, g.Samples...)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Error(text, d)
		}
	}
}
