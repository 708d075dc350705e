package riskdb

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"quaestor/scanners/inventory"
)

// CodeEvidence is what is seen of the code inside one file.
type CodeEvidence struct {
	NativeLibraries []string                // names of files below lib, with or without their folders
	Native          []inventory.NativeCode  // what was read in native code, wherever it lies
	Components      []string                // class names in the manifest
	Absent          map[string]bool         // of them, those without a class, where all code of the app was read
	Frameworks      []string                // files of frameworks in an app of Apple's systems
	CodePackages    []inventory.CodePackage // packages of classes that it defines; not those it merely names
	// NativeRead is true where the content of native libraries was looked at: then one that Native does not have, or that
	// has no processor, is something else under the name of a library.
	NativeRead bool
}

// CodeOf gathers what was seen of the code in a file.
func CodeOf(b *inventory.Binary) CodeEvidence {
	e := CodeEvidence{NativeLibraries: b.NativeLibs, Native: b.Native, CodePackages: b.CodePackages, NativeRead: b.Code != nil || len(b.Native) > 0}
	for _, f := range b.Frameworks {
		e.Frameworks = append(e.Frameworks, firstOf(f.File, f.Name))
	}
	for i := range b.Manifest {
		e.Components = append(e.Components, b.Manifest[i].Name)
	}
	return e
}

// notLibrary reports whether a file below lib was looked at and is no library.
func (e *CodeEvidence) notLibrary(read *inventory.NativeCode) bool {
	return e.NativeRead && (read == nil || read.ABI == "" && read.Error != "")
}

// SDKMatch is an SDK that an app carries, and why that is said.
type SDKMatch struct {
	SDK        *SDK
	Marks      []SDKMark  // strongest first
	Confidence Confidence // that the app carries it
}

// SDKsIn finds the SDKs whose code a file carries, in the order of their IDs, libraries that are never a finding
// among them.
//
// The marks of each SDK are taken together, each that is independent of the others once:
//
//	two strong ones               high
//	one strong; two medium ones;
//	one medium and one weak one   moderate
//	one medium; two weak ones     low
//	one weak one                  not found
//
// Marks are independent when none stands in the package of another, and all that lists of components declare are one. What takes a step or more from a mark, few classes,
// a component without any, a library alone, is in [SDKMark.Strength].
func (db *DB) SDKsIn(e CodeEvidence) []SDKMatch { return weigh(db.marksIn(&e)) }

// marksOf are the marks of each SDK that were found.
type marksOf map[*SDK][]SDKMark

// marksIn finds the marks of every SDK in one file.
func (db *DB) marksIn(e *CodeEvidence) marksOf {
	found := marksOf{}
	files := make(map[string]*inventory.NativeCode, len(e.Native))
	for i := range e.Native {
		n := &e.Native[i]
		if name := path.Base(n.File); files[name] == nil || e.notLibrary(files[name]) {
			files[name] = n
		}
		for _, class := range n.JNI {
			h, _ := db.MatchCodePrefix(class)
			if h.SDK == nil {
				continue
			}
			found.add(h, SDKMark{Seen: class, Count: 1, Native: 1, Places: []Place{{File: n.File, Item: class, Kind: PlaceNative}}})
		}
	}
	seen := map[string]bool{}
	library := func(name string) {
		base := path.Base(name)
		if seen[base] {
			return
		}
		seen[base] = true
		read := files[base]
		if e.notLibrary(read) {
			return
		}
		if read != nil {
			name = read.File
		}
		for _, h := range db.MatchNativeLibrary(base) {
			found.add(h, SDKMark{Seen: base, Count: 1, Places: []Place{{File: name}}})
		}
	}
	for _, name := range e.NativeLibraries {
		library(name)
	}
	for i := range e.Native {
		library(e.Native[i].File)
	}
	for _, file := range e.Frameworks {
		if h := db.MatchFramework(file); h.SDK != nil {
			found.add(h, SDKMark{Seen: path.Base(file), Count: 1, Places: []Place{{File: file}}})
		}
	}
	for _, class := range e.Components {
		h := db.MatchComponent(class)
		if h.SDK == nil {
			continue
		}
		m := SDKMark{Seen: class, Count: 1, Declared: 1, Places: []Place{{File: manifestFile, Item: class, Kind: PlaceComponent}}}
		if e.Absent[class] {
			m.Absent = 1
		}
		found.add(h, m)
	}
	for i := range e.CodePackages {
		p := &e.CodePackages[i]
		h, _ := db.MatchCodePrefix(p.Name)
		if h.SDK == nil {
			continue
		}
		found.add(h, SDKMark{Seen: p.Name, Count: 1, Classes: p.Classes, Places: []Place{{File: p.File, Item: p.Name, Kind: PlacePackage, Classes: p.Classes}}})
	}
	return found
}

// add takes a further mark of an SDK, or what else bears one that is there.
func (found marksOf) add(h SDKHit, m SDKMark) {
	m.Signature = h.Signature
	marks := found[h.SDK]
	for i := range marks {
		if marks[i].Signature == m.Signature {
			marks[i].join(m)
			return
		}
	}
	found[h.SDK] = append(marks, m)
}

// join adds the marks of another file of the same app. A place in it names it.
func (found marksOf) join(more marksOf, binary string) {
	for sdk, marks := range more {
		for _, m := range marks {
			m.Places = slices.Clone(m.Places)
			for i := range m.Places {
				m.Places[i].Binary = binary
			}
			found.add(SDKHit{sdk, m.Signature}, m)
		}
	}
}

// weigh says of each SDK how sure it is that it is there.
func weigh(found marksOf) []SDKMatch {
	var out []SDKMatch
	for sdk, marks := range found {
		marks = slices.Clone(marks)
		marks[0].Lone = len(marks) == 1 && marks[0].Signature.Kind.file()
		slices.SortFunc(marks, func(x, y SDKMark) int {
			return cmp.Or(cmp.Compare(y.Strength().Rank(), x.Strength().Rank()), cmp.Compare(x.Signature.Value, y.Signature.Value))
		})
		if c := together(marks); c != "" {
			out = append(out, SDKMatch{sdk, marks, c})
		}
	}
	slices.SortFunc(out, func(x, y SDKMatch) int { return cmp.Compare(x.SDK.ID, y.SDK.ID) })
	return out
}

// together weighs the marks of one SDK, strongest first; empty when they are too little.
func together(marks []SDKMark) Confidence {
	count := map[Strength]int{}
	var roots []string
	for _, m := range marks {
		r := root(m.Signature)
		if slices.ContainsFunc(roots, func(s string) bool { return underPackage(s, r) || underPackage(r, s) }) {
			continue
		}
		roots = append(roots, r)
		count[m.Strength()]++
	}
	strong, medium, weak := count[StrongMark], count[MediumMark], count[WeakMark]
	switch {
	case strong >= 2:
		return ConfidenceHigh
	case strong == 1, medium >= 2, medium == 1 && weak >= 1:
		return ConfidenceModerate
	case medium == 1, weak >= 2:
		return ConfidenceLow
	}
	return ""
}

// file reports whether a signature of the kind is the name of a file, which anybody may give.
func (k SignatureKind) file() bool { return k == NativeLibrary || k == AppleFramework }

// root is the package that a mark stands in; a library stands in none.
func root(s *Signature) string {
	if i := strings.LastIndexByte(s.Value, '.'); s.Kind == CodeComponent && i > 0 {
		return s.Value[:i]
	}
	switch {
	case s.Kind.file():
		return "/" + s.Value
	case s.Kind == PackageName:
		return "pkg:" // all that lists of components say counts once
	}
	return s.Value
}
