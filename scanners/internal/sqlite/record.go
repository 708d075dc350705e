package sqlite

import (
	"encoding/binary"
	"errors"
	"math"
	"unicode/utf16"
)

// slot is where in a record a value lies.
type slot struct {
	kind     int64
	at, size int
}

// slots finds where the first columns of a record lie, at most n. A record may have fewer than its table.
func (r *row) slots(n int, into []slot) ([]slot, error) {
	if err := r.need(min(9, r.length)); err != nil {
		return nil, err
	}
	head, at := varint(r.record)
	if at == 0 || head < int64(at) || head > int64(r.length) {
		return nil, errors.New("has a head that does not fit")
	}
	if err := r.need(int(head)); err != nil {
		return nil, err
	}
	body := int(head)
	for len(into) < n && at < int(head) {
		kind, m := varint(r.record[at:head])
		size := kindSize(kind)
		if m == 0 || size < 0 || size > int64(r.length-body) {
			return nil, errors.New("has a value that does not fit")
		}
		into = append(into, slot{kind, body, int(size)})
		at, body = at+m, body+int(size)
	}
	return into, nil
}

// kindSize is the length of a value of a serial type, -1 for one that does not exist.
func kindSize(t int64) int64 {
	switch {
	case t < 0 || t == 10 || t == 11:
		return -1
	case t >= 12:
		return (t - 12) / 2
	}
	return [...]int64{0, 1, 2, 3, 4, 6, 8, 8, 0, 0}[t]
}

// value reads a value: int64, float64, string, []byte or nil.
func (r *row) value(s slot) (any, error) {
	if err := r.need(s.at + s.size); err != nil {
		return nil, err
	}
	p := r.record[s.at : s.at+s.size]
	switch {
	case s.kind == 0:
		return nil, nil
	case s.kind == 7:
		if f := math.Float64frombits(binary.BigEndian.Uint64(p)); f == f {
			return f, nil
		}
		return nil, nil // what SQLite does with what is no number
	case s.kind == 8 || s.kind == 9:
		return s.kind - 8, nil
	case s.kind < 7:
		return signed(p), nil
	case s.kind%2 == 0:
		return append([]byte{}, p...), nil
	}
	return r.w.text(p), nil
}

func signed(p []byte) int64 {
	n := int64(int8(p[0]))
	for _, c := range p[1:] {
		n = n<<8 | int64(c)
	}
	return n
}

// text decodes what a database holds as text; in UTF-8 it is taken as it is.
func (db *DB) text(p []byte) string {
	if db.encoding == 1 {
		return string(p)
	}
	order := binary.ByteOrder(binary.LittleEndian)
	if db.encoding == 3 {
		order = binary.BigEndian
	}
	units := make([]uint16, len(p)/2)
	for i := range units {
		units[i] = order.Uint16(p[2*i:])
	}
	return string(utf16.Decode(units))
}

// varint reads SQLite's variable-length integer; n is 0 when it is cut short.
func varint(b []byte) (v int64, n int) {
	for i := range min(9, len(b)) {
		if i == 8 {
			return v<<8 | int64(b[i]), 9
		}
		v = v<<7 | int64(b[i]&0x7f)
		if b[i] < 0x80 {
			return v, i + 1
		}
	}
	return 0, 0
}
