package riskdb

import (
	"slices"
	"strings"
	"testing"

	"quaestor/scanners/inventory"
)

// harbour is the small world with a state that is linked with the named one: a vendor there that nobody owns, one
// that an owner in the named state holds, and security software of the first.
func harbour() Tables {
	t := world()
	t.Jurisdictions = append(t.Jurisdictions, Jurisdiction{Code: "XH", Name: "Exharbour", Group: "priority-linked", GroupBasis: "special region of Exland"})
	t.Vendors = append(t.Vendors, Vendor{ID: "free", Name: "Free", Jurisdiction: "XH", Basis: sure(Basis{})},
		Vendor{ID: "held", Name: "Held", Jurisdiction: "XH", Basis: sure(Basis{})})
	t.Edges = append(t.Edges, Edge{ID: "h1", Child: "held", Parent: "parent", Kind: Owns, From: "2016-01-01", Basis: sure(Basis{})})
	id := func(pkg string) []Identifier {
		return []Identifier{{Kind: inventory.AndroidPackage, Value: pkg, Basis: sure(Basis{})}}
	}
	t.Products = append(t.Products,
		Product{ID: "free", Name: "Free", Vendor: "free", Category: "social", Kind: AppProduct, Identifiers: id("org.free")},
		Product{ID: "shield", Name: "Shield", Vendor: "free", Category: "security", Kind: SecurityProduct, SecurityKind: "antivirus", Identifiers: id("org.shield")},
		Product{ID: "held", Name: "HeldApp", Vendor: "held", Category: "social", Kind: AppProduct, Identifiers: id("org.held")})
	return t
}

func TestLinkedState(t *testing.T) {
	db := New(harbour())
	p, err := db.SelectPolicies("be")
	if err != nil {
		t.Fatal(err)
	}
	for pkg, want := range map[string][]string{
		"org.free":   {"jurisdiction-linked info moderate inform"},
		"org.shield": {"jurisdiction-linked info moderate inform", "security-software-present info moderate inform"},
		"org.held":   {"influence low moderate review", "jurisdiction medium moderate review"},
	} {
		inv := inventory.New()
		inv.Apps = []inventory.App{android(pkg)}
		a := Assess(db, p, inv, today)
		if got := summary(a); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", pkg, got, want)
		}
		for _, f := range a.Findings {
			if f.Rule == RuleLinked && (!strings.Contains(f.Reason, "No conclusion is drawn") || !strings.Contains(f.Reason, "special region of Exland")) {
				t.Error(f.Reason)
			}
		}
	}
	if c := db.Chain("held", today); c.State != "XX" {
		t.Errorf("the owner in the named state is not reached beyond the linked one: %q", c.State)
	}
}

// TestLinkedStatesOfTheData: no owner in a linked state alone is judged as if the texts named that state.
func TestLinkedStatesOfTheData(t *testing.T) {
	linked := 0
	p, err := loaded.SelectPolicies("be")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range Assess(loaded, p, everyProduct(loaded), today).Findings {
		j := loaded.Jurisdiction(f.Params["state"])
		switch {
		case j.Linked() && f.Rule == RuleLinked:
			linked++
		case j.Linked():
			t.Errorf("%s: rule %s for %s", f.Subject.Product.ID, f.Rule, j.Code)
		}
	}
	if linked == 0 {
		t.Error("no product of an owner in a linked state: Xender was one")
	}
}

// TestOneName: a product and a company of one name make a sentence that says something.
func TestOneName(t *testing.T) {
	f := &facts{product: &Product{Name: "Xender"}, vendor: &Vendor{Name: "xender"}}
	if got := ownership(f, &reachable{}); got != "Xender is published by a company of the same name" {
		t.Error(got)
	}
	if got := ownership(f, &reachable{holder: "Parent"}); got != "Xender is published by a company of the same name, which Parent owns or controls" {
		t.Error(got)
	}
}
