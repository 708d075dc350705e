// Package axml reads Android's binary XML, the form of AndroidManifest.xml inside an APK.
//
// The parsing is apkparser's. In front of it stands a walk over the chunks that refuses what would cost more
// than a manifest is worth: too many strings, attributes or elements, or strings so long and used so often
// that expanding them takes minutes. It also makes attributes say what Android reads (see [Prepare]).
//
// What the package cannot see: values of resources. A reference stays "@" and its number in hex.
package axml

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"

	"github.com/avast/apkparser"
)

// Limits on one document. The largest manifests seen in the wild have about 6,000 strings and 20,000
// attributes.
const (
	MaxBytes      = 8 << 20
	maxStrings    = 100_000
	maxNodes      = 200_000 // elements, texts and attributes together
	maxExpansion  = 1 << 28 // nodes × longest string
	maxDepth      = 256
	stringsBudget = 16 << 20
)

// ErrPlainText is returned for a manifest in plain XML, which Android does not install.
var ErrPlainText = errors.New("plain-text XML where binary XML is expected; Android does not install it")

// LimitError says that a document is larger than anything Android tools make.
type LimitError struct {
	What  string
	Limit int64
}

func (e *LimitError) Error() string { return fmt.Sprintf("more than %d %s", e.Limit, e.What) }

// Attr is an attribute under its local name; the android namespace is implied.
type Attr struct{ Name, Value string }

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

// Parse hands every element of data to visit, in document order, and stops at the first error of visit or
// when ctx is done. It changes data as [Prepare] says; mismatches counts the changes. After an error the
// elements before it have been visited. A document of which a part was not read, such as a second root element,
// or that breaks off, ends in a [StructureError].
func Parse(ctx context.Context, data []byte, visit func(*Element) error) (mismatches int, err error) {
	w := walker{data: data}
	err = w.walk()
	mismatches = w.mismatches
	if err != nil {
		return mismatches, err
	}
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("binary XML cannot be parsed: %v", p)
		}
	}()
	v := &visitor{ctx: ctx, visit: visit}
	err = apkparser.ParseXmlWithConfig(bytes.NewReader(data), v, nil, &apkparser.ParseConfig{MaxStringTableBytes: stringsBudget})
	switch {
	case v.err != nil:
		return mismatches, v.err
	case errors.Is(err, apkparser.ErrPlainTextManifest):
		return mismatches, ErrPlainText
	case err != nil && v.elements > 0 && w.outline.err() != nil:
		return mismatches, fmt.Errorf("%w (%v)", w.outline.err(), err)
	case err != nil:
		return mismatches, fmt.Errorf("binary XML cannot be parsed: %w", err)
	case v.elements == 0:
		return mismatches, errors.New("binary XML holds no element")
	}
	return mismatches, w.outline.err()
}

// visitor receives apkparser's tokens. apkparser turns errors into text, so the first one is kept here.
type visitor struct {
	ctx      context.Context
	visit    func(*Element) error
	depth    int
	closed   bool // the first element has ended; what follows is not read
	elements int
	err      error
}

// EncodeToken implements apkparser.ManifestEncoder.
func (v *visitor) EncodeToken(t xml.Token) error {
	if v.err == nil {
		v.err = v.ctx.Err()
	}
	if v.err != nil {
		return v.err
	}
	if v.closed {
		return nil
	}
	switch t := t.(type) {
	case xml.StartElement:
		v.depth++
		v.elements++
		if v.depth > maxDepth {
			v.err = &LimitError{"levels of elements", maxDepth}
			return v.err
		}
		e := Element{Name: t.Name.Local, Depth: v.depth, Attrs: make([]Attr, len(t.Attr))}
		for i, a := range t.Attr {
			e.Attrs[i] = Attr{a.Name.Local, a.Value}
		}
		v.err = v.visit(&e)
	case xml.EndElement:
		v.closed = v.depth == 1
		v.depth = max(v.depth-1, 0)
	}
	return v.err
}

// Flush implements apkparser.ManifestEncoder.
func (v *visitor) Flush() error { return nil }
