package riskdb_test

import (
	"strings"
	"testing"

	"quaestor/riskdb"
	"quaestor/scanners/inventory"
)

// TestNearNames is that a finding from a name alone names the products that it may be mixed up with.
func TestNearNames(t *testing.T) {
	db, err := riskdb.Load()
	if err != nil {
		t.Fatal(err)
	}
	inv := inventory.New()
	inv.Devices = []inventory.Device{{ID: "phone", Platform: inventory.IOS}}
	inv.Apps = []inventory.App{{ID: "a", Device: "phone", Platform: inventory.IOS, IdentifierKind: inventory.NameOnly, Name: "TikTok"},
		{ID: "b", Device: "phone", Platform: inventory.IOS, IdentifierKind: inventory.IOSBundle, Identifier: "com.zhiliaoapp.musically", Name: "TikTok"}}
	found := map[string]int{}
	for _, f := range riskdb.Assess(db, riskdb.Policies{}, inv, "2026-11-01").Findings {
		if f.Subject.App == nil {
			continue
		}
		told := false
		for _, e := range f.Evidence {
			told = told || strings.Contains(e.Detail, "Others on record that it may be: ") && strings.Contains(e.Detail, "(tiktok-lite) has a name that goes on")
		}
		if nameAlone := f.Subject.App.ID == "a"; told != nameAlone {
			t.Errorf("%s of app %s: others are told: %t", f.Rule, f.Subject.App.ID, told)
		}
		if f.Subject.App.ID == "a" && f.Confidence != riskdb.ConfidenceLow {
			t.Errorf("%s: confidence %s", f.Rule, f.Confidence)
		}
		found[f.Subject.App.ID]++
	}
	if found["a"] == 0 || found["b"] == 0 {
		t.Errorf("findings: %v", found)
	}
}
