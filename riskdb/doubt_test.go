package riskdb

import (
	"testing"

	"pgregory.net/rapid"

	"quaestor/scanners/inventory"
)

// TestDoubtTravels: whatever else is known, a finding that rests on a record which nobody verified is never
// above moderate, and one recognised by its name alone never above low.
func TestDoubtTravels(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tables := world()
		doubt := func(b *Basis, what string) {
			if rapid.Bool().Draw(t, what) {
				b.Verified, b.UnverifiedReason = false, "hearsay"
			}
			b.Confidence = rapid.SampledFrom([]Grade{GradeHigh, GradeMediumHigh, GradeMedium, GradeLow}).Draw(t, what+" grade")
		}
		for i := range tables.Vendors {
			doubt(&tables.Vendors[i].Basis, tables.Vendors[i].ID)
		}
		for i := range tables.Edges {
			doubt(&tables.Edges[i].Basis, tables.Edges[i].ID)
		}
		for i := range tables.Bans {
			doubt(&tables.Bans[i].Basis, tables.Bans[i].ID)
		}
		db := New(tables)
		policy, err := db.SelectPolicies("all")
		if err != nil {
			t.Fatal(err)
		}
		inv := inventory.New()
		for i := range tables.Products {
			for _, id := range tables.Products[i].Identifiers {
				inv.Apps = append(inv.Apps, android(id.Value, signedBy(genuineSHA, true)))
			}
			inv.Apps = append(inv.Apps, inventory.App{ID: "named-" + tables.Products[i].ID, Device: "phone", IdentifierKind: inventory.NameOnly,
				Identifier: tables.Products[i].Name, Name: tables.Products[i].Name})
		}
		for _, f := range Assess(db, policy, inv, "2026-11-22").Findings {
			checkDoubt(t, db, f)
		}
	})
}

func checkDoubt(t *rapid.T, db *DB, f Finding) {
	if f.Subject.App.IdentifierKind == inventory.NameOnly && f.Confidence != ConfidenceLow {
		t.Fatalf("%s of an app known by name only is %s", f.Rule, f.Confidence)
	}
	if f.Confidence != ConfidenceHigh {
		return
	}
	for _, m := range f.Measures[:min(1, len(f.Measures))] {
		if !m.Ban.Verified {
			t.Fatalf("%s is high and rests on the unverified measure %s", f.Rule, m.Ban.ID)
		}
		if m.Via == "product" {
			return // the measure names the product: whose it is does not matter
		}
	}
	for _, l := range f.Chain {
		if l.Relation != "note" && l.Kind != "law" && !l.Verified {
			t.Fatalf("%s is high and rests on the unverified step %s %s %s", f.Rule, l.From, l.Relation, l.To)
		}
	}
}

// TestSTIXScale: the values lie in the ranges that STIX gives to the words.
func TestSTIXScale(t *testing.T) {
	for c, r := range map[Confidence][2]int{ConfidenceLow: {1, 29}, ConfidenceModerate: {30, 69}, ConfidenceHigh: {70, 100}, "": {0, 0}} {
		if got := c.STIX(); got < r[0] || got > r[1] {
			t.Errorf("%q is %d, want %d to %d", c, got, r[0], r[1])
		}
	}
}
