package dex

import (
	"bytes"
	"context"
	"encoding/binary"
	"slices"
	"strings"
	"testing"

	"quaestor/scanners/internal/dextest"
	"quaestor/scanners/inventory"
)

// walk reads a file whatever it holds, and every string of it, and returns how many bytes the strings have.
func walk(t testing.TB, data []byte) (*Facts, int) {
	t.Helper()
	f, _ := Read(context.Background(), data, "classes.dex")
	n := 0
	for s := range f.Strings {
		n += len(s)
	}
	if n > 12*len(data) {
		t.Errorf("%d bytes of strings in %d", n, len(data))
	}
	var set Set
	set.Add(f)
	if r := set.Result(); r.Code.Classes != f.Classes || f.Classes > len(data)/classSize {
		t.Errorf("%d classes, together %d, in %d bytes", f.Classes, r.Code.Classes, len(data))
	}
	return f, n
}

func damages(f *Facts) []string {
	var out []string
	for _, m := range f.Marks {
		if m.Code == inventory.MarkDamagedCode {
			for _, p := range m.Places {
				out = append(out, p.Item)
			}
		}
	}
	return out
}

// TestEveryHeaderField puts numbers that lead nowhere into every field of the header, alone.
func TestEveryHeaderField(t *testing.T) {
	plain, container := sample().Bytes(), dextest.Container(sample(), sample())
	for _, good := range [][]byte{plain, container} {
		for at := 8; at < containerHeaderSize; at += 4 {
			for _, v := range []uint32{0, 1, 0x6f, 0x71, uint32(len(good)) - 1, uint32(len(good)), 0x7fffffff, 0xfffffff0, 0xffffffff} {
				data := bytes.Clone(good)
				binary.LittleEndian.PutUint32(data[at:], v)
				walk(t, data)
			}
		}
	}
}

// TestEveryByte changes every byte of a file, alone, and cuts the file at every place.
func TestEveryByte(t *testing.T) {
	for _, good := range [][]byte{sample().Bytes(), dextest.Container(sample(), sample())} {
		for i := range good {
			for _, v := range []byte{0, 0x7f, 0x80, 0xff, good[i] ^ 1} {
				data := bytes.Clone(good)
				data[i] = v
				walk(t, data)
			}
			walk(t, good[:i])
		}
	}
}

func TestDamages(t *testing.T) {
	put := func(at int, v uint32) func([]byte) []byte {
		return func(b []byte) []byte { binary.LittleEndian.PutUint32(b[at:], v); return b }
	}
	for want, change := range map[string]func([]byte) []byte{
		"the checksum does not match":                       put(8, 1),
		"header_size is 0x60 and not 0x70":                  put(0x24, 0x60),
		"the endian tag is not that of little-endian files": put(0x28, 0x78563412),
		"class_defs has 4294967295 entries, of which":       put(0x60, 0xffffffff),
		"string_ids lies outside of the file":               put(0x3c, 0xfffffff0),
		"file_size is 5 in":                                 put(0x20, 5),
		"4 bytes follow the end that file_size gives":       func(b []byte) []byte { return append(b, 0, 0, 0, 0) },
		"strings lie outside of the file":                   func(b []byte) []byte { return put(int(u32(b, 0x3c)), 1<<30)(b) },
		"the data of a class lies outside of the file":      func(b []byte) []byte { return put(int(u32(b, 0x64))+24, 1<<30)(b) },
	} {
		f, _ := walk(t, change(sample().Bytes()))
		if got := damages(f); !slices.ContainsFunc(got, func(s string) bool { return strings.HasPrefix(s, want) }) {
			t.Errorf("damages are %q, want %q", got, want)
		}
	}
	if _, err := Read(t.Context(), put(0x60, 0xffffffff)(sample().Bytes()), "classes.dex"); err == nil {
		t.Error("a table that is cut is no error")
	}
	if f, _ := walk(t, sample().Bytes()); len(damages(f)) != 0 {
		t.Errorf("a sound file has damages %q", damages(f))
	}
}

// raw makes a file whose tables of strings and classes hold what fill writes, with a tail of other bytes.
func raw(stringsN, typesN, classesN int, tail []byte, fill func(b []byte, strings, types, classes, tail int)) []byte {
	b := make([]byte, headerSize, headerSize+4*stringsN+4*typesN+32*classesN+len(tail))
	copy(b, "dex\n035\x00")
	sizes := []struct{ at, n, size int }{{0x38, stringsN, 4}, {0x40, typesN, 4}, {0x60, classesN, 32}}
	var offs [3]int
	for i, s := range sizes {
		offs[i] = len(b)
		binary.LittleEndian.PutUint32(b[s.at:], uint32(s.n))
		binary.LittleEndian.PutUint32(b[s.at+4:], uint32(len(b)))
		b = append(b, make([]byte, s.n*s.size)...)
	}
	from := len(b)
	b = append(b, tail...)
	binary.LittleEndian.PutUint32(b[0x20:], uint32(len(b)))
	binary.LittleEndian.PutUint32(b[0x24:], headerSize)
	binary.LittleEndian.PutUint32(b[0x28:], littleEndian)
	fill(b, offs[0], offs[1], offs[2], from)
	dextest.Seal(b)
	return b
}

// TestSharedBytes: entries that all lead to the same bytes are read a bounded number of times.
func TestSharedBytes(t *testing.T) {
	put := func(b []byte, at, v int) { binary.LittleEndian.PutUint32(b[at:], uint32(v)) }
	tail := append(append([]byte{0xff, 0xff, 0xff, 0xff, 0x0f}, bytes.Repeat([]byte("La/"), 100_000)...), 0)
	t.Run("strings", func(t *testing.T) {
		data := raw(50_000, 0, 0, tail, func(b []byte, strings, _, _, tail int) {
			for i := range 50_000 {
				put(b, strings+4*i, tail)
			}
		})
		f, _ := walk(t, data)
		if len(f.Gaps) == 0 || !slices.Contains(damages(f), "strings share bytes") {
			t.Errorf("gaps %q, damages %q", f.Gaps, damages(f))
		}
	})
	t.Run("package names", func(t *testing.T) {
		data := raw(2000, 2000, 2000, bytes.Repeat([]byte("La/b\x7f"), 4000), func(b []byte, strings, types, classes, tail int) {
			for i := range 2000 {
				put(b, strings+4*i, tail+4+5*i)
				put(b, types+4*i, i)
				put(b, classes+32*i, i)
			}
		})
		f, _ := walk(t, data)
		kept := 0
		for _, p := range f.Packages {
			kept += len(p.Name)
		}
		if f.Classes != 2000 || kept > len(data) || len(f.Gaps) == 0 {
			t.Errorf("%d classes, %d bytes of names, gaps %q", f.Classes, kept, f.Gaps)
		}
	})
	t.Run("class data", func(t *testing.T) {
		words := append([]byte{15}, "/system/xbin/su\x00"...)
		data := raw(1, 0, 20_000, append(words, bytes.Repeat([]byte{0x7f}, 200_000)...), func(b []byte, strings, _, classes, tail int) {
			put(b, strings, tail)
			for i := range 20_000 {
				put(b, classes+32*i+24, tail+len(words)+i)
			}
		})
		f, _ := walk(t, data)
		if !slices.ContainsFunc(f.Gaps, func(s string) bool { return strings.Contains(s, "share data or code") }) && len(damages(f)) == 0 {
			t.Errorf("gaps %q, damages %q", f.Gaps, damages(f))
		}
	})
}

// TestSharedTables: a container of many headers that all name the same tables reads them once.
func TestSharedTables(t *testing.T) {
	one := dextest.Container(sample())
	const headers = 500
	data := bytes.Repeat(one[:containerHeaderSize], headers)
	data = append(data, one...)
	for i := range headers {
		h := data[i*containerHeaderSize:]
		for _, at := range []int{0x3c, 0x44, 0x4c, 0x54, 0x5c, 0x64} {
			binary.LittleEndian.PutUint32(h[at:], u32(one, at)+headers*containerHeaderSize)
		}
		binary.LittleEndian.PutUint32(h[0x20:], containerHeaderSize)
	}
	if f, _ := walk(t, data); !slices.Contains(damages(f), "tables share bytes") || len(f.Files) != headers+1 {
		t.Errorf("%d files, damages %q", len(f.Files), damages(f))
	}
}

// TestManyTypes has more types than an index of 16 bits reaches.
func TestManyTypes(t *testing.T) {
	data := raw(1, 70_000, 1, []byte("\x04La/B;\x00"), func(b []byte, strings, _, classes, tail int) {
		b[tail] = 5
		binary.LittleEndian.PutUint32(b[strings:], uint32(tail))
		binary.LittleEndian.PutUint32(b[classes:], 69_999)
	})
	f, _ := walk(t, data)
	if f.Classes != 1 || f.Packages[0].Name != "a" || !slices.Contains(damages(f), "type_ids has more entries than an index can reach") {
		t.Errorf("%+v, damages %q", f.Packages, damages(f))
	}
}
