package apk

import (
	"context"
	"encoding/base64"
	"slices"
	"strings"
	"testing"

	"quaestor/scanners/internal/dextest"
	"quaestor/scanners/inventory"
)

// withoutDirectory is an archive of local headers alone.
func withoutDirectory(zip string) string { return zip[:strings.Index(zip, "PK\x01\x02")] }

func xor(s string, key byte) string {
	b := []byte(s)
	unmask(b, key)
	return string(b)
}

// TestHiddenBehind finds code that is not the beginning of a file, or is written otherwise, and nothing else.
func TestHiddenBehind(t *testing.T) {
	dex := string(dextest.File{Classes: []dextest.Class{{Name: "Lorg/example/Hidden;"}}}.Bytes())
	jar := string(zipOf(t, entry{"classes.dex", dex}))
	text := base64.StdEncoding.EncodeToString([]byte(dex))
	fakeEnd := "1234PK\x05\x06" + strings.Repeat("\x00", 42)
	for _, tc := range []struct {
		name    string
		entry   entry
		formats string
		item    string
		gap     bool // the archive is damaged
	}{
		{"local headers behind a false end", entry{"assets/dyjn", fakeEnd + withoutDirectory(jar)}, "jar", "zip, from byte 50 on", true},
		{"the same, not compressed", entry{"assets/d.png", fakeEnd + withoutDirectory(jar)}, "jar", "zip, from byte 50 on", true},
		{"archive behind a header", entry{"assets/a", strings.Repeat("h", 40) + jar}, "jar", "zip, from byte 40 on", false},
		{"dex behind a header", entry{"assets/a", strings.Repeat("h", 3000) + dex + "rest"}, "dex", "dex, from byte 3000 on", false},
		{"dex behind four bytes that look like one", entry{"assets/a", " dex\n036 PK\x03\x04 " + dex}, "dex", "dex, from byte 14 on", false},
		{"dex under a key", entry{"assets/a", xor(dex, 0x5a)}, "dex", "dex, each byte XOR 0x5a", false},
		{"archive under a key", entry{"assets/a", xor(jar, 0xff)}, "jar", "zip, each byte XOR 0xff", false},
		{"dex as text", entry{"assets/a.txt", strings.Repeat("word ", 2000) + text}, "dex", "dex, from byte 10000 on, in base64", false},
		{"dex in JSON", entry{"assets/a.json", `{"x":"` + strings.ReplaceAll(text, "/", `\/`) + `"}`}, "dex", "dex, from byte 6 on, in base64", false},
		{"archive in lines", entry{"assets/a.html", "<p>" + wrap(base64.StdEncoding.EncodeToString([]byte(jar))) + "</p>"}, "jar", "zip, from byte 3 on, in base64", false},
		{"dex as text under another name", entry{"assets/a", text}, "dex", "dex, in base64", false},
		{"dex in a constant", entry{"classes2.dex", string(dextest.File{Strings: []string{"x=" + text}}.Bytes())}, "dex", "dex, in base64", false},
		{"behind what begins like language data, not compressed", entry{"assets/a.png", "\x00\x20\xda\x27\x00\x14\x00\x00\x01\x00\x02\x00ResB" + dex}, "dex", "dex, from byte 16 on", false},
		{"the same, compressed: not seen", entry{"assets/a.res", "\x00\x20\xda\x27\x00\x14\x00\x00\x01\x00\x02\x00ResB" + dex}, "", "", false},
		{"a word in the text", entry{"assets/a.txt", strings.Repeat("UEsDB and ZGV4CjA ", 100)}, "", "", false},
		{"magic alone", entry{"assets/a", strings.Repeat("PK\x03\x04 dex\n035\x00 ", 100)}, "", "", false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			inv, err := scanBytes(context.Background(), apkOf(t, entry{"classes.dex", emptyDex(t)}, tc.entry))
			if err != nil {
				t.Fatal(err)
			}
			var formats []string
			for _, b := range inv.Binaries[1:] {
				formats = append(formats, b.Format)
				if len(b.Inside) != 1 || b.Inside[0].File != tc.entry.name || b.Code == nil || b.Code.Classes != 1 {
					t.Errorf("%+v", b)
				}
			}
			if got := strings.Join(formats, " "); got != tc.formats {
				t.Errorf("binaries inside: %q, want %q", got, tc.formats)
			}
			item := ""
			for _, m := range inv.Binaries[0].Marks {
				if m.Code == inventory.MarkHiddenCode {
					item = m.Places[0].Item
				}
			}
			if item != tc.item {
				t.Errorf("told as %q, want %q", item, tc.item)
			}
			if damaged := slices.ContainsFunc(inv.Gaps, func(g inventory.Gap) bool { return strings.Contains(g.Detail, "recovered") }); damaged != tc.gap || len(inv.Gaps) > 1 {
				t.Errorf("gaps %+v", inv.Gaps)
			}
		})
	}
}

// wrap breaks a text into lines, as encoders do.
func wrap(s string) string {
	var b strings.Builder
	for len(s) > 76 {
		b.WriteString(s[:76] + "\r\n")
		s = s[76:]
	}
	return b.String() + s
}

func base64Of(data []byte) string { return base64.StdEncoding.EncodeToString(data) }
