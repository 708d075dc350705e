package riskdb_test

import (
	"testing"

	"quaestor/riskdb"
	"quaestor/riskdb/resolve/labelled"
)

// TestExportsDrawn is how names without identifiers resolve that were drawn by lot: its figures are those of names which nobody chose.
func TestExportsDrawn(t *testing.T) {
	db, err := riskdb.Load()
	if err != nil {
		t.Fatal(err)
	}
	set, err := labelled.ExportsDrawn()
	if err != nil {
		t.Fatal(err)
	}
	score := labelled.Evaluate(db.Names(), set)
	for _, k := range score.Kinds {
		t.Logf("%-22s %3d pairs: precision %.3f, recall %.3f", k.Kind, k.Pairs, k.Precision(), k.Recall())
	}
	precision, recall := score.All.Precision(), score.All.Recall()
	t.Logf("%-22s %3d pairs: precision %.3f, recall %.3f", "all", score.All.Pairs, precision, recall)
	if precision < 0.96 || recall < 0.777 {
		t.Errorf("precision %.3f, recall %.3f: want at least 0.960 and 0.777, as when the names were first resolved", precision, recall)
	}
	if answers := score.All.Right + score.All.False; answers < 40 {
		t.Errorf("%d answers are too few for a figure", answers)
	}
}
