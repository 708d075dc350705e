package apk

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"quaestor/scanners/inventory"
)

// sharedZip is a container in which all names but those of whole stand for the bytes of one entry.
func sharedZip(t *testing.T, shared rawEntry, names []string, whole ...rawEntry) []byte {
	t.Helper()
	one := rawZip(append(whole, shared)...)
	end := len(one) - 22
	start := int(binary.LittleEndian.Uint32(one[end+16:]))
	record := bytes.LastIndex(one[:end], []byte("PK\x01\x02"))
	out := slices.Clone(one[:record])
	for _, name := range names {
		head := slices.Clone(one[record : record+46])
		binary.LittleEndian.PutUint16(head[28:], uint16(len(name)))
		out = append(append(out, head...), name...)
	}
	tail := slices.Clone(one[end:])
	count := uint16(len(names) + len(whole))
	binary.LittleEndian.PutUint16(tail[8:], count)
	binary.LittleEndian.PutUint16(tail[10:], count)
	binary.LittleEndian.PutUint32(tail[12:], uint32(len(out)-start))
	return append(out, tail...)
}

// readBytes reads one file.
func readBytes(t *testing.T, data []byte) *reading {
	t.Helper()
	r, err := read(context.Background(), &member{name: "x.apk", base: "x.apk", r: bytes.NewReader(data), size: int64(len(data))}, newEnvironment())
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// unread lists the code that is listed without having been read.
func unread(b *inventory.Binary) (names []string) {
	if b.Code != nil {
		for _, f := range b.Code.Files {
			if f.Error == unreadClaim {
				names = append(names, f.File)
			}
		}
	}
	for _, f := range b.Native {
		if f.Error == unreadClaim {
			names = append(names, f.File)
		}
	}
	return names
}

// TestAllotment: what a file may unpack to is given out in the order in which Android loads code, whatever the order of
// the entries.
func TestAllotment(t *testing.T) {
	large := func(name string) rawEntry { return headed(t, name, emptyDex(t)) }
	manifest := stored("AndroidManifest.xml", content(t, "plain.apk", "AndroidManifest.xml"))
	for _, tc := range []struct {
		name  string
		data  []byte
		want  string // not read
		count int
		part  bool
	}{
		{"order of loading", rawZip(manifest, large("lib/x86/a.so"), large("classes3.dex"), large("classes10.dex"), large("classes.dex"), large("classes2.dex")),
			"classes3.dex classes10.dex lib/x86/a.so", 3, true},
		{"code before texts", rawZip(manifest, rawEntry{name: "assets/a.js", method: 8, data: bomb(t, 30), claimed: 30 << 20}, large("lib/x86/a.so"), large("lib/x86/b.so")), "", 1, false},
		{"as much as is allowed", rawZip(manifest, large("classes2.dex"), large("classes.dex")), "", 0, false},
		{"shared bytes", sharedZip(t, large("classes.dex"), []string{"classes.dex", "classes2.dex", "classes3.dex"}, manifest), "classes2.dex classes3.dex", 2, true},
		{"programs in odd places", rawZip(manifest, program(t, "assets/a"), program(t, "assets/b"), program(t, "assets/c")), "assets/c", 1, false},
		{"programs and code", rawZip(manifest, program(t, "assets/a"), program(t, "assets/b"), large("classes.dex")), "assets/b", 1, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := readBytes(t, tc.data)
			if got := strings.Join(unread(&r.bin), " "); got != tc.want {
				t.Errorf("not read: %q, want %q", got, tc.want)
			}
			count := 0
			for _, g := range r.gaps {
				if g.Kind == inventory.GapLimit && strings.Contains(g.Detail, "claim to unpack") {
					count += g.Count
				}
			}
			if count != tc.count || r.partly != tc.part {
				t.Errorf("%d entries in gaps, want %d; read in part: %v, want %v", count, tc.count, r.partly, tc.part)
			}
			if r.tree.left < 0 || r.tree.used() < 63<<20 {
				t.Errorf("%d bytes are left and %d used", r.tree.left, r.tree.used())
			}
		})
	}
}

// headed is an entry that begins as told and goes on with zeros, nearly as large as a DEX file may be.
func headed(t *testing.T, name, head string) rawEntry {
	n := len(head) // of a block that is not compressed
	first := append([]byte{0, byte(n), byte(n >> 8), ^byte(n), ^byte(n >> 8)}, head...)
	return rawEntry{name: name, method: 8, data: append(first, bomb(t, 63)...), claimed: uint32(63<<20 + n)}
}

// program is native code.
func program(t *testing.T, name string) rawEntry { return headed(t, name, "\x7fELF\x02\x01\x01") }

// TestAllotmentOfSet: the members of an archive share what it may unpack to.
func TestAllotmentOfSet(t *testing.T) {
	manifest := stored("AndroidManifest.xml", content(t, "plain.apk", "AndroidManifest.xml"))
	var members []rawEntry
	for i := range 4 {
		inner := rawZip(manifest, rawEntry{name: "classes.dex", method: 8, data: bomb(t, 64), claimed: 64 << 20}, stored("assets/x", fmt.Sprint(i)))
		members = append(members, stored(fmt.Sprintf("m%d.apk", i), string(inner)))
	}
	members = append(members, stored("toc.pb", ""), members[0])
	members[5].name = "same.apk"
	path := filepath.Join(t.TempDir(), "set.apks")
	if err := os.WriteFile(path, rawZip(members...), 0o644); err != nil {
		t.Fatal(err)
	}
	inv, err := scanPath(t, path)
	if err != nil {
		t.Fatal(err)
	}
	refused := 0
	for i := range inv.Binaries {
		refused += len(unread(&inv.Binaries[i]))
	}
	if refused != 2 {
		t.Errorf("%d DEX files were not read, want 2 of 4", refused)
	}
}
