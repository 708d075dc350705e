package apkfile

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"quaestor/scanners/inventory"
)

var (
	manifest = item{name: "AndroidManifest.xml", data: strings.Repeat("manifest ", 30), method: Deflate}
	dex      = item{name: "classes.dex", data: strings.Repeat("dex\n035\x00 ", 40), method: Deflate}
	text     = item{name: "AndroidManifest.xml", data: "binary XML, stored"}
	image    = item{name: "res/a.png", data: "\x89PNG stored as it is"}
)

// with is an item with something changed.
func with(it item, change func(*item)) item {
	change(&it)
	return it
}

// longer is an entry that is not packed and claims n bytes more than it has.
func longer(it item, n int) item {
	size := uint64(len(it.data) + n)
	it.central, it.local = both(set(20, 4, size), set(24, 4, size)), both(set(18, 4, size), set(22, 4, size))
	return it
}

// signingBlock is one without content.
func signingBlock(padding int) string {
	body := string(le(8, uint64(8+4+padding))) + string(le(4, 0x42726577)) + strings.Repeat("\x00", padding)
	size := string(le(8, uint64(len(body)+24)))
	return size + body + size + blockMagic
}

// TestMarks opens what ordinary tools do not make. It expects the marks as "code count: detail [places]", and
// the content of the entries as Android reads them.
func TestMarks(t *testing.T) {
	for _, tc := range []struct {
		name  string
		a     archive
		marks []string
	}{
		{"sound", sound(manifest, dex, image), nil},
		{"text as comment", archive{items: []item{manifest}, comment: "Grüße"}, nil},
		{"signing block after padding", archive{items: []item{manifest}, block: strings.Repeat("\x00", 99) + signingBlock(3000)}, nil},
		{"hole filled by a build tool", sound(with(manifest, func(it *item) {
			it.before = string(localMagic) + strings.Repeat("\x00", 24) + "\x50\x00" + strings.Repeat("\x00", 0x50)
		}), dex), nil},
		{"zeros between entries", sound(manifest, with(dex, func(it *item) { it.before = strings.Repeat("\x00", 5000) })), nil},
		{"data descriptors", sound(with(manifest, func(it *item) { it.descriptor = 16 }), with(dex, func(it *item) { it.descriptor = 12 }),
			with(image, func(it *item) { it.descriptor = 24 }), with(image, func(it *item) { it.name, it.descriptor = "res/b.png", 20 })), nil},

		{"same name twice", sound(manifest, dex, with(dex, func(it *item) { it.data = "another" })),
			[]string{"duplicate-names 1: duplicate entry names [classes.dex]"}},
		{"same name to tools", sound(manifest, dex, item{name: "classes.dex/", data: "x"}, item{name: "./AndroidManifest.xml", data: "y"}, item{name: "res/", data: ""}),
			[]string{"duplicate-names 2: entry names that most tools take for the name of another entry [classes.dex/ ./AndroidManifest.xml]"}},
		{"same name to tools only", sound(manifest, item{name: "a/", data: "x"}, item{name: "./a", data: "y"}, item{name: "b//c", data: "y"}),
			[]string{"duplicate-names 1: entry names that most tools take for the name of another entry [./a]"}},
		{"decoys before what counts", sound(append(slices.Repeat([]item{{name: "a"}, {name: "classesA.dex"}}, 5), manifest, manifest, item{name: "AndroidManifest.xml/", data: "x"})...),
			[]string{"duplicate-names 10: duplicate entry names; entry names that most tools take for the name of another entry [AndroidManifest.xml AndroidManifest.xml/ a classesA.dex a]"}},
		{"names", sound(manifest, item{name: "a\x00b"}, item{name: "../x"}, item{name: "a\xff"}, item{name: "lib/x.so"}),
			[]string{"unsafe-names 3: entry names that lead outside or hold control characters [a\x00b ../x a\ufffd]"}},
		{"marked encrypted", sound(with(manifest, func(it *item) { it.flags = flagEncrypted }), with(dex, func(it *item) { it.local = set(6, 2, flagEncrypted) })),
			[]string{"encrypted-flag 2: entries marked encrypted; entries marked encrypted in the local header only [AndroidManifest.xml classes.dex]"}},
		{"unknown method", sound(with(image, func(it *item) { it.method = 0x23e1; it.central = set(20, 4, 3); it.local = set(18, 4, 3) }), dex),
			[]string{"unknown-method 1: entries with an unknown compression method [res/a.png]"}},
		{"method in the local header only", sound(with(manifest, func(it *item) { it.local = set(8, 2, 0x1234) }), dex),
			[]string{"header-mismatch 1: entries with another compression method in the local header [AndroidManifest.xml]"}},
		{"another name in the local header", sound(with(manifest, func(it *item) { it.localName = "AndroidManifest.xmL" }), with(dex, func(it *item) { it.localName = "x" })),
			[]string{"header-mismatch 2: entries with another name in the local header [AndroidManifest.xml classes.dex]"}},
		{"other sizes in the local header", sound(with(manifest, func(it *item) { it.local = set(18, 4, 1) }), with(dex, func(it *item) { it.local = set(14, 4, 1) })),
			[]string{"header-mismatch 2: entries with other sizes or another checksum in the local header [AndroidManifest.xml classes.dex]"}},
		{"other sizes in spite of a descriptor", sound(with(dex, func(it *item) { it.descriptor = 16; it.local = set(22, 4, 7) })),
			[]string{"header-mismatch 1: entries with other sizes or another checksum in the local header [classes.dex]"}},
		{"wrong descriptor", sound(with(manifest, func(it *item) { it.descriptor = 16; it.behind = set(8, 4, 1) }), dex),
			[]string{"header-mismatch 1: entries whose data descriptor disagrees with the directory [AndroidManifest.xml]"}},
		{"several kinds of mismatch", sound(with(manifest, func(it *item) { it.localName = "x"; it.local = set(22, 4, 1) }), dex),
			[]string{"header-mismatch 2: entries with another name in the local header; entries with other sizes or another checksum in the local header [AndroidManifest.xml AndroidManifest.xml]"}},

		{"data between entries", sound(text, with(image, func(it *item) { it.before = "\x00\x00hidden" }), with(dex, func(it *item) { it.before = "more" })),
			[]string{"unlisted-data 2: places between entries with data of no entry, 10 bytes in all [AndroidManifest.xml (6 bytes at offset 69) res/a.png (4 bytes at offset 134)]"}},
		{"entry that is not listed", sound(text, with(image, func(it *item) { it.unlisted = true }), dex),
			[]string{"unlisted-data 2: places between entries with data of no entry, 59 bytes in all; entries that the directory does not list [AndroidManifest.xml (59 bytes at offset 67) res/a.png]"}},
		{"signing block out of its place", sound(text, with(dex, func(it *item) { it.before = signingBlock(9) })),
			[]string{"unlisted-data 1: an APK signing block that is not in front of the directory; places between entries with data of no entry, 53 bytes in all [AndroidManifest.xml (53 bytes at offset 67)]"}},
		{"one byte between entries", sound(text, with(image, func(it *item) { it.before = "x" })),
			[]string{"unlisted-data 1: places between entries with data of no entry, 1 bytes in all [AndroidManifest.xml (1 bytes at offset 67)]"}},
		{"empty entry that is not listed", sound(text, with(image, func(it *item) { it.name, it.data, it.unlisted = "x", "", true }), dex),
			[]string{"unlisted-data 2: places between entries with data of no entry, 31 bytes in all; entries that the directory does not list [AndroidManifest.xml (31 bytes at offset 67) x]"}},
		{"signing block longer than what is before it", archive{items: []item{text}, block: string(le(8, 1000)) + blockMagic},
			[]string{"unlisted-data 1: an APK signing block that is not in front of the directory; places between entries with data of no entry, 24 bytes in all [AndroidManifest.xml (24 bytes at offset 67)]"}},
		{"data before the directory", archive{items: []item{text}, block: "x"},
			[]string{"unlisted-data 1: places between entries with data of no entry, 1 bytes in all [AndroidManifest.xml (1 bytes at offset 67)]"}},
		{"data in the directory", archive{items: []item{manifest}, padding: "padding"},
			[]string{"unlisted-data 0: 7 bytes in the directory after its last entry []"}},
		{"data after the directory", archive{items: []item{text}, gap: "gap"},
			[]string{"unlisted-data 1: places between entries with data of no entry, 3 bytes in all [AndroidManifest.xml (3 bytes at offset 132)]"}},
		{"data before the archive, counted", archive{front: "dex\n035\x00", items: []item{manifest, dex}},
			[]string{"leading-data 0: data before the archive: 8 bytes []"}},
		{"data before the archive, not counted", archive{shift: "dex\n035\x00", items: []item{manifest, dex}},
			[]string{"leading-data 0: data before the archive: 8 bytes []"}},
		{"data after the archive", archive{items: []item{manifest}, tail: "tail"},
			[]string{"trailing-data 0: bytes after the archive []"}},
		{"comment that is not text", archive{items: []item{manifest}, comment: "a\x00b"},
			[]string{"unlisted-data 0: a comment of 3 bytes that is not text []"}},
		{"end record in a comment", archive{items: []item{manifest}, comment: string(endMagic) + strings.Repeat("a", 40)},
			[]string{"damaged-directory 0: several end records []"}},

		{"entries at one place", sound(manifest, with(manifest, func(it *item) { it.name, it.samePlace = "x", true }), dex),
			[]string{"header-mismatch 1: entries with another name in the local header [x]", "overlapping-entries 2: entries that share bytes with another [AndroidManifest.xml x]"}},
		{"entries that share one byte", sound(longer(text, 1), image),
			[]string{"overlapping-entries 2: entries that share bytes with another [AndroidManifest.xml res/a.png]"}},
		{"entry reaching one byte into the signing block", archive{items: []item{longer(text, 1)}, block: signingBlock(10)},
			[]string{"overlapping-entries 1: entries that reach into the signing block, the directory or beyond the file [AndroidManifest.xml]"}},
		{"entry reaching into the directory", sound(with(image, func(it *item) {
			it.central, it.local = both(set(20, 4, 40), set(24, 4, 40)), both(set(18, 4, 40), set(22, 4, 40))
		})),
			[]string{"overlapping-entries 1: entries that reach into the signing block, the directory or beyond the file [res/a.png]"}},
		{"no local header", sound(text, with(image, func(it *item) { it.local = set(0, 4, 0) })),
			[]string{
				"header-mismatch 1: entries without a local header [res/a.png]",
				"unlisted-data 1: places between entries with data of no entry, 55 bytes in all [AndroidManifest.xml (55 bytes at offset 71)]",
			}},
		{"fewer stated than listed", archive{items: []item{manifest, dex, image}, end: both(set(8, 2, 2), set(10, 2, 2))},
			[]string{
				"damaged-directory 1: entries beyond the 2 that the end record states, which Android passes over [res/a.png]",
			}},
		{"more stated than listed", archive{items: []item{manifest, dex}, end: both(set(8, 2, 3), set(10, 2, 3))},
			[]string{"damaged-directory 0: directory unreadable (the central directory ends after 2 of 3 entries): entries recovered from local headers []"}},
		{"directory that lists nothing", archive{items: []item{with(manifest, func(it *item) { it.unlisted = true })}},
			[]string{"damaged-directory 0: directory unreadable (the directory lists nothing): entries recovered from local headers []"}},

		{"ZIP64 end record", archive{items: []item{manifest, dex}, zip64: true},
			[]string{"zip64 0: a ZIP64 archive, which Android reads from version 12 on and its signature schemes refuse []"}},
		{"ZIP64 records without need", archive{items: []item{manifest, dex}, locator: true},
			[]string{"zip64 0: ZIP64 records that nothing refers to []"}},
		{"ZIP64 locator without a record", archive{items: []item{text}, gap: string(locatorMagic) + strings.Repeat("\x00", 16)},
			[]string{"zip64 0: ZIP64 records that nothing refers to []"}},
		{"ZIP64 field with all values", sound(with(manifest, func(it *item) {
			it.central = set(20, 4, 0xffffffff)
			it.extra = string(le(2, 1, 24)) + string(le(8, uint64(len(it.data)), uint64(len(packed(t, it.data))), 0))
		})), []string{"zip64 0: entries with ZIP64 sizes or offsets []"}},
		{"ZIP64 sizes", sound(with(image, func(it *item) {
			it.central = both(set(20, 4, 0xffffffff), set(24, 4, 0xffffffff))
			it.extra = string(le(2, 0xcafe, 0, 1, 16)) + string(le(8, uint64(len(image.data)), uint64(len(image.data))))
		})), []string{"zip64 0: entries with ZIP64 sizes or offsets []"}},
		{"ZIP64 offset", sound(text, with(image, func(it *item) {
			it.central = set(42, 4, 0xffffffff)
			it.extra = string(le(2, 1, 8)) + string(le(8, 67))
		})), []string{"zip64 0: entries with ZIP64 sizes or offsets []"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			data := tc.a.bytes(t)
			for _, f := range []*File{mustOpen(t, data), must(OpenBytes(data))} {
				if got := describe(f.Marks()); strings.Join(got, "\n") != strings.Join(tc.marks, "\n") {
					t.Errorf("got marks\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(tc.marks, "\n"))
				}
				checkContent(t, f, tc.a)
			}
		})
	}
}

func must(f *File, err error) *File {
	if err != nil {
		panic(err)
	}
	return f
}

func mustOpen(t *testing.T, data []byte) *File {
	t.Helper()
	f, err := Open(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// describe writes marks in one line each.
func describe(marks []inventory.Mark) []string {
	var out []string
	for _, m := range marks {
		var places []string
		for _, p := range m.Places {
			if p.Item != "" {
				p.File += " (" + p.Item + ")"
			}
			places = append(places, p.File)
		}
		out = append(out, fmt.Sprintf("%s %d: %s %s", strings.TrimPrefix(m.Code, "container/"), m.Count, m.Detail, places))
	}
	return out
}

// checkContent expects of each name the content that the first item with it was made with.
func checkContent(t *testing.T, f *File, a archive) {
	t.Helper()
	seen := map[string]bool{}
	for _, it := range a.items {
		e := f.Lookup(it.name)
		if e == nil || seen[it.name] || e.Name != it.name {
			continue
		}
		seen[it.name] = true
		got, err := f.Read(context.Background(), e, 1<<20)
		if reachesOut := strings.Contains(t.Name(), "reaching") || strings.Contains(t.Name(), "share_one"); (err != nil || string(got) != it.data) && !reachesOut && !strings.Contains(t.Name(), "no_local_header") {
			t.Errorf("%s: %q, %v; want %q", it.name, clip(string(got)), err, clip(it.data))
		}
	}
	if len(seen) == 0 {
		t.Error("no entry was compared")
	}
}
