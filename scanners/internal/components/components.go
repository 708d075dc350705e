// Package components gathers the pieces of third-party software that the files of a binary state by name, each with
// its package URL (purl).
//
// What the package cannot see: whether a statement is true, and a piece of software that nothing states.
package components

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"quaestor/scanners/inventory"
)

// The limits of what one set keeps.
const (
	MaxComponents = 5000 // of these, the first in the order of their package URLs
	maxPlaces     = 3    // files of each
	MaxVersion    = 64   // bytes of a version
)

// Found is what one file states: a piece of software, and its version where that is stated too.
type Found struct {
	PURL    string
	Name    string
	Version string // empty: the file names the software alone
	File    string // entry of the container
}

// Maven is a library of Maven's world.
func Maven(group, artifact, version, file string) Found {
	return Found{PURL: purl("maven", group+"/"+artifact, version), Name: group + ":" + artifact, Version: version, File: file}
}

// NPM is a package of npm; its name may have a scope.
func NPM(name, version, file string) Found {
	return Found{PURL: purl("npm", strings.Replace(name, "@", "%40", 1), version), Name: name, Version: version, File: file}
}

// Of is a package of another kind: "generic", "nuget", "golang", "pub".
func Of(kind, name, version, file string) Found {
	return Found{PURL: purl(kind, name, version), Name: name, Version: version, File: file}
}

func purl(kind, path, version string) string {
	s := "pkg:" + kind + "/" + path
	if version != "" {
		s += "@" + escape(version)
	}
	return s
}

// escape writes a version as a package URL has it.
func escape(s string) string {
	const digits = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(s) {
		if c := s[i]; plain(c) {
			b.WriteByte(c)
		} else {
			b.Write([]byte{'%', digits[c>>4], digits[c&15]})
		}
	}
	return b.String()
}

func plain(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || strings.IndexByte("-._~", c) >= 0
}

// Version reports whether s is a version and not some other text that got into its place: it begins with a digit and
// has letters, digits and single separators only.
func Version(s string) bool {
	if s == "" || len(s) > MaxVersion || s[0] < '0' || s[0] > '9' {
		return false
	}
	separator := false
	for i := range len(s) {
		is := strings.IndexByte("-._+", s[i]) >= 0
		if is && separator || !is && (s[i] == '~' || !plain(s[i])) {
			return false
		}
		separator = is
	}
	return !separator
}

// Name reports whether s can be the name of a group, an artifact or a package.
func Name(s string) bool {
	if s == "" || len(s) > 128 || s[0] == '.' || s[0] == '-' {
		return false
	}
	for i := range len(s) {
		if s[i] == '~' || !plain(s[i]) {
			return false
		}
	}
	return true
}

// A Set gathers what files state. Its zero value is ready, several goroutines may add to it, and what comes out does
// not depend on their order.
type Set struct {
	mu    sync.Mutex
	found map[string]*entry
	cut   bool
}

type entry struct {
	Found
	files []string
}

// Add notes what a file states.
func (s *Set) Add(list ...Found) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range list {
		if s.found == nil {
			s.found = map[string]*entry{}
		}
		e := s.found[f.PURL]
		if e == nil {
			e = &entry{Found: f}
			s.found[f.PURL] = e
		}
		if i, seen := slices.BinarySearch(e.files, f.File); !seen && i < maxPlaces {
			e.files = slices.Insert(e.files, i, f.File)
			e.files = e.files[:min(len(e.files), maxPlaces)]
		}
		if len(s.found) > 2*MaxComponents {
			s.shrink()
		}
	}
}

// shrink keeps the first MaxComponents: whatever it drops would be dropped in any order of reading.
func (s *Set) shrink() {
	if len(s.found) <= MaxComponents {
		return
	}
	names := make([]string, 0, len(s.found))
	for n := range s.found {
		names = append(names, n)
	}
	slices.Sort(names)
	for _, n := range names[MaxComponents:] {
		delete(s.found, n)
	}
	s.cut = true
}

// Result returns the components of the binary with that SHA-256, sorted, and whether there were more than are kept.
// Each says where it was read: origin with its path, "!" and the file. One that a file merely names is left out where
// another file states its version.
func (s *Set) Result(binary string, origin inventory.Origin) (list []inventory.Component, cut bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.shrink()
	versioned := map[string]bool{}
	for _, e := range s.found {
		versioned[e.Name] = versioned[e.Name] || e.Version != ""
	}
	for _, e := range s.found {
		if e.Version == "" && versioned[e.Name] {
			continue
		}
		c := inventory.Component{ID: inventory.FactID("component", binary, e.PURL), Binary: binary, PURL: e.PURL, Name: e.Name,
			Version: e.Version, Exact: e.Version != ""}
		for _, f := range e.files {
			c.Origins = append(c.Origins, inventory.Origin{Scanner: origin.Scanner, Path: origin.Path + "!" + f})
		}
		list = append(list, c)
	}
	slices.SortFunc(list, func(a, b inventory.Component) int { return cmp.Compare(a.PURL, b.PURL) })
	return list, s.cut
}
