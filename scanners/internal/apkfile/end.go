package apkfile

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"quaestor/scanners/inventory"
)

const (
	endSize     = 22
	locatorSize = 20
	end64Size   = 56
	maxComment  = 65_535
)

var (
	endMagic     = []byte("PK\x05\x06")
	end64Magic   = []byte("PK\x06\x06")
	locatorMagic = []byte("PK\x06\x07")
)

// extent is what the end record says of the central directory.
type extent struct {
	count       int64
	start, size int64
}

// readEnd finds the end record, and ZIP64's where that one points to it.
func (f *File) readEnd() (extent, error) {
	record, at, err := f.findEnd()
	if err != nil {
		return extent{}, err
	}
	f.endAt = at
	dir := extent{
		count: int64(binary.LittleEndian.Uint16(record[10:])),
		size:  int64(binary.LittleEndian.Uint32(record[12:])),
		start: int64(binary.LittleEndian.Uint32(record[16:])),
	}
	var locator [locatorSize]byte
	if at < locatorSize || f.readAt(locator[:], at-locatorSize) != nil || !bytes.Equal(locator[:4], locatorMagic) {
		return dir, nil
	}
	f.endAt = at - locatorSize
	wide, err := f.readEnd64(at-locatorSize, int64(binary.LittleEndian.Uint64(locator[8:])))
	if dir.count != 0xffff && dir.size != 0xffffffff && dir.start != 0xffffffff {
		f.remark(inventory.MarkZip64, "ZIP64 records that nothing refers to")
		return dir, nil
	}
	f.remark(inventory.MarkZip64, "a ZIP64 archive, which Android reads from version 12 on and its signature schemes refuse")
	return wide, err
}

// readEnd64 reads the ZIP64 end record that the locator points to.
func (f *File) readEnd64(locator, at int64) (extent, error) {
	var b [end64Size]byte
	if at < 0 || at > locator-end64Size || f.readAt(b[:], at) != nil || !bytes.Equal(b[:4], end64Magic) {
		return extent{}, errors.New("no ZIP64 end record where its locator says")
	}
	f.endAt = at
	dir := extent{
		count: int64(binary.LittleEndian.Uint64(b[32:])),
		size:  int64(binary.LittleEndian.Uint64(b[40:])),
		start: int64(binary.LittleEndian.Uint64(b[48:])),
	}
	if dir.count < 0 || dir.size < 0 || dir.start < 0 || dir.start > at || dir.size > at-dir.start {
		return extent{}, errors.New("the ZIP64 end record places the directory outside of the file")
	}
	return dir, nil
}

// findEnd looks for the last end record whose comment fits the file, then for the last one at all. Android
// takes the last one, and refuses the file when its comment does not fit.
func (f *File) findEnd() (record []byte, at int64, err error) {
	if f.size < endSize {
		return nil, 0, errors.New("too short to be a zip container")
	}
	for _, n := range []int64{endSize, endSize + maxComment} {
		n = min(n, f.size)
		tail := make([]byte, n)
		if err := f.readAt(tail, f.size-n); err != nil {
			return nil, 0, fmt.Errorf("cannot read the end of the file: %w", err)
		}
		if i, fits := endIn(tail); fits || i >= 0 && n > endSize {
			f.noteEnd(tail, i, fits)
			return tail[i : i+endSize], f.size - n + int64(i), nil
		}
	}
	return nil, 0, errors.New("no end-of-directory record")
}

// endIn finds the end record in the tail of a file.
func endIn(tail []byte) (at int, fits bool) {
	last := -1
	for rest := tail[:len(tail)-endSize+len(endMagic)]; ; {
		i := bytes.LastIndex(rest, endMagic)
		if i < 0 {
			return last, false
		}
		if i+endSize+int(binary.LittleEndian.Uint16(tail[i+20:])) == len(tail) {
			return i, true
		}
		if last < 0 {
			last = i
		}
		rest = rest[:i+len(endMagic)-1]
	}
}

// noteEnd tells what is odd behind the end record: other end records, other data, a comment that is no text.
func (f *File) noteEnd(tail []byte, at int, fits bool) {
	f.tailAt = f.size
	after := tail[at+endSize:]
	if !fits {
		comment := int(binary.LittleEndian.Uint16(tail[at+20:]))
		f.remark(inventory.MarkTrailingData, "bytes after the archive")
		f.tailAt -= int64(len(after) - min(comment, len(after)))
		after = after[:min(comment, len(after))]
	}
	if bytes.Contains(after, endMagic) {
		f.remark(inventory.MarkDirectory, "several end records")
		return
	}
	if i := bytes.IndexFunc(after, func(r rune) bool { return r == 0 || r == '\ufffd' }); i >= 0 && fits {
		f.remark(inventory.MarkHiddenData, "a comment of %d bytes that is not text", len(after))
		f.tailAt -= int64(len(after))
	}
}

// readAt fills b from the file or fails.
func (f *File) readAt(b []byte, at int64) error {
	if at < 0 || at > f.size-int64(len(b)) {
		return io.ErrUnexpectedEOF
	}
	if n, err := f.r.ReadAt(b, at); n < len(b) {
		return err
	}
	return nil
}
