package scanners

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"quaestor/scanners/inventory"
)

// program is an app of a computer as a file lists it.
func program(file string, kind inventory.IdentifierKind, id, name, version string, more ...string) inventory.App {
	a := inventory.App{ID: inventory.AppID("pc", kind, id, append(more, file)...), Device: "pc", Platform: inventory.Windows, IdentifierKind: kind, Identifier: id, Name: name, Version: version,
		Origins: []inventory.Origin{{Scanner: "x", Path: file}}}
	for _, m := range more {
		switch key, value, _ := strings.Cut(m, "="); key {
		case "arch":
			a.Arch = value
		case "by":
			a.Publisher = value
		case "user":
			a.Users = append(a.Users, inventory.AppUser{User: value, Installed: true})
		}
	}
	return a
}

// TestProgramsOfWinget: what winget lists is what Windows installed, where name, version and publisher say so and only one fits.
func TestProgramsOfWinget(t *testing.T) {
	const winget, key = inventory.WingetID, inventory.UninstallKey
	seven := program("keys", key, "7-Zip", "7-Zip 24.08 (x64)", "24.08", "by=Igor Pavlov")
	fox := program("keys", key, "Mozilla Firefox 128.0 (x64 de)", "Mozilla Firefox (x64 de)", "128.0", "by=Mozilla")
	for name, tt := range map[string]struct {
		apps []inventory.App
		want int
	}{
		"by the name shown":       {[]inventory.App{seven, program("list", winget, "7zip.7zip", "7-Zip 24.08 (x64)", "24.08")}, 1},
		"zeros of a version":      {[]inventory.App{program("keys", inventory.MSIProductCode, "{23170F69-40C1-2702-2408-000001000000}", "7-Zip 24.08 (x64)", "24.08.00.0"), program("list", winget, "7zip.7zip", "7-Zip 24.08 (x64)", "24.08")}, 1},
		"no version":              {[]inventory.App{seven, program("list", winget, "7zip.7zip", "7-Zip 24.08 (x64)", "")}, 1},
		"another version":         {[]inventory.App{seven, program("list", winget, "7zip.7zip", "7-Zip 24.08 (x64)", "23.01")}, 2},
		"another name":            {[]inventory.App{seven, program("list", winget, "7zip.7zip", "7-Zip ZS", "24.08")}, 2},
		"two keys of the name":    {[]inventory.App{seven, program("keys", key, "7-Zip-2", "7-Zip 24.08 (x64)", "24.08"), program("list", winget, "7zip.7zip", "7-Zip 24.08 (x64)", "24.08")}, 3},
		"two of winget":           {[]inventory.App{seven, program("list", winget, "7zip.7zip", "7-Zip 24.08 (x64)", "24.08"), program("list", winget, "mcmilk.7zip", "7-Zip 24.08 (x64)", "24.08")}, 3},
		"another processor":       {[]inventory.App{program("keys", key, "A", "A", "1", "arch=x86"), program("list", winget, "B.A", "A", "1", "arch=arm64")}, 2},
		"export":                  {[]inventory.App{fox, seven, program("export", winget, "Mozilla.Firefox", "", "128.0"), program("export", winget, "7zip.7zip", "", "")}, 2},
		"export, another maker":   {[]inventory.App{fox, program("export", winget, "Waterfox.Firefox", "", "128.0")}, 2},
		"export, another product": {[]inventory.App{fox, program("export", winget, "Mozilla.Thunderbird", "", "128.0")}, 2},
		"export, two builds":      {[]inventory.App{fox, program("keys", key, "Mozilla Firefox 128.0 (x86 de)", "Mozilla Firefox (x86 de)", "128.0", "by=Mozilla"), program("export", winget, "Mozilla.Firefox", "", "128.0")}, 3},
		"packaged":                {[]inventory.App{program("appx", inventory.MSIXFamily, "Microsoft.WindowsTerminal", "Microsoft.WindowsTerminal", "1.21.2911.0"), program("list", winget, "Microsoft.WindowsTerminal", "Windows Terminal", "1.21.2911.0")}, 1},
		"with a name alone":       {[]inventory.App{seven, program("list", winget, "7zip.7zip", "7-Zip 24.08 (x64)", "24.08"), program("old", inventory.NameOnly, "7-Zip 24.08 (x64)", "7-Zip 24.08 (x64)", "24.08")}, 1},
	} {
		inv := inventory.New()
		inv.Apps = slices.Clone(tt.apps)
		last := &tt.apps[len(tt.apps)-1]
		inv.SecurityProducts = []inventory.SecurityProduct{{ID: "p", App: last.ID}}
		onePrograms(inv)
		var got []string
		for _, a := range inv.Apps {
			got = append(got, fmt.Sprint(a.IdentifierKind, " ", a.Identifier, " ", a.Flags))
		}
		if len(inv.Apps) != tt.want || len(inv.Gaps) > 0 {
			t.Errorf("%s: %d apps, want %d: %q %+v", name, len(inv.Apps), tt.want, got, inv.Gaps)
		}
		if !slices.ContainsFunc(inv.Apps, func(a inventory.App) bool { return a.ID == inv.SecurityProducts[0].App }) {
			t.Errorf("%s: a fact points to nothing", name)
		}
		for _, a := range tt.apps { // what winget calls it is kept
			if a.IdentifierKind == winget && !strings.Contains(strings.Join(got, "\n"), a.Identifier) {
				t.Errorf("%s: %s is lost: %q", name, a.Identifier, got)
			}
		}
	}
}

// TestProgramsOfOneKey: a list that does not tell the view or the account is of the program that another source tells them of.
func TestProgramsOfOneKey(t *testing.T) {
	const key = inventory.UninstallKey
	for name, tt := range map[string]struct {
		apps []inventory.App
		want int
	}{
		"a view":                     {[]inventory.App{program("hive!a", key, "AnyDesk", "AnyDesk", "8.0", "arch=x86"), program("list", key, "anydesk", "AnyDesk", "8.0")}, 1},
		"both views":                 {[]inventory.App{program("hive!a", key, "AnyDesk", "AnyDesk", "8.0", "arch=x86"), program("hive!b", key, "AnyDesk", "AnyDesk", "8.0")}, 2},
		"another version":            {[]inventory.App{program("hive", key, "AnyDesk", "AnyDesk", "8.0", "arch=x86"), program("list", key, "AnyDesk", "AnyDesk", "7.0")}, 2},
		"another name":               {[]inventory.App{program("hive", key, "AnyDesk", "AnyDesk", "8.0", "arch=x86"), program("list", key, "AnyDesk", "AnyDesk Custom", "8.0")}, 2},
		"an account":                 {[]inventory.App{program("hive", key, "Chat", "Chat", "2.0", "user=anna"), program("list", key, "Chat", "Chat", "2.0", "user="+inventory.UnnamedUser)}, 1},
		"for all and for an account": {[]inventory.App{program("hive", key, "Chat", "Chat", "2.0"), program("list", key, "Chat", "Chat", "2.0", "user="+inventory.UnnamedUser)}, 2},
		"of two accounts":            {[]inventory.App{program("hive", key, "Chat", "Chat", "2.0", "user=anna"), program("list", key, "Chat", "Chat", "2.0", "user=boris")}, 2},
		"view, name and winget":      {[]inventory.App{program("list", inventory.WingetID, "AnyDesk.AnyDesk", "AnyDesk", "8.0"), program("hive", key, "AnyDesk", "AnyDesk", "8.0", "arch=x86"), program("csv", key, "AnyDesk", "AnyDesk", "8.0"), program("old", inventory.NameOnly, "AnyDesk", "AnyDesk", "8.0")}, 1},
	} {
		inv := inventory.New()
		inv.Apps = slices.Clone(tt.apps)
		onePrograms(inv)
		if len(inv.Apps) != tt.want || len(inv.Gaps) > 0 {
			t.Errorf("%s: %+v %+v", name, inv.Apps, inv.Gaps)
		}
		if name == "an account" && (len(inv.Apps[0].Users) != 1 || inv.Apps[0].Users[0].User != "anna") {
			t.Errorf("accounts %+v", inv.Apps[0].Users)
		}
	}
}
