package apkfile

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
)

const recoverWindow = 1 << 20

// recover lists entries from the local headers, in one pass over the file.
func (f *File) recover() error {
	buf := make([]byte, recoverWindow+localSize)
	for base := int64(0); base < f.size; base += recoverWindow {
		n, err := f.r.ReadAt(buf[:min(int64(len(buf)), f.size-base)], base)
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		if err := f.recoverWindow(buf[:n], base); err != nil {
			return err
		}
	}
	for i := range f.Entries {
		if i+1 < len(f.Entries) {
			f.Entries[i].CompressedSize = f.bound(&f.Entries[i], f.Entries[i+1].header)
		} else {
			f.Entries[i].CompressedSize = f.bound(&f.Entries[i], f.size)
		}
	}
	return nil
}

// bound is the compressed size of a recovered entry: as its header says, else up to what follows it.
func (f *File) bound(e *Entry, next int64) int64 {
	if e.CompressedSize > 0 {
		return e.CompressedSize
	}
	return max(next-e.header-localSize, 0)
}

func (f *File) recoverWindow(win []byte, base int64) error {
	for i := 0; ; {
		j := bytes.Index(win[i:], localMagic)
		if j < 0 || i+j >= recoverWindow || i+j+localSize > len(win) {
			return nil
		}
		i += j
		if len(f.Entries) >= MaxEntries {
			return &LimitError{What: "entries", Limit: MaxEntries}
		}
		if e, ok := f.recoverEntry(win[i:i+localSize], base+int64(i)); ok {
			f.Entries = append(f.Entries, e)
			f.names += len(e.Name)
		}
		if f.names > maxDirectoryBytes {
			return &LimitError{What: "bytes of entry names", Limit: maxDirectoryBytes}
		}
		i += len(localMagic)
	}
}

func (f *File) recoverEntry(h []byte, at int64) (Entry, bool) {
	name := make([]byte, min(int(binary.LittleEndian.Uint16(h[26:])), maxNameBytes))
	if len(name) == 0 || at+localSize+int64(len(name)) > f.size {
		return Entry{}, false
	}
	if _, err := f.r.ReadAt(name, at+localSize); err != nil && !errors.Is(err, io.EOF) {
		return Entry{}, false
	}
	return Entry{
		Name:           string(name),
		Flags:          binary.LittleEndian.Uint16(h[6:]),
		Method:         binary.LittleEndian.Uint16(h[8:]),
		CompressedSize: int64(binary.LittleEndian.Uint32(h[18:])),
		Size:           int64(binary.LittleEndian.Uint32(h[22:])),
		header:         at,
	}, true
}
