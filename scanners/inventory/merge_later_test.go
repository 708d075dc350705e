package inventory

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// TestMergeLater: what the source says holds to which the device reported later, whichever is merged first; and that a device was
// held for tampered with is never taken back, nor left unsaid that sources differ.
func TestMergeLater(t *testing.T) {
	yes, no := true, false
	early, late := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC), time.Date(2026, 5, 1, 8, 0, 0, 0, time.UTC)
	of := func(seen time.Time, version string, tampered *bool) *Inventory {
		return &Inventory{Devices: []Device{{ID: "d", LastSeen: &seen, OSVersion: version, SecurityPatch: version, Model: "M" + version, Management: &Management{System: "s", State: version, Tampered: tampered}}},
			Apps: []App{{ID: "a", Device: "d", Identifier: "x", Version: version, Name: "N" + version}}}
	}
	for _, lateFirst := range []bool{false, true} {
		for _, lateTampered := range []bool{false, true} {
			list := []*Inventory{of(early, "17", &yes), of(late, "18", &no)}
			if lateTampered {
				list = []*Inventory{of(early, "17", &no), of(late, "18", &yes)}
			}
			if lateFirst {
				slices.Reverse(list)
			}
			inv := MergeAll(list)
			d := inv.Devices[0]
			if d.OSVersion != "18" || d.SecurityPatch != "18" || d.Management.State != "18" || inv.Apps[0].Version != "18" {
				t.Errorf("late first %v: %+v %+v, app of version %s", lateFirst, d, d.Management, inv.Apps[0].Version)
			}
			if !*d.Management.Tampered {
				t.Errorf("late first %v, late tampered %v: not tampered", lateFirst, lateTampered)
			}
			at := slices.IndexFunc(inv.Gaps, func(g Gap) bool { return strings.HasSuffix(g.Subject, " Tampered") })
			if at < 0 || inv.Gaps[at].Device != "d" || !strings.Contains(inv.Gaps[at].Detail, "that it was is used") || !slices.Contains(inv.Gaps[at].Samples, "true") {
				t.Errorf("gaps %+v", inv.Gaps)
			}
			if first := map[bool]string{true: "18", false: "17"}[lateFirst]; d.Model != "M"+first || inv.Apps[0].Name != "N"+first {
				t.Errorf("late first %v: model %s, app %s", lateFirst, d.Model, inv.Apps[0].Name)
			}
		}
	}
}
