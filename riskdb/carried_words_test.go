package riskdb

import (
	"strings"
	"testing"

	"quaestor/scanners/inventory"
)

// TestHiddenFiles: code under the name of something else, or compressed once more, is for a person to look at.
func TestHiddenFiles(t *testing.T) {
	dex := func(sha string, places ...string) inventory.Binary {
		b := inventory.Binary{SHA256: sha, Format: "dex"}
		for _, p := range places {
			b.Inside = append(b.Inside, inventory.Place{Binary: "sha-outer", File: p})
		}
		return b
	}
	for _, c := range []struct {
		name     string
		in       []inventory.Binary
		severity Severity
		title    string // its end
		evidence string
	}{
		{"an ordinary name", []inventory.Binary{dex("sha-1", "assets/audience_network.dex")}, Info, "carries 1 file with code", "with code in it (dex, SHA-256 sha-1…)."},
		{"a name that says nothing", []inventory.Binary{dex("sha-1", "assets/config.dat", "res/raw/blob")}, Info, "carries 1 file with code (one twice)", ""},
		{"a font", []inventory.Binary{dex("sha-1", "assets/fonts/a.TTF")}, Low, "carries 1 file with code, in a file named as a font", "in a file named as a font."},
		{"a library", []inventory.Binary{dex("sha-1", "lib/x86/libx.so")}, Low, "named as a native library", ""},
		{"an image in the second place", []inventory.Binary{dex("sha-1", "assets/a.bin", "assets/a.png"), dex("sha-2", "assets/b.bin")}, Low, "carries 2 files with code (one twice), one in a file named as an image", ""},
		{"compressed once more", []inventory.Binary{dex("sha-1", "assets/packed.bin")}, Low, "carries 1 file with code, compressed once more (gzip)", ""},
		{"both", []inventory.Binary{dex("sha-1", "assets/packed.jpg")}, Low, "in a file named as an image and compressed once more (gzip)", ""},
		{"compressed, as its name says", []inventory.Binary{dex("sha-1", "assets/packed.dex.gz")}, Info, "carries 1 file with code", ""},
		{"two of three", []inventory.Binary{dex("sha-1", "a.png"), dex("sha-2", "b.png"), dex("sha-3", "c")}, Low, "carries 3 files with code, 2 of them hidden under names of something else or compressed once more", ""},
	} {
		inv := outerApp(c.in...)
		inv.Binaries[0].Marks = []inventory.Mark{{Code: inventory.MarkHiddenCode, Places: []inventory.Place{{File: "assets/packed.bin", Item: "gzip"},
			{File: "assets/packed.jpg", Item: "gzip"}, {File: "assets/packed.dex.gz", Item: "gzip"}}}}
		found := judgedBy(t, "be", inv, RuleCarried)
		if len(found) != 1 || found[0].Severity != c.severity || !strings.HasSuffix(found[0].Title, c.title) || !strings.Contains(found[0].Evidence[0].Detail, c.evidence) {
			t.Errorf("%s: %+v", c.name, found)
		}
	}
}

// TestFilesInAnotherApp: what lies in an app that is carried is told as inside it.
func TestFilesInAnotherApp(t *testing.T) {
	in := func(sha, outer string) inventory.Binary {
		return inventory.Binary{SHA256: sha, Format: "dex", Inside: []inventory.Place{{Binary: outer, File: "assets/" + sha}}}
	}
	app := inventory.Binary{SHA256: "sha-app", Format: "apk", Package: "org.example.plugin"}
	for want, units := range map[string][]inventory.Binary{
		"carries 1 other app": {app},
		"carries 1 other app, with 2 files with code inside it":                       {app, in("sha-1", "sha-app"), in("sha-2", "sha-app")},
		"carries 1 other app and 1 file with code":                                    {app, in("sha-1", "sha-outer")},
		"carries 1 other app and 1 file with code, with 1 file with code inside them": {app, in("sha-1", "sha-outer"), in("sha-2", "sha-1")},
	} {
		if found := judgedBy(t, "none", outerApp(units...), RuleCarried); len(found) != 1 || !strings.HasSuffix(found[0].Title, want) {
			t.Errorf("%s: %+v", want, found)
		}
	}
}

func TestWithoutParens(t *testing.T) {
	for name, want := range map[string]string{"Telegram (build of its website)": "Telegram", "Telegram": "Telegram", "(x)": "(x)", "A (b) c": "A (b) c", "": ""} {
		if got := withoutParens(name); got != want {
			t.Errorf("%q: %q", name, got)
		}
	}
}
