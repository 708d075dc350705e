package riskdb

import (
	"slices"
	"testing"

	"quaestor/scanners/inventory"
)

// TestWingetBesideTheKey: a program that Windows lists by a key that nobody knows is recognised, and taken off, by what winget
// calls it.
func TestWingetBesideTheKey(t *testing.T) {
	db := loadShipped(t)
	p, err := db.SelectPolicies("none")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		platform inventory.Platform
		flags    []string
		want     string
	}{
		{inventory.Windows, []string{"windows-installer", "winget:Kaspersky.KasperskyInternetSecurity"}, "kaspersky moderate"},
		{inventory.Windows, []string{"windows-installer"}, ""},
		{inventory.Windows, []string{"winget:Somebody.Unheard"}, ""},
		{inventory.Linux, []string{"winget:Kaspersky.KasperskyInternetSecurity"}, ""},
	} {
		inv := inventory.New()
		inv.Devices = []inventory.Device{{ID: "pc", Platform: tt.platform}}
		inv.Apps = []inventory.App{{ID: "app", Device: "pc", Platform: tt.platform, IdentifierKind: inventory.UninstallKey, Identifier: "InstallWIX_{1}", Name: "KIS", Flags: tt.flags}}
		a := Assess(db, p, inv, "2026-11-22")
		got := ""
		for _, s := range a.Security {
			got += s.Product.ID + " " + string(s.Confidence)
		}
		if got != tt.want {
			t.Errorf("%s %q: %q, want %q", tt.platform, tt.flags, got, tt.want)
		}
		for _, s := range a.Security {
			if !slices.ContainsFunc(s.Marks, func(e Evidence) bool {
				return e.Kind == ByIdentifier && e.Detail == `The winget identifier "Kaspersky.KasperskyInternetSecurity" is listed for this product.`
			}) {
				t.Errorf("marks %+v", s.Marks)
			}
		}
	}
}

// TestRemovalByWinget: the command is that of winget where the key of the registry has none, and never one of a text that is no
// identifier.
func TestRemovalByWinget(t *testing.T) {
	a := &assessor{db: New(Tables{}), inv: inventory.New()}
	for flag, want := range map[string][]string{
		"winget:Example.Editor":      {"winget", "uninstall", "--exact", "--id", "Example.Editor"},
		"winget:--all":               nil,
		"winget:Example.Editor & rm": nil,
		"system":                     nil,
	} {
		f := &facts{app: &inventory.App{Platform: inventory.Windows, IdentifierKind: inventory.UninstallKey, Identifier: "Editor", Name: "Editor", Flags: []string{flag}}}
		s := a.desktopStep(f, nil, "")
		if !slices.Equal(s.Command, want) || (s.Method == RemoveByHand) != (want == nil) {
			t.Errorf("%q: %+v", flag, s)
		}
	}
	f := &facts{app: &inventory.App{Platform: inventory.Windows, IdentifierKind: inventory.MSIProductCode, Identifier: "{90160000-0011-0000-0000-0000000FF1CE}", Flags: []string{"winget:Example.Editor"}}}
	if s := a.desktopStep(f, nil, ""); len(s.Command) != 3 || s.Command[0] != "msiexec.exe" {
		t.Errorf("%+v", s)
	}
}
