package reporttest

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files in place of comparing with them")

// Golden compares got with a file. With -update it writes the file.
func Golden(t *testing.T, file string, got []byte) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v: run go test with -update and look at what it wrote", err)
	}
	if !bytes.Equal(want, got) {
		t.Errorf("%s differs: run go test with -update and look at the change\n%s", file, firstDifference(want, got))
	}
}

func firstDifference(want, got []byte) []byte {
	w, g := bytes.Split(want, []byte("\n")), bytes.Split(got, []byte("\n"))
	for i := range g {
		if i >= len(w) || !bytes.Equal(w[i], g[i]) {
			return g[i]
		}
	}
	return nil
}

// FullDisk is an output that takes nothing.
type FullDisk struct{}

// Write always fails with [os.ErrClosed].
func (FullDisk) Write([]byte) (int, error) { return 0, os.ErrClosed }
