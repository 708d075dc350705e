package dex

import (
	"bytes"
	"unicode/utf16"
	"unicode/utf8"

	"quaestor/scanners/inventory"
)

// maxName is how much of a name is read; more than any compiler makes.
const maxName = 2048

// uleb reads an unsigned LEB128 number at p, and returns p behind it, or -1 where the data ends within it. Bits
// beyond 32 are dropped.
func uleb(b []byte, p int) (uint32, int) {
	if p >= 0 && p < len(b) && b[p] < 0x80 {
		return uint32(b[p]), p + 1
	}
	var v uint32
	for i := 0; i < 5; i++ {
		if p < 0 || p >= len(b) {
			return 0, -1
		}
		c := b[p]
		p++
		v |= uint32(c&0x7f) << (7 * i)
		if c < 0x80 {
			break
		}
	}
	return v, p
}

// sleb reads a signed LEB128 number like uleb.
func sleb(b []byte, p int) (int32, int) {
	v, end := uleb(b, p)
	if bits := 7 * (end - p); end > 0 && bits < 32 {
		return int32(v<<(32-bits)) >> (32 - bits), end
	}
	return int32(v), end
}

// text returns the bytes of string i, at most limit of them; nil if there is no such string.
func (f *file) text(i uint32, limit int) []byte {
	if int64(i) >= int64(len(f.strings)/stringSize) {
		return nil
	}
	off := u32(f.strings, int(i)*stringSize)
	if int64(off) >= int64(len(f.area)) {
		return nil
	}
	units, p := uleb(f.area, int(off))
	if p < 0 {
		return nil
	}
	// A code unit takes at most three bytes.
	end := min(int64(len(f.area)), int64(p)+int64(units)*3, int64(p)+int64(limit))
	b := f.area[p:end]
	if n := bytes.IndexByte(b, 0); n >= 0 {
		return b[:n]
	}
	return b
}

// typeText returns the descriptor of type i.
func (f *file) typeText(i uint32) []byte {
	if int64(i) >= int64(len(f.types)/typeSize) {
		return nil
	}
	return f.text(u32(f.types, int(i)*typeSize), maxName)
}

// className returns the name in a descriptor: "com/example/Foo" of "Lcom/example/Foo;".
func className(descriptor []byte) []byte {
	if len(descriptor) > 0 && descriptor[0] == 'L' {
		descriptor = descriptor[1:]
	}
	return bytes.TrimSuffix(descriptor, []byte(";"))
}

// dotted turns a name with slashes into text with dots that is fit to be shown.
func dotted(name []byte) string {
	s := []byte(decode(name))
	for i, c := range s {
		if c == '/' {
			s[i] = '.'
		}
	}
	return inventory.Text(string(s))
}

// decode turns MUTF-8 into UTF-8: two-byte zeros and pairs of surrogates are joined, and what is neither is replaced.
func decode(b []byte) string {
	ascii := true
	for _, c := range b {
		if c >= 0x80 || c < 0x20 || c == 0x7f {
			ascii = false
			break
		}
	}
	if ascii {
		return string(b)
	}
	var units []uint16
	for i := 0; i < len(b); {
		u, n := unit(b[i:])
		units = append(units, u)
		i += n
	}
	out := make([]byte, 0, len(b))
	for _, r := range utf16.Decode(units) {
		if r < 0x20 || r == 0x7f {
			r = utf8.RuneError
		}
		out = utf8.AppendRune(out, r)
	}
	return string(out)
}

// unit reads one UTF-16 code unit of MUTF-8.
func unit(b []byte) (uint16, int) {
	switch c := b[0]; {
	case c < 0x80:
		return uint16(c), 1
	case c&0xe0 == 0xc0 && len(b) > 1 && b[1]&0xc0 == 0x80:
		return uint16(c&0x1f)<<6 | uint16(b[1]&0x3f), 2
	case c&0xf0 == 0xe0 && len(b) > 2 && b[1]&0xc0 == 0x80 && b[2]&0xc0 == 0x80:
		return uint16(c&0x0f)<<12 | uint16(b[1]&0x3f)<<6 | uint16(b[2]&0x3f), 3
	}
	return utf8.RuneError, 1
}
