// Package plist reads Apple's property lists: the binary form (bplist00) and XML, and what NSKeyedArchiver keeps
// in them. A value is a string, int64, uint64, float64, bool, []byte, time.Time, []any, map[string]any, [UID] or nil.
//
// Everything is bounded: the depth, and how many values are visited and how much text they hold, counted as often as
// something refers to them, in proportion to the size of the list. A list that grows when it is read ends in [ErrLimit].
//
// What the package cannot see: the form of old NeXT lists ({ key = value; }), which it refuses by name, forms of
// binary lists that only the system's own processes exchange (bplist15 to 17), and in a binary list whether a
// set was ordered. A date that no calendar holds is nil, and so is a number of more than 64 bits.
package plist

import (
	"bytes"
	"errors"
	"fmt"
)

// UID refers from one value of a keyed archive to another; [Unarchive] follows it.
type UID uint64

// ErrLimit is the end of a list that is deeper, or grows to more values or text, than lists that mean well.
var ErrLimit = errors.New("the property list is nested too deep or grows too large when it is read")

const (
	maxDepth = 200
	maxBytes = 256 << 20
)

// Decode reads a whole property list of any form that is known. The []byte values may share the memory of data.
func Decode(data []byte) (any, error) {
	if len(data) > maxBytes {
		return nil, fmt.Errorf("%d bytes of property list: %w", len(data), ErrLimit)
	}
	switch {
	case bytes.HasPrefix(data, []byte("bplist0")):
		return decodeBinary(data)
	case bytes.HasPrefix(data, []byte("bplist")):
		return nil, fmt.Errorf("a binary property list of version %q is not read; convert it with `plutil -convert xml1`", data[6:min(8, len(data))])
	case looksXML(data):
		return decodeXML(data)
	case looksOld(data):
		return nil, errors.New("this is a property list in the old text form; convert it with `plutil -convert xml1`")
	}
	return nil, errors.New("this is not a property list")
}

// Looks reports whether the first bytes of a file are those of a list that [Decode] reads.
func Looks(head []byte) bool {
	return bytes.HasPrefix(head, []byte("bplist0")) || looksXML(head)
}

// looksOld reports whether text is an old list, or may be one.
func looksOld(data []byte) bool {
	text := bytes.TrimLeft(toUTF8(data[:min(len(data), 4096)]), " \t\r\n")
	if len(text) == 0 {
		return false
	}
	return bytes.HasPrefix(text, []byte("// !$*UTF8*$!")) || text[0] == '(' || text[0] == '<' && len(text) > 1 && isHex(text[1]) ||
		text[0] == '{' && bytes.Contains(text, []byte(" = "))
}

func isHex(c byte) bool { return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' }

// budget bounds what reading a list of some size may come to.
type budget struct {
	values, text int64
}

func newBudget(size int) *budget {
	n := int64(size)
	return &budget{values: 4*n + 10_000, text: 64*n + 1<<20}
}

// value pays for visiting a value, and for the bytes of text or data in it.
func (b *budget) value(text int) error {
	b.values--
	b.text -= int64(text)
	if b.values < 0 || b.text < 0 {
		return ErrLimit
	}
	return nil
}
