package firefox

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"quaestor/scanners/internal/addons"
	"quaestor/scanners/internal/hostroot"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

func TestProgram(t *testing.T) {
	for dir, want := range map[string]string{
		"home/ann/.mozilla/firefox": "firefox", "Users/ann/AppData/Roaming/Mozilla/Firefox/Profiles": "firefox", ".thunderbird": "thunderbird", "x/Pale Moon": "palemoon",
		"home/ann/tor-browser/Browser/TorBrowser/Data/Browser": "tor-browser", "Something": "something",
	} {
		if got := Program(dir); got != want {
			t.Errorf("%q is %q, want %q", dir, got, want)
		}
	}
}

func TestHostOf(t *testing.T) {
	for address, want := range map[string]string{"https://Addons.Mozilla.org:443/x?y": "addons.mozilla.org", "file:///home/ann/x.xpi": "", "::": "", "": ""} {
		if got := hostOf(address); got != want {
			t.Errorf("%q: %q", address, got)
		}
	}
}

// FuzzProfile: whatever is in the files of a profile, it is read or refused.
func FuzzProfile(f *testing.F) {
	f.Add([]byte(`{"schemaVersion":37,"addons":[{"id":"x@example","version":"1","type":"extension","active":true,"location":"app-profile","signedState":2,"installDate":1795369162639,
		"defaultLocale":{"name":"X"},"userPermissions":{"permissions":["tabs"],"origins":["<all_urls>"]},"optionalPermissions":{"permissions":[]}}]}`),
		[]byte(`{"x@example":{"permissions":["internal:privateBrowsingAllowed"],"origins":[]}}`), []byte("[Profile0]\nPath=p\n"))
	f.Add([]byte(`{"addons":[{"id":"x","type":"extension","path":"\\\\x\\y"}]`), []byte("{"), []byte("Path=/\nPath=..\nPath=C:\\x\n"))
	f.Fuzz(func(t *testing.T, list, prefs, ini []byte) {
		dir := t.TempDir()
		for name, data := range map[string][]byte{"extensions.json": list, "extension-preferences.json": prefs, "profiles.ini": ini} {
			if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		src, err := source.Open(source.Target{Path: dir}, source.DefaultLimits)
		if err != nil {
			t.Fatal(err)
		}
		defer src.Close()
		h, err := hostroot.Folder(src)
		if err != nil {
			t.Fatal(err)
		}
		inv := inventory.New()
		inv.Devices = []inventory.Device{{ID: "d"}}
		Folder(context.Background(), addons.New(h, "test", inv), dir)
		for _, p := range iniPaths(h, ".") {
			if filepath.IsAbs(p) {
				t.Errorf("path %q", p)
			}
		}
		for _, a := range inv.Apps {
			if a.Identifier == "" || len(a.Installs) != 1 || len(a.Installs[0].Hosts) > maxPerms {
				t.Errorf("%+v", a)
			}
		}
	})
}
