package image

import (
	"strings"
	"testing"

	"quaestor/scanners/internal/rootfs"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// TestCut: names that were left out are a gap, with their number.
func TestCut(t *testing.T) {
	src, err := source.Open(source.Target{Path: t.TempDir()}, source.DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	inv := New().computer(t.Context(), src, "an image", image{}, &rootfs.Layer{Cut: 3}, &rootfs.Layer{Cut: 4})
	for _, g := range inv.Gaps {
		if g.Kind == inventory.GapLimit && g.Count == 7 && strings.Contains(g.Detail, "more files than are kept") {
			return
		}
	}
	t.Errorf("gaps %+v", inv.Gaps)
}
