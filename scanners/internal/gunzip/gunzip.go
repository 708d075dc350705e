// Package gunzip looks into files that are compressed with gzip, within a limit on what they unpack to.
//
// What the package cannot see: what a file means; and what stands behind the first damaged byte.
package gunzip

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"

	"quaestor/scanners/source"
)

// headBytes is how much of the content Head unpacks at most.
const headBytes = 64 << 10

// Is reports whether the first bytes of a file are those of gzip.
func Is(head []byte) bool { return bytes.HasPrefix(head, []byte{0x1f, 0x8b, 8}) }

// Head returns the beginning of what is compressed, as far as the first bytes of the file tell it, and head itself
// when that is not compressed.
func Head(head []byte) []byte {
	if !Is(head) {
		return head
	}
	z, err := gzip.NewReader(bytes.NewReader(head))
	if err != nil {
		return nil
	}
	out := make([]byte, headBytes)
	n, _ := io.ReadFull(z, out) // head ends in the middle
	return out[:n]
}

// Reader reads what is compressed in r, which is called name, up to limit bytes; more than that is a
// [source.LimitError].
func Reader(r io.Reader, name string, limit int64) (io.Reader, error) {
	return reader(r, name, limit, "size")
}

// Export reads an export that is compressed in r, and has so many bytes there, up to [source.Limits.Unpacked].
func Export(r io.Reader, name string, limits source.Limits, packed int64) (io.Reader, error) {
	return reader(r, name, limits.Unpacked(packed), source.WhatExport)
}

func reader(r io.Reader, name string, limit int64, what string) (io.Reader, error) {
	z, err := gzip.NewReader(r)
	if err != nil {
		return nil, fmt.Errorf("%q does not unpack: %w; get a fresh copy", name, err)
	}
	return &limited{z: z, name: name, what: what, left: limit, limit: limit}, nil
}

type limited struct {
	z           *gzip.Reader
	name, what  string
	left, limit int64
}

func (l *limited) Read(p []byte) (int, error) {
	if l.left <= 0 {
		var one [1]byte
		n, err := l.z.Read(one[:])
		if n > 0 {
			return 0, &source.LimitError{Name: l.name, What: l.what, Limit: l.limit}
		}
		return 0, l.explain(err)
	}
	n, err := l.z.Read(p[:min(int64(len(p)), l.left)])
	l.left -= int64(n)
	return n, l.explain(err)
}

// explain says in which file the damage is.
func (l *limited) explain(err error) error {
	if err == nil || err == io.EOF {
		return err
	}
	return fmt.Errorf("%q does not unpack further: %w", l.name, err)
}
