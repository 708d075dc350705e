package winfacts

import (
	"context"
	"testing"

	"quaestor/scanners/internal/winreg/hivetest"
	"quaestor/scanners/inventory"
)

// TestRunning: what the running system says of a service goes before what the registry has of it.
func TestRunning(t *testing.T) {
	inv := inventory.New()
	reg := hivetest.Fill(t, "[HKLM\\SYSTEM\\CurrentControlSet\\Services\\Guard]\nType=#0x10\nStart=#2\n[HKLM\\SYSTEM\\CurrentControlSet\\Services\\idle]\nType=#1\nStart=#3\n[HKLM\\SYSTEM\\CurrentControlSet\\Services\\Off]\nType=#1\nStart=#4\n")
	Collect(context.Background(), reg, &Collector{Scanner: "test", Device: "d", Inv: inv, Running: map[string]bool{"guard": true, "idle": false, "off": true}})
	got := map[string]string{}
	for _, p := range inv.SecurityProducts {
		got[p.Service] = p.State
	}
	if got["Guard"] != "running" || got["idle"] != "installed" || got["Off"] != "running" {
		t.Errorf("%v", got)
	}
}
