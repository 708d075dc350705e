package dex

import (
	"cmp"
	"fmt"
	"hash/maphash"
	"slices"
	"strings"
	"sync"

	"quaestor/scanners/inventory"
)

// Set is all DEX files of one app. The zero value is ready for use, and its methods may be called by several
// goroutines at once. What it says does not depend on the order in which files are added.
type Set struct {
	mu  sync.Mutex
	all []*Facts
}

// Add adds the facts of one more file. They must not be changed afterwards.
func (s *Set) Add(f *Facts) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all = append(s.all, f)
}

// Result is what the files say together.
type Result struct {
	Code     *inventory.Code // nil if no file was added
	Packages []inventory.CodePackage
	Marks    []inventory.Mark
	Gaps     []string
}

// Result merges the files. A class that several of them define counts as often as it stands there.
func (s *Set) Result() Result {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.all) == 0 {
		return Result{}
	}
	slices.SortStableFunc(s.all, compareFacts)
	code, packages := count(s.all)
	out := Result{Code: &code, Packages: packages, Marks: marks(s.all)}
	for _, f := range s.all {
		out.Gaps = append(out.Gaps, f.Gaps...)
	}
	if n := len(out.Packages); n > MaxPackages {
		out.Packages = out.Packages[:MaxPackages]
		out.Gaps = append(out.Gaps, fmt.Sprintf("of %d packages with code the first %d are named; the classes of all are counted", n, MaxPackages))
	}
	return out
}

// Defines reports whether one of the files defines the class, named with dots.
func (s *Set) Defines(class string) bool {
	want := maphash.String(seed, strings.ReplaceAll(class, ".", "/"))
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.ContainsFunc(s.all, func(f *Facts) bool { return slices.Contains(f.names, want) })
}

// compareFacts orders files as Android loads them: classes.dex, classes2.dex, …, classes10.dex.
func compareFacts(a, b *Facts) int {
	x, y := a.file(), b.file()
	return cmp.Or(cmp.Compare(len(x), len(y)), cmp.Compare(x, y), cmp.Compare(a.Classes, b.Classes))
}

func (f *Facts) file() string {
	if len(f.Files) == 0 {
		return ""
	}
	return f.Files[0].File
}

// sorted orders packages by name and joins those whose names are shown alike.
func sorted(packages []inventory.CodePackage) []inventory.CodePackage {
	slices.SortStableFunc(packages, func(a, b inventory.CodePackage) int { return cmp.Compare(a.Name, b.Name) })
	out := packages[:0]
	for _, p := range packages {
		if n := len(out); n > 0 && out[n-1].Name == p.Name {
			out[n-1].Classes += p.Classes
			out[n-1].Renamed += p.Renamed
			continue
		}
		out = append(out, p)
	}
	return out
}
