package yamldb

import (
	"fmt"
	"io"
	"io/fs"
	"path"

	"go.yaml.in/yaml/v3"

	"quaestor/riskdb/internal/unseen"
)

// The limits of a folder of data. They leave room for several times what the largest database holds.
const (
	MaxFile  = 8 << 20  // bytes of one file: an exported database is one
	MaxTotal = 32 << 20 // bytes of all of them
	maxFiles = 5000
)

// files reads the data files of a folder within the limits. Only regular files are read: what a link leads to may
// never end, and a pipe may never begin.
type files struct {
	fsys         fs.FS
	count, total int64
}

// refused says why a file is not read. The rest of the folder still is.
type refused string

func (r refused) Error() string { return string(r) }

// each visits every data file below the folder, in the order of their paths.
func (f *files) each(visit func(name string, raw []byte, err error)) error {
	return fs.WalkDir(f.fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(name) != ".yaml" && !f.hidesFolder(name, d) {
			return err
		}
		if f.count++; f.count > maxFiles {
			return fmt.Errorf("the folder holds more than %d data files: name a folder with nothing but the data", maxFiles)
		}
		raw, err := f.read(name, d)
		if _, ok := err.(refused); err != nil && !ok {
			return err
		}
		if f.total += int64(len(raw)); f.total > MaxTotal {
			return fmt.Errorf("%q: the data files of the folder have more than %d bytes together: name a folder with nothing but the data", name, MaxTotal)
		}
		visit(name, raw, err)
		return nil
	})
}

// hidesFolder reports whether a name is a link to a folder, whose files would be left out without a word.
func (f *files) hidesFolder(name string, d fs.DirEntry) bool {
	if d.Type()&fs.ModeSymlink == 0 {
		return false
	}
	info, err := fs.Stat(f.fsys, name)
	return err == nil && info.IsDir()
}

func (f *files) read(name string, d fs.DirEntry) ([]byte, error) {
	if !d.Type().IsRegular() {
		return nil, refused(fmt.Sprintf("%s, and not read: put the file itself in its place", kindOf(d.Type())))
	}
	file, err := f.fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	if info, err := file.Stat(); err != nil || !info.Mode().IsRegular() {
		return nil, refused("no regular file any more, and not read: put the file itself in its place")
	}
	raw, err := io.ReadAll(io.LimitReader(file, MaxFile+1))
	if err == nil && len(raw) > MaxFile {
		return nil, refused(fmt.Sprintf("the file has more than %d bytes, and is not read: split it", MaxFile))
	}
	return raw, err
}

func kindOf(m fs.FileMode) string {
	switch {
	case m&fs.ModeSymlink != 0:
		return "a link"
	case m&fs.ModeNamedPipe != 0:
		return "a pipe"
	case m&fs.ModeSocket != 0:
		return "a socket"
	case m&fs.ModeDevice != 0:
		return "a device"
	}
	return "no regular file"
}

// maxDepth is how deep lists and mappings stand in one another at most.
const maxDepth = 30

// unseen finds characters that steer a terminal, in keys and values.
func (s *Set) unseen(file string, n *yaml.Node, depth int) {
	if text := unseen.Problem(n.Value); text != "" {
		s.problem(file, n.Line, text)
	}
	for _, c := range n.Content {
		if depth < maxDepth { // nothing that is read stands deeper
			s.unseen(file, c, depth+1)
		}
	}
}
