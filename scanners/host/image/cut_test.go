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

// TestNoLayer: of a layer that is missing it is not said that it was read in part.
func TestNoLayer(t *testing.T) {
	for of, want := range map[int]string{1: "The only layer is not in the archive", 3: "Layer 1 of 3 is not in the archive"} {
		st := &store{blobs: map[string]*blob{}}
		_, err := st.layer(t.Context(), "nope/layer.tar")
		g := layerGap("x.tar", 1, of, err)
		if !strings.HasPrefix(g.Detail, want) || !strings.Contains(g.Detail, "nope/layer.tar") || strings.Contains(g.Detail, "to its end") {
			t.Error(g.Detail)
		}
	}
}
