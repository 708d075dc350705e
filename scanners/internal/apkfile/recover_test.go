package apkfile

import (
	"bytes"
	"context"
	"encoding/binary"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestRecoverSizes takes the directory away from entries whose local headers do not tell their sizes.
func TestRecoverSizes(t *testing.T) {
	inner := string(sound(append(slices.Repeat([]item{image}, 20), dex)...).bytes(t))
	for _, descriptor := range []int{0, 12, 16} {
		for name, items := range map[string][]item{
			"packed": {manifest, dex, image},
			"stored": {image, item{name: "b", data: "b"}, item{name: "c", data: "c"}},
			"nested": {item{name: "inner.apk", data: inner}, manifest, item{name: "again.apk", data: inner}},
		} {
			items := slices.Clone(items)
			for i := range items {
				items[i].descriptor = descriptor
			}
			data := sound(items...).bytes(t)
			whole := must(OpenBytes(data))
			for cut, part := range map[string][]byte{"directory": data[:whole.dirStart], "end": data[:whole.endAt]} {
				if cut == "directory" && name == "nested" && descriptor == 12 {
					continue // nothing tells the inner headers from the outer ones
				}
				t.Run(name+" without "+cut, func(t *testing.T) {
					f := mustOpen(t, part)
					if len(f.Entries) != len(items) || !f.Recovered {
						t.Fatalf("descriptors of %d bytes: %d entries, want %d", descriptor, len(f.Entries), len(items))
					}
					checkContent(t, f, archive{items: items})
				})
			}
		}
	}
}

// TestRecoverCut reads what is left of a file that was not loaded to its end.
func TestRecoverCut(t *testing.T) {
	big := item{name: "classes.dex", method: Deflate, data: strings.Repeat("0123456789abcdefghij", 9000) + "end"}
	data := sound(manifest, image, big).bytes(t)
	whole := must(OpenBytes(data))
	f := mustOpen(t, data[:whole.dirStart-20])
	if len(f.Entries) != 3 {
		t.Fatalf("%d entries", len(f.Entries))
	}
	got, err := f.Read(context.Background(), f.Lookup("classes.dex"), 1<<20)
	if err != nil || len(got) < 1000 || !strings.HasPrefix(big.data, string(got)) {
		t.Errorf("%d bytes, %v", len(got), err)
	}
	for _, name := range []string{"AndroidManifest.xml", "res/a.png"} {
		if b, err := f.Read(context.Background(), f.Lookup(name), 1<<20); err != nil || len(b) == 0 {
			t.Errorf("%s: %q, %v", name, b, err)
		}
	}
}

// TestRecoverLie reads an entry whose local header claims more than the file holds, up to the next header.
func TestRecoverLie(t *testing.T) {
	data := sound(with(image, func(it *item) { it.local = both(set(18, 4, 1<<30), set(22, 4, 1<<30)) }), manifest).bytes(t)
	f := mustOpen(t, data[:must(OpenBytes(data)).dirStart])
	checkContent(t, f, sound(image, manifest))
}

// TestRecoverReach expects the entries behind one whose local header claims a part of them.
func TestRecoverReach(t *testing.T) {
	data := sound(longer(image, 40), manifest, dex).bytes(t)
	f := mustOpen(t, data[:len(data)-endSize])
	if len(f.Entries) != 3 {
		t.Errorf("%d entries", len(f.Entries))
	}
	checkContent(t, f, sound(manifest, dex))
}

// TestRecoverListed takes the sizes from the directory where the data descriptor is wrong.
func TestRecoverListed(t *testing.T) {
	inner := item{name: "inner.apk", data: string(sound(dex, image).bytes(t)), descriptor: 16, behind: set(8, 4, 7)}
	data := sound(inner, manifest).bytes(t)
	f := mustOpen(t, data[:len(data)-endSize])
	if len(f.Entries) != 2 {
		t.Errorf("%d entries", len(f.Entries))
	}
	checkContent(t, f, sound(inner, manifest))
}

// TestRecoverBorder moves a local header over the border between two parts that are searched for headers.
func TestRecoverBorder(t *testing.T) {
	for at := scanWindow - centralSize - 1; at <= scanWindow+1; at++ {
		fill := item{name: "fill", data: strings.Repeat("x", at-localSize-len("fill"))}
		data := sound(fill, manifest).bytes(t)
		f := mustOpen(t, data[:len(data)-endSize-1])
		if len(f.Entries) != 2 || f.Entries[1].header != int64(at) {
			t.Fatalf("header at %d: %v", at, f.Entries)
		}
	}
}

// header is a local header with a name of one byte.
func header(flags uint16, compressed, size uint32) []byte {
	h := append([]byte(localMagic), make([]byte, localSize-4)...)
	binary.LittleEndian.PutUint16(h[6:], flags)
	binary.LittleEndian.PutUint32(h[18:], compressed)
	binary.LittleEndian.PutUint32(h[22:], size)
	h[26] = 1
	return append(h, 'a')
}

// TestWork opens files made to cost much, and expects the work to be that of reading them a few times.
func TestWork(t *testing.T) {
	const n = 65_000
	overlapping := make([]item, 200)
	for i := range overlapping {
		overlapping[i] = item{name: "assets/" + strings.Repeat("x", i%9) + string(rune('a'+i%26)), data: strings.Repeat("x", 1<<20), samePlace: true}
	}
	overlapping[0].samePlace = false
	longNames := bytes.Repeat(append([]byte(localMagic), bytes.Repeat([]byte{0xff}, 26)...), n)
	for name, data := range map[string][]byte{
		"headers":              bytes.Repeat(header(0, 0, 0), n),
		"headers of 4 GB":      bytes.Repeat(header(0, 0xfffffff0, 0xfffffff0), n),
		"headers that reach":   bytes.Repeat(header(0, n*20, n*20), n),
		"descriptors":          bytes.Repeat(header(flagDescriptor, 0, 0), n),
		"packed":               bytes.Repeat(append(header(flagDescriptor, 0, 0), "PK\x07\x08PK\x07\x08"...), n),
		"long names":           longNames,
		"end records":          bytes.Repeat(endMagic, 1<<20),
		"magic":                bytes.Repeat([]byte("PK"), 8<<20),
		"directory records":    bytes.Repeat(append([]byte(centralMagic), make([]byte, 42)...), n),
		"entries at one place": sound(overlapping...).bytes(t),
	} {
		t.Run(name, func(t *testing.T) {
			before := allocated()
			start := time.Now()
			f, err := OpenBytes(data)
			if err == nil {
				f.Marks()
				readAll(t, f, int64(len(data)))
			}
			grown := allocated() - before
			t.Logf("%d bytes: %v, %d MB, %v", len(data), time.Since(start).Round(time.Millisecond), grown>>20, err)
			if grown > 100<<20+8*uint64(len(data)) {
				t.Errorf("%d bytes cost %d MB of memory", len(data), grown>>20)
			}
		})
	}
}

// readAll reads every entry, and expects that all together are not more than a few times the file.
func readAll(t *testing.T, f *File, size int64) {
	t.Helper()
	var buf []byte
	total := int64(0)
	for i := range f.Entries {
		b, err := f.ReadInto(context.Background(), &f.Entries[i], buf, 1<<30)
		if err == nil {
			total += int64(len(b))
			buf = b
		}
	}
	if total > 3*size+rationSlack {
		t.Errorf("%d bytes came out of a file of %d", total, size)
	}
}

func allocated() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.TotalAlloc
}
