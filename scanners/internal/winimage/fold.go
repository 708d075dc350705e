package winimage

import (
	"path"
	"strings"
)

// folder is a folder of a copied volume: how it is really spelled, and how the names in it are.
type folder struct {
	real  string
	names map[string]string // by their folded spelling
}

// spelled is the name that a file really has on a copied volume, whose letters may differ in case. Each folder is listed
// once, because drivers lie in one of them.
func (r *Reader) spelled(name string) string {
	if r.h.Live() {
		return name // Windows takes any spelling
	}
	dir, base := path.Split(name)
	key := strings.ToLower(dir)
	f, ok := r.folders[key]
	if !ok {
		f = folder{real: r.h.Fold(path.Clean("./" + dir)), names: map[string]string{}}
		entries, _ := r.h.ReadDir(f.real) // without it, the name as it was asked for says what is wrong
		for _, e := range entries {
			if folded := strings.ToLower(e.Name()); f.names[folded] == "" {
				f.names[folded] = e.Name()
			}
		}
		r.folders[key] = f
	}
	real := f.names[strings.ToLower(base)]
	if real == "" {
		real = base
	}
	return path.Join(f.real, real)
}
