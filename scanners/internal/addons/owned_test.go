package addons

import (
	"testing"

	"quaestor/scanners/internal/hostroot"
	"quaestor/scanners/internal/hostroot/hosttest"
	"quaestor/scanners/inventory"
)

// TestPackagedElsewhere: pacman and apk bring extensions too. (The test of rpm's database is with its reader.)
func TestPackagedElsewhere(t *testing.T) {
	const file, folder = "/usr/lib/firefox/distribution/extensions/a@example.org.xpi", "/usr/share/webext/blocker"
	for name, tree := range map[string]map[string]string{
		"pacman": {"etc/os-release": "ID=arch\n", "var/lib/pacman/local/a-1-1/files": "%FILES%\nusr/\n" + file[1:] + "\n" + folder[1:] + "/\n" + folder[1:] + "/manifest.json\n"},
		"apk":    {"etc/os-release": "ID=alpine\n", "lib/apk/db/installed": "P:a\nV:1\nF:usr/lib/firefox/distribution/extensions\nR:a@example.org.xpi\nF:usr/share/webext/blocker\nR:manifest.json\n"},
	} {
		h, err := hostroot.Open(hosttest.Open(t, hosttest.Tree(t, tree)))
		if err != nil {
			t.Fatal(err)
		}
		inv := inventory.New()
		inv.Devices = []inventory.Device{h.Device("test")}
		c := New(h, "test", inv)
		for i, x := range []struct{ path, want string }{{file, "package"}, {folder, "package"}, {folder + "2", "sideloaded"}, {"/opt/x.xpi", "sideloaded"}} {
			c.Add(Found{Kind: inventory.FirefoxAddon, Identifier: string(rune('a' + i)), Name: x.want, Install: inventory.Install{Program: "firefox", Source: "sideloaded", Path: x.path}})
		}
		c.Finish(t.Context())
		for _, a := range inv.Apps {
			if got := a.Installs[0]; got.Source != a.Name {
				t.Errorf("%s: %s: %q, want %q", name, got.Path, got.Source, a.Name)
			}
		}
	}
}
