package scanners

import (
	"testing"

	"quaestor/scanners/inventory"
)

// TestOneName: an app of a phone or a Mac that one system lists by its name alone is the one that another lists by its identifier, if it
// is of the same version and only one bears the name.
func TestOneName(t *testing.T) {
	app := func(kind inventory.IdentifierKind, identifier, name, version string) inventory.App {
		return inventory.App{ID: inventory.AppID("d", kind, identifier), Device: "d", Platform: inventory.IOS, IdentifierKind: kind, Identifier: identifier, Name: name, Version: version}
	}
	tiktok := app(inventory.IOSBundle, "com.zhiliaoapp.musically", "TikTok", "34.1.0")
	trace := tiktok
	trace.Presence = inventory.PresenceTrace
	elsewhere := app(inventory.NameOnly, "TikTok", "TikTok", "34.1.0")
	elsewhere.Device = "e"
	for name, tt := range map[string]struct {
		apps []inventory.App
		want int
	}{
		"same":              {[]inventory.App{app(inventory.NameOnly, "TikTok", "tiktok ", "34.1"), tiktok}, 1},
		"a Mac":             {[]inventory.App{app(inventory.MacBundle, "us.zoom.xos", "zoom.us", "6"), app(inventory.NameOnly, "zoom.us", "zoom.us", "6")}, 1},
		"another version":   {[]inventory.App{app(inventory.NameOnly, "TikTok", "TikTok", "35"), tiktok}, 2},
		"no version":        {[]inventory.App{app(inventory.NameOnly, "TikTok", "TikTok", ""), tiktok}, 2},
		"another name":      {[]inventory.App{app(inventory.NameOnly, "TikTok Lite", "TikTok Lite", "34.1.0"), tiktok}, 2},
		"two bear the name": {[]inventory.App{app(inventory.NameOnly, "TikTok", "TikTok", "34.1.0"), tiktok, app(inventory.IOSBundle, "com.ss.iphone.ugc.Ame", "TikTok", "34.1.0")}, 3},
		"a trace":           {[]inventory.App{app(inventory.NameOnly, "TikTok", "TikTok", "34.1.0"), trace}, 2},
		"another device":    {[]inventory.App{elsewhere, tiktok}, 2},
		"no letters":        {[]inventory.App{app(inventory.NameOnly, "+", "+", "1"), app(inventory.IOSBundle, "a.b", "-", "1")}, 2},
	} {
		inv := inventory.New()
		inv.Apps = tt.apps
		onePrograms(inv)
		if len(inv.Apps) != tt.want {
			t.Errorf("%s: %d apps: %+v", name, len(inv.Apps), inv.Apps)
		}
		for _, a := range inv.Apps {
			if tt.want == 1 && a.IdentifierKind == inventory.NameOnly {
				t.Errorf("%s: the identifier is lost: %+v", name, a)
			}
		}
	}
}
