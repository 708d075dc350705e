package dpkg

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"quaestor/scanners/internal/hostroot/hosttest"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

const packaged = `Package: base-files
Status: install ok installed
Maintainer: Santiago Vila <sanvila@debian.org>
Architecture: amd64
Version: 12.4+deb12u5

Package: adb
Status: install ok installed
Architecture: amd64
Source: android-platform-tools (29.0.6-28)
Version: 1:29.0.6-28

Package: gone
Status: deinstall ok config-files
Version: 1
`

func purls(inv *inventory.Inventory) map[string]inventory.Component {
	out := map[string]inventory.Component{}
	for _, c := range inv.Components {
		out[c.PURL] = c
	}
	return out
}

// TestComponents: every installed package has the package URL that other tools give it, on a computer and in a list alone.
func TestComponents(t *testing.T) {
	const want = "pkg:deb/debian/adb@1:29.0.6-28?arch=amd64&distro=debian-12&upstream=android-platform-tools%4029.0.6-28"
	inv := hosttest.Scan(t, Scanner{}, map[string]string{"etc/os-release": "ID=debian\nVERSION_ID=12\n", "var/lib/dpkg/status": packaged})
	c, ok := purls(inv)[want]
	if !ok || len(inv.Components) != 2 || c.App != appIDOf(inv, "adb") || c.Device != inv.Devices[0].ID || c.Basis != "record" || !c.Exact || c.Origins[0].Line != 7 {
		t.Errorf("%+v", inv.Components)
	}
	name := filepath.Join(t.TempDir(), "status")
	if err := os.WriteFile(name, []byte(packaged), 0o600); err != nil {
		t.Fatal(err)
	}
	src, err := source.Open(source.Target{Path: name}, source.DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	inv, err = Scanner{}.Scan(context.Background(), src)
	if _, ok := purls(inv)[want]; err != nil || !ok {
		t.Errorf("a list alone: %v, %+v", err, inv.Components)
	}
}

func appIDOf(inv *inventory.Inventory, name string) string {
	for _, a := range inv.Apps {
		if a.Identifier == name {
			return a.ID
		}
	}
	return "no app " + name
}
