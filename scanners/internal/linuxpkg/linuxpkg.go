// Package linuxpkg opens packages of Linux in files: those of Debian (deb(5)), an ar archive of tar archives, and those of RPM
// (https://rpm-software-management.github.io/rpm/manual/format_v4.html), a header before a cpio archive. Both are compressed in one of
// several ways. What is in them is given as a tar archive, which everything else here reads.
//
// What the package cannot see: whether a signature is good, and what scripts of a package do when it is installed.
package linuxpkg

import (
	"bufio"
	"bytes"
	"compress/bzip2"
	"compress/gzip"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/zstd"
	"github.com/therootcompany/xz"

	"quaestor/scanners/internal/dpkg"
	"quaestor/scanners/internal/rpmdb"
)

// Kinds of packages.
const (
	Debian = "deb"
	RPM    = "rpm"
)

// Limits.
const (
	maxControl = 8 << 20  // bytes of the part of a package of Debian that describes it
	maxHeader  = 64 << 20 // bytes of a header of RPM
	maxWindow  = 64 << 20 // of memory that unpacking takes
)

// What can be wrong; errors wrap these.
var (
	ErrFormat      = errors.New("it is damaged, or cut short")
	ErrCompression = errors.New("it is compressed in a way that is not read here")
	ErrTooLarge    = errors.New("it unpacks to more than is held")
)

// Kind tells what the first bytes of a file begin, "" for neither.
func Kind(head []byte) string {
	switch {
	case bytes.HasPrefix(head, []byte("!<arch>\ndebian-binary")):
		return Debian
	case bytes.HasPrefix(head, []byte{0xed, 0xab, 0xee, 0xdb}):
		return RPM
	}
	return ""
}

// File is an open package. One of Deb and RPM is set.
type File struct {
	Deb  *dpkg.Package
	RPM  *rpmdb.Package
	data *io.SectionReader
	cpio bool
}

// Open reads the description of a package in the first size bytes of r.
func Open(r io.ReaderAt, size int64) (*File, error) {
	head := make([]byte, 32)
	if n, err := r.ReadAt(head, 0); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	} else if Kind(head[:n]) == Debian {
		return openDebian(r, size)
	}
	return openRPM(r, size)
}

// Contents are the files of the package as a tar archive of at most limit bytes. With an error, what came before it is given.
func (f *File) Contents(limit int64) ([]byte, error) {
	plain, err := unpack(io.NewSectionReader(f.data, 0, f.data.Size()))
	if err != nil {
		return nil, err
	}
	w := &held{limit: limit}
	if f.cpio {
		err = toTar(bufio.NewReaderSize(plain, 64<<10), w)
	} else {
		_, err = io.Copy(w, plain)
	}
	if err != nil && !errors.Is(err, ErrTooLarge) {
		err = fmt.Errorf("%w: %w", ErrFormat, err)
	}
	return w.b.Bytes(), err
}

// held is memory with a limit.
type held struct {
	b     bytes.Buffer
	limit int64
}

func (h *held) Write(p []byte) (int, error) {
	if room := h.limit - int64(h.b.Len()); int64(len(p)) > room {
		n, _ := h.b.Write(p[:room])
		return n, ErrTooLarge
	}
	return h.b.Write(p)
}

// unpack undoes the compression that the first bytes tell of.
func unpack(r io.Reader) (io.Reader, error) {
	br := bufio.NewReaderSize(r, 64<<10)
	head, err := br.Peek(6)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	var out io.Reader
	switch {
	case bytes.HasPrefix(head, []byte{0x1f, 0x8b}):
		out, err = gzip.NewReader(br)
	case bytes.HasPrefix(head, []byte("\xfd7zXZ\x00")):
		out, err = xz.NewReader(br, maxWindow)
	case bytes.HasPrefix(head, []byte{0x28, 0xb5, 0x2f, 0xfd}):
		out, err = zstd.NewReader(br, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxWindow), zstd.WithDecoderLowmem(true))
	case bytes.HasPrefix(head, []byte("BZh")):
		out = bzip2.NewReader(br)
		err = nil
	case bytes.HasPrefix(head, []byte{0x5d, 0, 0}):
		return nil, fmt.Errorf("%w (lzma)", ErrCompression)
	default:
		return br, nil
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrFormat, err)
	}
	return out, nil
}
