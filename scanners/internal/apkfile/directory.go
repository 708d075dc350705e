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
	centralSize = 46
	localSize   = 30
)

var (
	endMagic     = []byte("PK\x05\x06")
	centralMagic = []byte("PK\x01\x02")
	localMagic   = []byte("PK\x03\x04")
	locatorMagic = []byte("PK\x06\x07")
)

// readDirectory finds the end record and lists the central directory before it.
func (f *File) readDirectory() error {
	end, at, err := f.findEnd()
	if err != nil {
		return err
	}
	count := int(binary.LittleEndian.Uint16(end[10:]))
	size := int64(binary.LittleEndian.Uint32(end[12:]))
	start := int64(binary.LittleEndian.Uint32(end[16:]))
	if f.isZip64(at) {
		return ErrZip64
	}
	if size > maxDirectoryBytes {
		return &LimitError{What: "bytes of central directory", Limit: maxDirectoryBytes}
	}
	start, err = f.placeDirectory(start, size, at)
	if err != nil {
		return err
	}
	f.dirStart = start
	dir := make([]byte, size)
	if _, err := f.r.ReadAt(dir, start); err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("cannot read the central directory: %w", err)
	}
	return f.parseDirectory(dir, count)
}

// findEnd looks for the last end record whose comment fits the file, then for the last one at all.
func (f *File) findEnd() (record []byte, at int64, err error) {
	if f.size < endSize {
		return nil, 0, errors.New("too short to be a zip container")
	}
	n := min(f.size, endSize+65_535)
	tail := make([]byte, n)
	if _, err := f.r.ReadAt(tail, f.size-n); err != nil && !errors.Is(err, io.EOF) {
		return nil, 0, fmt.Errorf("cannot read the end of the file: %w", err)
	}
	any := -1
	for i := len(tail) - endSize; i >= 0; i-- {
		if !bytes.Equal(tail[i:i+4], endMagic) {
			continue
		}
		if i+endSize+int(binary.LittleEndian.Uint16(tail[i+20:])) == len(tail) {
			return tail[i : i+endSize], f.size - n + int64(i), nil
		}
		if any < 0 {
			any = i
		}
	}
	if any < 0 {
		return nil, 0, errors.New("no end-of-directory record")
	}
	f.mark(inventory.MarkTrailingData, "bytes after the archive")
	return tail[any : any+endSize], f.size - n + int64(any), nil
}

func (f *File) isZip64(end int64) bool {
	var locator [locatorSize]byte
	if end < locatorSize {
		return false
	}
	_, err := f.r.ReadAt(locator[:], end-locatorSize)
	return err == nil && bytes.Equal(locator[:4], locatorMagic)
}

// placeDirectory checks where the directory is said to begin. Data put in front of an archive shifts it:
// then it is found by its size.
func (f *File) placeDirectory(start, size, end int64) (int64, error) {
	if size == 0 || f.hasMagic(start, centralMagic) && start+size <= end {
		return start, nil
	}
	if real := end - size; real > start && f.hasMagic(real, centralMagic) {
		f.Prefix = real - start
		f.mark(inventory.MarkLeadingData, "data before the archive: %d bytes", f.Prefix)
		return real, nil
	}
	return 0, errors.New("no central directory where the end record says")
}

func (f *File) hasMagic(at int64, magic []byte) bool {
	var b [4]byte
	_, err := f.r.ReadAt(b[:], at)
	return err == nil && bytes.Equal(b[:], magic)
}

func (f *File) parseDirectory(dir []byte, count int) error {
	f.Entries = make([]Entry, 0, min(count, len(dir)/centralSize))
	for len(dir) >= centralSize && bytes.Equal(dir[:4], centralMagic) {
		name := int(binary.LittleEndian.Uint16(dir[28:]))
		skip := centralSize + name + int(binary.LittleEndian.Uint16(dir[30:])) + int(binary.LittleEndian.Uint16(dir[32:]))
		if skip > len(dir) {
			break
		}
		if len(f.Entries) >= MaxEntries {
			return &LimitError{What: "entries", Limit: MaxEntries}
		}
		f.Entries = append(f.Entries, Entry{
			Name:           string(dir[centralSize : centralSize+min(name, maxNameBytes)]),
			Flags:          binary.LittleEndian.Uint16(dir[8:]),
			Method:         binary.LittleEndian.Uint16(dir[10:]),
			CompressedSize: int64(binary.LittleEndian.Uint32(dir[20:])),
			Size:           int64(binary.LittleEndian.Uint32(dir[24:])),
			header:         int64(binary.LittleEndian.Uint32(dir[42:])) + f.Prefix,
		})
		dir = dir[skip:]
	}
	if len(f.Entries) == 0 && count > 0 {
		return errors.New("the central directory is empty")
	}
	if len(f.Entries) < count {
		return fmt.Errorf("the central directory ends after %d of %d entries", len(f.Entries), count)
	}
	if len(f.Entries) > count {
		f.mark(inventory.MarkDirectory, "the directory holds %d entries, its end record says %d", len(f.Entries), count)
	}
	return nil
}
