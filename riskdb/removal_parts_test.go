package riskdb

import (
	"slices"
	"strings"
	"testing"

	"quaestor/scanners/inventory"
)

// TestRemovalOfParts: of a product that is installed as two packages both are taken off; what one installation left in two
// registries is taken off once, by the one whose command is known.
func TestRemovalOfParts(t *testing.T) {
	const one, two = "{12345678-90AB-CDEF-1234-567890ABCDEF}", "{22345678-90AB-CDEF-1234-567890ABCDEF}"
	tests := []struct {
		name  string
		parts []inventory.App
		want  []string
	}{
		{"two packages", []inventory.App{desktopApp(inventory.Linux, inventory.DebPackage, "kesl"), desktopApp(inventory.Linux, inventory.DebPackage, "klnagent64")},
			[]string{"apt-get remove kesl", "apt-get remove klnagent64"}},
		{"two installer packages", []inventory.App{desktopApp(inventory.Windows, inventory.MSIProductCode, one), desktopApp(inventory.Windows, inventory.MSIProductCode, two)},
			[]string{"msiexec.exe /x " + one, "msiexec.exe /x " + two}},
		{"listed twice", []inventory.App{desktopApp(inventory.Windows, inventory.UninstallKey, "Clip_is1"), desktopApp(inventory.Windows, inventory.WingetID, "Maker.Clip")},
			[]string{"winget uninstall --exact --id Maker.Clip"}},
		{"a menu entry beside its package", []inventory.App{desktopApp(inventory.Linux, inventory.DesktopEntry, "clip.desktop"), desktopApp(inventory.Linux, inventory.DebPackage, "clip")},
			[]string{"apt-get remove clip"}},
		{"a process alone", []inventory.App{desktopApp(inventory.Linux, inventory.Process, "clipd")}, []string{""}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := &facts{app: &tt.parts[0]}
			for i := range tt.parts[1:] {
				tt.parts[i+1].ID = "other"
				f.parts = append(f.parts, &facts{app: &tt.parts[i+1]})
			}
			var got []string
			for _, s := range (&assessor{inv: inventory.New(), db: &DB{}}).removal(f) {
				got = append(got, strings.Join(s.Command, " "))
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// TestWaysOff: the whole judgement of a product with two packages names both, as advice where a policy asks for removal, and as
// what can be done where people decide.
func TestWaysOff(t *testing.T) {
	inv := computer(inventory.Linux)
	for _, name := range []string{"kesl", "klnagent64"} {
		inv.Apps = append(inv.Apps, inventory.App{ID: "app-" + name, Device: "pc", Platform: inventory.Linux, IdentifierKind: inventory.DebPackage, Identifier: name, Name: name})
	}
	db, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		policy     string
		asked, can int
	}{{"all", 2, 0}, {"be", 0, 2}} {
		policies, err := db.SelectPolicies(tt.policy)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range Assess(db, policies, inv, "2026-11-22").Findings[:1] {
			if f.Severity != High || len(f.Removal) != tt.asked || len(f.Removable) != tt.can || !strings.Contains(f.Reason, `2 programs or packages: "kesl", "klnagent64"`) {
				t.Errorf("%s: %s %s, %d asked, %d possible: %s", tt.policy, f.Severity, f.Rule, len(f.Removal), len(f.Removable), f.Reason)
			}
		}
	}
}

// TestRemovalOnMacs: nobody is told to move to the Trash what the system keeps or protects.
func TestRemovalOnMacs(t *testing.T) {
	at := func(id, path string) inventory.App {
		app := desktopApp(inventory.MacOS, inventory.MacBundle, id)
		app.ID, app.Paths = "app", []string{path}
		return app
	}
	inv := inventory.New()
	inv.SecurityProducts = []inventory.SecurityProduct{{Device: "pc", Kind: "launch-daemon", Path: "/Applications/Rooted.app/Contents/MacOS/d"}}
	tests := []struct {
		name    string
		app     inventory.App
		product *Product
		method  RemovalMethod
		want    string
	}{
		{"an app", at("com.example.clip", "/Applications/Clip.app"), nil, RemoveByHand, "Trash (\"/Applications/Clip.app\")"},
		{"Safari", at("com.apple.Safari", "/Applications/Safari.app"), nil, RemoveDisable, "part of macOS"},
		{"in the system", at("com.apple.Chess", "/System/Applications/Chess.app"), nil, RemoveDisable, "part of macOS"},
		{"security software", at("com.guard", "/Applications/Guard.app"), &Product{Kind: SecurityProduct}, RemoveByHand, "maker's own uninstaller for \"Clip\""},
		{"with a daemon", at("com.rooted", "/Applications/Rooted.app"), nil, RemoveByHand, "maker's own uninstaller for \"Clip\""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := (&assessor{inv: inv, db: &DB{}}).removal(&facts{app: &tt.app, product: tt.product})[0]
			if s.Method != tt.method || !strings.Contains(s.Note, tt.want) {
				t.Errorf("%s: %s", s.Method, s.Note)
			}
		})
	}
}

// TestKeyboardsHoldWhatIsTyped: an input method holds what is typed, which is what it is for and cannot be withdrawn.
func TestKeyboardsHoldWhatIsTyped(t *testing.T) {
	inv := computer(inventory.MacOS, inventory.SecurityProduct{Kind: "input-method", Name: "Sogou", Identifier: "com.sogou.inputmethod.sogou", App: "app", Privileges: []string{"input-method"}})
	inv.Apps = []inventory.App{{ID: "app", Device: "pc", Platform: inventory.MacOS, IdentifierKind: inventory.MacBundle, Identifier: "com.sogou.inputmethod.sogou", Name: "Sogou"}}
	db, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	policies, err := db.SelectPolicies("be")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range Assess(db, policies, inv, "2026-11-22").Findings {
		if f.Rule == RuleReach {
			if f.Action != Review || f.Severity != Low || !strings.Contains(f.Title, "access to input method") || len(f.Context) != 1 || f.Context[0].Effect != Lowers {
				t.Errorf("%s %s %q %v", f.Severity, f.Action, f.Title, f.Context)
			}
			return
		}
	}
	t.Error("no finding about what it holds")
}

// TestCaveatFitsTheEvidence: what was recognised by the system's own words for it is not said to be recognised by a product code.
func TestCaveatFitsTheEvidence(t *testing.T) {
	inv := computer(inventory.Windows, inventory.SecurityProduct{Kind: "driver", Service: "klif", Privileges: []string{"kernel"}}, inventory.SecurityProduct{Kind: "service", Service: "AVP21.15", Path: `C:\K\avp.exe`})
	inv.Apps = []inventory.App{{ID: "app", Device: "pc", Platform: inventory.Windows, IdentifierKind: inventory.MSIProductCode, Identifier: "{12345678-90AB-CDEF-1234-567890ABCDEF}",
		Name: "Kaspersky Endpoint Security for Windows", Publisher: "AO Kaspersky Lab"}}
	db, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	policies, err := db.SelectPolicies("be")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range Assess(db, policies, inv, "2026-11-22").Findings[:1] {
		if strings.Contains(f.Caveat, "product code") || !strings.Contains(f.Caveat, "a driver") {
			t.Errorf("%s: %s", f.Rule, f.Caveat)
		}
	}
}
