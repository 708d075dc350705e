package intune

import (
	"os"
	"testing"

	"quaestor/scanners/internal/scantest"
	"quaestor/scanners/inventory"
)

const shape = "../../../../shared/corpus/dumps/shapes/intune-detectedApps.live-page.json"

// TestCorpus reads a page that Microsoft Graph answered.
func TestCorpus(t *testing.T) {
	src, err := os.Stat(shape)
	if err != nil {
		t.Skip("no intune-detectedApps.live-page.json in ../shared/corpus/dumps/shapes beside the repository")
	}
	inv := scantest.Scan(t, New(), shape)
	if len(inv.Apps) != 5 || len(inv.Devices) != 2 {
		t.Errorf("%d bytes: %d apps of %d devices", src.Size(), len(inv.Apps), len(inv.Devices))
	}
	a := scantest.App(t, inv, "23andMe")
	if a.Platform != inventory.IOS || a.Version != "15.27.0" || a.DeviceCount != 1 || a.IdentifierKind != inventory.NameOnly {
		t.Errorf("%+v", a)
	}
	if scantest.App(t, inv, "50onPaletteServer").Platform != inventory.MacOS {
		t.Error("an app of a Mac is of another system")
	}
}
