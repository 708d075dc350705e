package source

import (
	"errors"
	"fmt"
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
	case s.file == nil || s.rel != ".":
		return nil, fmt.Errorf("what lies beside %q %w", s.name, ErrUnknownBeside)
	}
	return openFile(s.target, s.limits, filepath.Join(filepath.Dir(s.target.Path), name), path.Join(path.Dir(s.name), name), ".")
}
