package osquery

import (
	"os"
	"path/filepath"
	"testing"

	"quaestor/scanners/internal/scantest"
	"quaestor/scanners/inventory"
)

// TestNoSoftware: a computer of which a log tells no software is none that was looked at.
func TestNoSoftware(t *testing.T) {
	system := `{"name":"pack_os_version","hostIdentifier":"h1","unixTime":1795132800,"action":"snapshot","snapshot":[{"name":"Ubuntu","version":"24.04","platform":"ubuntu"}]}` + "\n"
	for text, want := range map[string]int{
		system: 1,
		system + `{"name":"pack_deb_packages","hostIdentifier":"h1","unixTime":1795132800,"action":"snapshot","snapshot":[{"name":"curl","version":"7","source":"","size":"1","arch":"amd64","revision":"1","status":"install ok installed","maintainer":"x","section":"web","priority":"optional"}]}` + "\n": 0,
	} {
		path := filepath.Join(t.TempDir(), "osqueryd.results.log")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		inv := scantest.Scan(t, New(), path)
		if gaps := scantest.Gaps(inv, inventory.GapEmpty); len(inv.Devices) != 1 || len(gaps) != want || want > 0 && gaps[0].Device != inv.Devices[0].ID {
			t.Errorf("%+v %+v", inv.Devices, inv.Gaps)
		}
	}
}
