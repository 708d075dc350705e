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
	mu       sync.Mutex
	all      []*Facts
	packages int  // in all of them
	classes  int  // whose names are known
	cut      bool // packages were put together
	blind    bool // there are too many classes to know their names
}

// maxClasses is of how many classes of one app the names are known; apps have some hundred thousand.
const maxClasses = 2_000_000

// Add adds the facts of one more file. They must not be changed afterwards.
func (s *Set) Add(f *Facts) {
	own := *f
	own.Packages, own.Strings = nil, nil // not needed any more
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all = append(s.all, &own)
	if s.packages += len(own.packages); s.packages > 4*MaxPackages {
		s.fold()
	}
	if s.classes += len(own.names); s.classes > maxClasses {
		s.blind = true
		for _, f := range s.all {
			f.names = nil
		}
	}
}

// fold keeps the first packages by name and counts the classes of the others together. One that is put with the others
// would be in any order of adding, and one that stays has been there from the first time: its count is whole.
func (s *Set) fold() {
	var names []string
	for _, f := range s.all {
		for i := range f.packages {
			if name := f.packages[i].name; name != unnamed {
				names = append(names, name)
			}
		}
	}
	slices.Sort(names)
	if names = slices.Compact(names); len(names) <= MaxPackages {
		return
	}
	s.cut, s.packages = true, 0
	last := names[MaxPackages-1]
	for _, f := range s.all {
		f.packages = foldAfter(f.packages, last)
		s.packages += len(f.packages)
	}
}

// foldAfter puts the packages behind a name together.
func foldAfter(list []packageCount, last string) []packageCount {
	var kept []packageCount
	rest := packageCount{name: unnamed}
	for _, p := range list {
		if p.name != unnamed && p.name <= last {
			p.name = strings.Clone(p.name)
			kept = append(kept, p)
			continue
		}
		rest.merge(p)
	}
	if rest.classes > 0 {
		kept = append(kept, rest)
	}
	return kept
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
	s.fold()
	code, packages := count(s.all)
	out := Result{Code: &code, Packages: packages, Marks: marks(s.all)}
	for _, f := range s.all {
		out.Gaps = append(out.Gaps, f.Gaps...)
	}
	if s.cut {
		out.Gaps = append(out.Gaps, fmt.Sprintf("of all packages with code the first %d are named; the classes of all are counted", MaxPackages))
	}
	if s.blind {
		out.Gaps = append(out.Gaps, fmt.Sprintf("the code defines more than %d classes, so it is not known whether a class that the manifest names is among them", maxClasses))
	}
	return out
}

// Defines reports whether one of the files defines the class, named with dots; of too many classes it may be.
func (s *Set) Defines(class string) bool {
	want := maphash.String(seed, strings.ReplaceAll(class, ".", "/"))
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.blind || slices.ContainsFunc(s.all, func(f *Facts) bool { return slices.Contains(f.names, want) })
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
