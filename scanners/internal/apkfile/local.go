package apkfile

import (
	"bytes"
	"encoding/binary"
	"fmt"
)

// local is what a local header says of the entry behind it.
type local struct {
	flags, method       uint16
	crc                 uint32
	compressed, size    int64
	nameSize, extraSize int64
}

// parseLocal reads a local header; ok is false when it is none.
func parseLocal(h []byte) (l local, ok bool) {
	if len(h) < localSize || !bytes.Equal(h[:4], localMagic) {
		return l, false
	}
	return local{
		flags:      binary.LittleEndian.Uint16(h[6:]),
		method:     binary.LittleEndian.Uint16(h[8:]),
		crc:        binary.LittleEndian.Uint32(h[14:]),
		compressed: int64(binary.LittleEndian.Uint32(h[18:])),
		size:       int64(binary.LittleEndian.Uint32(h[22:])),
		nameSize:   int64(binary.LittleEndian.Uint16(h[26:])),
		extraSize:  int64(binary.LittleEndian.Uint16(h[28:])),
	}, true
}

// data is where the content of the entry with its local header at an offset begins.
func (l local) data(header int64) int64 { return header + localSize + l.nameSize + l.extraSize }

// descriptor reports whether sizes and checksum follow the content.
func (l local) descriptor() bool { return l.flags&flagDescriptor != 0 }

// DataOffset is where in the file the content of an entry begins.
func (f *File) DataOffset(e *Entry) (int64, error) {
	if e.index >= 0 && f.laid.Load() && f.dataAt[e.index] >= 0 {
		return f.dataAt[e.index], nil
	}
	if e.index == bareIndex {
		return e.header, nil
	}
	var h [localSize]byte
	if err := f.readAt(h[:], e.header); err != nil {
		return 0, fmt.Errorf("no local header for %q", clip(e.Name))
	}
	l, ok := parseLocal(h[:])
	if !ok {
		return 0, fmt.Errorf("no local header for %q", clip(e.Name))
	}
	return l.data(e.header), nil
}

// windowSize is what is read at once while going through a file for small pieces near to each other.
const windowSize = 4096

// window reads small pieces of a file in rising order with few calls.
type window struct {
	f   *File
	buf []byte
	at  int64
}

// get is the n bytes at an offset, nil when the file does not hold them. It is valid until the next call.
func (w *window) get(at, n int64) []byte {
	if at < 0 || n < 0 || at > w.f.size-n {
		return nil
	}
	if w.f.data != nil {
		return w.f.data[at : at+n]
	}
	if at < w.at || at+n > w.at+int64(len(w.buf)) {
		size := min(max(n, windowSize), w.f.size-at)
		if int64(cap(w.buf)) < size {
			w.buf = make([]byte, size)
		}
		w.buf, w.at = w.buf[:size], at
		if w.f.readAt(w.buf, at) != nil {
			w.buf = w.buf[:0]
			return nil
		}
	}
	return w.buf[at-w.at : at-w.at+n]
}
