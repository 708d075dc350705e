package apkfile

import (
	"bytes"
	"context"
	"os"
	"quaestor/scanners/internal/corpustest"
	"strings"
	"testing"
)

// seeds are APKs and sets of our own making.
var seeds = []string{"plain.apk", "unsigned.apk", "v1.apk", "votes.apks", "votes.xapk"}

const testdata = "../../apk/testdata/"

// awkward are small archives with something wrong.
func awkward(tb testing.TB) [][]byte {
	inner := string(sound(dex, image).bytes(tb))
	return [][]byte{
		archive{items: []item{manifest, dex}, zip64: true, comment: "a\x00"}.bytes(tb),
		archive{shift: "dex\n", items: []item{dex}, tail: "x"}.bytes(tb),
		archive{items: []item{{name: "inner.apk", data: inner, descriptor: 12}, with(dex, func(it *item) { it.before = "hidden" })}, block: signingBlock(4), gap: "y"}.bytes(tb),
		sound(with(dex, func(it *item) { it.descriptor = 16; it.localName = "x" }), with(dex, func(it *item) { it.samePlace = true })).bytes(tb),
		sound(with(image, func(it *item) {
			it.method = 99
			it.central = set(20, 4, 0xffffffff)
			it.extra = string(le(2, 1, 8)) + "12345678"
		})).bytes(tb),
	}
}

// FuzzOpen opens containers from memory and through an io.ReaderAt, expects the same of both, and reads entries.
func FuzzOpen(f *testing.F) {
	for _, name := range seeds {
		data, err := os.ReadFile(testdata + name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
		f.Add(data[:len(data)-30])
	}
	for _, data := range corpustest.APKs(16_000) {
		f.Add(data)
	}
	for _, data := range awkward(f) {
		f.Add(data)
		f.Add(data[:len(data)-endSize-1])
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := Open(bytes.NewReader(data), int64(len(data)))
		in, again := OpenBytes(data)
		if (err == nil) != (again == nil) {
			t.Fatalf("%v through a reader, %v from memory", err, again)
		}
		if err != nil {
			return
		}
		if len(c.Entries) > MaxEntries || len(c.Entries) != len(in.Entries) || len(c.InOrder()) != len(c.Entries) {
			t.Errorf("%d entries, %d from memory", len(c.Entries), len(in.Entries))
		}
		for i := range c.Entries[:min(len(c.Entries), 20)] {
			fuzzEntry(t, c, in, i)
		}
		for _, e := range c.Unlisted() {
			if b, err := c.Read(context.Background(), &e, 1<<20); err != nil || int64(len(b)) != e.Size {
				t.Errorf("%s: %d bytes, %v", e.Name, len(b), err)
			}
		}
		a, b := strings.Join(describe(c.Marks()), "\n"), strings.Join(describe(in.Marks()), "\n")
		if a != b || len(c.Oddities()) < len(c.Marks()) {
			t.Errorf("marks\n%s\nfrom memory\n%s", a, b)
		}
	})
}

func fuzzEntry(t *testing.T, c, in *File, i int) {
	t.Helper()
	const limit = 4096
	b, err := c.Read(context.Background(), &c.Entries[i], limit)
	d, again := in.ReadInto(context.Background(), &in.Entries[i], make([]byte, 100), limit)
	if (err == nil) != (again == nil) || !bytes.Equal(b, d) || len(b) > limit {
		t.Errorf("%d bytes, %v; from memory %d bytes, %v", len(b), err, len(d), again)
	}
	if p := c.Peek(&c.Entries[i], 16); err == nil && !bytes.HasPrefix(b, p) {
		t.Errorf("peeked %q, read %q", p, b)
	}
	if v := in.View(&in.Entries[i]); v != nil && err == nil && !bytes.Equal(v, b) {
		t.Errorf("a view of %d bytes, %d read", len(v), len(b))
	}
}
