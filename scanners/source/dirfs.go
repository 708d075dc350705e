package source

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// errSpecial refuses what is neither a file nor a folder: reading a device or a named pipe may block for
// ever or change it.
var errSpecial = errors.New("neither a regular file nor a folder")

// dirFS is a folder as an fs.FS. It differs from os.Root.FS in one thing: it opens only regular files and
// folders, and never waits for the other end of a named pipe.
type dirFS struct{ root *os.Root }

// Open implements fs.FS.
func (d dirFS) Open(name string) (fs.File, error) {
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrInvalid}
	}
	return openRegular(d.root, name, true)
}

// ReadDir implements fs.ReadDirFS.
func (d dirFS) ReadDir(name string) ([]fs.DirEntry, error) { return fs.ReadDir(d.root.FS(), name) }

// Stat implements fs.StatFS.
func (d dirFS) Stat(name string) (fs.FileInfo, error) { return fs.Stat(d.root.FS(), name) }

// Lstat implements fs.ReadLinkFS.
func (d dirFS) Lstat(name string) (fs.FileInfo, error) { return fs.Lstat(d.root.FS(), name) }

// ReadLink implements fs.ReadLinkFS.
func (d dirFS) ReadLink(name string) (string, error) { return fs.ReadLink(d.root.FS(), name) }

// openRegular opens a file, or a folder where folders says so, below root. It looks before it opens, because
// opening a device can have effects, and again afterwards, because the name may have changed its meaning.
func openRegular(root *os.Root, name string, folders bool) (*os.File, error) {
	osName := filepath.FromSlash(name)
	info, err := root.Stat(osName)
	if err != nil {
		return nil, err
	}
	if !readable(info.Mode(), folders) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: errSpecial}
	}
	f, err := root.OpenFile(osName, os.O_RDONLY|nonBlocking, 0)
	if err != nil {
		return nil, err
	}
	if info, err = f.Stat(); err != nil || !readable(info.Mode(), folders) {
		f.Close()
		return nil, &fs.PathError{Op: "open", Path: name, Err: errors.Join(errSpecial, err)}
	}
	return f, nil
}

func readable(m fs.FileMode, folders bool) bool { return m.IsRegular() || folders && m.IsDir() }
