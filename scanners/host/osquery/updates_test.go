package osquery

import (
	"testing"

	"quaestor/scanners/internal/scantest"
	"quaestor/scanners/inventory"
)

// TestUpdates: updates are counted, and not listed as programs; a program that is called so without a number of one is one.
func TestUpdates(t *testing.T) {
	inv := scantest.Scan(t, New(), write(t, program("a", 0, "Hotfix for Foo (KB1)")+program("a", 0, "Security Update for Bar (kb5001)")+program("a", 0, "Update for Windows KB5001330")+
		program("a", 0, "KB Reader")+program("a", 0, "Driver Update (KB)")+program("a", 0, "Foo (KB1)")))
	var names []string
	for _, a := range inv.Apps {
		names = append(names, a.Name)
	}
	same(t, "programs", names, "Driver Update (KB)", "Foo (KB1)", "KB Reader")
	gaps := scantest.Gaps(inv, inventory.GapSkipped)
	if len(gaps) != 1 || gaps[0].Count != 3 {
		t.Errorf("%+v", gaps)
	}
}
