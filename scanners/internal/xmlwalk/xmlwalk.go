// Package xmlwalk reads small XML documents of foreign origin, in UTF-8 or UTF-16, element by element and within limits.
//
// What the package cannot see: entities that a document defines itself (they are an error), and the order of text and
// elements within an element.
package xmlwalk

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"quaestor/scanners/internal/lines"
)

// Limits of one document.
const (
	MaxBytes  = 4 << 20
	maxTokens = 200_000
	maxDepth  = 64
	maxName   = 256
	maxText   = 64 << 10 // of one element
)

// Element is an element that was read to its end.
type Element struct {
	Path  string // names from the root on, without their namespaces: "Task/Actions/Exec"
	Space string // the namespace
	Text  string // directly in it, without blanks around it
	attrs []xml.Attr
	text  []byte
}

// Attr is the value of an attribute by its name without namespace, "" where there is none.
func (e Element) Attr(name string) string {
	for _, a := range e.attrs {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// Name is the name of the element.
func (e Element) Name() string { return e.Path[strings.LastIndexByte(e.Path, '/')+1:] }

// Walk calls begin, where there is one, at the beginning of every element, and end at its end. What was read before an
// error was told.
func Walk(data []byte, begin, end func(Element)) error {
	if len(data) > MaxBytes {
		return fmt.Errorf("the document has %d bytes, more than the %d that are read", len(data), MaxBytes)
	}
	dec := xml.NewDecoder(bytes.NewReader(lines.Decode(data)))
	dec.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil } // it is decoded already
	w := walker{begin: begin, end: end}
	for range maxTokens {
		tok, err := dec.Token()
		switch {
		case errors.Is(err, io.EOF) && len(w.open) == 0 && w.any:
			return nil
		case errors.Is(err, io.EOF):
			return io.ErrUnexpectedEOF
		case err != nil:
			return err
		}
		if err := w.token(tok); err != nil {
			return err
		}
	}
	return errors.New("the document has more elements than are read")
}

type walker struct {
	begin, end func(Element)
	open       []Element
	any        bool
}

func (w *walker) token(tok xml.Token) error {
	switch t := tok.(type) {
	case xml.StartElement:
		if len(w.open) == maxDepth || len(t.Name.Local) > maxName {
			return errors.New("its elements are nested too deep, or have names that are too long")
		}
		p := t.Name.Local
		if n := len(w.open); n > 0 {
			p = w.open[n-1].Path + "/" + p
		}
		e := Element{Path: p, Space: t.Name.Space, attrs: t.Copy().Attr}
		w.open, w.any = append(w.open, e), true
		if w.begin != nil {
			w.begin(e)
		}
	case xml.CharData:
		if n := len(w.open); n > 0 && len(w.open[n-1].text)+len(t) <= maxText {
			w.open[n-1].text = append(w.open[n-1].text, t...)
		}
	case xml.EndElement:
		n := len(w.open) - 1
		e := w.open[n]
		w.open = w.open[:n]
		e.Text = string(bytes.TrimSpace(e.text))
		if w.end != nil {
			w.end(e)
		}
	}
	return nil
}
