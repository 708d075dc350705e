package alpine

import (
	"testing"

	"quaestor/scanners/internal/hostroot/hosttest"
)

// TestComponents: a package bears the package URL and the licence of its record.
func TestComponents(t *testing.T) {
	inv := hosttest.Scan(t, Scanner{}, map[string]string{
		"etc/os-release":       "ID=alpine\nVERSION_ID=3.20.3\n",
		"lib/apk/db/installed": "P:ssl_client\nV:1.36.1-r29\nA:x86_64\no:busybox\nL:GPL-2.0-only\n\nP:virtual\nV:1\n\n",
	})
	if len(inv.Components) != 2 {
		t.Fatalf("%+v", inv.Components)
	}
	c := inv.Components[0]
	if c.PURL != "pkg:apk/alpine/ssl_client@1.36.1-r29?arch=x86_64&distro=alpine-3.20.3&upstream=busybox" || c.App != inv.Apps[0].ID || len(c.Licences) != 1 || c.Licences[0] != "GPL-2.0-only" {
		t.Errorf("%+v", c)
	}
	if v := inv.Components[1]; v.PURL != "pkg:apk/alpine/virtual@1?distro=alpine-3.20.3" || v.Licences != nil {
		t.Errorf("%+v", v)
	}
}
