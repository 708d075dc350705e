package workspaceone

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"quaestor/scanners/internal/mapping"
	"quaestor/scanners/internal/scantest"
	"quaestor/scanners/inventory"
)

// TestExports: every form is recognised by its own map, and what is personal stays out.
func TestExports(t *testing.T) {
	names, err := filepath.Glob("maps/*.yaml")
	if err != nil || len(names) < 6 {
		t.Fatalf("only %d maps (%v)", len(names), err)
	}
	for _, name := range names {
		base := strings.TrimSuffix(filepath.Base(name), ".yaml")
		if bare[filepath.Base(name)] {
			continue // by themselves they are of no device
		}
		t.Run(base, func(t *testing.T) {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := mapping.Parse(name, text); err != nil {
				t.Fatal(err)
			}
			export := "testdata/" + base + ".json"
			if _, err := os.Stat(export); err != nil {
				export = "testdata/" + base + ".csv"
			}
			if m := find(scantest.Open(t, export)); m == nil || m.File() != base+".yaml" {
				t.Fatalf("recognised as %v", m)
			}
			golden := export + ".golden.json"
			scantest.Golden(t, scantest.Scan(t, Scanner{}, export), golden)
			out, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			for _, personal := range []string{"jdoe", "parl.example", "3567890", "3225550100", "AABBCC"} {
				if strings.Contains(string(out), personal) {
					t.Errorf("%s is kept", personal)
				}
			}
		})
	}
}

// TestOneDevice: the API and Intelligence tell of one phone under one identifier, unless one of them lacks the UDID.
func TestOneDevice(t *testing.T) {
	a, b := scantest.Scan(t, Scanner{}, "testdata/api-1-devices-2.json"), scantest.Scan(t, Scanner{}, "testdata/intelligence.csv")
	if !slices.ContainsFunc(b.Devices, func(d inventory.Device) bool { return d.ID == a.Devices[0].ID }) {
		t.Errorf("%s is not among %v", a.Devices[0].ID, b.Devices)
	}
	if len(a.Apps) != 1 || a.Devices[0].Management.Tampered == nil || !*a.Devices[0].Management.Tampered {
		t.Errorf("%+v, %+v", a.Apps, a.Devices[0].Management)
	}
}
