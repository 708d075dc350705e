package source

import (
	"archive/zip"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"sync/atomic"
)

// zipFS is a zip archive as an fs.FS with limits. Entries whose names are not valid paths are left out and
// listed in bad: they are never an existing name under another spelling.
type zipFS struct {
	r    *zip.Reader
	bad  []string
	left atomic.Int64 // bytes that may still be unpacked
	lim  Limits
}

func openZip(r io.ReaderAt, size int64, lim Limits) (fs.FS, error) {
	zr, err := zip.NewReader(r, size)
	if err != nil && err != zip.ErrInsecurePath {
		return nil, fmt.Errorf("not a readable zip archive: %w", err)
	}
	if len(zr.File) > lim.Entries {
		return nil, &LimitError{Name: "archive", What: "entries", Limit: int64(lim.Entries)}
	}
	z := &zipFS{lim: lim}
	kept := zr.File[:0:0]
	for _, f := range zr.File {
		name := strings.TrimSuffix(f.Name, "/")
		if !fs.ValidPath(name) || strings.ContainsAny(name, "\\\x00") {
			z.bad = append(z.bad, f.Name)
			continue
		}
		kept = append(kept, f)
	}
	zr.File = kept
	z.r = zr
	z.left.Store(lim.TotalBytes)
	return z, nil
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
		return io.NewSectionReader(archive, off, size), size, true
	}
	return nil, 0, false
}
