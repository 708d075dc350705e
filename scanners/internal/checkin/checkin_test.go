package checkin

import (
	"strings"
	"testing"

	"quaestor/scanners/inventory"
)

// TestGap: no time is told apart from one that cannot be read, and neither passes.
func TestGap(t *testing.T) {
	for text, want := range map[string]inventory.GapKind{
		"": inventory.GapStaleDevice, " 0 ": inventory.GapStaleDevice, "null": inventory.GapStaleDevice, "Never": inventory.GapStaleDevice, "Nooit": inventory.GapStaleDevice,
		Never: inventory.GapStaleDevice, "1601-01-01 00:00:00": inventory.GapStaleDevice, "1970-01-01T00:00:00.000Z": inventory.GapStaleDevice,
		"yesterday": inventory.GapMalformed, "31/12/2026": inventory.GapMalformed, "1971-01-01": inventory.GapMalformed, strings.Repeat("9", 5000): inventory.GapMalformed, "\xff": inventory.GapMalformed,
	} {
		g := Gap("mdm/x", "d", "export.json", text)
		if g.Kind != want || g.Scanner != "mdm/x" || g.Device != "d" || g.Subject != "export.json" || g.Detail == "" || g.Next == "" {
			t.Errorf("%.40q: %+v, want %s", text, g, want)
		}
		if IsNever(text) != (want == inventory.GapStaleDevice) {
			t.Errorf("%.40q: IsNever", text)
		}
		for _, s := range g.Samples {
			if len(s) > 300 {
				t.Errorf("%.40q: a sample of %d bytes", text, len(s))
			}
		}
	}
}
