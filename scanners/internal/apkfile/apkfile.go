// Package apkfile reads the zip container of an APK or of a set of APKs the way Android does, and more of
// it: what the standard library refuses because of a broken directory is still listed.
//
// Entries come from the central directory, as many as its end record says, as Android takes them. When there
// is none that can be read they are recovered from the local headers, and [File.Recovered] says so: Android
// would not install such a file. What Android and other tools read differently, and what lies in the file
// beside the entries, is in [File.Marks]. Nothing is extracted to disk, names are never used as paths, and
// every read has a limit of its own.
//
// What the package cannot see: whether the content of an entry is what its checksum says; the content of
// entries that really are encrypted, which Android cannot read either; archives in several volumes.
package apkfile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"path"
	"sync"
	"sync/atomic"
)

// The limits on a container.
const (
	MaxEntries        = 262_144
	maxDirectoryNames = 32 << 20 // bytes of all names in a directory
	maxNameBytes      = 4096     // of a name in a local header without a directory
)

// Compression methods.
const (
	Store   = 0
	Deflate = 8
)

// Bits of the flags.
const (
	flagEncrypted  = 1 << 0
	flagDescriptor = 1 << 3 // sizes and checksum follow the content
)

// Entry is one entry of the container.
type Entry struct {
	Name           string // as stored; hostile
	Method         uint16
	Flags          uint16
	CRC32          uint32 // as claimed
	CompressedSize int64
	Size           int64 // claimed size when unpacked
	header         int64 // offset of the local header
	index          int   // in Entries; below zero for what is not there
}

// The indexes of what is not in Entries.
const (
	hiddenIndex = -1 // a record of the directory that Android passes over
	bareIndex   = -2 // bytes without a local header
)

// Clean is the name as tools look it up. Android takes names as they are stored.
func (e *Entry) Clean() string {
	if plainName(e.Name) {
		return e.Name
	}
	return path.Clean(e.Name)
}

// stored reports whether the content is taken as it lies in the file. A method that is neither stored nor
// deflated is read as Android's resource reader does: the bytes as they are.
func (e *Entry) stored() bool { return e.Method != Deflate }

// length is how many bytes of the file Android takes as the entry's content.
func (e *Entry) length() int64 {
	if e.stored() {
		return e.Size
	}
	return e.CompressedSize
}

// File is an opened container. Its methods may be called from several goroutines at once.
type File struct {
	Entries   []Entry
	Hidden    []Entry // records of the directory beyond the number it states: Android does not see them
	Recovered bool    // entries come from local headers: the directory could not be read
	Prefix    int64   // bytes in front of the archive, which its offsets leave out

	r        io.ReaderAt
	data     []byte // the whole file, where it is in memory
	size     int64
	dirStart int64 // where the central directory begins; the size of the file when recovered
	dirEnd   int64
	endAt    int64 // where the records at the end begin: the end record, or ZIP64's before it
	byName   map[string]int
	unclean  map[string]int // names that are not clean, by their clean form
	refused  []bool         // entries that share too much of the file with others to be read; nil: none
	tailAt   int64          // where data behind the archive begins, or a comment that is no text
	notes    []note
	spans    []Entry

	once   sync.Once
	dataAt []int64 // where the content of each entry begins, -1 where the local header is not one
	laid   atomic.Bool

	mu   sync.Mutex
	lies map[int]bool // entries that unpacked to another size than they claim
}

// ErrNotZip is returned for a file that holds nothing like a zip container.
var ErrNotZip = errors.New("not a zip container: neither a directory nor local headers were found")

// LimitError says that a limit of this package was reached.
type LimitError struct {
	What  string
	Limit int64
}

func (e *LimitError) Error() string { return fmt.Sprintf("more than %d %s", e.Limit, e.What) }

// Open lists the entries of a container. It recovers them from local headers when the directory is broken.
func Open(r io.ReaderAt, size int64) (*File, error) {
	return open(&File{r: r, size: size})
}

// OpenBytes is Open for a file in memory, which must not be changed while the File is in use.
func OpenBytes(data []byte) (*File, error) {
	return open(&File{r: bytes.NewReader(data), data: data, size: int64(len(data))})
}

func open(f *File) (*File, error) {
	err := f.readDirectory()
	if err == nil && len(f.Entries) == 0 && f.hasMagic(0, localMagic) {
		err = errors.New("the directory lists nothing")
	}
	var limit *LimitError
	if errors.As(err, &limit) {
		return nil, err
	}
	if err != nil {
		f = &File{r: f.r, data: f.data, size: f.size, dirStart: f.size, dirEnd: f.size, endAt: f.size, tailAt: f.size, Recovered: true}
		if err := f.recover(err); err != nil {
			return nil, err
		}
	}
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

// Lookup returns the entry of a name, nil when there is none. Of several with the same name it is the first.
// When none bears exactly the name, one whose clean name it is stands in.
func (f *File) Lookup(name string) *Entry {
	if i, ok := f.byName[name]; ok {
		return &f.Entries[i]
	}
	if i, ok := f.unclean[name]; ok {
		return &f.Entries[i]
	}
	return nil
}

// DirectoryOffset is where the central directory begins, where the end record says it does.
func (f *File) DirectoryOffset() int64 { return f.dirStart }

// InOrder lists the entries, as indexes of Entries, in the order in which they lie in the file.
func (f *File) InOrder() []int {
	order := make([]int, 0, len(f.Entries))
	for _, e := range f.inOrder() {
		if e.index >= 0 {
			order = append(order, e.index)
		}
	}
	return order
}
