package source

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"strings"
)

// ErrUnknownBeside is that a source lies in nothing in which others could lie beside it.
var ErrUnknownBeside = errors.New("is not known")

// Beside opens the file of another name that lies in the same folder or archive as the file s. Close it when done.
func (s *Source) Beside(name string) (*Source, error) {
	switch {
	case name == "" || name == "." || name == ".." || strings.ContainsAny(name, "/\\\x00") || s.dir:
		return nil, fmt.Errorf("%q is no name of a file beside %q", name, s.name)
	case s.parent != nil:
		return s.parent.Sub(path.Join(path.Dir(s.inParent), name))
	case s.file == nil && s.parked == nil || s.rel != ".":
		return nil, fmt.Errorf("what lies beside %q %w", s.name, ErrUnknownBeside)
	}
	return openFile(s.target, s.limits, filepath.Join(filepath.Dir(s.target.Path), name), path.Join(path.Dir(s.name), name), ".")
}

// Siblings names the other files of the folder that the file s was found in, in the order of their names. It is an error where a
// user named the file itself, or where it lies in an archive: then nothing beside it was to be read.
func (s *Source) Siblings() ([]string, error) {
	if s.dir || s.parent == nil || s.parent.root == nil || !s.parent.dir {
		return nil, fmt.Errorf("what lies beside %q %w", s.name, ErrUnknownBeside)
	}
	fsys, err := s.parent.FS()
	if err != nil {
		return nil, err
	}
	entries, err := fs.ReadDir(fsys, path.Dir(s.inParent))
	var names []string
	for _, e := range entries {
		if e.Type().IsRegular() && e.Name() != path.Base(s.inParent) {
			names = append(names, e.Name())
		}
	}
	return names, err
}
