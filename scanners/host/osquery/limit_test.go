package osquery

import (
	"fmt"
	"strings"
	"testing"

	"quaestor/scanners/internal/scantest"
	"quaestor/scanners/inventory"
)

// TestManyHosts: a log of more computers than are kept says so, and has those that came first.
func TestManyHosts(t *testing.T) {
	var s strings.Builder
	for i := range maxHosts + 5 {
		fmt.Fprintf(&s, `{"name":"programs","hostIdentifier":"pc%d","unixTime":1795000000,"counter":0,"columns":{"name":"A","version":"1","publisher":"M","identifying_number":"{1}"},"action":"added"}`+"\n", i)
	}
	inv := scantest.Scan(t, New(), write(t, s.String()))
	if gaps := scantest.Gaps(inv, inventory.GapLimit); len(gaps) != 1 || len(inv.Devices) != maxHosts {
		t.Errorf("%d devices, gaps %+v", len(inv.Devices), gaps)
	}
}
