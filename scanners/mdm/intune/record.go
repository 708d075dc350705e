package intune

import (
	"cmp"
	"encoding/binary"
	"fmt"

	"quaestor/scanners/internal/checkin"
	"quaestor/scanners/internal/jsonpart"
)

// record is what one row or element tells, by field.
type record [fields]string

// fill takes from another what is not told yet.
func (r *record) fill(from *record, first, end field) {
	for f := first; f < end; f++ {
		if r[f] == "" {
			r[f] = from[f]
		}
	}
}

// The kinds of row in which records are kept until all of a device are together.
const (
	rowDevice     = 'd'
	rowProtection = 'p'
	rowApp        = 'a'
)

// span is the range of fields that a kind of row has.
func span(kind byte) (first, end field) {
	switch kind {
	case rowProtection:
		return firstOfProtection, endOfProtection
	case rowApp:
		return firstOfApp, endOfApp
	}
	return firstOfDevice, endOfDevice
}

// row appends the fields of a kind to b. The platform of an app comes with it.
func row[T ~string | ~[]byte](b []byte, kind byte, platform T, value func(field) T) []byte {
	b = append(b, kind)
	if kind == rowApp {
		b = appendText(b, platform)
	}
	first, end := span(kind)
	for f := first; f < end; f++ {
		b = appendText(b, value(f))
	}
	return b
}

func appendText[T ~string | ~[]byte](b []byte, text T) []byte {
	return append(binary.AppendUvarint(b, uint64(len(text))), text...)
}

// take reads a row that row made into r. The texts are parts of it.
func (r *record) take(row string) (kind byte) {
	kind, row = row[0], row[1:]
	if kind == rowApp {
		r[fPlatform], row = cutText(row)
	}
	first, end := span(kind)
	for f := first; f < end; f++ {
		r[f], row = cutText(row)
	}
	return kind
}

func cutText(s string) (text, rest string) {
	n, at := uint64(0), 0
	for shift := 0; ; shift += 7 {
		c := s[at]
		at++
		n |= uint64(c&0x7f) << shift
		if c < 0x80 {
			break
		}
	}
	return s[at : at+int(n)], s[at+int(n):]
}

// object reads the members of an object into r, and hands out the lists within it. Odd is told of members that are of another kind than
// they should be, and of those that are there twice.
func (r *record) object(v jsonpart.Value, n names, lists func(field, jsonpart.Value), odd func(string)) error {
	seen, looks := uint64(0), 0
	return v.Fields(func(name string, value jsonpart.Value) bool {
		f := n.of(name)
		if f == none {
			return true
		}
		if bit := uint64(1) << f; seen&bit == 0 {
			seen |= bit
		} else if looks++; looks <= maxLooks && isTwice(v, name) { // not another name of the same
			odd(fmt.Sprintf("%q is there twice", name))
		}
		switch {
		case f == fManagedDevices || f == fDetectedApps:
			if lists != nil {
				lists(f, value)
			}
		case value.IsObject() || value.IsArray():
			odd(fmt.Sprintf("%q is no single value", name))
		case r[f] == "" || localised(name):
			if r[f] = cmp.Or(textOf(value), r[f]); f == fLastSync && r[f] == "" {
				r[f] = checkin.Never // there is a place for the time, and nothing in it
			}
		}
		return true
	})
}

// maxLooks is how many times an object is searched for a second member of a name.
const maxLooks = 32

// isTwice reports whether an object has several members of a name.
func isTwice(v jsonpart.Value, name string) bool {
	n := 0
	_ = v.Fields(func(other string, _ jsonpart.Value) bool { // it is being read
		if other == name {
			n++
		}
		return n < 2
	})
	return n > 1
}

// textOf is a member as a column of CSV would have it.
func textOf(v jsonpart.Value) string {
	if s, ok := v.Text(); ok {
		return s
	}
	if len(v) == 0 || v[0] == '{' || v[0] == '[' || string(v) == "null" {
		return ""
	}
	return string(v)
}
