package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"quaestor/scanners/inventory"
)

// TestListsComeBack writes lists of software and reads them again: the components are the same.
func TestListsComeBack(t *testing.T) {
	const target = "../../testdata/computers/linux"
	dir := t.TempDir()
	facts := filepath.Join(dir, "facts.json")
	for _, format := range []string{"cyclonedx", "spdx"} {
		list, again := filepath.Join(dir, format+".json"), filepath.Join(dir, format+"-again.json")
		if _, _, errs := run(t, nil, "scan", target, "-o", format+"="+list, "-o", "inventory="+facts); errs == "" {
			t.Fatal("nothing is said")
		}
		if code, _, errs := run(t, nil, "scan", list, "-o", "inventory="+again); code > 1 {
			t.Fatalf("%s: exit code %d: %s", format, code, errs)
		}
		want, got := purls(t, facts), purls(t, again)
		for _, c := range want {
			if !slices.Contains(got, c) {
				t.Errorf("%s: %s is lost", format, c)
			}
		}
		if len(want) == 0 {
			t.Error("there are no components")
		}
	}
}

// purls are package URLs and versions of the components of an inventory.
func purls(t *testing.T, file string) (out []string) {
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
		out = append(out, c.PURL+" "+c.Version)
	}
	return out
}
