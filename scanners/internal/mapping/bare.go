package mapping

import (
	"errors"
	"fmt"
	"path"
	"quaestor/scanners/inventory"
	"strings"

	"quaestor/scanners/internal/jsonpart"
)

// owner is a device that lists of apps in other files may be of.
type owner struct{ key, platform string }

// learn notes by what a device is known, for lists of apps that name it so.
func (r *run) learn(f *file, key string) {
	if !r.bare || f.Bare {
		return
	}
	o := owner{key, f.rec[sPlatform]}
	for _, id := range append([]string{f.rec[sID], f.rec[sHardware], inventory.UsableSerial(f.rec[sSerial])}, f.also...) {
		if id = strings.ToLower(strings.TrimSpace(id)); id != "" {
			r.owners[id] = o
		}
	}
}

// others are further identifiers of an element, by the names of its members.
func (f *file) others(raw jsonpart.Value) {
	f.also = f.also[:0]
	if len(f.Also) == 0 {
		return
	}
	_ = raw.Fields(func(key string, v jsonpart.Value) bool {
		for _, name := range f.Also {
			if s, ok := v.Text(); key == name && ok {
				f.also = append(f.also, s)
			}
		}
		return true
	}) // it was read before
}

// ownerOf finds the device that a list of apps is of: by what its rows say, else by the name of its file.
func (r *run) ownerOf(f *file) (owner, error) {
	if id := strings.ToLower(strings.TrimSpace(f.rec[sID])); id != "" {
		if o, ok := r.owners[id]; ok {
			return o, nil
		}
		return owner{}, fmt.Errorf("no list of devices among these files has the device %q", f.rec[sID])
	}
	if f.owner == nil {
		o, err := r.named(f.Source.Name())
		f.owner, f.lost = &o, err
	}
	return *f.owner, f.lost
}

var errNoOwner = errors.New("no list of devices among these files has a device that the file's name names")

// maxPieces is how many pieces of a name are tried, one by one and together.
const maxPieces = 24

// named finds the device whose identifier stands in the last part of a path that has one, of several the longest.
func (r *run) named(name string) (owner, error) {
	name = strings.ToLower(name)
	for range 3 {
		base := path.Base(name)
		name = path.Dir(name)
		best, found, same := 0, owner{}, true
		for _, id := range pieces(base) {
			o, ok := r.owners[id]
			switch {
			case !ok || len(id) < best:
			case len(id) > best:
				best, found, same = len(id), o, true
			default:
				same = same && o == found
			}
		}
		switch {
		case best > 0 && !same:
			return owner{}, fmt.Errorf("its name %q may mean several devices; name the file by one of them alone", base)
		case best > 0:
			return found, nil
		}
	}
	return owner{}, errNoOwner
}

// pieces are the parts of a name between signs, and those that signs join.
func pieces(base string) (out []string) {
	sign := func(c byte) bool { return !('a' <= c && c <= 'z' || '0' <= c && c <= '9') }
	var from, to []int
	for i := 0; i < len(base) && len(from) < maxPieces; i++ {
		if sign(base[i]) {
			continue
		}
		start := i
		for i < len(base) && !sign(base[i]) {
			i++
		}
		from, to = append(from, start), append(to, i)
	}
	for i := range from {
		for j := i; j < len(to); j++ {
			out = append(out, base[from[i]:to[j]])
		}
	}
	return out
}

// keepBare keeps an app whose device another file tells of.
func (r *run) keepBare(f *file, line int) error {
	f.read++
	o, err := r.ownerOf(f)
	switch {
	case err != nil:
		f.useless.Add(fmt.Sprintf("line %d: %v", line, err))
		return nil
	case o.platform == ignore:
		f.ignored++
		return nil
	}
	return r.app(f, o.key, line)
}
