package riskdb

import (
	"reflect"
	"strings"
	"testing"

	"quaestor/scanners/inventory"
)

// steps judges one app alone and renders how it is taken off.
func steps(app inventory.App, d inventory.Device, product *Product, profiles ...inventory.Profile) []RemovalStep {
	inv := &inventory.Inventory{Apps: []inventory.App{app}, Devices: []inventory.Device{d}, Profiles: profiles}
	a := &assessor{inv: inv, db: &DB{}}
	return a.removal(&facts{app: &inv.Apps[0], product: product})
}

func desktopApp(p inventory.Platform, kind inventory.IdentifierKind, id string) inventory.App {
	return inventory.App{Device: "pc", Platform: p, IdentifierKind: kind, Identifier: id, Name: "Clip"}
}

func TestRemovalFromComputers(t *testing.T) {
	const code = "{12345678-90AB-CDEF-1234-567890ABCDEF}"
	tests := []struct {
		name string
		app  inventory.App
		os   string
		want string // method and command
	}{
		{"deb", desktopApp(inventory.Linux, inventory.DebPackage, "clip"), "", "uninstall apt-get remove clip"},
		{"deb with plus", desktopApp(inventory.Linux, inventory.DebPackage, "g++"), "", "uninstall apt-get remove g++"},
		{"deb that is an option", desktopApp(inventory.Linux, inventory.DebPackage, "-oAPT::Pre=x"), "", "by-hand "},
		{"deb that asks to install", desktopApp(inventory.Linux, inventory.DebPackage, "clip-"), "", "by-hand "},
		{"deb with a shell in it", desktopApp(inventory.Linux, inventory.DebPackage, "clip;reboot"), "", "by-hand "},
		{"rpm", desktopApp(inventory.Linux, inventory.RPMPackage, "clip"), "Fedora Linux", "uninstall dnf remove clip"},
		{"rpm of SUSE", desktopApp(inventory.Linux, inventory.RPMPackage, "clip"), "openSUSE Leap", "uninstall zypper remove clip"},
		{"rpm group", desktopApp(inventory.Linux, inventory.RPMPackage, "@core"), "", "by-hand "},
		{"alpine", desktopApp(inventory.Linux, inventory.AlpinePackage, "clip"), "", "uninstall apk del clip"},
		{"arch", desktopApp(inventory.Linux, inventory.ArchPackage, "clip"), "", "uninstall pacman -R clip"},
		{"flatpak", desktopApp(inventory.Linux, inventory.FlatpakApp, "org.example.Clip"), "", "uninstall flatpak uninstall --system org.example.Clip"},
		{"snap", desktopApp(inventory.Linux, inventory.SnapPackage, "clip"), "", "uninstall snap remove clip"},
		{"AppImage", desktopApp(inventory.Linux, inventory.AppImage, "Clip"), "", "by-hand "},
		{"winget", desktopApp(inventory.Windows, inventory.WingetID, "ByteDance.Clip"), "", "uninstall winget uninstall --exact --id ByteDance.Clip"},
		{"winget with blanks", desktopApp(inventory.Windows, inventory.WingetID, "ByteDance.Clip --all"), "", "by-hand "},
		{"installer package", desktopApp(inventory.Windows, inventory.MSIProductCode, code), "", "uninstall msiexec.exe /x " + code},
		{"installer package with options", desktopApp(inventory.Windows, inventory.MSIProductCode, code+" /qn"), "", "by-hand "},
		{"packaged app", desktopApp(inventory.Windows, inventory.MSIXFamily, "BytedancePte.Ltd.TikTok"), "",
			"uninstall powershell.exe -NoProfile -Command Get-AppxPackage -AllUsers -Name BytedancePte.Ltd.TikTok | Remove-AppxPackage -AllUsers"},
		{"packaged app with a script in it", desktopApp(inventory.Windows, inventory.MSIXFamily, "a.b; Remove-Item C:"), "", "by-hand "},
		{"key of Uninstall", desktopApp(inventory.Windows, inventory.UninstallKey, "Clip_is1"), "", "by-hand "},
		{"Mac app", desktopApp(inventory.MacOS, inventory.MacBundle, "com.example.clip"), "", "by-hand "},
		{"Homebrew", desktopApp(inventory.MacOS, inventory.Homebrew, "clip@2"), "", "uninstall brew uninstall clip@2"},
		{"name alone", desktopApp(inventory.Windows, inventory.NameOnly, "Clip"), "", "by-hand "},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := steps(tt.app, inventory.Device{ID: "pc", Platform: tt.app.Platform, OSName: tt.os}, nil)
			if len(got) != 1 || string(got[0].Method)+" "+strings.Join(got[0].Command, " ") != tt.want || got[0].Note == "" {
				t.Errorf("got %+v, want %q", got, tt.want)
			}
		})
	}
}

// TestRemovalForAccounts: what is there for single accounts is taken off by each, and the account is named.
func TestRemovalForAccounts(t *testing.T) {
	app := desktopApp(inventory.Linux, inventory.FlatpakApp, "org.example.Clip")
	app.Users = []inventory.AppUser{{User: "eva", Installed: true}, {User: "jan"}, {User: "mia; x", Installed: true}}
	var got []string
	for _, s := range steps(app, inventory.Device{ID: "pc"}, nil) {
		got = append(got, s.User+": "+strings.Join(s.Command, " "))
		if !strings.Contains(s.Note, `"`+s.User+`"`) {
			t.Errorf("the note does not name the account: %q", s.Note)
		}
	}
	want := []string{"eva: flatpak uninstall --user org.example.Clip", "mia; x: flatpak uninstall --user org.example.Clip"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestRemovalStated: what a computer states as its command is told apart from ours, and never becomes a part of it.
func TestRemovalStated(t *testing.T) {
	app := desktopApp(inventory.Windows, inventory.UninstallKey, "Clip_is1")
	app.UninstallCommand = `"C:\Clip\unins000.exe" /SILENT`
	s := steps(app, inventory.Device{ID: "pc"}, &Product{Kind: SecurityProduct}, inventory.Profile{Device: "pc", Kind: "device-owner", Organization: "Chamber"})[0]
	if s.Stated != app.UninstallCommand || s.Command != nil || s.Method != RemoveManaged {
		t.Errorf("%+v", s)
	}
	for _, want := range []string{`managed by "Chamber"`, "not checked", "replacement ready", `entry "Clip"`} {
		if !strings.Contains(s.Note, want) {
			t.Errorf("the note lacks %q: %s", want, s.Note)
		}
	}
}

func TestRemovalOfExtensions(t *testing.T) {
	const id = "abcdefghijklmnopabcdefghijklmnop"
	app := desktopApp(inventory.Windows, inventory.ChromeExtension, id)
	app.Installs = []inventory.Install{{Program: "chrome", User: "eva", Profile: "Default", Source: "policy"}, {Program: "chrome", User: "eva", Profile: "Profile 1"},
		{Program: "chrome", User: "jan", Profile: "Default"}, {Program: "opera", User: "eva", Profile: "Default"}}
	got := steps(app, inventory.Device{ID: "pc"}, nil)
	if len(got) != 5 { // out of the policy that installs it, a policy against it, two accounts of Chrome, one of Opera
		t.Fatalf("%d steps: %+v", len(got), got)
	}
	if s := got[0]; s.Method != RemoveByPolicy || s.Policy != nil || !reflect.DeepEqual(s.Profiles, []string{"Default"}) || !strings.Contains(s.Note, "take "+id+" out of ExtensionInstallForcelist") {
		t.Errorf("out of the policy: %+v", s)
	}
	p := got[1]
	if p.Method != RemoveByPolicy || p.Policy == nil || p.Policy.Name != "ExtensionInstallBlocklist" || p.Policy.Value != id || p.Policy.Where != `HKLM\SOFTWARE\Policies\Google\Chrome` {
		t.Errorf("by policy: %+v %+v", p, p.Policy)
	}
	if s := got[2]; s.User != "eva" || !reflect.DeepEqual(s.Profiles, []string{"Profile 1"}) || !strings.Contains(s.Note, "chrome://extensions") {
		t.Errorf("by hand: %+v", s)
	}
	forced := app
	forced.Installs = app.Installs[:1]
	for _, s := range steps(forced, inventory.Device{ID: "pc"}, nil) { // nobody is sent to a button that is not there
		if s.Method != RemoveByPolicy || strings.Contains(s.Note, "chrome://") {
			t.Errorf("forced by policy: %+v", s)
		}
	}
	for program, want := range map[string]string{"chrome-beta": "Google Chrome (beta)", "edge": "Microsoft Edge", "no-such": "no-such"} {
		if got := ProgramName(program); got != want {
			t.Errorf("%s is called %q", program, got)
		}
	}
	app.Identifier = `x", "y`
	for _, s := range steps(app, inventory.Device{ID: "pc"}, nil) {
		if s.Policy != nil || s.Identifier != "" {
			t.Errorf("an identifier that is none came through: %+v", s)
		}
	}
}

func TestRemovalOfAddonsAndEditorExtensions(t *testing.T) {
	addon := desktopApp(inventory.Linux, inventory.FirefoxAddon, "clip@example.org")
	addon.Installs = []inventory.Install{{Program: "firefox", Profile: "x.default"}}
	if s := steps(addon, inventory.Device{ID: "pc"}, nil)[0]; s.Policy == nil || s.Policy.Value != `{"clip@example.org": {"installation_mode": "blocked"}}` || s.Policy.Where != "/etc/firefox/policies/policies.json" {
		t.Errorf("%+v %+v", s, s.Policy)
	}
	code := desktopApp(inventory.Linux, inventory.VSCodeExtension, "maker.clip")
	code.Installs = []inventory.Install{{Program: "vscodium", User: "eva"}}
	if s := steps(code, inventory.Device{ID: "pc"}, nil); len(s) != 1 || strings.Join(s[0].Command, " ") != "codium --uninstall-extension maker.clip" {
		t.Errorf("%+v", s)
	}
}
