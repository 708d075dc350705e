package listing

import (
	"path/filepath"
	"strings"
	"testing"

	"quaestor/scanners/internal/scantest"
)

// inputs are the lists in testdata.
func inputs(t testing.TB) []string {
	t.Helper()
	all, err := filepath.Glob("testdata/*")
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, name := range all {
		if !strings.HasSuffix(name, ".golden.json") {
			out = append(out, name)
		}
	}
	if len(out) < 26 {
		t.Fatalf("only %d lists", len(out))
	}
	return out
}

func TestGolden(t *testing.T) {
	for _, name := range inputs(t) {
		t.Run(filepath.Base(name), func(t *testing.T) {
			scantest.Golden(t, scantest.Scan(t, New(), name), name+".golden.json")
		})
	}
}
