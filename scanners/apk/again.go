package apk

import (
	"slices"
	"strings"
	"sync"

	"quaestor/scanners/inventory"
)

// maxSeen is how many APKs are remembered.
const maxSeen = 1_000

// seen remembers APKs by their hash, because the same one lies in many acquisitions and archives: what its
// bytes say need not be read again, checking signatures least of all.
type seen struct {
	mu     sync.Mutex
	byHash map[string]*reading
}

// add remembers an APK that was read without error.
func (s *seen) add(r *reading) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.byHash == nil {
		s.byHash = make(map[string]*reading)
	}
	if _, have := s.byHash[r.bin.SHA256]; !have && len(s.byHash) < maxSeen {
		s.byHash[r.bin.SHA256] = r.under(r.m.name)
	}
}

// has reports whether the APK of a hash is remembered.
func (s *seen) has(sum string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.byHash[sum] != nil
}

// fill completes a reading of which only the hash is known, from one of the same bytes.
func (s *seen) fill(r *reading) bool {
	s.mu.Lock()
	same := s.byHash[r.bin.SHA256]
	s.mu.Unlock()
	if same == nil {
		return false
	}
	names, origins := r.bin.FileNames, r.bin.Origins
	renamed := same.under(r.m.name)
	renamed.m, renamed.tree = r.m, r.tree
	renamed.tree.left = renamed.tree.all - same.tree.used()
	*r = *renamed
	r.bin.FileNames, r.bin.Origins = names, origins
	return true
}

// under copies a reading, with all that is nested in it, as that of a file of another name.
func (r *reading) under(name string) *reading {
	old := inventory.Text(r.m.name)
	name = inventory.Text(name)
	rename := func(path string) string {
		if rest, ok := strings.CutPrefix(path, old); ok {
			return inventory.Text(name + rest)
		}
		return path
	}
	return r.copy(rename)
}

func (r *reading) copy(rename func(string) string) *reading {
	c := &reading{m: &member{name: rename(r.m.name)}, depth: r.depth, bin: r.bin, gaps: slices.Clone(r.gaps), components: slices.Clone(r.components), code: r.code, partly: r.partly, absent: r.absent, tree: &tree{all: r.tree.all, left: r.tree.left}}
	c.bin.Oddities = slices.Clone(r.bin.Oddities) // a comparison with its base adds to them,
	c.bin.Marks = slices.Clone(r.bin.Marks)       // and the rest of a set to these
	c.bin.Native = slices.Clone(r.bin.Native)
	c.bin.Inside = slices.Clone(r.bin.Inside)
	c.bin.Origins = slices.Clone(r.bin.Origins)
	for i := range c.bin.Origins {
		c.bin.Origins[i].Path = rename(c.bin.Origins[i].Path)
	}
	for i := range c.gaps {
		c.gaps[i].Subject = rename(c.gaps[i].Subject)
	}
	for i := range c.components {
		c.components[i].Origins = slices.Clone(c.components[i].Origins)
		for j := range c.components[i].Origins {
			c.components[i].Origins[j].Path = rename(c.components[i].Origins[j].Path)
		}
	}
	for _, u := range r.units {
		c.units = append(c.units, u.copy(rename))
	}
	return c
}
