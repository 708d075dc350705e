package listing

import (
	"os"
	"testing"

	"quaestor/scanners/internal/scantest"
)

const shapesDir = "../../../../shared/corpus/dumps/shapes/"

// TestCorpus reads lists of real computers.
func TestCorpus(t *testing.T) {
	for name, want := range map[string]struct {
		apps        int
		device, app string
		publisher   string
	}{
		"windows-wmic-product.real-2018.csv":   {3, "IGIBBS-W10-VM-W", "Google Update Helper", "Google, Inc."},
		"windows-uninstall-list.real-2021.txt": {11, "windows-uninstall-list.real-2021.txt", "AMD Chipset Software", "Advanced Micro Devices, Inc."},
	} {
		if _, err := os.Stat(shapesDir + name); err != nil {
			t.Skip("no " + name + " in ../shared/corpus/dumps/shapes beside the repository")
		}
		inv := scantest.Scan(t, New(), shapesDir+name)
		if len(inv.Apps) != want.apps || inv.Devices[0].Name != want.device {
			t.Errorf("%s: %d apps of %q", name, len(inv.Apps), inv.Devices[0].Name)
		}
		if a := scantest.App(t, inv, want.app); a.Publisher != want.publisher {
			t.Errorf("%s: %+v", name, a)
		}
		for _, g := range inv.Gaps {
			if g.Kind.Incomplete() {
				t.Errorf("%s: %+v", name, g)
			}
		}
	}
}
