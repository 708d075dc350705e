package source

import (
	"archive/zip"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"sync/atomic"
)

// Limits on the list of a zip's entries, which is read whole into memory before any entry can be counted.
const (
	directoryBytes = 256       // for each entry that Limits.Entries allows; real ones take about 100
	folderNames    = 256 << 20 // bytes of the names of all folders that the entries' names imply
	maxEntryName   = 4096      // bytes, the longest path that systems know
)

// zipFS is a zip archive as an fs.FS with limits. Entries whose names are not valid paths, or that repeat the
// name of an earlier entry, are left out and listed in bad: they are never an existing name under another
// spelling, and readers of zips do not agree which of two equal names counts.
type zipFS struct {
	r    *zip.Reader
	size int64
	bad  []string
	left atomic.Int64 // bytes that may still be unpacked
	lim  Limits
}

func openZip(r io.ReaderAt, size int64, lim Limits) (fs.FS, error) {
	directory := &budgetReaderAt{r: r, left: int64(lim.Entries) * directoryBytes, limit: lim.Entries, limited: true}
	zr, err := zip.NewReader(directory, size)
	directory.limited = false
	if err != nil && err != zip.ErrInsecurePath {
		return nil, fmt.Errorf("not a readable zip archive: %w", err)
	}
	if len(zr.File) > lim.Entries {
		return nil, &LimitError{Name: "archive", What: "entries", Limit: int64(lim.Entries)}
	}
	z := &zipFS{lim: lim, size: size}
	kept := zr.File[:0:0]
	folders, seen := 0, make(map[string]string, len(zr.File))
	for _, f := range zr.File {
		name := strings.TrimSuffix(f.Name, "/")
		if len(name) > maxEntryName || !fs.ValidPath(name) || strings.ContainsAny(name, "\\\x00") || seen[name] != "" {
			if strings.HasSuffix(f.Name, "/") && seen[name] == f.Name {
				continue // a folder that is listed again is the same folder
			}
			z.bad = append(z.bad, f.Name)
			continue
		}
		seen[name] = f.Name
		if folders += strings.Count(name, "/") * len(name) / 2; folders > folderNames {
			return nil, &LimitError{Name: "archive", What: "names of folders", Limit: folderNames}
		}
		kept = append(kept, f)
	}
	zr.File = kept
	z.r = zr
	z.left.Store(lim.TotalBytes)
	return z, nil
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
	if f.fs.left.Add(-int64(n)) < 0 {
		return 0, &LimitError{Name: f.name, What: "unpacked size", Limit: f.fs.lim.TotalBytes}
	}
	return n, err
}

// stored finds an uncompressed entry and gives access to its bytes in place.
func (z *zipFS) stored(name string, archive io.ReaderAt) (io.ReaderAt, int64, bool) {
	for _, f := range z.r.File {
		if f.Name != name || f.Method != zip.Store || f.CompressedSize64 != f.UncompressedSize64 {
			continue
		}
		off, err := f.DataOffset()
		if err != nil {
			return nil, 0, false
		}
		size := int64(f.UncompressedSize64)
		if size < 0 || off > z.size || size > z.size-off {
			return nil, 0, false // a lie; unpacking it says so
		}
		return io.NewSectionReader(archive, off, size), size, true
	}
	return nil, 0, false
}
