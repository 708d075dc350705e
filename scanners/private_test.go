package scanners

import (
	"testing"

	"quaestor/scanners/inventory"
)

// TestWithoutPeople: addresses and account names go, all else stays.
func TestWithoutPeople(t *testing.T) {
	for in, want := range map[string]string{
		"Wi-Fi of eve.adams@parl.example": "Wi-Fi of …@parl.example",
		`C:\Users\eve\App\x.exe`:          `C:\Users\…\App\x.exe`,
		`"C:\Users\Eve Adams\un.exe" /S`:  `"C:\Users\…\un.exe" /S`,
		"/Users/eve/Applications/A.app":   "/Users/…/Applications/A.app",
		"/home/eve":                       "/home/…",
		"/Users/Shared/A.app":             "/Users/Shared/A.app",
		`C:\Program Files\Users Tool\x`:   `C:\Program Files\Users Tool\x`,
		"App@Work 2.0":                    "App@Work 2.0",
	} {
		inv := &inventory.Inventory{Apps: []inventory.App{{Name: in, UninstallCommand: in, Paths: []string{in}, Identifier: in, IdentifierKind: inventory.NameOnly}}, Profiles: []inventory.Profile{{Name: in, Description: in}}}
		impersonal(inv)
		a, p := inv.Apps[0], inv.Profiles[0]
		for _, got := range []string{a.Name, a.UninstallCommand, a.Paths[0], a.Identifier, p.Name, p.Description} {
			if got != want {
				t.Errorf("%q: %q, want %q", in, got, want)
			}
		}
	}
}
