package rootfs

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"time"
)

// maxLinks is how many links one name may lead through, as in the Linux kernel.
const maxLinks = 40

var (
	errLoop    = errors.New("it leads through too many links")
	errSpecial = errors.New("it is a device or a pipe, neither a file nor a folder")
)

// FS is the file system of a computer. Links are followed as the computer would follow them. It is safe for concurrent
// use for as long as the archives that it was read from stay open.
type FS struct{ root *node }

// find follows a name; the last link only where follow says so.
func (f *FS) find(op, name string, follow bool) (*node, error) {
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: op, Path: name, Err: fs.ErrInvalid}
	}
	trail := []*node{f.root}
	rest := strings.Split(name, "/")
	for links := 0; len(rest) > 0; {
		part := rest[0]
		rest = rest[1:]
		switch part {
		case "", ".":
			continue
		case "..":
			trail = trail[:max(1, len(trail)-1)]
			continue
		}
		next := trail[len(trail)-1].children[part]
		switch {
		case next == nil:
			return nil, &fs.PathError{Op: op, Path: name, Err: fs.ErrNotExist}
		case next.mode != fs.ModeSymlink || len(rest) == 0 && !follow:
			trail = append(trail, next)
			continue
		}
		if links++; links > maxLinks {
			return nil, &fs.PathError{Op: op, Path: name, Err: errLoop}
		}
		if strings.HasPrefix(next.target, "/") {
			trail = trail[:1]
		}
		rest = append(strings.Split(next.target, "/"), rest...)
	}
	return trail[len(trail)-1], nil
}

// Open implements [fs.FS].
func (f *FS) Open(name string) (fs.File, error) {
	n, err := f.find("open", name, true)
	if err != nil {
		return nil, err
	}
	switch {
	case n.mode == fs.ModeDir:
		return &folder{node: n}, nil
	case n.mode == fs.ModeIrregular:
		return nil, &fs.PathError{Op: "open", Path: name, Err: fmt.Errorf("it is another name of %q, which the archive does not have", n.target)}
	case n.mode != 0:
		return nil, &fs.PathError{Op: "open", Path: name, Err: errSpecial}
	case n.body.at == nil:
		return nil, fmt.Errorf("cannot read %q: %w", name, n.body.err)
	}
	return &file{SectionReader: io.NewSectionReader(n.body.at, n.body.off, n.body.size), node: n}, nil
}

// ReadDir implements [fs.ReadDirFS].
func (f *FS) ReadDir(name string) ([]fs.DirEntry, error) {
	n, err := f.find("readdir", name, true)
	if err != nil {
		return nil, err
	}
	if n.mode != fs.ModeDir {
		return nil, &fs.PathError{Op: "readdir", Path: name, Err: errors.New("not a folder")}
	}
	return n.sorted, nil
}

// Stat implements [fs.StatFS].
func (f *FS) Stat(name string) (fs.FileInfo, error) { return f.info("stat", name, true) }

// Lstat implements [fs.ReadLinkFS].
func (f *FS) Lstat(name string) (fs.FileInfo, error) { return f.info("lstat", name, false) }

func (f *FS) info(op, name string, follow bool) (fs.FileInfo, error) {
	n, err := f.find(op, name, follow)
	if err != nil {
		return nil, err
	}
	return info{n}, nil
}

// ReadLink implements [fs.ReadLinkFS].
func (f *FS) ReadLink(name string) (string, error) {
	n, err := f.find("readlink", name, false)
	if err != nil {
		return "", err
	}
	if n.mode != fs.ModeSymlink {
		return "", &fs.PathError{Op: "readlink", Path: name, Err: fs.ErrInvalid}
	}
	return n.target, nil
}

type info struct{ *node }

func (i info) Name() string       { return i.node.name }
func (i info) Mode() fs.FileMode  { return i.node.mode | 0o444 }
func (i info) ModTime() time.Time { return time.Unix(i.node.time, 0).UTC() }
func (i info) IsDir() bool        { return i.node.mode == fs.ModeDir }
func (i info) Sys() any           { return nil }
func (i info) Size() int64 {
	if i.node.body == nil {
		return 0
	}
	return i.node.body.size
}

// file is an open file; its SectionReader gives access at any place.
type file struct {
	*io.SectionReader
	node *node
}

func (f *file) Stat() (fs.FileInfo, error) { return info{f.node}, nil }
func (f *file) Close() error               { return nil }

// folder is an open folder.
type folder struct {
	node *node
	next int
}

func (d *folder) Stat() (fs.FileInfo, error) { return info{d.node}, nil }
func (d *folder) Close() error               { return nil }
func (d *folder) Read([]byte) (int, error) {
	return 0, &fs.PathError{Op: "read", Path: d.node.name, Err: errors.New("a folder")}
}

// ReadDir implements [fs.ReadDirFile].
func (d *folder) ReadDir(n int) ([]fs.DirEntry, error) {
	rest := d.node.sorted[d.next:]
	if n > 0 {
		if len(rest) == 0 {
			return nil, io.EOF
		}
		rest = rest[:min(n, len(rest))]
	}
	d.next += len(rest)
	return rest, nil
}
