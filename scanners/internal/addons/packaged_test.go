package addons

import (
	"testing"

	"quaestor/scanners/internal/hostroot"
	"quaestor/scanners/internal/hostroot/hosttest"
	"quaestor/scanners/inventory"
)

// TestPackaged: what dpkg lists for a package was brought by that package; what lies beside it, in a home or under a name that
// only begins like a listed one, was not.
func TestPackaged(t *testing.T) {
	const shared = "/usr/share/mozilla/extensions/{ec8030f7-c20a-464f-9b0e-13a3a9e97384}/"
	h, err := hostroot.Open(hosttest.Open(t, hosttest.Tree(t, map[string]string{
		"etc/os-release":                           "ID=debian\n",
		"var/lib/dpkg/info/webext-blocker.list":    "/.\n/usr\n/usr/share/mozilla\n" + shared + "blocker@example.org\n" + shared + "blocker@example.org/manifest.json\n/home/eva/x.xpi\n",
		"var/lib/dpkg/info/webext-blocker.md5sums": shared + "beside@example.org\n",
	})))
	if err != nil {
		t.Fatal(err)
	}
	inv := inventory.New()
	inv.Devices = []inventory.Device{h.Device("test")}
	c := New(h, "test", inv)
	for i, x := range []struct{ path, source, want string }{
		{shared + "blocker@example.org", "sideloaded", "package"},
		{shared + "beside@example.org", "sideloaded", "sideloaded"},
		{shared + "blocker@example", "sideloaded", "sideloaded"},
		{"/home/eva/x.xpi", "sideloaded", "sideloaded"},
		{shared + "blocker@example.org", "store", "store"},
	} {
		c.Add(Found{Kind: inventory.FirefoxAddon, Identifier: string(rune('a' + i)), Name: x.want, Install: inventory.Install{Program: "firefox", Source: x.source, Path: x.path}})
	}
	c.Finish(t.Context())
	for _, a := range inv.Apps {
		if got := a.Installs[0]; got.Source != a.Name {
			t.Errorf("%s: %q, want %q", got.Path, got.Source, a.Name)
		}
	}
	if len(inv.Gaps) > 0 {
		t.Errorf("%+v", inv.Gaps)
	}
}
