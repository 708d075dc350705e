package main

import (
	"path/filepath"
	"testing"
)

// TestRun: each form is made, plain and compressed, and both ways of reading read it; another form is told.
func TestRun(t *testing.T) {
	for name := range forms {
		for _, end := range []string{"", ".gz"} {
			file := filepath.Join(t.TempDir(), "export"+end)
			for _, args := range [][]string{{"make", name, "300", file}, {"standard", name, file}, {"own", name, file}} {
				if err := run(args); err != nil {
					t.Errorf("%q: %v", args, err)
				}
			}
		}
	}
	table := filepath.Join(t.TempDir(), "table")
	if err := run([]string{"make", "intune-csv", "10", table}); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{nil, {"make", "amapi", "x", table}, {"make", "none", "1", table}, {"own", "amapi", table}, {"standard", "intune-json", table}, {"own", "amapi", table, "more"}} {
		if run(args) == nil {
			t.Errorf("%q: no error", args)
		}
	}
}
