package apk

import (
	"fmt"
	"strings"
	"testing"

	"quaestor/scanners/inventory"
)

// TestDamagedNative: native code that cannot be read is told in one gap, wherever it lies.
func TestDamagedNative(t *testing.T) {
	manifest := stored("AndroidManifest.xml", content(t, "plain.apk", "AndroidManifest.xml"))
	for name, folder := range map[string]string{"loaded": "lib/x86/lib%d.so", "in an odd place": "assets/%d.bin"} {
		entries := []rawEntry{manifest, stored("lib/x86/empty.so", "\x7fELF")}
		for i := range 6 {
			entries = append(entries, stored(fmt.Sprintf(folder, i), "\x7fELF\x02\x09\x01"+strings.Repeat("\x00", 45+9*i)))
		}
		var found []inventory.Gap
		for _, g := range readBytes(t, rawZip(entries...)).gaps {
			if strings.HasPrefix(g.Detail, "native code was read in part") {
				found = append(found, g)
			}
		}
		if len(found) != 1 || found[0].Count != 6 || found[0].Kind != inventory.GapMalformed || len(found[0].Samples) != gapSamples {
			t.Errorf("%s: gaps %+v, want one that counts 6", name, found)
		}
	}
}
