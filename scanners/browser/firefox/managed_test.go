package firefox

import (
	"slices"
	"testing"

	"quaestor/scanners/inventory"
)

// TestManagedMac: what the management of a Mac lays down for Firefox, which Firefox heeds only where that says so.
func TestManagedMac(t *testing.T) {
	const head, foot = `<?xml version="1.0" encoding="UTF-8"?><plist version="1.0"><dict>`, `</dict></plist>`
	const settings = `<key>ExtensionSettings</key><dict><key>*</key><dict><key>installation_mode</key><string>force_installed</string></dict>
		<key>forced@example</key><dict><key>installation_mode</key><string>force_installed</string><key>install_url</key><string>https://x.example/a.xpi</string></dict>
		<key>blocked@example</key><dict><key>installation_mode</key><string>blocked</string></dict></dict>`
	const on = `<key>EnterprisePoliciesEnabled</key><true/>`
	for name, tt := range map[string]struct {
		system, text     string
		facts, adds, bad int
	}{
		"heeded":       {"System/Library/CoreServices/SystemVersion.plist", head + on + settings + foot, 1, 1, 0},
		"not heeded":   {"System/Library/CoreServices/SystemVersion.plist", head + settings + foot, 0, 0, 0},
		"no settings":  {"System/Library/CoreServices/SystemVersion.plist", head + on + foot, 1, 0, 0},
		"damaged":      {"System/Library/CoreServices/SystemVersion.plist", head + on, 0, 0, 1},
		"another form": {"System/Library/CoreServices/SystemVersion.plist", `<plist version="1.0"><array/></plist>`, 0, 0, 1},
		"no Mac":       {"etc/os-release", head + on + settings + foot, 0, 0, 0},
	} {
		found, inv := apps(t, map[string]string{tt.system: "", "Library/Managed Preferences/org.mozilla.firefox.plist": tt.text})
		a := found["forced@example"]
		if len(inv.SecurityProducts) != tt.facts || len(found) != tt.adds || tt.adds == 1 && (len(a.Installs) != 1 || a.Installs[0].Source != "policy" || a.Installs[0].UpdateURL != "https://x.example/a.xpi") {
			t.Errorf("%s: %+v, %+v", name, inv.SecurityProducts, found)
		}
		bad := slices.DeleteFunc(inv.Gaps, func(g inventory.Gap) bool { return g.Kind != inventory.GapMalformed })
		if len(bad) != tt.bad {
			t.Errorf("%s: gaps %+v", name, bad)
		}
	}
}
