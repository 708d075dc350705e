package riskdb

import (
	"cmp"
	"path"
	"slices"
	"strings"
)

// CodeEvidence is what is seen of the code inside an app.
type CodeEvidence struct {
	NativeLibraries []string // names of files below lib, with or without their folders
	Components      []string // class names in the manifest
	CodePackages    []string // packages of classes that the app defines; not those it merely names
}

// SDKMatch is an SDK that an app carries, and why that is said.
type SDKMatch struct {
	SDK        *SDK
	Marks      []SDKMark  // strongest first
	Confidence Confidence // that the app carries it
}

// SDKMark is a signature of an SDK, and what bears it.
type SDKMark struct {
	Signature *Signature
	Seen      string // the first, in the order of the alphabet, that bears it
	Count     int    // how many do
}

// Strength is that of the signature, one step less where it is not verified.
func (m SDKMark) Strength() Strength {
	switch s := m.Signature.Strength; {
	case m.Signature.Verified:
		return s
	case s == StrongMark:
		return MediumMark
	}
	return WeakMark
}

// SDKsIn finds the SDKs whose code an app carries, in the order of their IDs, libraries that are never a finding
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
// Marks are independent when none stands in the package of another.
func (db *DB) SDKsIn(e CodeEvidence) []SDKMatch {
	found := map[*SDK]*SDKMatch{}
	for _, name := range e.NativeLibraries {
		for _, h := range db.MatchNativeLibrary(name) {
			addMark(found, h, path.Base(name))
		}
	}
	for _, class := range e.Components {
		addMark(found, db.MatchComponent(class), class)
	}
	for _, pkg := range e.CodePackages {
		h, _ := db.MatchCodePrefix(pkg)
		addMark(found, h, pkg)
	}
	var out []SDKMatch
	for _, m := range found {
		slices.SortFunc(m.Marks, func(x, y SDKMark) int {
			return cmp.Or(cmp.Compare(y.Strength().Rank(), x.Strength().Rank()), cmp.Compare(x.Signature.Value, y.Signature.Value))
		})
		if m.Confidence = together(m.Marks); m.Confidence != "" {
			out = append(out, *m)
		}
	}
	slices.SortFunc(out, func(x, y SDKMatch) int { return cmp.Compare(x.SDK.ID, y.SDK.ID) })
	return out
}

func addMark(found map[*SDK]*SDKMatch, h SDKHit, seen string) {
	if h.SDK == nil {
		return
	}
	m := found[h.SDK]
	if m == nil {
		m = &SDKMatch{SDK: h.SDK}
		found[h.SDK] = m
	}
	for i := range m.Marks {
		if k := &m.Marks[i]; k.Signature == h.Signature {
			k.Seen, k.Count = min(k.Seen, seen), k.Count+1
			return
		}
	}
	m.Marks = append(m.Marks, SDKMark{h.Signature, seen, 1})
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

// root is the package that a mark stands in; a library stands in none.
func root(s *Signature) string {
	if i := strings.LastIndexByte(s.Value, '.'); s.Kind == CodeComponent && i > 0 {
		return s.Value[:i]
	}
	if s.Kind == NativeLibrary {
		return "/" + s.Value
	}
	return s.Value
}
