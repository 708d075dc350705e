package main

import (
	"os"
	"slices"
	"testing"

	"quaestor/riskdb"
	"quaestor/scanners/inventory"
)

// TestBuildsAreJudged: every Android control has the facts of a build, and a mark that no ordinary build bears would be
// an accusation of those that are built so.
func TestBuildsAreJudged(t *testing.T) {
	cs, err := readControls(os.DirFS("../../testdata/neutral"))
	if err != nil {
		t.Fatal(err)
	}
	db, err := riskdb.Load()
	if err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	for i := range cs.Controls {
		if b := cs.buildOf(&cs.Controls[i], i); b != nil {
			used[b.ID] = true
		}
	}
	for _, b := range cs.Builds {
		if !used[b.ID] || b.Note == "" || b.Classes == 0 {
			t.Errorf("build %q is of no use", b.ID)
		}
	}
	accused := func() int {
		p, err := db.SelectPolicies("none")
		if err != nil {
			t.Fatal(err)
		}
		found := riskdb.Assess(db, p, inventoryOf(cs, cs.Controls), "2026-11-22").Findings
		return len(slices.DeleteFunc(found, func(f riskdb.Finding) bool { return f.Rule != riskdb.RulePacked }))
	}
	if n := accused(); n > 0 {
		t.Errorf("%d ordinary apps are said to be packed", n)
	}
	cs.Builds[0].Marks[inventory.MarkPacker] = "classes.dex"
	if n := accused(); n < 20 {
		t.Errorf("only %d of the apps with the mark are told", n)
	}
}
