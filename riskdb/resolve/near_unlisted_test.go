package resolve

import (
	"testing"

	"quaestor/scanners/inventory"
)

// TestNearWithoutIdentifiers is that a product of which no identifier is listed is near on every system: nothing says where it runs.
func TestNearWithoutIdentifiers(t *testing.T) {
	ix := New([]Product{
		{ID: "clip", Names: []string{"Clipper"}, Platforms: []inventory.Platform{inventory.Windows}},
		{ID: "live", Names: []string{"Clipper Live Studio"}},
		{ID: "lite", Names: []string{"Clipper Lite"}, Platforms: []inventory.Platform{inventory.Android}},
	}, nil, nil)
	got := ix.Near("clip", inventory.Windows)
	if len(got) != 1 || got[0].Product != "live" {
		t.Errorf("near on Windows: %+v, want live alone", got)
	}
}
