// Package mbdb reads Manifest.mbdb, the list of files of an iPhone's backup up to iOS 9.
//
// What the package cannot see: the files themselves, and properties of a file beyond those that a reader of backups needs.
package mbdb

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// File is one entry of the list.
type File struct {
	Domain, Path string
	Mode         uint16 // as of Unix: 0x8000 for a file, 0x4000 for a folder, 0xa000 for a link
	Size         int64
	Class        uint32 // protection class
	Key          []byte // wrapped key of the file, without the class before it; nil where it is not encrypted
}

// Regular reports whether the entry is a file.
func (f *File) Regular() bool { return f.Mode&0xf000 == 0x8000 }

const (
	magic = "mbdb"
	none  = 0xffff // length of a string that is not there
)

// Looks reports whether a file begins like such a list.
func Looks(head []byte) bool { return len(head) >= 6 && string(head[:4]) == magic }

// Read calls yield for every entry. Where the list breaks off, what came before was told.
func Read(in io.Reader, yield func(*File) error) error {
	r := &reader{in: bufio.NewReaderSize(in, 64<<10)}
	var head [6]byte
	if _, err := io.ReadFull(r.in, head[:]); err != nil || !Looks(head[:]) {
		return errors.New("it does not begin like the list of a backup's files")
	}
	if head[4] != 5 {
		return fmt.Errorf("it is of version %d.%d, and 5 is read", head[4], head[5])
	}
	for n := 0; ; n++ {
		if _, err := r.in.Peek(1); err == io.EOF {
			return nil
		}
		f := r.file()
		if r.err != nil {
			if r.err == io.EOF {
				r.err = io.ErrUnexpectedEOF
			}
			return fmt.Errorf("it breaks off in entry %d: %w", n+1, r.err)
		}
		if err := yield(f); err != nil {
			return err
		}
	}
}

type reader struct {
	in  *bufio.Reader
	err error
}

func (r *reader) file() *File {
	f := &File{Domain: string(r.text()), Path: string(r.text())}
	r.text() // what a link points to
	r.text() // hash of the content
	key := r.text()
	var fixed [40]byte
	r.fill(fixed[:])
	f.Mode = binary.BigEndian.Uint16(fixed[:])
	f.Size = int64(min(binary.BigEndian.Uint64(fixed[30:]), 1<<62))
	f.Class = uint32(fixed[38])
	if len(key) > 4 { // the class, as in Manifest.plist, comes before the wrapped key
		f.Key = key[4:]
	}
	for n := fixed[39]; n > 0 && r.err == nil; n-- {
		r.text()
		r.text()
	}
	return f
}

// text reads a string of bytes behind its length.
func (r *reader) text() []byte {
	var size [2]byte
	if r.fill(size[:]); r.err != nil {
		return nil
	}
	n := binary.BigEndian.Uint16(size[:])
	if n == none || n == 0 {
		return nil
	}
	b := make([]byte, n)
	r.fill(b)
	return b
}

func (r *reader) fill(b []byte) {
	if r.err == nil {
		_, r.err = io.ReadFull(r.in, b)
	}
}
