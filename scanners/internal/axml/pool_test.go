package axml

import (
	"context"
	"encoding/binary"
	"strings"
	"testing"
)

// poolOf is a pool of strings as they stand in the file, at the given offsets.
func poolOf(flags uint32, text string, offsets ...uint32) pool {
	for len(text)%4 != 0 {
		text += "\x00"
	}
	start := uint32(poolHeader + 4*len(offsets))
	m := new(made).chunk(chunkStrings, poolHeader, int(start)+len(text), append([]uint32{uint32(len(offsets)), 0, flags, start, 0}, offsets...)...)
	return newPool(append(m.b, text...))
}

// narrowString is a string of a UTF-8 pool whose lengths say n.
func narrowString(n int, text string) string {
	n &= 0x7fff
	size := string([]byte{byte(n)})
	if n > 127 {
		size = string([]byte{0x80 | byte(n>>8), byte(n)})
	}
	return size + size + text + "\x00"
}

func wideString(text string) string {
	b := binary.LittleEndian.AppendUint16(nil, uint16(len(text)))
	for _, c := range []byte(text) {
		b = append(b, c, 0)
	}
	return string(append(b, 0, 0))
}

func TestPoolText(t *testing.T) {
	letters := func(n int) string { return strings.Repeat("abcdefghijklmnop", n/16+1)[:n] }
	long := func(n int) string { return narrowString(n, letters(n)) }
	for name, tt := range map[string]struct {
		pool pool
		i    uint32
		want string
		odd  string
	}{
		"short":                   {poolOf(utf8Flag, long(3), 0), 0, "abc", ""},
		"two bytes of length":     {poolOf(utf8Flag, long(200), 0), 0, letters(200), ""},
		"32,767 bytes":            {poolOf(utf8Flag, long(0x7fff), 0), 0, letters(0x7fff), ""},
		"32,768 bytes":            {poolOf(utf8Flag, long(0x8000), 0), 0, letters(0x8000), ""},
		"more than 32 K":          {poolOf(utf8Flag, long(40_000), 0), 0, letters(maxString), oddLong},
		"more than 64 K":          {poolOf(utf8Flag, long(70_000), 0), 0, letters(maxString), oddLong},
		"no end":                  {poolOf(utf8Flag, strings.TrimSuffix(long(3), "\x00")+"xyz", 0), 0, "abc", oddTerminator},
		"another length in units": {poolOf(utf8Flag, "\x02\x03abc\x00", 0), 0, "abc", oddLength},
		"wide":                    {poolOf(0, wideString("abc"), 0), 0, "abc", ""},
		"wide at an odd offset":   {poolOf(0, wideString("ab")+wideString("cde"), 0, 9), 1, "cde", ""},
		"narrow at an odd offset": {poolOf(utf8Flag, "\x00"+long(3), 0, 1), 1, "abc", ""},
		"no such string":          {poolOf(utf8Flag, long(3), 0), 1, "", oddIndex},
		"outside":                 {poolOf(utf8Flag, long(3), 1<<20), 0, "", oddPlace},
	} {
		for range 2 { // the second time it is known
			if text, odd := tt.pool.get(tt.i); text != tt.want || odd != tt.odd {
				t.Errorf("%s: %d bytes %.20q, %q; want %d bytes %.20q, %q", name, len(text), text, odd, len(tt.want), tt.want, tt.odd)
			}
		}
	}
}

// TestUnusedStrings: strings that nothing uses cost nothing, however many there are.
func TestUnusedStrings(t *testing.T) {
	const unused = 500_000
	text := narrowString(1, "a")
	m := new(made).chunk(chunkStrings, poolHeader, poolHeader+4*unused+len(text), unused, 0, utf8Flag, poolHeader+4*unused, 0)
	m.b = append(append(m.b, make([]byte, 4*unused)...), text...)
	m.start(unused - 1).end(unused - 1)
	whole := new(made).chunk(3, 8, 8+len(m.b)).b
	var names []string
	_, err := Parse(context.Background(), append(whole, m.b...), func(e *Element) error {
		names = append(names, e.Name)
		return nil
	})
	if err != nil || len(names) != 1 || names[0] != "a" {
		t.Errorf("elements %q, %v; want one", names, err)
	}
}
