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
	Version string // empty: the file names the software alone, or bounds its version
	File    string // entry of the container

	From, To string // what bounds a version that is not stated, both included
	Basis    string // as [inventory.Component] has it
	Text     string // as read, where that is more than the version
	Offset   int64  // of the text in a file of native code
}

// What tells of a component, as [inventory.Component] has it.
const (
	Metadata = "metadata"
	Text     = "text"
)

// key tells components apart: what is bounded in another way is another.
func (f *Found) key() string { return f.PURL + "\x00" + f.From + "\x00" + f.To }

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
	places []place
}

// place is where a statement was read.
type place struct {
	file   string
	offset int64
}

func (p place) compare(q place) int {
	return cmp.Or(strings.Compare(p.file, q.file), cmp.Compare(p.offset, q.offset))
}

// take notes one more statement of the same. Whatever came first, the basis that is worth more and the text that sorts
// before the others stay.
func (e *entry) take(f Found) {
	if worth(f.Basis) > worth(e.Basis) || f.Basis == e.Basis && f.Text < e.Text {
		e.Basis, e.Text = f.Basis, f.Text
	}
	at := place{f.File, f.Offset}
	i, _ := slices.BinarySearchFunc(e.places, at, place.compare)
	for j, p := range e.places {
		if p.file != f.File {
			continue
		}
		if j < i || p == at {
			return // the first place of a file is enough
		}
		e.places = slices.Delete(e.places, j, j+1)
		break
	}
	if i < maxPlaces {
		e.places = slices.Insert(e.places, i, at)
		e.places = e.places[:min(len(e.places), maxPlaces)]
	}
}

func worth(basis string) int { return slices.Index([]string{"", Text, Metadata}, basis) }

// Add notes what a file states.
func (s *Set) Add(list ...Found) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range list {
		if s.found == nil {
			s.found = map[string]*entry{}
		}
		e := s.found[f.key()]
		if e == nil {
			e = &entry{Found: f}
			s.found[f.key()] = e
		}
		e.take(f)
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

// needless reports a statement that others make better: a name alone where a version is stated or bounded, and bounds
// where the same files state the version. Another file may hold another copy.
func (e *entry) needless(versioned, bounded, stated map[string]bool) bool {
	switch {
	case e.Version != "":
		return false
	case e.From+e.To == "":
		return versioned[e.Name] || bounded[e.Name]
	}
	return !slices.ContainsFunc(e.places, func(p place) bool { return !stated[e.Name+"\x00"+p.file] })
}

// Result returns the components of the binary with that SHA-256, sorted, and whether there were more than are kept.
// Each says where it was read: origin with its path, "!" and the file. One that a file merely names is left out where
// another file states its version.
func (s *Set) Result(binary string, origin inventory.Origin) (list []inventory.Component, cut bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.shrink()
	versioned, bounded, stated := map[string]bool{}, map[string]bool{}, map[string]bool{} // the last by file
	for _, e := range s.found {
		bounded[e.Name] = bounded[e.Name] || e.From+e.To != ""
		for _, p := range e.places {
			stated[e.Name+"\x00"+p.file] = stated[e.Name+"\x00"+p.file] || e.Version != ""
		}
		versioned[e.Name] = versioned[e.Name] || e.Version != ""
	}
	for _, e := range s.found {
		if e.needless(versioned, bounded, stated) {
			continue
		}
		c := inventory.Component{ID: inventory.FactID("component", binary, e.PURL), Binary: binary, PURL: e.PURL, Name: e.Name,
			Version: e.Version, Exact: e.Version != "", From: e.From, To: e.To, Basis: e.Basis, Text: inventory.Text(e.Text)}
		if e.From+e.To != "" {
			c.ID = inventory.FactID("component", binary, e.key())
		}
		for _, p := range e.places {
			c.Origins = append(c.Origins, inventory.Origin{Scanner: origin.Scanner, Path: origin.Path + "!" + p.file, Offset: p.offset})
		}
		list = append(list, c)
	}
	slices.SortFunc(list, func(a, b inventory.Component) int {
		return cmp.Or(cmp.Compare(a.PURL, b.PURL), cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To))
	})
	return list, s.cut
}
