// Package scantest runs a scanner over its samples and compares what it finds with golden files, so that the
// tests of all scanners look alike. `go test -update` writes the golden files; read the difference before
// committing it.
//
// What the package cannot see: whether a golden file is right. Each scanner's tests state the facts that matter.
package scantest

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"quaestor/scanners"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

var update = flag.Bool("update", false, "write the golden files of scanner tests")

// Open opens a file or folder for the length of a test.
func Open(t testing.TB, path string) *source.Source {
	t.Helper()
	src, err := source.Open(source.Target{Path: path}, source.DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { src.Close() })
	return src
}

// Scan lets a scanner recognise and read a file or folder, and fails the test when it does not.
func Scan(t testing.TB, s scanners.Scanner, path string) *inventory.Inventory {
	t.Helper()
	src := Open(t, path)
	if !s.Recognise(src) {
		t.Fatalf("%s is not recognised", path)
	}
	inv, err := s.Scan(context.Background(), src)
	if err != nil {
		t.Fatal(err)
	}
	inv.Sort()
	return inv
}

// Golden compares an inventory with a golden file.
func Golden(t *testing.T, inv *inventory.Inventory, golden string) {
	t.Helper()
	diff, err := compare(inv, golden, *update)
	switch {
	case err != nil:
		t.Fatal(err)
	case diff != "":
		t.Error(diff)
	}
}

// compare is the difference between a golden file and an inventory, empty when there is none. With write, the
// inventory becomes the golden file first.
func compare(inv *inventory.Inventory, golden string, write bool) (string, error) {
	got, err := json.MarshalIndent(inv, "", " ")
	if err != nil {
		return "", err
	}
	got = append(got, '\n')
	if write {
		if err := os.WriteFile(golden, got, 0o644); err != nil {
			return "", err
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		return "", fmt.Errorf("%w; run the test with -update", err)
	}
	return cmp.Diff(string(want), string(got)), nil
}

// GoldenFiles scans every file that matches pattern, at least least of them, and compares each result with the
// golden file beside it.
func GoldenFiles(t *testing.T, s scanners.Scanner, pattern string, least int) {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) < least {
		t.Fatalf("%d files match %s, want %d or more (%v)", len(files), pattern, least, err)
	}
	for _, name := range files {
		t.Run(filepath.Base(name), func(t *testing.T) {
			Golden(t, Scan(t, s, name), name[:len(name)-len(filepath.Ext(name))]+".golden.json")
		})
	}
}

// App is the app with an identifier; the test fails when it is not there.
func App(t testing.TB, inv *inventory.Inventory, identifier string) *inventory.App {
	t.Helper()
	at := slices.IndexFunc(inv.Apps, func(a inventory.App) bool { return a.Identifier == identifier })
	if at < 0 {
		t.Fatalf("no app %s", identifier)
	}
	return &inv.Apps[at]
}

// Gaps are the gaps of one kind.
func Gaps(inv *inventory.Inventory, kind inventory.GapKind) []inventory.Gap {
	var out []inventory.Gap
	for _, g := range inv.Gaps {
		if g.Kind == kind {
			out = append(out, g)
		}
	}
	return out
}
