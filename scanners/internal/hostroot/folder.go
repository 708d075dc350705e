package hostroot

import "quaestor/scanners/source"

// Folder returns a folder of a computer that came without the rest of it: its files are read by the same means, and nothing
// is known of the computer.
func Folder(src *source.Source) (*Host, error) {
	fsys, err := src.FS()
	if err != nil {
		return nil, err
	}
	return &Host{src: src, fsys: fsys}, nil
}
