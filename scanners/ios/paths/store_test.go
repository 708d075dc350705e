package paths_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"quaestor/scanners/internal/scantest"
	"quaestor/scanners/ios/paths"
)

// An app of the store that is called as one of Apple's is not Apple's.
func TestStoreAppOfAppleName(t *testing.T) {
	const folder = "/private/var/containers/Bundle/Application/0B5A9C53-1F5C-4D2E-9C58-2B7F8E0C1A01/"
	lines := []string{folder + "Maps.app/Maps", folder + "Maps.app/Info.plist", "/private/var/mobile/Library/Preferences/com.apple.Maps.plist", "/private/var/mobile/Library/SMS/sms.db"}
	for name, more := range map[string][]string{"com.apple.Maps": nil, "Maps": {folder + "iTunesMetadata.plist", folder + "Maps.app/SC_Info/Maps.sinf"}} {
		file := filepath.Join(t.TempDir(), "list.txt")
		if err := os.WriteFile(file, []byte(strings.Join(append(lines, more...), "\n")+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		inv := scantest.Scan(t, paths.New(), file)
		if len(inv.Apps) == 0 || inv.Apps[0].Identifier != name {
			t.Errorf("%s: %+v", name, inv.Apps)
		}
	}
}
