package intune

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"quaestor/scanners"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// FuzzSplit: whatever the bytes are, the devices have identifiers, and two readings are the same.
func FuzzSplit(f *testing.F) {
	for _, pattern := range []string{"testdata/*.csv", "testdata/*s.json"} {
		names, err := filepath.Glob(pattern)
		if err != nil || len(names) == 0 {
			f.Fatal(pattern, err)
		}
		for _, name := range names {
			b, err := os.ReadFile(name)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(b)
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		src := open(t, "export", string(b))
		New().Recognise(src)
		if first, second := read(t, src), read(t, src); first != second {
			t.Errorf("%s\nand then\n%s", first, second)
		}
	})
}

// read is everything in a source, as text.
func read(t *testing.T, src *source.Source) string {
	var all []*inventory.Inventory
	rest, _ := New().Split(context.Background(), []*source.Source{src}, func(p scanners.Part) error {
		inv := p()
		if len(inv.Devices) != 1 || inv.Devices[0].ID == "" {
			t.Errorf("%+v", inv.Devices)
		}
		for _, a := range inv.Apps {
			if a.ID == "" || a.Identifier == "" || a.Device != inv.Devices[0].ID {
				t.Errorf("%+v", a)
			}
		}
		all = append(all, inv)
		return nil
	})
	b, err := json.Marshal(append(all, rest))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
