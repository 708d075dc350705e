package apkfile

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"

	"quaestor/scanners/inventory"
)

const (
	centralSize = 46
	localSize   = 30
)

var (
	centralMagic = []byte("PK\x01\x02")
	localMagic   = []byte("PK\x03\x04")
)

// readDirectory finds the end record and lists the central directory before it.
func (f *File) readDirectory() error {
	dir, err := f.readEnd()
	if err != nil {
		return err
	}
	start, err := f.placeDirectory(dir)
	if err != nil {
		return err
	}
	f.dirStart, f.dirEnd = start, start+dir.size
	return f.parseDirectory(start, dir.size, dir.count)
}

// placeDirectory checks where the directory is said to begin. Data put in front of an archive shifts it: then
// it is found by its size. Where that data begins like an archive, the end record is rather that of an archive
// within, and the file is cut off.
func (f *File) placeDirectory(dir extent) (int64, error) {
	if dir.size == 0 && dir.start <= f.endAt || f.hasMagic(dir.start, centralMagic) && dir.start+dir.size <= f.endAt {
		return dir.start, nil
	}
	if real := f.endAt - dir.size; real > dir.start && f.hasMagic(real, centralMagic) && !f.hasMagic(0, localMagic) {
		f.Prefix = real - dir.start
		return real, nil
	}
	return 0, errors.New("no central directory where the end record says")
}

func (f *File) hasMagic(at int64, magic []byte) bool {
	var b [4]byte
	return f.readAt(b[:], at) == nil && bytes.Equal(b[:], magic)
}

// parseDirectory takes as many records as the end record states. Those beyond are hidden: Android passes over
// them, and tools that go by the size of the directory list them.
//
// A directory may be as large as its comments and extra fields make it. It is read in windows, of which only the
// names are kept.
func (f *File) parseDirectory(start, size, count int64) error {
	f.Entries = make([]Entry, 0, min(count, size/centralSize, MaxEntries))
	list := &records{f: f, count: count}
	window := make([]byte, min(size, directoryWindow))
	at := int64(0)
	for {
		b := window[:min(size-at, directoryWindow)]
		if err := f.readAt(b, start+at); err != nil {
			return fmt.Errorf("cannot read the central directory: %w", err)
		}
		n, err := list.take(b)
		if err != nil {
			return err
		}
		at += int64(n)
		if last := at-int64(n)+int64(len(b)) == size; last || n == 0 {
			break
		}
	}
	if list.zip64 {
		f.remark(inventory.MarkZip64, "entries with ZIP64 sizes or offsets")
	}
	return f.checkDirectory(size-at, count)
}

// directoryWindow is what is read of a directory at a time; a record has at most 196,651 bytes.
const directoryWindow = 4 << 20

// records takes the entries of a directory, window by window.
type records struct {
	f     *File
	count int64 // that the end record states
	names int   // bytes of the names so far
	zip64 bool
}

// take reads the records that lie whole in a window and returns where the first one begins that does not.
func (r *records) take(window []byte) (n int, err error) {
	f := r.f
	names := ""
	if f.dirEnd-f.dirStart <= directoryWindow {
		names = string(window) // one copy, of which every name is a part
	}
	for n+centralSize <= len(window) && bytes.Equal(window[n:n+4], centralMagic) {
		e, next, extended := centralEntry(window, names, n)
		if next > len(window) {
			break
		}
		if r.names += len(e.Name); r.names > maxDirectoryNames {
			return n, &LimitError{What: "bytes of names in the central directory", Limit: maxDirectoryNames}
		}
		e.header += f.Prefix
		r.zip64 = r.zip64 || extended
		switch {
		case int64(len(f.Entries)) < r.count && len(f.Entries) < MaxEntries:
			f.Entries = append(f.Entries, e)
		case len(f.Entries)+len(f.Hidden) >= MaxEntries:
			return n, &LimitError{What: "entries", Limit: MaxEntries}
		default:
			e.index = hiddenIndex
			f.Hidden = append(f.Hidden, e)
		}
		n = next
	}
	return n, nil
}

// checkDirectory compares what was found with what the end record states.
func (f *File) checkDirectory(rest, count int64) error {
	if len(f.Entries) == 0 && count > 0 {
		return errors.New("the central directory is empty")
	}
	if int64(len(f.Entries)) < count {
		return fmt.Errorf("the central directory ends after %d of %d entries", len(f.Entries), count)
	}
	if len(f.Hidden) > 0 {
		n := newNote(inventory.MarkDirectory, fmt.Sprintf("entries beyond the %d that the end record states, which Android passes over", count))
		for i := range f.Hidden {
			n.add(&f.Hidden[i])
		}
		f.note(n)
	}
	if rest > 0 {
		f.remark(inventory.MarkHiddenData, "%d bytes in the directory after its last entry", rest)
	}
	return nil
}

// centralEntry reads the record of the directory at an offset, where the whole head of it is there. Next is
// where the record ends, which may be beyond dir; then the entry is not complete. Names is dir as text, or empty
// where each name is copied.
func centralEntry(dir []byte, names string, at int) (e Entry, next int, zip64 bool) {
	h := dir[at : at+centralSize]
	name := at + centralSize
	extra := name + int(binary.LittleEndian.Uint16(h[28:]))
	comment := extra + int(binary.LittleEndian.Uint16(h[30:]))
	next = comment + int(binary.LittleEndian.Uint16(h[32:]))
	if next > len(dir) {
		return e, next, false
	}
	e = Entry{
		Name:           nameIn(dir, names, name, extra),
		Flags:          binary.LittleEndian.Uint16(h[8:]),
		Method:         binary.LittleEndian.Uint16(h[10:]),
		CRC32:          binary.LittleEndian.Uint32(h[16:]),
		CompressedSize: int64(binary.LittleEndian.Uint32(h[20:])),
		Size:           int64(binary.LittleEndian.Uint32(h[24:])),
		header:         int64(binary.LittleEndian.Uint32(h[42:])),
	}
	if e.CompressedSize == 0xffffffff || e.Size == 0xffffffff || e.header == 0xffffffff {
		zip64 = e.extend(dir[extra:comment])
	}
	return e, next, zip64
}

// extend takes the sizes and the offset that do not fit into 32 bits from the extra field.
func (e *Entry) extend(extra []byte) bool {
	for len(extra) >= 4 {
		id, n := binary.LittleEndian.Uint16(extra), int(binary.LittleEndian.Uint16(extra[2:]))
		extra = extra[4:]
		if n > len(extra) {
			return false
		}
		if id == 1 {
			e.wide(extra[:n])
			return true
		}
		extra = extra[n:]
	}
	return false
}

// wide reads a ZIP64 field: those of the three values that are missing, or all three.
func (e *Entry) wide(field []byte) {
	all := len(field) == 24 || len(field) == 28
	for _, v := range []*int64{&e.Size, &e.CompressedSize, &e.header} {
		if *v != 0xffffffff && !all {
			continue
		}
		if len(field) < 8 {
			return
		}
		*v = int64(min(binary.LittleEndian.Uint64(field), 1<<62))
		field = field[8:]
	}
}

// nameIn is the name between two offsets, a part of names where there is that.
func nameIn(dir []byte, names string, from, to int) string {
	if names == "" {
		return string(dir[from:to])
	}
	return names[from:to]
}
