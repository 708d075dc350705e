package appdata

import (
	"errors"
	"fmt"
	"io/fs"

	"quaestor/scanners/internal/hostroot"
	"quaestor/scanners/source"
)

// ErrArchive is that a file is no archive, or a damaged one; errors wrap it.
var ErrArchive = errors.New("not a readable archive")

// FromArchive opens a zip archive and lends it to do, which reads files of it by [ReadIn]. All limits on archives hold.
func FromArchive(h *hostroot.Host, name string, do func(files fs.FS) error) error {
	if _, err := h.Stat(name); err != nil { // a link in a copy is followed by the host alone
		return err
	}
	src, err := h.Source().Sub(name)
	if err != nil {
		return err
	}
	defer src.Close()
	files, err := src.FS()
	var limit *source.LimitError
	switch {
	case errors.As(err, &limit):
		return err
	case err != nil:
		return fmt.Errorf("%w: %w", ErrArchive, err)
	}
	return do(files)
}

// ReadIn reads a file of an archive whole that has no reason to be larger than a limit.
func ReadIn(files fs.FS, name string, limit int64) ([]byte, error) {
	info, err := fs.Stat(files, name)
	if err != nil {
		return nil, err
	}
	if info.Size() > limit {
		return nil, &source.LimitError{Name: name, What: "size", Limit: limit}
	}
	return fs.ReadFile(files, name)
}
