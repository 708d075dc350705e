// Package axml reads Android's binary XML, the form of AndroidManifest.xml and of the files in res/xml inside an
// APK, as Android itself does (ResXMLTree in ResourceTypes.cpp, and the lookups of the package parser): by chunk
// sizes and not by chunk order, attributes by resource id and not by the name that stands beside it. Documents
// are made so that tools stumble over them or read another text; those are read like any other, and a [Report]
// says what was odd. apkparser is what the tests compare with.
//
// What the package cannot see: values of resources. A reference stays "@" and its number in hex.
package axml

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
)

// Limits on one document. The largest manifests seen in the wild have about 6,000 strings and 20,000
// attributes.
const (
	MaxBytes     = 8 << 20
	maxNodes     = 200_000 // elements, texts and attributes together
	maxExpansion = 1 << 26 // bytes of all strings as often as they are used
	maxDepth     = 256
	maxString    = 32 << 10 // bytes kept of one string
)

// ErrPlainText is returned for a manifest in plain XML, which Android does not install.
var ErrPlainText = errors.New("plain-text XML where binary XML is expected; Android does not install it")

// LimitError says that a document is larger than anything Android tools make.
type LimitError struct {
	What  string
	Limit int64
}

func (e *LimitError) Error() string { return fmt.Sprintf("more than %d %s", e.Limit, e.What) }

// Attr is an attribute. Name is the name in the android namespace if Android finds the attribute by its resource
// id, and its own name if it has no namespace; one that Android finds in neither way has its namespace or id
// before the name.
type Attr struct {
	Name  string
	Value string
	Text  bool   // the value is a string; else a number, truth or reference in text
	Raw   string // what stands beside a value that is no string, for an attribute without a namespace
}

// Element is the start of an element. Depth is 1 for the root.
type Element struct {
	Name  string
	Depth int
	Attrs []Attr
}

// Get returns the value of an attribute, "" when it is absent.
func (e *Element) Get(name string) string {
	v, _ := e.Lookup(name)
	return v
}

// Lookup returns the value of an attribute and whether it is there.
func (e *Element) Lookup(name string) (string, bool) {
	for i := range e.Attrs {
		if e.Attrs[i].Name == name {
			return e.Attrs[i].Value, true
		}
	}
	return "", false
}

// Literal returns the text of an attribute that Android finds by its name: as it was written, where the document
// keeps that.
func (e *Element) Literal(name string) string {
	for i := range e.Attrs {
		if a := &e.Attrs[i]; a.Name == name {
			if a.Raw != "" {
				return a.Raw
			}
			return a.Value
		}
	}
	return ""
}

// Clone returns an Element that stays valid.
func (e *Element) Clone() *Element {
	return &Element{Name: e.Name, Depth: e.Depth, Attrs: slices.Clone(e.Attrs)}
}

// Handler receives what a document holds, in document order. Text and End may be nil. An Element is valid during
// the call that gets it. The first error of any of them ends the reading.
type Handler struct {
	Start func(*Element) error
	Text  func(string) error
	End   func(depth int) error
}

// Report says what is odd about a document.
type Report struct {
	Mismatches int      // attributes that show one text to tools and another to Android
	Unusual    []string // ways in which it differs from what build tools make, each once
}

// Parse hands the start of every element of data to visit: see [Walk].
func Parse(ctx context.Context, data []byte, visit func(*Element) error) (Report, error) {
	return Walk(ctx, data, Handler{Start: visit})
}

// Walk hands the content of data to h and stops at the first error of h or when ctx is done. After an error, what
// comes before it has been handed over. A document of which a part was not read, such as a second root element,
// or that breaks off, or that Android refuses, ends in a [StructureError].
func Walk(ctx context.Context, data []byte, h Handler) (Report, error) {
	r := reader{ctx: ctx, data: data, h: h}
	err := r.read()
	report := Report{Mismatches: r.mismatches, Unusual: r.unusual}
	switch {
	case err != nil:
		return report, err
	case r.elements == 0 && r.outline.err() != nil:
		return report, fmt.Errorf("binary XML cannot be parsed: %w", r.outline.err())
	case r.elements == 0:
		return report, errors.New("binary XML holds no element")
	}
	return report, r.outline.err()
}

func u16(b []byte, at int) uint16 { return binary.LittleEndian.Uint16(b[at:]) }
func u32(b []byte, at int) uint32 { return binary.LittleEndian.Uint32(b[at:]) }
