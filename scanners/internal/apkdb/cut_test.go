package apkdb_test

import (
	"strings"
	"testing"

	"quaestor/scanners/internal/apkdb"
)

// TestCutOff: a database that ends in the middle of a line lacks what came after, and that is told.
func TestCutOff(t *testing.T) {
	for text, want := range map[string]int{"P:quince\nV:1.0-r0\n\n": 0, "P:quince\nV:1.0-r0\n": 0, "P:quince\nV:1.0-r0\nA:x86_": 1} {
		problems, packages := 0, 0
		err := apkdb.Read(strings.NewReader(text), apkdb.Handler{Problem: func(int, string) { problems++ }, Package: func(*apkdb.Package) error { packages++; return nil }})
		if err != nil || problems != want || packages != 1 {
			t.Errorf("%q: %d problems, %d packages, %v; want %d, 1", text, problems, packages, err, want)
		}
	}
}
