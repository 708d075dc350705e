package inventory

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestText(t *testing.T) {
	for in, want := range map[string]string{
		"":                           "",
		"plain":                      "plain",
		"a\xffb":                     "a\uFFFDb",
		"\x1b[31m\u202e":             "\x1b[31m\u202e",
		strings.Repeat("x", MaxText): strings.Repeat("x", MaxText),
	} {
		if got := Text(in); got != want {
			t.Errorf("%q: %q", in, got)
		}
	}
}

func FuzzText(f *testing.F) {
	f.Add("x", 3000)
	f.Add("é\xff", 1500)
	f.Add("\U0001F600", 600)
	f.Fuzz(func(t *testing.T, s string, n int) {
		if n < 0 || n > 5000 {
			return
		}
		got := Text(strings.Repeat(s, n))
		if !utf8.ValidString(got) || len(got) > MaxText || Text(got) != got {
			t.Errorf("%q × %d: %d bytes, valid %v", s, n, len(got), utf8.ValidString(got))
		}
	})
}

func TestIdentifiers(t *testing.T) {
	seen := map[string]string{}
	for name, id := range map[string]string{
		"device":         DeviceID(Linux, "a"),
		"other platform": DeviceID(Android, "a"),
		"two parts":      DeviceID(Linux, "a", "b"),
		"one part":       DeviceID(Linux, "ab"),
		"app":            AppID("d", DebPackage, "x"),
		"same name, rpm": AppID("d", RPMPackage, "x"),
		"other device":   AppID("e", DebPackage, "x"),
		"extra":          AppID("d", DebPackage, "x", "y"),
		"fact":           FactID("vpn", "d", "x"),
	} {
		if other := seen[id]; other != "" {
			t.Errorf("%s and %s have the identifier %s", name, other, id)
		}
		seen[id] = name
	}
	if got := AppID("d", DebPackage, "x"); got != "app-edfb1ce26c646e75" {
		t.Errorf("identifiers are kept in saved inventories, and that of an app changed to %s", got)
	}
}

func TestGapKinds(t *testing.T) {
	for kind, want := range map[GapKind]bool{
		GapFailed: true, GapUnreadable: true, GapMalformed: true, GapLimit: true, GapEmpty: true, GapUnsupported: true, GapStaleDatabase: true,
		GapUnknownLines: false, GapNotPermitted: false, GapBlind: false, GapSkipped: false, "new": true,
	} {
		if kind.Incomplete() != want {
			t.Errorf("%s: %v", kind, !want)
		}
	}
}
