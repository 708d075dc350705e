package systemprofiler

import (
	"slices"
	"testing"

	"quaestor/scanners/inventory"
)

func TestInsideAnotherApp(t *testing.T) {
	c := &collector{inv: inventory.New(), named: map[string]int{}}
	c.app(map[string]any{"_name": "Helper", "path": "/Applications/A.app/Contents/Helper.app"})
	c.app(map[string]any{"_name": "A", "path": "/Applications/A.app"})
	if a := c.inv.Apps; !slices.Equal(a[0].Flags, []string{"inside-another-app"}) || len(a[1].Flags) != 0 {
		t.Errorf("%+v", a)
	}
}

// A server is that of the management where the part is of the management, and of no other.
func TestManagement(t *testing.T) {
	for kind, want := range map[string]string{"com.apple.mdm": "mdm.example.org", "com.apple.other": ""} {
		c := &collector{inv: inventory.New()}
		c.inv.Devices = []inventory.Device{{}}
		c.management(kind, `{ ServerURL = "https://mdm.example.org/x"; }`)
		if got := c.inv.Devices[0].Properties["MDM.ServerURL"]; got != want {
			t.Errorf("%s: %q", kind, got)
		}
	}
}
