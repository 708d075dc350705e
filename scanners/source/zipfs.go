package source

import (
	"archive/zip"
	"context"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

// Limits on the list of a zip's entries, which is read whole into memory before any entry can be counted.
const (
	directoryBytes = 256       // for each entry that Limits.Entries allows; real ones take about 100
	folderNames    = 256 << 20 // bytes of the names of all folders that the entries' names imply
	maxEntryName   = 4096      // bytes, the longest path that systems know
)

// unpackRatio is how many times its own size an archive may unpack to, besides Limits.TotalBytes. Dumps shrink
// to a tenth or a twentieth; what a bomb holds, to a thousandth.
const unpackRatio = 32

// zipFS is a zip archive as an fs.FS with limits. Absolute names are those below the root of the archive, as tools that
// unpack take them, unless another entry has that name. Entries whose names are not valid paths, or that repeat the
// name of an earlier entry, are left out and listed in bad: they are never an existing name under another
// spelling, and readers of zips do not agree which of two equal names counts.
type zipFS struct {
	r      *zip.Reader
	at     io.ReaderAt // the archive
	size   int64
	files  map[string]*zip.File
	bad    []string
	left   atomic.Int64 // bytes that may still be read from it
	budget int64        // what left was at first
	ctx    context.Context

	mu       sync.Mutex
	reserved map[string]bool // members that were paid for
}

func openZip(ctx context.Context, r io.ReaderAt, size int64, lim Limits) (*zipFS, error) {
	directory := &budgetReaderAt{r: r, left: int64(lim.Entries) * directoryBytes, limit: lim.Entries, limited: true}
	zr, err := zip.NewReader(directory, size)
	directory.limited = false
	if err != nil && err != zip.ErrInsecurePath {
		return nil, fmt.Errorf("not a readable zip archive: %w", err)
	}
	zr.RegisterDecompressor(zip.Deflate, newInflater)
	if len(zr.File) > lim.Entries {
		return nil, &LimitError{Name: "archive", What: "entries", Limit: int64(lim.Entries)}
	}
	z := &zipFS{r: zr, at: r, size: size, ctx: ctx, budget: lim.Total(size), reserved: make(map[string]bool)}
	z.left.Store(z.budget)
	return z, z.keep()
}

// keep leaves out the entries with bad names.
func (z *zipFS) keep() error {
	kept := z.r.File[:0:0]
	folders, seen := 0, make(map[string]string, len(z.r.File))
	z.files = make(map[string]*zip.File, len(z.r.File))
	relative := relativeNames(z.r.File)
	for _, f := range z.r.File {
		name := strings.TrimSuffix(f.Name, "/")
		if strings.HasPrefix(name, "/") {
			if name = strings.TrimLeft(name, "/"); relative[name] {
				name = "" // it must not stand in for the entry that really has that name
			}
		} else if name == "" && f.Name != "" {
			continue // the root as a folder
		}
		if len(name) > maxEntryName || !fs.ValidPath(name) || strings.ContainsAny(name, "\\\x00") || seen[name] != "" {
			if strings.HasSuffix(f.Name, "/") && seen[name] == f.Name {
				continue // a folder that is listed again is the same folder
			}
			z.bad = append(z.bad, f.Name)
			continue
		}
		seen[name] = f.Name
		if folders += strings.Count(name, "/") * len(name) / 2; folders > folderNames {
			return &LimitError{Name: "archive", What: "names of folders", Limit: folderNames}
		}
		if !strings.HasSuffix(f.Name, "/") {
			z.files[name] = f
		}
		kept = append(kept, f)
	}
	z.r.File = kept
	return nil
}

// relativeNames are the names of an archive that are not absolute; nil when all are.
func relativeNames(files []*zip.File) map[string]bool {
	if !slices.ContainsFunc(files, func(f *zip.File) bool { return strings.HasPrefix(f.Name, "/") }) {
		return nil // nobody will ask
	}
	names := map[string]bool{}
	for _, f := range files {
		if !strings.HasPrefix(f.Name, "/") {
			names[strings.TrimSuffix(f.Name, "/")] = true
		}
	}
	return names
}

// budgetReaderAt stops reading the list of a zip's entries when it is longer than any real one. The entries
// themselves are read without it.
type budgetReaderAt struct {
	r       io.ReaderAt
	left    int64
	limit   int // entries
	limited bool
}

// ReadAt implements io.ReaderAt.
func (b *budgetReaderAt) ReadAt(p []byte, off int64) (int, error) {
	if b.limited {
		if b.left -= int64(len(p)); b.left < 0 {
			return 0, &LimitError{Name: "archive", What: "entries", Limit: int64(b.limit)}
		}
	}
	return b.r.ReadAt(p, off)
}

// whatUnpacked is LimitError.What when an archive unpacks to more than it may.
const whatUnpacked = "unpacked size"

// charge takes n bytes off what may still be read from the archive.
func (z *zipFS) charge(name string, n int64) error {
	if err := z.ctx.Err(); err != nil {
		return err
	}
	if z.left.Add(-n) < 0 {
		return &LimitError{Name: name, What: whatUnpacked, Limit: z.budget}
	}
	return nil
}

// reserve charges reading a member once, before it is read.
func (z *zipFS) reserve(name, shown string) error {
	f := z.files[name]
	if f == nil {
		return nil
	}
	size := int64(min(f.UncompressedSize64, 1<<62))
	if err := z.charge(shown, size); err != nil {
		z.left.Add(size) // a smaller one may still fit
		return err
	}
	z.mu.Lock()
	defer z.mu.Unlock()
	z.reserved[name] = true
	return nil
}

func (z *zipFS) isReserved(name string) bool {
	z.mu.Lock()
	defer z.mu.Unlock()
	return z.reserved[name]
}

// Open implements fs.FS.
func (z *zipFS) Open(name string) (fs.File, error) {
	f, err := z.r.Open(name)
	if err != nil {
		return nil, err
	}
	if d, ok := f.(fs.ReadDirFile); ok {
		return d, nil
	}
	return &zipFile{File: f, fs: z, name: name}, nil
}

type zipFile struct {
	fs.File
	fs   *zipFS
	name string
}

func (f *zipFile) Read(p []byte) (int, error) {
	n, err := f.File.Read(p)
	if err := f.fs.charge(f.name, int64(n)); err != nil {
		return 0, err
	}
	return n, err
}

// stored gives access to the bytes of an uncompressed entry in place.
func (z *zipFS) stored(name string) (io.ReaderAt, int64, bool) {
	f := z.files[name]
	if f == nil || f.Method != zip.Store || f.CompressedSize64 != f.UncompressedSize64 {
		return nil, 0, false
	}
	off, err := f.DataOffset()
	if err != nil {
		return nil, 0, false
	}
	size := int64(f.UncompressedSize64)
	if size < 0 || off > z.size || size > z.size-off {
		return nil, 0, false // a lie; unpacking it says so
	}
	return &storedMember{r: io.NewSectionReader(z.at, off, size), z: z, name: name, reserved: z.isReserved(name)}, size, true
}

// storedMember is an uncompressed entry. Entries may lie on top of each other, so that reading all of them
// reads more than the archive holds: they are charged like others.
type storedMember struct {
	r        io.ReaderAt
	z        *zipFS
	name     string
	reserved bool
}

// ReadAt implements io.ReaderAt.
func (m *storedMember) ReadAt(p []byte, off int64) (int, error) {
	n, err := m.r.ReadAt(p, off)
	if !m.reserved {
		if err := m.z.charge(m.name, int64(n)); err != nil {
			return 0, err
		}
	}
	return n, err
}
