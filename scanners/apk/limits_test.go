package apk

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"quaestor/scanners/inventory"
)

// TestLargeMember: an APK that is too large to be unpacked in memory is told by its hash, beside those that are read; one
// that is not what it claims, and one beyond what the archive may unpack to, in a gap alone.
func TestLargeMember(t *testing.T) {
	large := rawEntry{name: "base.apk", method: 8, data: bomb(t, 100), claimed: 100 << 20}
	lie := rawEntry{name: "lie.apk", method: 8, data: bomb(t, 21), claimed: 20 << 20}
	again := large
	again.name = "again.apk"
	split := stored("split.apk", string(readFile(t, "testdata/split/split_config.arm64_v8a.apk")))
	path := filepath.Join(t.TempDir(), "set.xapk")
	if err := os.WriteFile(path, rawZip(stored("manifest.json", `{"package_name":"a.b"}`), large, lie, again, split), 0o644); err != nil {
		t.Fatal(err)
	}
	inv, err := scanPath(t, path)
	if err != nil {
		t.Fatal(err)
	}
	var hashed []string
	for _, b := range inv.Binaries {
		if b.Package == "" {
			hashed = append(hashed, fmt.Sprintf("%s %d %s", b.FileNames, b.Size, b.SHA256))
		}
	}
	want := fmt.Sprintf("[base.apk] %d %x", 100<<20, sha256.Sum256(make([]byte, 100<<20)))
	if len(hashed) != 1 || hashed[0] != want || len(inv.Apps) != 1 {
		t.Errorf("%d apps, by their hash %q, want %q", len(inv.Apps), hashed, want)
	}
	for _, name := range []string{"base.apk", "lie.apk", "again.apk"} {
		if !slices.ContainsFunc(inv.Gaps, func(g inventory.Gap) bool { return strings.HasSuffix(g.Subject, "!"+name) }) {
			t.Errorf("no gap about %s in %+v", name, inv.Gaps)
		}
	}
}

// TestTreeOfBinaries: files in files are read to a depth and up to a number, and belong to the one that they lie in.
func TestTreeOfBinaries(t *testing.T) {
	manifest := stored("AndroidManifest.xml", content(t, "plain.apk", "AndroidManifest.xml"))
	nest := func(levels int) string {
		inner := emptyDex(t)
		for i := range levels {
			inner = string(rawZip(stored(fmt.Sprintf("l%d", i), inner)))
		}
		return inner
	}
	depth := func(r *reading) int {
		d := 0
		for at := r; len(at.units) > 0; at = at.units[0] {
			if len(at.units) != 1 || at.units[0].bin.Inside[0].Binary != at.bin.SHA256 {
				t.Fatalf("at depth %d: %d files, inside %+v", d, len(at.units), at.units[0].bin.Inside)
			}
			d++
		}
		return d
	}
	limits := func(r *reading) (n int) {
		for _, g := range r.gaps {
			if g.Kind == inventory.GapLimit {
				n++
			}
		}
		return n
	}
	deepest := readBytes(t, rawZip(manifest, stored("assets/x", nest(maxDepth-2)))) // the outermost counts, and so does the DEX file
	if got, gaps := depth(deepest), limits(deepest); got != maxDepth-1 || gaps != 0 {
		t.Errorf("%d deep and %d limits, want %d and none", got, gaps, maxDepth-1)
	}
	deeper := readBytes(t, rawZip(manifest, stored("assets/x", nest(maxDepth-1))))
	if got, gaps := depth(deeper), limits(deeper); got > maxDepth-2 || gaps != 1 {
		t.Errorf("%d deep and %d limits, want less and one", got, gaps)
	}
	entries := []rawEntry{manifest}
	for i := range maxNested + 3 {
		entries = append(entries, stored(fmt.Sprintf("assets/%d", i), dexOf([]string{fmt.Sprintf("a.C%d", i)})))
	}
	many := readBytes(t, rawZip(entries...))
	if len(many.units) != maxNested || limits(many) != 1 {
		t.Errorf("%d files and %d limits, want %d and one", len(many.units), limits(many), maxNested)
	}
	for i, u := range many.units {
		if p := u.bin.Inside[0]; p.File != fmt.Sprintf("assets/%d", i) || p.Binary != many.bin.SHA256 {
			t.Fatalf("file %d lies in %+v", i, p)
		}
	}
}
