package apkfile

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
)

// TestReadInto reads into buffers of many sizes.
func TestReadInto(t *testing.T) {
	data := sound(manifest, dex, image, item{name: "empty", method: Deflate}).bytes(t)
	for _, f := range []*File{mustOpen(t, data), must(OpenBytes(data))} {
		for i, it := range []item{manifest, dex, image, {}} {
			for _, size := range []int{0, 1, len(it.data) - 1, len(it.data), len(it.data) + 100} {
				buf := make([]byte, max(size, 0))
				got, err := f.ReadInto(context.Background(), &f.Entries[i], buf, 1<<20)
				if err != nil || string(got) != it.data {
					t.Errorf("%s into %d bytes: %q, %v", it.name, size, got, err)
				}
				if size >= len(it.data) && len(got) > 0 && &got[0] != &buf[0] {
					t.Errorf("%s into %d bytes: another buffer", it.name, size)
				}
			}
		}
	}
	if !bytes.Equal(data, sound(manifest, dex, image, item{name: "empty", method: Deflate}).bytes(t)) {
		t.Error("the file was changed")
	}
}

// TestWrongSizes reads entries that hold more or less than they claim.
func TestWrongSizes(t *testing.T) {
	claim := func(size int) item {
		change := set(24, 4, uint64(size))
		return item{name: "a", data: strings.Repeat("0123456789", 50), method: Deflate, central: change, local: set(22, 4, uint64(size))}
	}
	for _, tc := range []struct {
		size  int
		limit int64
		want  int // length, -1 for a limit, -2 for a lie
		mark  bool
	}{
		{500, 500, 500, false},
		{500, 499, -1, false},
		{400, 1000, 500, true},
		{400, 500, 500, true},
		{400, 499, -1, true},
		{400, 400, -2, true},
		{600, 499, -1, false},
		{600, 1000, 500, true},
		{600, 599, 500, true},
		{0, 1000, 500, true},
		{1 << 31, 1000, 500, true},
		{1 << 31, 1 << 40, 500, true},
	} {
		f := mustOpen(t, sound(claim(tc.size)).bytes(t))
		if _, err := f.ReadInto(context.Background(), &f.Entries[0], make([]byte, 2000), tc.limit); (err != nil) != (tc.want < 0) {
			t.Errorf("%d claimed, limit %d, into a buffer: %v", tc.size, tc.limit, err)
		}
		got, err := f.Read(context.Background(), &f.Entries[0], tc.limit)
		var limit *LimitError
		var lie *SizeError
		if tc.want == -1 && !errors.As(err, &limit) || tc.want == -2 && (!errors.As(err, &lie) || errors.As(err, &limit)) || tc.want >= 0 && (err != nil || len(got) != tc.want) {
			t.Errorf("%d claimed, limit %d: %d bytes, %v", tc.size, tc.limit, len(got), err)
		}
		want := ""
		if tc.mark {
			want = "header-mismatch 1: entries that unpack to another size than they claim [a]"
		}
		if got := strings.Join(describe(f.Marks()), "\n"); got != want {
			t.Errorf("%d claimed, limit %d: marks %q, want %q", tc.size, tc.limit, got, want)
		}
	}
}

// TestReadCost reads entries whose claims would cost much memory.
func TestReadCost(t *testing.T) {
	data := sound(
		item{name: "lie", data: "x", method: Deflate, central: set(24, 4, 1<<31), local: set(22, 4, 1<<31)},
		item{name: "long", data: strings.Repeat("x", 8<<20)},
	).bytes(t)
	f := must(OpenBytes(data))
	before := allocated()
	for i, limit := range []int64{1 << 40, 10} {
		b, err := f.Read(context.Background(), &f.Entries[i], limit)
		if (err == nil) != (i == 0) {
			t.Errorf("%s: %d bytes, %v", f.Entries[i].Name, len(b), err)
		}
	}
	if grown := allocated() - before; grown > 4<<20 {
		t.Errorf("%d bytes of memory", grown)
	}
}

// TestReadBroken reads content that is no DEFLATE data, and with a context that is done.
func TestReadBroken(t *testing.T) {
	data := sound(dex).bytes(t)
	data[localSize+len(dex.name)] = 0xff
	f := must(OpenBytes(data))
	if b, err := f.Read(context.Background(), &f.Entries[0], 1<<20); err == nil {
		t.Errorf("%d bytes of broken data", len(b))
	}
	done, cancel := context.WithCancel(context.Background())
	cancel()
	for _, it := range []item{image, dex} {
		f = must(OpenBytes(sound(it).bytes(t)))
		if _, err := f.Read(done, &f.Entries[0], 1<<20); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", it.name, err)
		}
	}
}

// TestConcurrent reads and asks for marks from several goroutines.
func TestConcurrent(t *testing.T) {
	data := sound(manifest, dex, image, with(dex, func(it *item) { it.name, it.central = "x", set(24, 4, 1) })).bytes(t)
	f := mustOpen(t, data)
	var wg sync.WaitGroup
	for i := range 32 {
		wg.Go(func() {
			e := &f.Entries[i%4]
			if _, err := f.DataOffset(e); err != nil {
				t.Error(err)
			}
			if _, err := f.Read(context.Background(), e, 1<<20); err != nil {
				t.Error(err)
			}
			f.Marks()
		})
	}
	wg.Wait()
	if n := len(f.Marks()); n != 1 {
		t.Errorf("%d marks", n)
	}
}

// TestLookup prefers the name as it is stored.
func TestLookup(t *testing.T) {
	f := must(OpenBytes(sound(item{name: "./classes.dex"}, item{name: "./AndroidManifest.xml", data: "1"}, item{name: "classes.dex", data: "2"}, item{name: "classes.dex", data: "3"}).bytes(t)))
	for name, want := range map[string]int{"classes.dex": 2, "AndroidManifest.xml": 1, "./classes.dex": 0} {
		if e := f.Lookup(name); e != &f.Entries[want] {
			t.Errorf("%s is %v", name, e)
		}
	}
	if e := f.Lookup("none"); e != nil {
		t.Errorf("none is %v", e)
	}
}

// TestInOrder expects entries by their place in the file.
func TestInOrder(t *testing.T) {
	data := sound(manifest, dex, image).bytes(t)
	f := must(OpenBytes(data))
	f.Entries[0], f.Entries[2] = f.Entries[2], f.Entries[0]
	f.index()
	if got := f.InOrder(); len(got) != 3 || got[0] != 2 || got[1] != 1 || got[2] != 0 {
		t.Errorf("%v", got)
	}
}

// TestUnlisted reads what belongs to no entry.
func TestUnlisted(t *testing.T) {
	for name, tc := range map[string]struct {
		a    archive
		want []string
	}{
		"nothing":     {archive{items: []item{text, image}, block: "\x00\x00" + signingBlock(5), comment: "text"}, nil},
		"leading":     {archive{front: "dex\n035\x00", items: []item{text}}, []string{"dex\n035\x00"}},
		"not counted": {archive{shift: "dex\n035\x00", items: []item{text}}, []string{"dex\n035\x00"}},
		"between":     {archive{items: []item{text, with(image, func(it *item) { it.before = "\x00hidden" })}, block: "more", gap: "and more"}, []string{"hidden", "more", "and more"}},
		"trailing":    {archive{items: []item{text}, comment: "text", tail: "tail"}, []string{"tail"}},
		"comment":     {archive{items: []item{text}, comment: "PK\x03\x04" + "\x00"}, []string{"PK\x03\x04\x00"}},
	} {
		data := tc.a.bytes(t)
		for _, f := range []*File{mustOpen(t, data), must(OpenBytes(data))} {
			var got []string
			for _, e := range f.Unlisted() {
				b, err := f.Read(context.Background(), &e, 100)
				if err != nil || !strings.HasPrefix(e.Name, "@") {
					t.Errorf("%s: %q: %v", name, e.Name, err)
				}
				got = append(got, string(b))
			}
			if !slices.Equal(got, tc.want) {
				t.Errorf("%s: %q, want %q", name, got, tc.want)
			}
		}
	}
}

// TestHidden reads an entry that the directory lists beyond its count.
func TestHidden(t *testing.T) {
	f := must(OpenBytes(archive{items: []item{text, dex}, end: both(set(8, 2, 1), set(10, 2, 1))}.bytes(t)))
	if len(f.Hidden) != 1 || f.Lookup(dex.name) != nil {
		t.Fatalf("%d hidden", len(f.Hidden))
	}
	if b, err := f.Read(context.Background(), &f.Hidden[0], 1<<20); err != nil || string(b) != dex.data {
		t.Errorf("%q, %v", b, err)
	}
}
