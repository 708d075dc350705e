// Package apkfile reads the zip container of an APK or of a set of APKs the way Android does, and more of
// it: what the standard library refuses because of a broken directory is still listed.
//
// Entries come from the central directory, as Android takes them. When there is none that can be read they
// are recovered from the local headers, and [File.Recovered] says so: Android would not install such a file.
// Nothing is extracted to disk, names are never used as paths, and every read has a limit of its own.
//
// What the package cannot see: whether the content of an entry is what its checksum says; ZIP64 archives,
// which Android's signature schemes refuse too; the content of encrypted entries.
package apkfile

import (
	"errors"
	"fmt"
	"io"
	"path"

	"quaestor/scanners/inventory"
)

// The limits on a container. Android stores the number of entries in 16 bits.
const (
	MaxEntries        = 65_535
	maxDirectoryBytes = 32 << 20
	maxNameBytes      = 4096
)

// Compression methods.
const (
	Store   = 0
	Deflate = 8
)

// Entry is one entry of the container.
type Entry struct {
	Name           string // as stored; hostile
	Method         uint16
	Flags          uint16
	CompressedSize int64
	Size           int64 // claimed size when unpacked
	header         int64 // offset of the local header
}

// Clean is the name as Android and verifiers look it up.
func (e *Entry) Clean() string { return path.Clean(e.Name) }

// File is an opened container.
type File struct {
	Entries   []Entry
	Recovered bool  // entries come from local headers: the directory could not be read
	Prefix    int64 // bytes in front of the archive

	r        io.ReaderAt
	size     int64
	dirStart int64 // where the central directory begins; the size of the file when recovered
	names    int   // bytes of recovered names
	byName   map[string]int
	marks    []inventory.Mark
}

// ErrNotZip is returned for a file that holds nothing like a zip container.
var ErrNotZip = errors.New("not a zip container: neither a directory nor local headers were found")

// ErrZip64 is returned for a ZIP64 archive.
var ErrZip64 = errors.New("a ZIP64 archive, which is not read; unpack it and scan the folder")

// LimitError says that a limit of this package was reached.
type LimitError struct {
	What  string
	Limit int64
}

func (e *LimitError) Error() string { return fmt.Sprintf("more than %d %s", e.Limit, e.What) }

// Open lists the entries of a container. It recovers them from local headers when the directory is broken.
func Open(r io.ReaderAt, size int64) (*File, error) {
	f, err := OpenDirectory(r, size)
	var limit *LimitError
	if err == nil || errors.As(err, &limit) || errors.Is(err, ErrZip64) {
		return f, err
	}
	f = &File{r: r, size: size, dirStart: size, Recovered: true}
	if err := f.recover(); err != nil {
		return nil, err
	}
	if len(f.Entries) == 0 {
		return nil, ErrNotZip
	}
	f.mark(inventory.MarkDirectory, "directory unreadable (%v): entries recovered from local headers", err)
	f.index()
	return f, nil
}

// OpenDirectory is Open without recovery: it reads the end of the file and the directory only.
func OpenDirectory(r io.ReaderAt, size int64) (*File, error) {
	f := &File{r: r, size: size}
	if err := f.readDirectory(); err != nil {
		return nil, err
	}
	f.index()
	return f, nil
}

// index remembers the first entry of each name and marks the rest.
func (f *File) index() {
	f.byName = make(map[string]int, len(f.Entries))
	var duplicates, unsafe, encrypted, methods tally
	for i := range f.Entries {
		e := &f.Entries[i]
		if _, ok := f.byName[e.Clean()]; ok {
			duplicates.add(e)
		} else {
			f.byName[e.Clean()] = i
		}
		if insecureName(e.Name) {
			unsafe.add(e)
		}
		if e.Flags&1 != 0 {
			encrypted.add(e)
		}
		if e.Method != Store && e.Method != Deflate {
			methods.add(e)
		}
	}
	f.count(duplicates, inventory.MarkDuplicateNames, "duplicate entry names")
	f.count(unsafe, inventory.MarkUnsafeNames, "entry names that lead outside or hold control characters")
	f.count(encrypted, inventory.MarkEncrypted, "entries marked encrypted")
	f.count(methods, inventory.MarkMethod, "entries with an unknown compression method")
}

// Lookup returns the first entry of a name, nil when there is none.
func (f *File) Lookup(name string) *Entry {
	if i, ok := f.byName[name]; ok {
		return &f.Entries[i]
	}
	return nil
}

// insecureName reports a name that an extractor must not use as a path.
func insecureName(name string) bool {
	if name == "" || name[0] == '/' {
		return true
	}
	for i := 0; i < len(name); i++ {
		if name[i] < ' ' || name[i] == '\\' || name[i] == 0x7f {
			return true
		}
	}
	c := path.Clean(name)
	return c == ".." || len(c) > 2 && c[:3] == "../"
}

// DirectoryOffset is where the central directory begins, where the end record says it does.
func (f *File) DirectoryOffset() int64 { return f.dirStart }
