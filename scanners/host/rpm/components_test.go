package rpm

import "testing"

// TestComponents: the epoch stands apart in a package URL, and a key that rpm trusts is no package.
func TestComponents(t *testing.T) {
	inv := scan(t, map[string]string{"var/lib/rpm/rpmdb.sqlite": sample(t, "rpmdb.sqlite"), "etc/os-release": "ID=rhel\nVERSION_ID=9.4\n"})
	inv.Sort()
	if len(inv.Components) != 2 {
		t.Fatalf("%+v", inv.Components)
	}
	c := inv.Components[1]
	if c.PURL != "pkg:rpm/redhat/quaestor-demo@2.5-3?arch=noarch&distro=rhel-9.4&epoch=1&upstream=quaestor-demo-2.5-3.src.rpm" || c.Version != "1:2.5-3" ||
		len(c.Licences) != 1 || c.Licences[0] != "Apache-2.0" || c.App != inv.Apps[1].ID {
		t.Errorf("%+v", c)
	}
}
