package riskdb

import (
	"slices"
	"testing"

	"quaestor/scanners/inventory"
)

// TestDefinitionsOfTheAntivirus: a product is registered several times; how old its definitions are says that of the antivirus,
// and which state it is in the best of all, in whatever order they come.
func TestDefinitionsOfTheAntivirus(t *testing.T) {
	av := inventory.SecurityProduct{ID: "1", Kind: "antivirus", State: "on", Definitions: "outdated", Version: "2"}
	spy := inventory.SecurityProduct{ID: "2", Kind: "antispyware", State: "off", Definitions: "current"}
	wall := inventory.SecurityProduct{ID: "3", Kind: "firewall", State: "snoozed"}
	mark := inventory.SecurityProduct{ID: "4", Kind: "service", State: "running", Vendor: "Stated"}
	for _, order := range [][]inventory.SecurityProduct{{av, spy, wall, mark}, {spy, av, mark, wall}, {mark, wall, spy, av}, {wall, spy, mark, av}} {
		var s SecuritySoftware
		for i := range order {
			s.takes(&order[i])
		}
		if s.Definitions != "outdated" || s.State != "on" || s.Version != "2" || s.StatedVendor != "Stated" || len(slices.Compact(slices.Sorted(slices.Values(s.Facts)))) != 4 {
			t.Errorf("%+v", s)
		}
	}
	var s SecuritySoftware
	s.takes(&spy)
	if s.takes(&mark); s.Definitions != "current" || s.State != "off" {
		t.Errorf("without an antivirus: %+v", s)
	}
}
