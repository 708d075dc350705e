package apk

import (
	"bytes"
	"compress/gzip"
	"context"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

	"quaestor/scanners/inventory"
)

// apkOf is an APK of a manifest of testdata and some entries.
func apkOf(t *testing.T, entries ...entry) []byte {
	t.Helper()
	return zipOf(t, append([]entry{
		{"AndroidManifest.xml", content(t, "plain.apk", "AndroidManifest.xml")},
		{"resources.arsc", content(t, "plain.apk", "resources.arsc")},
	}, entries...)...)
}

// emptyDex is a DEX file without classes.
func emptyDex(t *testing.T) string { t.Helper(); return content(t, "plain.apk", "classes.dex") }

func gzipped(t *testing.T, data string) string {
	t.Helper()
	var buf bytes.Buffer
	w := gzip.NewWriter(&buf)
	if _, err := w.Write([]byte(data)); err != nil {
		t.Fatal(err)
	}
	w.Close()
	return buf.String()
}

func zstandard(t *testing.T, data string) string {
	t.Helper()
	w, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	return string(w.EncodeAll([]byte(data), nil))
}

// TestHidden checks where code is found, and as what.
func TestHidden(t *testing.T) {
	dex := emptyDex(t)
	jar := string(zipOf(t, entry{"classes.dex", dex}))
	app := string(readFile(t, "testdata/clone.apk"))
	for _, tc := range []struct {
		name    string
		entry   entry
		formats string // of the binaries inside
		marked  bool
	}{
		{"dex as a picture", entry{"res/raw/logo.webp", dex}, "dex", true},
		{"jar as data", entry{"assets/config.dat", jar}, "jar", true},
		{"app without an ending", entry{"assets/update", app}, "apk", true},
		{"app in a zip", entry{"assets/a.bin", string(zipOf(t, entry{"x/y", app}))}, "apk zip", true},
		{"dex in gzip", entry{"assets/x.gz", gzipped(t, dex)}, "dex", true},
		{"jar in zstd", entry{"unknown/x", zstandard(t, jar)}, "jar", true},
		{"in META-INF", entry{"META-INF/services/x", dex}, "dex", true},
		{"beside native libraries", entry{"lib/arm64-v8a/libx.so.1", dex}, "dex", true},
		{"as a native library", entry{"lib/arm64-v8a/libx.so", elf(strings.Repeat("x", 100))}, "", false},
		{"native code in assets", entry{"assets/run", elf(strings.Repeat("x", 100))}, "", true},
		{"numbered out of order", entry{"classes1.dex", dex}, "dex", true},
		{"data in a zip", entry{"assets/words.zip", string(zipOf(t, entry{"words.txt", "one two"}))}, "", false},
		{"data in gzip", entry{"assets/words.gz", gzipped(t, "one two")}, "", false},
		{"appended to a picture", entry{"assets/x.png", "\x89PNG" + jar}, "jar", true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			inv, err := scanBytes(context.Background(), apkOf(t, entry{"classes.dex", dex}, tc.entry))
			if err != nil {
				t.Fatal(err)
			}
			outer := &inv.Binaries[0]
			var formats []string
			for _, b := range inv.Binaries[1:] {
				formats = append(formats, b.Format)
				if len(b.Inside) != 1 || len(b.SHA256) != 64 {
					t.Errorf("%s: inside %+v", b.Format, b.Inside)
				}
			}
			slices.Sort(formats)
			if got := strings.Join(formats, " "); got != tc.formats {
				t.Errorf("binaries inside: %q, want %q", got, tc.formats)
			}
			marked := slices.ContainsFunc(outer.Marks, func(m inventory.Mark) bool {
				return m.Code == inventory.MarkHiddenCode && m.Count == 1 && m.Places[0].File == tc.entry.name
			})
			if marked != tc.marked {
				t.Errorf("marks %+v", outer.Marks)
			}
			if len(inv.Apps) != 1 || len(inv.Apps[0].Binaries) != 1 || outer.Package == "" {
				t.Errorf("apps %+v", inv.Apps)
			}
			if len(inv.Gaps) > 0 {
				t.Errorf("gaps %+v", inv.Gaps)
			}
		})
	}
}

// TestNestedTwice checks that a file which lies in two places is one binary.
func TestNestedTwice(t *testing.T) {
	jar := string(zipOf(t, entry{"classes.dex", emptyDex(t)}))
	inv, err := scanBytes(context.Background(), apkOf(t, entry{"assets/a", jar}, entry{"assets/b", jar}))
	if err != nil || len(inv.Binaries) != 2 {
		t.Fatalf("%v, %+v", err, inv.Binaries)
	}
	b := inv.Binaries[1]
	if len(b.Inside) != 2 || b.Inside[0].File != "assets/a" || b.Inside[1].File != "assets/b" || !slices.Equal(b.FileNames, []string{"a", "b"}) || len(b.Origins) != 2 {
		t.Errorf("%+v", b)
	}
}

// TestNestedLimits checks that archives in archives end, and that it is said where.
func TestNestedLimits(t *testing.T) {
	deep := string(zipOf(t, entry{"classes.dex", emptyDex(t)}))
	for range maxDepth + 2 {
		deep = string(zipOf(t, entry{"x", deep}))
	}
	wide := make([]entry, maxNested+50)
	for i := range wide {
		wide[i] = entry{"assets/" + strings.Repeat("x", i+1), string(zipOf(t, entry{strings.Repeat("y", i+1), emptyDex(t)}))}
	}
	bombs := []rawEntry{stored("AndroidManifest.xml", content(t, "plain.apk", "AndroidManifest.xml"))}
	inner := rawZip(rawEntry{name: "x", method: 8, data: bomb(t, 200), claimed: 200 << 20})
	for _, name := range []string{"a", "b", "c"} {
		bombs = append(bombs, stored("assets/"+name, string(inner)))
	}
	large := rawZip(stored("AndroidManifest.xml", content(t, "plain.apk", "AndroidManifest.xml")),
		rawEntry{name: "x", method: 8, data: append([]byte{0, 4, 0, 0xfb, 0xff, 'P', 'K', 3, 4}, bomb(t, 100)...), claimed: 100<<20 + 4})
	for name, tc := range map[string]struct {
		data []byte
		want string // part of a gap
	}{
		"deep":  {apkOf(t, entry{"assets/x", deep}), "archives deeper than 8"},
		"wide":  {apkOf(t, wide...), "more than 500 files in files"},
		"large": {large, "more than 67108864 bytes"},
	} {
		inv, err := scanBytes(context.Background(), tc.data)
		if err != nil || !slices.ContainsFunc(inv.Gaps, func(g inventory.Gap) bool {
			return g.Kind == inventory.GapLimit && strings.Contains(g.Detail, tc.want)
		}) {
			t.Errorf("%s: %v, gaps %+v", name, err, inv.Gaps)
		}
	}
	if _, err := scanBytes(context.Background(), rawZip(bombs...)); err != nil {
		t.Error(err)
	}
}

// TestUnlisted finds code that no entry of the container holds.
func TestUnlisted(t *testing.T) {
	dex := emptyDex(t)
	app := string(apkOf(t))
	for name, tc := range map[string]struct {
		data, file string
	}{
		"in front": {dex + app, "@0"},
		"behind":   {app + dex, "@" + strconv.Itoa(len(app))},
	} {
		inv, err := scanBytes(context.Background(), []byte(tc.data))
		if err != nil || len(inv.Binaries) != 2 {
			t.Errorf("%s: %d binaries, %v", name, len(inv.Binaries), err)
			continue
		}
		b := &inv.Binaries[1]
		if b.Format != "dex" || len(b.Inside) != 1 || b.Inside[0].File != tc.file {
			t.Errorf("%s: %s inside %+v, want %s", name, b.Format, b.Inside, tc.file)
		}
	}
}
