package axml

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

const (
	utf8Flag   = 0x0100
	sortedFlag = 0x0001
	poolHeader = 28
)

// Oddities of strings. Android takes none of these strings; they are read as far as they are there.
const (
	oddIndex      = "a string is used that is not there"
	oddPlace      = "a string lies outside of the strings"
	oddLength     = "a string says another length than it has"
	oddTerminator = "a string does not end where it says"
	oddLong       = "a string is longer than is kept"
)

// pool is a string pool. Strings are decoded when they are first used.
type pool struct {
	data    []byte // the chunk
	index   int    // offset of the list of offsets
	count   int
	start   int // offset of the strings
	end     int // and of what follows them
	utf8    bool
	problem string // why Android refuses it

	places  []uint32 // of each string in decoded, counted from 1; 0 for one that was not used yet
	decoded []decoded
}

type decoded struct{ text, odd string }

func newPool(c []byte) pool {
	p := pool{data: c}
	if len(c) < poolHeader {
		p.problem = "the header is cut short"
		return p
	}
	size := len(c)
	count, styles := int64(u32(c, 8)), u32(c, 12)
	p.utf8 = u32(c, 16)&utf8Flag != 0
	p.index = int(u16(c, 2))
	p.start, p.end = int(u32(c, 20)), size
	if room := int64(max(size-p.index, 0) / 4); count > room {
		p.problem = "more strings than have room"
		count = room
	}
	if p.start > size-2 && count > 0 {
		p.problem = "they begin after their end"
		p.start = size
	}
	if at := int(u32(c, 24)); styles != 0 && count > 0 {
		if at <= p.start || at > size-2 {
			p.problem = "the styles are not behind the strings"
		} else {
			p.end = at
		}
	}
	p.count = int(count)
	if p.utf8 && p.problem == "" && p.count > 0 && c[p.end-1] != 0 {
		p.problem = "the last one does not end"
	}
	p.places = make([]uint32, p.count)
	return p
}

// get returns a string and what is odd about it.
func (p *pool) get(i uint32) (text, odd string) {
	if int64(i) >= int64(p.count) {
		return "", oddIndex
	}
	if p.places[i] == 0 {
		text, odd = p.decode(int(i))
		p.decoded = append(p.decoded, decoded{text, odd})
		p.places[i] = uint32(len(p.decoded))
	}
	d := &p.decoded[p.places[i]-1]
	return d.text, d.odd
}

func (p *pool) decode(i int) (text, odd string) {
	offset := int64(u32(p.data, p.index+4*i))
	if !p.utf8 {
		offset &^= 1
	}
	at := int64(p.start) + offset
	if at+2 > int64(p.end) {
		return "", oddPlace
	}
	if p.utf8 {
		return narrow(p.data[at:p.end])
	}
	return wide(p.data[at:p.end])
}

// narrow reads a UTF-8 string: its length in UTF-16 units, its length in bytes, the bytes and a zero. Lengths
// keep 15 bits only, so a longer string ends at the first zero that is as many times 32,768 bytes further on.
func narrow(b []byte) (text, odd string) {
	units, b := length8(b)
	n, b := length8(b)
	if n >= len(b) {
		return "", oddPlace
	}
	for n < len(b) && b[n] != 0 {
		n += 0x8000
	}
	if n >= len(b) {
		odd, n = oddTerminator, n&0x7fff
	}
	if n > maxString { // the rest is not even looked at: many strings may share it
		return strings.ToValidUTF8(string(b[:maxString]), ""), oddLong
	}
	text, have := utf8Text(b[:n])
	if odd == "" && have&0x7fff != units {
		odd = oddLength
	}
	if len(text) > maxString {
		return strings.ToValidUTF8(text[:maxString], ""), oddLong
	}
	return text, odd
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

// utf8Text returns the text of b and how many UTF-16 units Android makes of it.
func utf8Text(b []byte) (text string, units int) {
	for _, c := range b {
		switch {
		case c < 0x80 || c >= 0xc0 && c < 0xf0:
			units++
		case c >= 0xf0:
			units += 2
		}
	}
	if !utf8.Valid(b) {
		return strings.ToValidUTF8(string(b), "\uFFFD"), units
	}
	return string(b), units
}

// wide reads a UTF-16 string: its length in units, the units and a zero.
func wide(b []byte) (text, odd string) {
	n := int(u16(b, 0))
	b = b[2:]
	if n&0x8000 != 0 {
		if len(b) < 2 {
			return "", oddPlace
		}
		n = (n&0x7fff)<<16 | int(u16(b, 0))
		b = b[2:]
	}
	if 2*n+2 > len(b) {
		return "", oddPlace
	}
	if u16(b, 2*n) != 0 {
		odd = oddTerminator
	}
	if n > maxString/2 {
		n, odd = maxString/2, oddLong
	}
	return utf16Text(b[:2*n]), odd
}

func utf16Text(b []byte) string {
	out := make([]byte, 0, len(b)/2)
	for i := 0; i < len(b); i += 2 {
		if b[i+1] != 0 || b[i] >= utf8.RuneSelf {
			return string(utf16.Decode(units(b)))
		}
		out = append(out, b[i])
	}
	return string(out)
}

func units(b []byte) []uint16 {
	u := make([]uint16, len(b)/2)
	for i := range u {
		u[i] = u16(b, 2*i)
	}
	return u
}
