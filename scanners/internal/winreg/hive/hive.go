// Package hive reads registry hives, the files in which Windows keeps the registry (SOFTWARE, SYSTEM, NTUSER.DAT,
// UsrClass.dat), and puts several together as one registry ([Set]).
//
// A hive that was copied while Windows ran is often dirty: what was written last stands in the files .LOG1 and .LOG2
// beside it. [Hive.Recover] applies logs of the form that Windows 8.1 and later write; others are refused by name.
//
// A hive is foreign bytes. Every offset is checked against the file, a cell is never read beyond its end, the parts of one
// value are counted, and all reading together may cost only a multiple of the file's size, so that lists
// which name each other, or one cell a million times, end in an error instead of filling the memory.
//
// What the package cannot see: deleted keys and values, security descriptors, keys that are kept in memory only
// (volatile), and where a key that is a link leads.
package hive

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"time"

	"quaestor/scanners/internal/winreg"
)

// Sizes of the format.
const (
	headerSize = 4096
	binAlign   = 4096
	maxOffset  = 1 << 31 // offsets of stable cells have the top bit clear
)

// ErrMalformed is what every error about the form of a hive wraps.
var ErrMalformed = errors.New("the hive is damaged")

// ErrTooMuch is the error that reading costs more than any hive of its size is worth.
var ErrTooMuch = errors.New("the hive names its own parts so often that it was not read to the end")

func malformed(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrMalformed, fmt.Sprintf(format, args...))
}

// Hive is an open hive. It is not safe for concurrent use.
type Hive struct {
	Name    string    // the end of the path it had in Windows, as its header says; often cut
	Written time.Time // when its header was last written
	// Dirty is that changes in the logs beside it are not part of it; Recover clears it.
	Dirty bool
	// Missing is how many bytes the header promises that the file does not have.
	Missing int64

	header header
	pages  *pages
	root   uint32
	left   int64 // bytes that may still be read
}

// header is what the first block of a hive, and of a log, says.
type header struct {
	first, second uint32 // sequence numbers, equal when the hive was written to its end
	written       uint64
	minor         uint32
	kind          uint32 // 0 for a hive, 1, 2 and 6 for logs
	root          uint32
	size          uint32 // of all bins
	name          string
	sumOK         bool
}

// Is reports whether a file that begins with head is a hive. A log begins likewise, and is none.
func Is(head []byte) bool {
	return len(head) >= headerSize+4 && string(head[:4]) == "regf" && string(head[headerSize:headerSize+4]) == "hbin" &&
		binary.LittleEndian.Uint32(head[28:]) == 0
}

// IsLog reports whether a file that begins with head is the log of a hive.
func IsLog(head []byte) bool {
	if len(head) < 512 || string(head[:4]) != "regf" {
		return false
	}
	kind := binary.LittleEndian.Uint32(head[28:])
	return kind == oldLog || kind == olderLog || kind == newLog
}

func parseHeader(b []byte) (header, error) {
	if len(b) < 512 || string(b[:4]) != "regf" {
		return header{}, malformed("it does not begin as one")
	}
	u32 := func(at int) uint32 { return binary.LittleEndian.Uint32(b[at:]) }
	h := header{first: u32(4), second: u32(8), written: binary.LittleEndian.Uint64(b[12:]), minor: u32(24), kind: u32(28), root: u32(36), size: u32(40)}
	h.name = winreg.Value{Type: winreg.TypeString, Data: b[48:112]}.Text()
	h.sumOK = checksum(b) == u32(508)
	if major := u32(20); major != 1 {
		return h, malformed("its version %d is not known", major)
	}
	return h, nil
}

// checksum is the XOR of the header's first 127 numbers, with two results that never stand in a file.
func checksum(b []byte) uint32 {
	var sum uint32
	for at := 0; at < 508; at += 4 {
		sum ^= binary.LittleEndian.Uint32(b[at:])
	}
	switch sum {
	case 0:
		return 1
	case 0xffffffff:
		return 0xfffffffe
	}
	return sum
}

// Open reads the header of a hive of a size.
func Open(r io.ReaderAt, size int64) (*Hive, error) {
	b := make([]byte, min(max(size, 0), 512))
	if n, err := r.ReadAt(b, 0); n < len(b) {
		return nil, fmt.Errorf("cannot read the hive: %w", err)
	}
	head, err := parseHeader(b)
	if err != nil {
		return nil, err
	}
	if head.kind != 0 {
		return nil, malformed("it is a log, not a hive")
	}
	h := &Hive{Name: head.name, Written: fileTime(head.written), header: head, root: head.root,
		Dirty: head.first != head.second || !head.sumOK, left: 8*size + 32<<20}
	h.setSize(size, int64(head.size))
	h.pages = newPages(r, size)
	return h, nil
}

// setSize notes how much of what the header promises is missing.
func (h *Hive) setSize(file, bins int64) {
	h.Missing = max(0, headerSize+bins-file)
}

// Root opens the key that all others are below.
func (h *Hive) Root() (*Key, error) { return h.key(h.root, 0) }

// fileTime is a time as Windows writes it: tenths of microseconds since 1601.
func fileTime(t uint64) time.Time {
	const epoch = 116444736000000000
	if t <= epoch || t > epoch+(1<<40)*10_000_000 {
		return time.Time{}
	}
	t -= epoch
	return time.Unix(int64(t/10_000_000), int64(t%10_000_000)*100).UTC()
}

// cell reads n bytes of a cell from a place in it on; at is the cell's offset in the bins.
func (h *Hive) cell(at uint32, from, n int) ([]byte, error) {
	size, err := h.cellSize(at)
	if err != nil {
		return nil, err
	}
	if from < 0 || n < 0 || from+n > size {
		return nil, malformed("a cell at %#x has %d bytes and should have %d", at, size, from+n)
	}
	return h.read(int64(headerSize)+int64(at)+4+int64(from), n)
}

// cellSize is how many bytes a cell holds. One that is not in use, as is one of size zero, is an error.
func (h *Hive) cellSize(at uint32) (int, error) {
	if at >= maxOffset || at%8 != 0 {
		return 0, malformed("%#x is no place of a cell", at)
	}
	b, err := h.read(int64(headerSize)+int64(at), 4)
	if err != nil {
		return 0, err
	}
	size := -int64(int32(binary.LittleEndian.Uint32(b)))
	if size < 8 {
		return 0, malformed("the cell at %#x is not in use", at)
	}
	if headerSize+int64(at)+size > h.pages.size {
		return 0, malformed("the cell at %#x goes beyond the end", at)
	}
	return int(size) - 4, nil
}

// read pays for bytes and returns a copy of them.
func (h *Hive) read(at int64, n int) ([]byte, error) {
	if h.left -= int64(n) + 32; h.left < 0 {
		return nil, ErrTooMuch
	}
	if at+int64(n) > h.pages.size {
		return nil, malformed("it ends before %#x", at+int64(n))
	}
	b := make([]byte, n)
	return b, h.pages.readAt(b, at)
}
