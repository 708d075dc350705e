package bill

import (
	"bufio"
	"crypto/sha256"
	"fmt"
	"hash"
	"io"

	"quaestor/reports/internal/spool"
	"quaestor/reports/jsonform"
)

// Document is a JSON document whose lists are longer than memory: they wait in temporary files, an element a line, until
// what stands before them is known.
type Document struct {
	lists map[string]*spool.Text
	sum   hash.Hash // of all elements, in the order in which they came
	err   error
	late  map[string]func(element []byte) ([]byte, error)
}

// NewDocument begins one.
func NewDocument() *Document { return &Document{lists: map[string]*spool.Text{}, sum: sha256.New()} }

// Add adds an element to a list.
func (d *Document) Add(list string, v any) {
	text := d.sign(list, v)
	if d.err != nil {
		return
	}
	l := d.lists[list]
	if l == nil {
		l = &spool.Text{}
		d.lists[list] = l
	}
	lead := ",\n    "
	if l.Size() == 0 {
		lead = "\n    "
	}
	if _, d.err = io.WriteString(l, lead); d.err == nil {
		_, d.err = l.Write(text)
	}
}

// sign is the text of an element. It becomes part of what the document is known by.
func (d *Document) sign(list string, v any) (text []byte) {
	if d.err != nil {
		return nil
	}
	if text, d.err = jsonform.Line(v); d.err == nil {
		fmt.Fprintf(d.sum, "%s %d ", list, len(text))
		d.sum.Write(text)
	}
	return text
}

// Err is the first error.
func (d *Document) Err() error { return d.err }

// UUID is one made of the content, as RFC 9562 has them of the eighth version.
func (d *Document) UUID() string {
	b := d.sum.Sum(nil)[:16]
	b[6], b[8] = b[6]&0x0f|0x80, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// Field is a member of the document: a value, or a list by its name.
type Field struct {
	Name     string
	Value    any
	List     bool
	Required bool // of a list: it is written when it is empty
}

// WriteTo writes the document.
func (d *Document) WriteTo(to io.Writer, fields []Field) error {
	w, comma := bufio.NewWriter(to), ""
	for i, f := range fields {
		l := d.lists[f.Name]
		if f.List && l == nil && !f.Required {
			continue
		}
		if i == 0 {
			comma = "{"
		}
		fmt.Fprintf(w, "%s\n  %q: ", comma, f.Name)
		comma = ","
		switch {
		case !f.List:
			text, err := jsonform.Line(f.Value)
			if err != nil {
				return err
			}
			w.Write(text)
		case l == nil:
			w.WriteString("[]")
		default:
			w.WriteString("[")
			if err := d.copyList(w, f.Name, l); err != nil {
				return err
			}
			w.WriteString("\n  ]")
		}
	}
	w.WriteString("\n}\n")
	return w.Flush()
}

// copyList writes the elements of a list, each as it was added or as it was amended since.
func (d *Document) copyList(w io.Writer, name string, l *spool.Text) error {
	amend := d.late[name]
	if amend == nil {
		return l.CopyTo(w)
	}
	a := &amender{w: w, amend: amend}
	if err := l.CopyTo(a); err != nil {
		return err
	}
	return a.line(a.rest)
}

// Drop forgets the lists.
func (d *Document) Drop() {
	for _, l := range d.lists {
		l.Drop()
	}
}
