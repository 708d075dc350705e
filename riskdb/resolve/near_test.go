package resolve

import (
	"slices"
	"testing"

	"quaestor/scanners/inventory"
)

func TestNear(t *testing.T) {
	both := []inventory.Platform{inventory.IOS, inventory.Windows}
	ix := New([]Product{
		{ID: "clip", Vendor: "v", Names: []string{"Clipper"}, Platforms: both},
		{ID: "lite", Vendor: "v", Names: []string{"Clipper Lite"}, Platforms: both},
		{ID: "studio", Vendor: "v", Names: []string{"Clipper Studio Pro"}, Platforms: both},
		{ID: "typo", Vendor: "w", Names: []string{"Cllpper"}, Platforms: both},
		{ID: "same", Vendor: "w", Names: []string{"CLIPPER"}, Platforms: both},
		{ID: "other", Vendor: "w", Names: []string{"Paperclip"}, Platforms: both},
		{ID: "short", Vendor: "w", Names: []string{"Abcd"}, Platforms: both},
		{ID: "shorter", Vendor: "w", Names: []string{"Abce"}, Platforms: both},
	}, []Vendor{{ID: "v", Names: []string{"V"}}, {ID: "w", Names: []string{"W"}}}, nil)
	for of, want := range map[string][]string{
		"clip":   {"same", "typo", "lite", "studio"},
		"studio": {"clip", "same"},
		"other":  nil,
		"short":  nil, // four letters are near everything
		"nobody": nil,
	} {
		for range 2 { // the second answer is remembered
			var got []string
			for _, n := range ix.Near(of, inventory.IOS) {
				got = append(got, n.Product)
			}
			slices.Sort(got)
			sorted := slices.Clone(want)
			slices.Sort(sorted)
			if !slices.Equal(got, sorted) {
				t.Errorf("near %s: %q, want %q", of, got, want)
			}
		}
	}
	if got := ix.Near("clip", inventory.Android); len(got) != 0 {
		t.Errorf("near on a system that none of them is known on: %+v", got)
	}
	if got := ix.Near("clip", inventory.IOS); got[0].Product != "same" || got[len(got)-1].Product != "studio" {
		t.Errorf("not the nearest first: %+v", got)
	}
}
