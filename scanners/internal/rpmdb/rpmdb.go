// Package rpmdb reads the database of the RPM package manager in its three forms: SQLite, NDB and Berkeley
// DB. It reads from an io.ReaderAt in bounded memory, starts nothing, and takes every length and page number
// in the file for a lie until it is checked.
//
// What the package cannot see: the files of a package, whether they were changed, and, for SQLite, changes
// that are still in a write-ahead log beside the database.
package rpmdb

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"quaestor/scanners/internal/sqlite"
)

// Limits. A large workstation has 5,000 packages, and the largest real headers, those of kernels, have two
// mebibytes.
const (
	maxBlob     = 64 << 20
	maxPackages = 50_000
)

// Paths are the places of the database below a computer's root folder, today's first. A computer that was upgraded may have an older
// one left over; only the first is in use.
var Paths = []string{
	"var/lib/rpm/rpmdb.sqlite", "usr/lib/sysimage/rpm/rpmdb.sqlite",
	"var/lib/rpm/Packages.db", "usr/lib/sysimage/rpm/Packages.db",
	"var/lib/rpm/Packages", "usr/lib/sysimage/rpm/Packages",
}

var (
	errTooMany = fmt.Errorf("the database lists more than %d packages; the rest was not read", maxPackages)
	errFormat  = errors.New("neither SQLite, NDB nor Berkeley DB; rpm --rebuilddb on the computer writes the database anew")
	errLoop    = errors.New("the pages of the database lead in circles")
)

// Handler receives what is in a database, in the order of the file.
type Handler struct {
	Package func(*Package) error // an error ends the reading
	Problem func(error)          // an entry that does not parse
	// WantFile chooses by name the files of a package that are listed in it; nil chooses none. It must not keep the name.
	WantFile func(base []byte) bool
}

// Read reads a database. Entries that do not parse go to h.Problem; the error says why the rest of the
// database could not be read.
func Read(r io.ReaderAt, size int64, h Handler) error {
	head := make([]byte, 100)
	n, err := r.ReadAt(head, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	f := file{r: r, size: size, h: h}
	switch head = head[:n]; {
	case sqlite.Looks(head) && n == len(head):
		return f.sqlite()
	case bytes.HasPrefix(head, []byte("RpmP")):
		return f.ndb(head)
	case n >= 72 && isBerkeley(head):
		return f.berkeley(head)
	}
	return errFormat
}

// file is the database being read.
type file struct {
	r     io.ReaderAt
	size  int64
	h     Handler
	count int
	pages int64 // that may still be read; a sound file needs each page at most once
}

// at reads exactly n bytes.
func (f *file) at(off int64, n int) ([]byte, error) {
	if off < 0 || n < 0 || off > f.size || int64(n) > f.size-off {
		return nil, fmt.Errorf("%d bytes at %d lie outside of the file", n, off)
	}
	b := make([]byte, n)
	if _, err := f.r.ReadAt(b, off); err != nil {
		return nil, fmt.Errorf("cannot read at %d: %w", off, err)
	}
	return b, nil
}

// blob hands on one header.
func (f *file) blob(b []byte) error {
	if f.count++; f.count > maxPackages {
		return errTooMany
	}
	p, err := parseHeader(b, f.h.WantFile)
	if err != nil {
		f.h.Problem(fmt.Errorf("entry %d: %w", f.count, err))
		return nil
	}
	return f.h.Package(p)
}

// page takes one page off those that may be read.
func (f *file) page() error {
	if f.pages--; f.pages < 0 {
		return errLoop
	}
	return nil
}

func be32(b []byte) int64 { return int64(binary.BigEndian.Uint32(b)) }
