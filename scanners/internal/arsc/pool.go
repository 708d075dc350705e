package arsc

import (
	"strings"
	"unicode/utf16"
)

// maxString is the most bytes taken of one string.
const maxString = 8 << 10

// pool is a string pool read in place.
type pool struct {
	data  []byte
	index int // offset of the list of offsets
	count int
	start int
	utf8  bool
}

func newPool(c []byte) pool {
	if len(c) < 28 {
		return pool{data: c}
	}
	return pool{data: c, index: int(u16(c, 2)), count: int(u32(c, 8)), start: int(u32(c, 20)), utf8: u32(c, 16)&0x100 != 0}
}

// get returns a string; ok is false when the index or the string lies outside the pool.
func (p *pool) get(i uint32) (string, bool) {
	at := p.index + 4*int(i)
	if int(i) >= p.count || at+4 > len(p.data) {
		return "", false
	}
	at = p.start + int(u32(p.data, at))
	if at < 0 || at+4 > len(p.data) {
		return "", false
	}
	if p.utf8 {
		return p.narrow(p.data[at:])
	}
	return p.wide(p.data[at:])
}

// narrow reads a UTF-8 string: its length in UTF-16 units, its length in bytes, the bytes.
func (p *pool) narrow(b []byte) (string, bool) {
	_, b = length8(b)
	n, b := length8(b)
	if n > len(b) {
		return "", false
	}
	return strings.ToValidUTF8(string(b[:min(n, maxString)]), "\uFFFD"), true
}

func length8(b []byte) (int, []byte) {
	if len(b) < 2 {
		return 0, nil
	}
	if b[0]&0x80 != 0 {
		return int(b[0]&0x7f)<<8 | int(b[1]), b[2:]
	}
	return int(b[0]), b[1:]
}

// wide reads a UTF-16 string: its length in units, the units.
func (p *pool) wide(b []byte) (string, bool) {
	n := int(u16(b, 0))
	if n&0x8000 != 0 {
		n = (n&0x7fff)<<16 | int(u16(b, 2))
		b = b[2:]
	}
	b = b[2:]
	if n > len(b)/2 {
		return "", false
	}
	units := make([]uint16, min(n, maxString/2))
	for i := range units {
		units[i] = u16(b, 2*i)
	}
	return string(utf16.Decode(units)), true
}
