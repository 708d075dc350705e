package registry

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"quaestor/scanners/internal/winreg/hivetest"
)

var update = flag.Bool("update", false, "write testdata/volume anew")

// TestSample keeps testdata/volume, which tests of whole commands scan, what hivetest writes.
func TestSample(t *testing.T) {
	for name, content := range hivetest.Volume(t) {
		file := filepath.Join("testdata", "volume", filepath.FromSlash(name))
		if *update {
			if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if b, err := os.ReadFile(file); err != nil || string(b) != content {
			t.Errorf("%s differs from what hivetest writes (%v); look at the change, then run with -args -update", file, err)
		}
	}
}
