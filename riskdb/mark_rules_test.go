package riskdb

import (
	"slices"
	"testing"

	"quaestor/scanners/inventory"
)

// TestRulesOfMark assesses an app with each mark alone: a rule that is said to judge it does, and no other.
func TestRulesOfMark(t *testing.T) {
	for _, m := range inventory.Marks() {
		if m.Code == inventory.MarkHiddenCode { // the files that it tells of are judged, not the mark
			continue
		}
		b := inventory.Binary{SHA256: "aa", Format: "apk", Package: "org.example.app", Signed: inventory.SignatureValid,
			Marks: []inventory.Mark{{Code: m.Code, Detail: "x", Count: 3, Places: []inventory.Place{{File: "AndroidManifest.xml"}}}}}
		inv := &inventory.Inventory{Binaries: []inventory.Binary{b},
			Apps: []inventory.App{{ID: "a", IdentifierKind: inventory.AndroidPackage, Identifier: "org.example.app", Binaries: []string{"aa"}}}}
		var rules []string
		for _, f := range Assess(sdkWorld(), Policies{}, inv, "2026-01-01").Findings {
			rules = append(rules, f.Rule)
		}
		if want := RulesOfMark(m.Code); !slices.Equal(rules, want) {
			t.Errorf("%s: rules %q judge it, %q are named", m.Code, rules, want)
		}
	}
}
