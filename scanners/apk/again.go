package apk

import (
	"slices"
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
	if len(s.byHash) < maxSeen {
		s.byHash[r.bin.SHA256] = &reading{m: &member{name: r.m.name}, bin: r.bin, gaps: slices.Clone(r.gaps)}
	}
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
	r.bin = same.bin
	r.bin.FileNames, r.bin.Origins = names, origins
	r.bin.Oddities = slices.Clone(r.bin.Oddities) // a comparison with its base adds to them
	for _, g := range same.gaps {
		if g.Subject == inventory.Text(same.m.name) {
			g.Subject = inventory.Text(r.m.name)
		}
		r.gaps = append(r.gaps, g)
	}
	return true
}
