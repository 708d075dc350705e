package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"quaestor/scanners/inventory"
)

// TestListsComeBack writes lists of software and reads them again: the components are the same, no more and no fewer.
func TestListsComeBack(t *testing.T) {
	for target, least := range map[string]int{"testdata/computers/linux": 8, "scanners/host/osquery/testdata/fleet-hosts.json": 1, "scanners/sbom/testdata/app.cdx.xml": 2, "scanners/sbom/testdata/device.cdx.json": 6} {
		dir := t.TempDir()
		facts := filepath.Join(dir, "facts.json")
		for _, format := range []string{"cyclonedx", "spdx"} {
			list, again := filepath.Join(dir, format+".json"), filepath.Join(dir, format+"-again.json")
			if _, _, errs := run(t, nil, "scan", "../../"+target, "-o", format+"="+list, "-o", "inventory="+facts); errs == "" {
				t.Fatal("nothing is said")
			}
			if code, _, errs := run(t, nil, "scan", list, "-o", "inventory="+again); code > 1 {
				t.Fatalf("%s: exit code %d: %s", format, code, errs)
			}
			want, got := componentsOf(t, facts), componentsOf(t, again)
			if !slices.Equal(want, got) || len(want) < least {
				t.Errorf("%s as %s: components are\n%s\nwant\n%s", target, format, strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
		}
	}
}

// componentsOf are name, package URL and version of the components of an inventory.
func componentsOf(t *testing.T, file string) (out []string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var inv inventory.Inventory
	if err := json.Unmarshal(text, &inv); err != nil {
		t.Fatal(err)
	}
	for _, c := range inv.Components {
		out = append(out, c.Name+" "+c.PURL+" "+c.Version)
	}
	slices.Sort(out)
	return out
}
