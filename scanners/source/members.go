package source

import (
	"maps"
	"slices"
)

// Member is a file in an archive.
type Member struct {
	Name string
	Size int64 // as the archive says
}

// Members lists the files of a zip archive in the order of their names, also those of folders that the archive lists in ways that
// no file system could have; false for anything else.
func (s *Source) Members() ([]Member, bool) {
	fsys, err := s.FS()
	if err != nil {
		return nil, false
	}
	z, ok := fsys.(*zipFS)
	if !ok {
		return nil, false
	}
	out := make([]Member, 0, len(z.files))
	for _, name := range slices.Sorted(maps.Keys(z.files)) {
		if f := z.files[name]; f.Mode().IsRegular() {
			out = append(out, Member{name, int64(min(f.UncompressedSize64, 1<<62))})
		}
	}
	return out, true
}
