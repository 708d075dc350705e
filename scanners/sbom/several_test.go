package sbom

import (
	"slices"
	"testing"

	"quaestor/scanners/internal/scantest"
)

// severalSystems lists one package of two distributions, of two releases of one, and twice the same.
const severalSystems = `{"bomFormat": "CycloneDX", "specVersion": "1.6", "metadata": {"component": {"bom-ref": "all", "type": "device", "name": "host"}}, "components": [
 {"bom-ref": "1", "type": "library", "name": "quince", "version": "1-1", "purl": "pkg:rpm/almalinux/quince@1-1?arch=x86_64&distro=almalinux-9"},
 {"bom-ref": "2", "type": "library", "name": "quince", "version": "1-1", "purl": "pkg:rpm/redhat/quince@1-1?arch=x86_64&distro=rhel-9"},
 {"bom-ref": "3", "type": "library", "name": "quince", "version": "1-1", "purl": "pkg:rpm/redhat/quince@1-1?arch=x86_64&distro=rhel-8"},
 {"bom-ref": "4", "type": "library", "name": "quince", "version": "1-1", "purl": "pkg:rpm/almalinux/quince@1-1?arch=x86_64&distro=almalinux-9"}]}`

// TestSeveralSystems: packages of several distributions are not one because name, architecture and version are the same.
func TestSeveralSystems(t *testing.T) {
	inv := scantest.Scan(t, New(), write(t, severalSystems))
	var got []string
	for _, c := range inv.Components {
		got = append(got, c.PURL)
	}
	slices.Sort(got)
	want := []string{
		"pkg:rpm/almalinux/quince@1-1?arch=x86_64&distro=almalinux-9",
		"pkg:rpm/redhat/quince@1-1?arch=x86_64&distro=rhel-8",
		"pkg:rpm/redhat/quince@1-1?arch=x86_64&distro=rhel-9",
	}
	if !slices.Equal(got, want) || len(inv.Apps) != 3 {
		t.Errorf("%d apps, components\n%q\nwant 3, and\n%q", len(inv.Apps), got, want)
	}
}
