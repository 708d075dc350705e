package reports

import (
	"testing"

	"quaestor/scanners/inventory"
)

// TestPassedOver: only files that no scanner reads are counted as such.
func TestPassedOver(t *testing.T) {
	var all Totals
	for _, detail := range []string{inventory.PassedOver, "Symbolic links were not followed.", "Several sources tell of the same device."} {
		g := Gap{}
		g.Scanner, g.Kind, g.Count, g.Detail = "runner", string(inventory.GapSkipped), 3, detail
		all.gap(&g)
	}
	if all.passedOver != 3 {
		t.Errorf("%d files of other kinds, not 3", all.passedOver)
	}
}
