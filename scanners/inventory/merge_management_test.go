package inventory

import (
	"testing"
	"time"
)

// TestMergeManagement: two exports tell of one device; what they disagree on is said, and the later report holds.
func TestMergeManagement(t *testing.T) {
	yes, no := true, false
	early, late := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC), time.Date(2026, 5, 1, 8, 0, 0, 0, time.UTC)
	of := func(seen time.Time, m Management) *Inventory {
		return &Inventory{Devices: []Device{{ID: "d", LastSeen: &seen, Management: &m}}}
	}
	for name, tt := range map[string]struct{ first, second time.Time }{"later second": {early, late}, "later first": {late, early}} {
		t.Run(name, func(t *testing.T) {
			inv := of(tt.first, Management{System: "intune", Compliant: &yes})
			inv.Merge(of(tt.second, Management{System: "intune", Compliant: &no, Encrypted: &yes}))
			d := inv.Devices[0]
			if !d.LastSeen.Equal(late) {
				t.Errorf("last seen %v, not %v", d.LastSeen, late)
			}
			if *d.Management.Compliant != (tt.first == late) || d.Management.Encrypted == nil || !*d.Management.Encrypted {
				t.Errorf("management %+v", *d.Management)
			}
			if len(inv.Gaps) != 1 {
				t.Errorf("%d gaps, not one for the disagreement: %+v", len(inv.Gaps), inv.Gaps)
			}
		})
	}
}
