package amapi

import (
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"quaestor/scanners"
	"quaestor/scanners/internal/exporttest"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// TestLongExport: an export may be longer than other files, and one that unpacks without end is told as such, with what came before
// its end.
func TestLongExport(t *testing.T) {
	var export, bomb bytes.Buffer
	if err := exporttest.AMAPI(&export, 50, 20); err != nil {
		t.Fatal(err)
	}
	z := gzip.NewWriter(&bomb)
	for _, text := range []string{export.String(), strings.Repeat(" ", 20<<20)} {
		if _, err := z.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	limits := source.DefaultLimits
	limits.FileBytes = 10_000
	if export.Len() < 10*int(limits.FileBytes) {
		t.Fatalf("an export of %d bytes", export.Len())
	}
	for name, tt := range map[string]struct {
		content []byte
		limited bool
	}{"devices.json": {export.Bytes(), false}, "devices.json.gz": {bomb.Bytes(), true}} {
		file := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(file, tt.content, 0o600); err != nil {
			t.Fatal(err)
		}
		inv := scanners.Run(t.Context(), []source.Target{{Path: file}}, scanners.Options{Scanners: []scanners.Scanner{New()}, Limits: limits})
		at := slices.IndexFunc(inv.Gaps, func(g inventory.Gap) bool { return g.Kind == inventory.GapLimit })
		if len(inv.Devices) != 50 || (at >= 0) != tt.limited {
			t.Errorf("%s: %d devices, %+v", name, len(inv.Devices), inv.Gaps)
		} else if tt.limited && (!strings.Contains(inv.Gaps[at].Detail, "size when unpacked") || !strings.Contains(inv.Gaps[at].Next, "unpack it")) {
			t.Errorf("%s: %+v", name, inv.Gaps[at])
		}
	}
}
