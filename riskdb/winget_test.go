package riskdb

import (
	"slices"
	"strings"
	"testing"

	"quaestor/scanners/inventory"
)

// loadShipped is the knowledge that is built in.
func loadShipped(t testing.TB) *DB {
	t.Helper()
	db, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return db
}

// TestWinget: security software in lists of winget, also of an edition or a number of the store that is not listed.
func TestWinget(t *testing.T) {
	db := loadShipped(t)
	p, err := db.SelectPolicies("none")
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		id, name, want string // want: product and confidence in the list of security software; "" for none
	}{
		{"Kaspersky.KasperskyInternetSecurity", "Kaspersky Internet Security", "kaspersky moderate"},
		{"Kaspersky.Kaspersky", "", "kaspersky moderate"},
		{"Kaspersky.KasperskyVPNSecureConnection", "", "kaspersky-vpn moderate"},
		{"Kaspersky.Kaspersky2027", "Kaspersky Premium", "kaspersky low"},
		{"Somebody.Kaspersky", "Kaspersky Premium", ""},
		{"Huorong.HuorongSecurity", "", "huorong moderate"},
		{"XPDNZJFNCR1B07", "Avast Free Antivirus", "avast low"},
		{"XP00000000000A", "Kaspersky Total Security", "kaspersky low"},
		{"XP00000000000A", "Kaspersky Wallpaper", ""},
	} {
		inv := inventory.New()
		inv.Devices = []inventory.Device{{ID: "pc", Platform: inventory.Windows}}
		inv.Apps = []inventory.App{{ID: "app", Device: "pc", Platform: inventory.Windows, IdentifierKind: inventory.WingetID, Identifier: test.id, Name: test.name}}
		a := Assess(db, p, inv, "2026-11-22")
		got := ""
		for _, s := range a.Security {
			got += s.Product.ID + " " + string(s.Confidence)
		}
		if got != test.want {
			t.Errorf("%s %q: %q, want %q", test.id, test.name, got, test.want)
		}
		if test.id == "Somebody.Kaspersky" && !slices.ContainsFunc(a.Findings, func(f Finding) bool { return f.Rule == RuleNameOnly }) {
			t.Errorf("nobody asks about %s", test.id)
		}
	}
}

// TestMakerOfAWingetIdentifier: an export of winget has identifiers and no names, and the identifier begins with its publisher.
func TestMakerOfAWingetIdentifier(t *testing.T) {
	db := loadShipped(t)
	p, err := db.SelectPolicies("none")
	if err != nil {
		t.Fatal(err)
	}
	inv := inventory.New()
	inv.Apps = []inventory.App{{ID: "app", Platform: inventory.Windows, IdentifierKind: inventory.WingetID, Identifier: "Kaspersky.Unheard"}}
	got := Assess(db, p, inv, "2026-11-22").Findings
	if len(got) != 1 || got[0].Rule != RuleMakerReach || got[0].Severity != Info || !strings.Contains(got[0].Reason, "begins as those of Kaspersky") {
		t.Errorf("%+v", got)
	}
}

// TestOpinionOnOneCompany: an opinion that argues the case of a company is told of that company, and of no other.
func TestOpinionOnOneCompany(t *testing.T) {
	db := loadShipped(t)
	p, err := db.SelectPolicies("none")
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]bool{"Kaspersky Total Security": true, "Dr.Web Security Space": false} {
		inv := inventory.New()
		inv.Devices = []inventory.Device{{ID: "pc", Platform: inventory.Windows}}
		inv.Apps = []inventory.App{{ID: "app", Device: "pc", Platform: inventory.Windows, IdentifierKind: inventory.NameOnly, Identifier: name, Name: name}}
		said := false
		guards := 0
		for _, f := range Assess(db, p, inv, "2026-11-22").Findings {
			said = said || strings.Contains(f.Caveat, "Hobér")
			if f.Rule == RuleSecuritySoftware {
				guards++
			}
		}
		if guards != 1 || said != want {
			t.Errorf("%s: %d findings, the opinion is told: %v, want %v", name, guards, said, want)
		}
	}
}

// TestMakersOfDesktops: makers whose software stands on many desktops have a state by a source.
func TestMakersOfDesktops(t *testing.T) {
	db := loadShipped(t)
	for id, state := range map[string]string{"apple": "US", "huorong": "CN"} {
		if v := db.Vendor(id); v == nil || v.Jurisdiction != state || !v.Verified {
			t.Errorf("%s: %+v", id, v)
		}
	}
}
