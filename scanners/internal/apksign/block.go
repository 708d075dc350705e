package apksign

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// layout is where the parts of the file lie that signing blocks cover: what is before the block, the
// directory, and the end record.
type layout struct {
	size      int64
	block     int64 // where the signing block begins; where the directory does when there is none
	directory int64
	end       int64  // where the end record begins
	record    []byte // the end record with its comment
	signed    bool   // there is a signing block
}

const (
	endSize    = 22
	maxComment = 65_535
)

// errLayout is why Android would not take the file for an archive.
var errLayout = errors.New("the end of the container is malformed; Android would not install it")

// readLayout finds the end record as Android does, more strictly than what reads entries here.
func readLayout(r io.ReaderAt, size int64) (*layout, error) {
	n := min(size, endSize+maxComment)
	tail := make([]byte, n)
	if _, err := r.ReadAt(tail, size-n); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	for i := len(tail) - endSize; i >= 0; i-- {
		if !bytes.Equal(tail[i:i+4], []byte("PK\x05\x06")) || i+endSize+int(binary.LittleEndian.Uint16(tail[i+20:])) != len(tail) {
			continue
		}
		l := &layout{size: size, end: size - n + int64(i), record: tail[i:]}
		l.directory = int64(binary.LittleEndian.Uint32(tail[i+16:]))
		length := int64(binary.LittleEndian.Uint32(tail[i+12:]))
		if l.directory+length > l.end {
			return nil, errLayout
		}
		l.block = l.directory
		l.signed = l.directory+length == l.end // else Android looks for no signing block
		return l, nil
	}
	return nil, errLayout
}

// blocks are the signature schemes of the APK signing block.
type blocks struct {
	v2, v3, v31 []byte // nil where there is none
	stamp       bool   // a source stamp
	twice       []string
	second      bool // another signing block lies before the one that counts
}

func (b *blocks) any() bool { return b.v2 != nil || b.v3 != nil || b.v31 != nil }

var blockMagic = []byte("APK Sig Block 42")

const blockFooter = 24

// readBlock reads the signing block in front of the directory, if there is one.
func readBlock(r io.ReaderAt, l *layout) (*blocks, error) {
	b := &blocks{}
	start, err := blockStart(r, l.directory)
	if err != nil || start < 0 || !l.signed {
		l.signed = false
		return b, err
	}
	l.block = start
	pairs := make([]byte, l.directory-blockFooter-start-8)
	if _, err := r.ReadAt(pairs, start+8); err != nil {
		return nil, &NotCheckedError{Reason: fmt.Sprintf("the signing block cannot be read: %v", err)}
	}
	if err := b.readPairs(pairs); err != nil {
		return nil, err
	}
	before, err := blockStart(r, start)
	b.second = err == nil && before >= 0
	return b, nil
}

// blockStart finds the beginning of a signing block that ends at an offset, -1 when there is none.
func blockStart(r io.ReaderAt, end int64) (int64, error) {
	var footer [blockFooter]byte
	if end < blockFooter+8 {
		return -1, nil
	}
	if _, err := r.ReadAt(footer[:], end-blockFooter); err != nil || !bytes.Equal(footer[8:], blockMagic) {
		return -1, nil
	}
	size := binary.LittleEndian.Uint64(footer[:])
	if size < blockFooter || size > uint64(end-8) {
		return -1, nil
	}
	if size > maxBlock {
		return -1, tooBig("the signing block claims %d bytes, more than the limit of %d", size, maxBlock)
	}
	start := end - int64(size) - 8
	var header [8]byte
	if _, err := r.ReadAt(header[:], start); err != nil || binary.LittleEndian.Uint64(header[:]) != size {
		return -1, nil
	}
	return start, nil
}

// readPairs takes the schemes out of the block. As in Android the first of an id counts, and what follows a
// malformed pair does not.
func (b *blocks) readPairs(pairs []byte) error {
	seen := make(map[uint32]bool)
	for len(pairs) >= 12 {
		n := binary.LittleEndian.Uint64(pairs)
		if n < 4 || n > uint64(len(pairs)-8) {
			return nil
		}
		id, value := binary.LittleEndian.Uint32(pairs[8:]), pairs[12:8+n]
		pairs = pairs[8+n:]
		slot, name := b.slot(id)
		if name == "" {
			continue
		}
		if seen[id] {
			if len(b.twice) < maxSigners {
				b.twice = append(b.twice, name)
			}
			continue
		}
		seen[id] = true
		if slot == nil {
			continue
		}
		if len(value) > maxScheme {
			return tooBig("the %s signature is %d bytes long, more than the limit of %d", name, len(value), maxScheme)
		}
		*slot = value[:len(value):len(value)]
	}
	return nil
}

// slot says where a scheme is kept and how it is called; "" is a block that says nothing of who signed.
func (b *blocks) slot(id uint32) (*[]byte, string) {
	switch id {
	case 0x7109871a:
		return &b.v2, "v2"
	case 0xf05368c0:
		return &b.v3, "v3"
	case 0x1b93ad61:
		return &b.v31, "v3.1"
	case 0x2b09189e, 0x6dff800d:
		b.stamp = true
		return nil, "source stamp"
	}
	return nil, ""
}

// fields reads the values of a signing block one after the other. After the first one that does not fit
// all are empty.
type fields struct {
	rest []byte
	bad  bool
}

func (f *fields) uint32() uint32 {
	if f.bad || len(f.rest) < 4 {
		f.bad, f.rest = true, nil
		return 0
	}
	v := binary.LittleEndian.Uint32(f.rest)
	f.rest = f.rest[4:]
	return v
}

// bytes takes a value with its length in front.
func (f *fields) bytes() []byte {
	n := f.uint32()
	if f.bad || uint64(n) > uint64(len(f.rest)) {
		f.bad, f.rest = true, nil
		return nil
	}
	v := f.rest[:n:n]
	f.rest = f.rest[n:]
	return v
}

// list takes a list of values with their lengths in front.
func (f *fields) list() *fields { return &fields{rest: f.bytes(), bad: f.bad} }

// more reports whether values are left.
func (f *fields) more() bool { return !f.bad && len(f.rest) > 0 }
