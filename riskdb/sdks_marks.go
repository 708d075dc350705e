package riskdb

import (
	"cmp"
	"fmt"
	"slices"
)

// SDKMark is a signature of an SDK, and what bears it.
type SDKMark struct {
	Signature *Signature
	Seen      string  // the first, in the order of the alphabet, that bears it
	Count     int     // how many packages, components or files do
	Classes   int     // classes defined in the packages that bear it
	Declared  int     // components of the manifest that bear it
	Absent    int     // of them, those without a class in a file of the app
	Native    int     // classes that bear it, whose native methods a library brings
	Places    []Place // the first few: packages with the most classes first
	Lone      bool    // a library, and nothing else speaks for the SDK
}

// fewClasses is how many classes of a package are no more than a trace: the interface that a program was compiled
// against, a stand-in, or what a shrinking compiler left over. Of an SDK there are dozens, and below kitClasses a
// package counts a step less.
const (
	fewClasses = 2
	kitClasses = 10
)

// Strength is that of the signature, one step less where it is not verified, where few classes of a package are
// defined, where only a native library names the package, and where the name of one library is all that speaks for the
// SDK. Weak marks are a package of which no more than two classes are defined, and a component that the manifest declares
// and no class stands behind, as it stays when a library was taken out.
func (m SDKMark) Strength() Strength {
	s := m.Signature.Strength
	if !m.Signature.Verified {
		s = s.less()
	}
	switch {
	case m.Lone:
		return s.less()
	case m.Declared > m.Absent:
		return s
	case m.leftover():
		return WeakMark
	case m.Signature.Kind != CodePrefix:
		return s
	case m.Native == 0 && m.Classes <= fewClasses:
		return WeakMark
	case m.Native == 0 && m.Classes < kitClasses, m.Classes <= fewClasses:
		return s.less()
	}
	return s
}

// leftover reports whether the manifest declares components, and nothing of their code is there.
func (m SDKMark) leftover() bool {
	return m.Absent > 0 && m.Absent == m.Declared && m.Classes == 0 && m.Native == 0
}

// trace reports whether hardly a class of the package is defined.
func (m SDKMark) trace() bool {
	return m.Signature.Kind == CodePrefix && m.Declared == m.Absent && m.Classes > 0 && m.Classes < kitClasses
}

func (s Strength) less() Strength {
	if s == StrongMark {
		return MediumMark
	}
	return WeakMark
}

// join adds what else bears the mark.
func (m *SDKMark) join(o SDKMark) {
	m.Seen = min(m.Seen, o.Seen)
	m.Count += o.Count
	m.Classes += o.Classes
	m.Declared += o.Declared
	m.Absent += o.Absent
	m.Native += o.Native
	if len(m.Places) < maxPlaces || len(o.Places) > 1 || o.Places[0].Classes >= m.Places[len(m.Places)-1].Classes {
		m.Places = firstPlaces(append(m.Places, o.Places...))
	}
}

// String says what bears the mark, and how distinctive it is.
func (m SDKMark) String() string {
	s := fmt.Sprintf("%s %q is a %s mark", kindOfMark[m.Signature.Kind], m.Seen, m.Strength())
	if m.Classes > 0 {
		s = fmt.Sprintf("%s %q (%s) is a %s mark", kindOfMark[m.Signature.Kind], m.Signature.Value, countOf(m.Classes, "class"), m.Strength())
	} else if m.Count > 1 {
		s = fmt.Sprintf("%s and %d more", s, m.Count-1)
	}
	switch {
	case m.trace():
		s += ", for so few classes may be a stand-in"
	case m.leftover():
		s += ": declared, not there"
	case m.Lone:
		s += ", for its name is all there is"
	}
	if !m.Signature.Verified {
		s += ", not verified"
	}
	return s
}

var kindOfMark = map[SignatureKind]string{NativeLibrary: "the library", CodePrefix: "the code", CodeComponent: "the component", AppleFramework: "the framework", PackageName: "the declared package"}

// PlaceKind says what the item of a place is.
type PlaceKind string

// The kinds of item.
const (
	PlacePackage   PlaceKind = "package"   // of classes
	PlaceComponent PlaceKind = "component" // class that the manifest declares
	PlaceNative    PlaceKind = "jni-class" // class whose native methods the file brings
	PlaceItem      PlaceKind = "item"      // what the scanner that found it names: a class, an entry, a field
	PlaceString    PlaceKind = "string"    // text in the file
)

// Place is where in a file something is, so that it can be looked at there.
type Place struct {
	Binary  string // SHA-256, where it is not the app's base
	File    string // entry of the container; empty where it was not told
	Item    string
	Kind    PlaceKind // of the item
	Classes int       // defined there, of a package
}

// manifestFile is where the components of an app are declared.
const manifestFile = "AndroidManifest.xml"

// maxPlaces is how many places a piece of evidence names.
const maxPlaces = 3

// firstPlaces keeps the first few, those with the most classes before all others.
func firstPlaces(places []Place) []Place {
	slices.SortFunc(places, comparePlaces)
	return slices.Clip(slices.Compact(places)[:min(len(places), maxPlaces)])
}

func comparePlaces(x, y Place) int {
	return cmp.Or(cmp.Compare(y.Classes, x.Classes), cmp.Compare(x.Binary, y.Binary), cmp.Compare(x.File, y.File), cmp.Compare(x.Item, y.Item))
}

// countOf is a number with its noun.
func countOf(n int, noun string) string {
	switch {
	case n == 1:
		return "1 " + noun
	case noun[len(noun)-1] == 's':
		noun += "e"
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

func percentOf(n int) string { return fmt.Sprintf("%d %%", n) }
