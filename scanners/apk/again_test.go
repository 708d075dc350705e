package apk

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// TestSeen: an APK that was read before gives the same facts and gaps under its new name, and is not checked a
// second time.
func TestSeen(t *testing.T) {
	for _, name := range []string{"plain.apk", "hostile.apk", "clone.apk", "split/base.apk", "unsigned.apk"} {
		other := filepath.Join(t.TempDir(), "other.apk")
		copyFile(t, "testdata/"+name, other)
		scan := func(s *scanner, path string) *inventory.Inventory {
			src, err := source.Open(source.Target{Path: path}, source.DefaultLimits)
			if err != nil {
				t.Fatal(err)
			}
			defer src.Close()
			inv, err := s.Scan(context.Background(), src)
			if err != nil {
				t.Fatal(err)
			}
			inv.Sort()
			return inv
		}
		s := &scanner{newEnvironment()}
		want := scan(&scanner{newEnvironment()}, other)
		scan(s, "testdata/"+name)
		if d := cmp.Diff(want, scan(s, other)); d != "" {
			t.Errorf("%s: %s", name, d)
		}
		if len(s.env.seen.byHash) != 1 {
			t.Errorf("%s: %d APKs remembered", name, len(s.env.seen.byHash))
		}
		for _, r := range s.env.seen.byHash {
			r.bin.Label = "remembered"
		}
		if again := scan(s, other); again.Binaries[0].Label != "remembered" {
			t.Errorf("%s: read again", name)
		}
	}
}
