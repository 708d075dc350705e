package rpmdb

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
)

// The SQLite form. Only what the one table of packages needs is read: no index, no query. The table has the
// columns hnum, an alias of the row's number, and blob, the header.
const (
	sqliteMagic    = "SQLite format 3\x00"
	sqliteInterior = 5
	sqliteLeaf     = 13
	sqliteDepth    = 20 // of the tree; three levels hold a million packages
)

type sqlite struct {
	*file
	pageSize int
	usable   int // bytes of a page that are not reserved
	row      func(record []byte) error
}

func (f *file) sqlite(head []byte) error {
	s := &sqlite{file: f, pageSize: int(binary.BigEndian.Uint16(head[16:]))}
	if s.pageSize == 1 {
		s.pageSize = 65536
	}
	if s.pageSize < 512 || s.pageSize&(s.pageSize-1) != 0 {
		return fmt.Errorf("a page size of %d is not possible", s.pageSize)
	}
	if s.usable = s.pageSize - int(head[20]); s.usable < 480 {
		return fmt.Errorf("%d reserved bytes of a page are not possible", head[20])
	}
	f.pages = f.size/int64(s.pageSize) + 1
	root := int64(0)
	s.row = func(record []byte) error {
		c := columns(record, 4)
		if len(c) == 4 && string(c[0]) == "table" && string(c[1]) == "Packages" {
			root = number(c[3])
		}
		return nil
	}
	if err := s.tree(1, 0); err != nil {
		return err
	}
	if root < 2 {
		return errors.New("the database has no table of packages")
	}
	s.row = func(record []byte) error {
		c := columns(record, 2)
		if len(c) < 2 {
			f.h.Problem(fmt.Errorf("entry %d has no header", f.count+1))
			return nil
		}
		return f.blob(c[1])
	}
	return s.tree(root, 0)
}

// tree visits the rows below a page in their order.
func (s *sqlite) tree(n int64, depth int) error {
	if depth > sqliteDepth {
		return errLoop
	}
	p, err := s.read(n)
	if err != nil {
		return err
	}
	start := 0
	if n == 1 {
		start = 100 // the file's header
	}
	cells, pointers := int(binary.BigEndian.Uint16(p[start+3:])), start+8
	if p[start] == sqliteInterior {
		pointers += 4
	}
	if pointers+2*cells > s.usable {
		return fmt.Errorf("page %d claims %d cells", n, cells)
	}
	for i := range cells {
		at := int(binary.BigEndian.Uint16(p[pointers+2*i:]))
		if at+4 > s.usable {
			return fmt.Errorf("page %d has a cell at %d", n, at)
		}
		switch p[start] {
		case sqliteLeaf:
			err = s.cell(p[at:s.usable])
		case sqliteInterior:
			err = s.tree(be32(p[at:]), depth+1)
		}
		if err != nil {
			return err
		}
	}
	switch p[start] {
	case sqliteLeaf:
		return nil
	case sqliteInterior:
		return s.tree(be32(p[start+8:]), depth+1)
	}
	return fmt.Errorf("page %d is of kind %d and not part of a table", n, p[start])
}

func (s *sqlite) read(n int64) ([]byte, error) {
	if err := s.page(); err != nil {
		return nil, err
	}
	return s.at((n-1)*int64(s.pageSize), s.pageSize)
}

// cell reads one row: the length of the record, the row's number, and as much of the record as fits; the
// rest lies in a chain of overflow pages.
func (s *sqlite) cell(c []byte) error {
	length, n := varint(c)
	_, m := varint(c[n:])
	if n == 0 || m == 0 {
		return errors.New("a row is cut short")
	}
	if c = c[n+m:]; length < 0 || length > maxBlob || length > s.size {
		s.h.Problem(fmt.Errorf("a row claims %d bytes", length))
		return nil
	}
	local := s.local(int(length))
	if local > len(c) || int(length) > local && local+4 > len(c) {
		return errors.New("a row is cut short")
	}
	record := bytes.Clone(c[:local]) // grows with what is there, not with what is claimed
	if len(record) == int(length) {
		return s.row(record)
	}
	for next := be32(c[local:]); len(record) < int(length); {
		if next == 0 {
			s.h.Problem(fmt.Errorf("a row ends after %d of %d bytes", len(record), length))
			return nil
		}
		p, err := s.read(next)
		if err != nil {
			return err
		}
		record = append(record, p[4:min(s.usable, 4+int(length)-len(record))]...)
		next = be32(p)
	}
	return s.row(record)
}

// local is how many bytes of a record are in the page of a table's leaf, by the file format's formula.
func (s *sqlite) local(length int) int {
	if length <= s.usable-35 {
		return length
	}
	least := (s.usable-12)*32/255 - 23
	if k := least + (length-least)%(s.usable-4); k <= s.usable-35 {
		return k
	}
	return least
}

// columns splits a record into the bytes of at most its first n columns.
func columns(record []byte, n int) [][]byte {
	length, at := varint(record)
	if at == 0 || length > int64(len(record)) || length < int64(at) {
		return nil
	}
	head, body := record[at:length], record[length:]
	var out [][]byte
	for len(out) < n && len(head) > 0 {
		serial, m := varint(head)
		size := serialSize(serial)
		if m == 0 || size < 0 || size > int64(len(body)) {
			return out
		}
		out = append(out, body[:size])
		head, body = head[m:], body[size:]
	}
	return out
}

// serialSize is the length of a value of a serial type, -1 for one that does not exist.
func serialSize(t int64) int64 {
	switch {
	case t < 0 || t == 10 || t == 11:
		return -1
	case t >= 12:
		return (t - 12) / 2
	}
	return [...]int64{0, 1, 2, 3, 4, 6, 8, 8, 0, 0}[t]
}

func number(b []byte) int64 {
	var n int64
	for _, c := range b {
		n = n<<8 | int64(c)
	}
	return n
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
