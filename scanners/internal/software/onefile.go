package software

import (
	"debug/buildinfo"
	"io"
	"io/fs"
	"time"
)

// IsProgram reports whether the first bytes of a file are those of an executable or a library: ELF, PE or Mach-O.
func IsProgram(head []byte) bool { return isProgram(head) }

// Built reports whether a program holds a list of what it was built from: Go's or that of cargo-auditable.
func Built(r io.ReaderAt) (built bool) {
	defer func() {
		if recover() != nil { // of a program that is damaged
			built = false
		}
	}()
	if _, err := buildinfo.Read(r); err == nil {
		return true
	}
	return auditSection(r) != nil
}

// OneFile is a folder that holds one file.
func OneFile(name string, r io.ReaderAt, size int64) fs.FS { return one{name, r, size} }

type one struct {
	name string
	r    io.ReaderAt
	size int64
}

func (o one) Open(name string) (fs.File, error) {
	switch name {
	case ".":
		return &oneFolder{one: o}, nil
	case o.name:
		return oneFile{io.NewSectionReader(o.r, 0, o.size), o}, nil
	}
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}

// ReadDir implements fs.ReadDirFS.
func (o one) ReadDir(name string) ([]fs.DirEntry, error) {
	if name != "." {
		return nil, &fs.PathError{Op: "readdir", Path: name, Err: fs.ErrNotExist}
	}
	return []fs.DirEntry{fs.FileInfoToDirEntry(oneInfo{o, false})}, nil
}

type oneFile struct {
	*io.SectionReader
	one one
}

func (f oneFile) Stat() (fs.FileInfo, error) { return oneInfo{f.one, false}, nil }
func (f oneFile) Close() error               { return nil }

type oneFolder struct {
	one
	listed bool
}

func (f *oneFolder) Stat() (fs.FileInfo, error) { return oneInfo{f.one, true}, nil }
func (f *oneFolder) Close() error               { return nil }
func (f *oneFolder) Read([]byte) (int, error)   { return 0, fs.ErrInvalid }

// ReadDir implements fs.ReadDirFile.
func (f *oneFolder) ReadDir(n int) ([]fs.DirEntry, error) {
	if f.listed {
		if n > 0 {
			return nil, io.EOF
		}
		return nil, nil
	}
	f.listed = true
	return f.one.ReadDir(".")
}

type oneInfo struct {
	one
	folder bool
}

func (i oneInfo) Name() string {
	if i.folder {
		return "."
	}
	return i.one.name
}
func (i oneInfo) Size() int64        { return i.one.size }
func (i oneInfo) ModTime() time.Time { return time.Time{} }
func (i oneInfo) IsDir() bool        { return i.folder }
func (i oneInfo) Sys() any           { return nil }
func (i oneInfo) Mode() fs.FileMode {
	if i.folder {
		return fs.ModeDir | 0o555
	}
	return 0o444
}
