package plist

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"time"
	"unicode/utf16"
)

// bplist is a binary list: objects anywhere, a table of where each is, and a trailer that tells of the table.
type bplist struct {
	data    []byte
	table   []byte // offsets of the objects
	offset  int    // bytes of an offset
	ref     int    // bytes of a reference to an object
	objects uint64
	budget  *budget
	open    map[uint64]bool // containers that are being read
	texts   map[uint64]string
	end     int // of the objects
}

var errCut = errors.New("the binary property list is cut short or damaged")

func decodeBinary(data []byte) (any, error) {
	if len(data) < 8+32 {
		return nil, errCut
	}
	trailer := data[len(data)-32:]
	at := binary.BigEndian.Uint64(trailer[24:])
	b := &bplist{data: data, offset: int(trailer[6]), ref: int(trailer[7]), objects: binary.BigEndian.Uint64(trailer[8:]),
		budget: newBudget(len(data)), open: map[uint64]bool{}, texts: map[uint64]string{}}
	room := uint64(len(data) - 32)
	if b.offset < 1 || b.offset > 8 || b.ref < 1 || b.ref > 8 || at < 8 || at > room || b.objects > (room-at)/uint64(b.offset) {
		return nil, errCut
	}
	b.table, b.end = data[at:room], int(at)
	return b.object(binary.BigEndian.Uint64(trailer[16:]), 0)
}

// number is a big-endian integer of 1 to 8 bytes.
func number(p []byte) uint64 {
	var n uint64
	for _, c := range p {
		n = n<<8 | uint64(c)
	}
	return n
}

// object reads an object, and all it refers to.
func (b *bplist) object(n uint64, depth int) (any, error) {
	if n >= b.objects {
		return nil, fmt.Errorf("the binary property list refers to object %d of %d", n, b.objects)
	}
	if depth > maxDepth {
		return nil, ErrLimit
	}
	start := int(n) * b.offset
	at := number(b.table[start : start+b.offset])
	if at < 8 || at >= uint64(b.end) {
		return nil, errCut
	}
	marker, body := b.data[at], b.data[at+1:b.end]
	if err := b.budget.value(0); err != nil {
		return nil, err
	}
	switch marker >> 4 {
	case 0xA, 0xB, 0xC, 0xD:
		return b.container(n, marker, body, depth)
	case 5, 6, 7:
		return b.text(n, marker, body)
	case 4:
		p, _, err := b.counted(marker, body, 1)
		if err == nil {
			err = b.budget.value(len(p))
		}
		return p, err
	}
	return scalar(marker, body)
}

// scalar is a value whose length the marker tells.
func scalar(marker byte, body []byte) (any, error) {
	size := 0
	switch kind, n := marker>>4, int(marker&15); {
	case kind == 1 && n <= 4, kind == 2 && (n == 2 || n == 3), kind == 3 && n == 3:
		size = 1 << n
	case kind == 8:
		size = n + 1
	}
	if size > len(body) {
		return nil, errCut
	}
	p := body[:size]
	switch {
	case marker == 0x00 || marker == 0x0f:
		return nil, nil
	case marker == 0x08 || marker == 0x09:
		return marker == 0x09, nil
	case size == 0:
		return nil, fmt.Errorf("the binary property list has an object of unknown kind %#x", marker)
	case marker>>4 == 1:
		return integer(p), nil
	case marker>>4 == 8:
		if size > 8 {
			return nil, fmt.Errorf("the binary property list has a reference of %d bytes", size)
		}
		return UID(number(p)), nil
	case size == 4:
		return float64(math.Float32frombits(binary.BigEndian.Uint32(p))), nil
	case marker == 0x33:
		return date(math.Float64frombits(binary.BigEndian.Uint64(p))), nil
	}
	return math.Float64frombits(binary.BigEndian.Uint64(p)), nil
}

// integer is unsigned below 8 bytes, and signed with 8; with 16 it holds what is too large for that.
func integer(p []byte) any {
	if len(p) < 16 {
		return int64(number(p))
	}
	high, low := number(p[:8]), number(p[8:])
	switch {
	case high == 0 && low > math.MaxInt64:
		return low
	case high == 0, high == math.MaxUint64 && low > math.MaxInt64:
		return int64(low)
	}
	return nil
}

// epoch is the time from which Apple counts seconds.
var epoch = time.Date(2001, 1, 1, 0, 0, 0, 0, time.UTC)

// date is a time that can be written with a year of four digits, else nil.
func date(seconds float64) any {
	if !(math.Abs(seconds) < 1e12) { // nor NaN
		return nil
	}
	whole, part := math.Modf(seconds)
	t := time.Unix(epoch.Unix()+int64(whole), int64(math.Round(part*1e9))).UTC()
	if t.Year() < 1 || t.Year() > 9999 {
		return nil
	}
	return t
}

// counted splits the length off a value of n units, and returns its bytes.
func (b *bplist) counted(marker byte, body []byte, unit int) ([]byte, int, error) {
	n := uint64(marker & 15)
	if n == 15 {
		if len(body) < 2 || body[0]>>4 != 1 || body[0]&15 > 3 || len(body) < 1+1<<(body[0]&15) {
			return nil, 0, errCut
		}
		size := 1 << (body[0] & 15)
		n, body = number(body[1:1+size]), body[1+size:]
	}
	if n > uint64(len(body)/unit) {
		return nil, 0, errCut
	}
	return body[:int(n)*unit], int(n), nil
}

// text reads a string once; whoever refers to it again shares it, and pays for it.
func (b *bplist) text(n uint64, marker byte, body []byte) (any, error) {
	s, ok := b.texts[n]
	if !ok {
		unit := 1
		if marker>>4 == 6 {
			unit = 2
		}
		p, _, err := b.counted(marker, body, unit)
		if err != nil {
			return nil, err
		}
		if err := b.budget.value(len(p)); err != nil { // objects may overlap
			return nil, err
		}
		if s = string(p); unit == 2 {
			s = wide(p, binary.BigEndian)
		}
		b.texts[n] = s
	}
	return s, b.budget.value(len(s))
}

func wide(p []byte, order binary.ByteOrder) string {
	units := make([]uint16, len(p)/2)
	for i := range units {
		units[i] = order.Uint16(p[2*i:])
	}
	return string(utf16.Decode(units))
}

func (b *bplist) container(n uint64, marker byte, body []byte, depth int) (any, error) {
	if b.open[n] {
		return nil, fmt.Errorf("object %d of the binary property list contains itself", n)
	}
	b.open[n] = true
	defer delete(b.open, n)
	if marker>>4 == 0xD {
		return b.dict(marker, body, depth)
	}
	refs, count, err := b.counted(marker, body, b.ref)
	if err != nil {
		return nil, err
	}
	list := make([]any, 0, min(count, 1024))
	for ; len(refs) > 0; refs = refs[b.ref:] {
		v, err := b.object(number(refs[:b.ref]), depth+1)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, nil
}

func (b *bplist) dict(marker byte, body []byte, depth int) (any, error) {
	refs, count, err := b.counted(marker, body, 2*b.ref)
	if err != nil {
		return nil, err
	}
	keys, values := refs[:count*b.ref], refs[count*b.ref:]
	m := make(map[string]any, min(count, 1024))
	for ; len(keys) > 0; keys, values = keys[b.ref:], values[b.ref:] {
		k, err := b.object(number(keys[:b.ref]), depth+1)
		if err != nil {
			return nil, err
		}
		name, ok := k.(string)
		if !ok {
			return nil, fmt.Errorf("the binary property list has a key that is no text but %T", k)
		}
		if m[name], err = b.object(number(values[:b.ref]), depth+1); err != nil {
			return nil, err
		}
	}
	return m, nil
}
