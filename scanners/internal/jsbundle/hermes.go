package jsbundle

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"

	"quaestor/scanners/internal/endpoints"
)

var hermesMagic = []byte{0xc6, 0x1f, 0xbc, 0x03, 0xc1, 0x03, 0x19, 0x1f}

var errTable = errors.New("its table of strings is not where this version of the format has it")

const (
	hermesHeader = 128       // bytes; the tables follow
	maxStrings   = 2_000_000 // of one file
	maxLiteral   = 1 << 20   // bytes of one string
)

// hermes reads the strings of a bytecode file. They lie one after the other without anything between them, and in any
// order and overlap, so that only the table tells them apart.
func hermes(name string, content []byte, to *endpoints.Collector) (Facts, error) {
	f := Facts{Kind: Hermes}
	if len(content) < hermesHeader {
		return f, fmt.Errorf("%q: its header breaks off after %d bytes", name, len(content))
	}
	version := binary.LittleEndian.Uint32(content[8:])
	f.Version = strconv.FormatUint(uint64(version), 10)
	table, err := findStrings(content, version)
	if err != nil {
		to.Add(content, name)
		return f, fmt.Errorf("%q, bytecode version %d: %w", name, version, err)
	}
	f.Strings, f.Cut = table.each(func(s []byte) { to.Add(s, name) })
	return f, nil
}

// stringTable is where the strings of a file are.
type stringTable struct {
	small    []byte // four bytes each: whether it is UTF-16, offset, length
	overflow []byte // eight bytes each: offset and length of those too long for that
	storage  []byte
}

// findStrings finds the tables behind the headers of the functions, whose size differs between versions: the one that
// makes all entries fit is taken.
func findStrings(content []byte, version uint32) (stringTable, error) {
	field := func(i int) int64 { return int64(binary.LittleEndian.Uint32(content[32+4*i:])) }
	functions, kinds, identifiers, count, overflow, storage := field(2), field(3), field(4), field(5), field(6), field(7)
	if version < 71 { // before, the kinds of strings were told in another way
		return stringTable{}, errTable
	}
	for _, size := range [...]int64{16, 12} {
		at := hermesHeader + functions*size
		at = align4(at) + 4*kinds + 4*identifiers
		end := at + 4*count + 8*overflow + storage
		if end > int64(len(content)) {
			continue
		}
		t := stringTable{small: content[at : at+4*count], overflow: content[at+4*count : at+4*count+8*overflow]}
		t.storage = content[at+4*count+8*overflow : end]
		if t.fits() {
			return t, nil
		}
	}
	return stringTable{}, errTable
}

func align4(n int64) int64 { return (n + 3) &^ 3 }

// entry is where the string of an entry lies in the storage.
func (t *stringTable) entry(small []byte) (from, to int64, wide, ok bool) {
	e := binary.LittleEndian.Uint32(small)
	wide, from, to = e&1 != 0, int64(e>>1&0x7fffff), int64(e>>24)
	if to == 0xff {
		if 8*from+8 > int64(len(t.overflow)) {
			return 0, 0, false, false
		}
		o := t.overflow[8*from:]
		from, to = int64(binary.LittleEndian.Uint32(o)), int64(binary.LittleEndian.Uint32(o[4:]))
	}
	if wide {
		to *= 2
	}
	to += from
	return from, to, wide, to <= int64(len(t.storage))
}

// fits reports whether all entries lie in the storage, and one of them at its end.
func (t *stringTable) fits() bool {
	end := int64(0)
	for s := t.small; len(s) >= 4; s = s[4:] {
		_, to, _, ok := t.entry(s)
		if !ok {
			return false
		}
		end = max(end, to)
	}
	return end > 0 && end == int64(len(t.storage))
}

// each yields the strings, and returns how many there are and whether some were left out. Strings may share bytes; of
// all together no more are read than a few times the storage, so that the work stays linear.
func (t *stringTable) each(yield func([]byte)) (n int, cut bool) {
	budget := 4*int64(len(t.storage)) + 1<<16
	for s := t.small; len(s) >= 4; s = s[4:] {
		from, to, wide, ok := t.entry(s)
		budget -= to - from
		if !ok || n == maxStrings || budget < 0 {
			return n, true
		}
		n++
		text := t.storage[from:min(to, from+maxLiteral)]
		if wide {
			text = narrow(text)
		}
		yield(text)
	}
	return n, false
}

// narrow makes text of two bytes a character one of UTF-8.
func narrow(b []byte) []byte {
	out := make([]byte, 0, len(b)/2)
	for ; len(b) >= 2; b = b[2:] {
		switch c := rune(b[0]) | rune(b[1])<<8; {
		case c >= 0xd800 && c < 0xe000:
			out = append(out, ' ') // half of a character that no address has
		default:
			out = append(out, string(c)...)
		}
	}
	return out
}
