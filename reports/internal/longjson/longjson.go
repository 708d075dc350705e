// Package longjson writes JSON documents whose lists are longer than memory. The elements wait in temporary files until what stands
// before them is known.
//
// What the package cannot see: whether an element belongs into its list.
package longjson

import (
	"bufio"
	"crypto/sha256"
	"fmt"
	"hash"
	"io"

	"quaestor/reports/internal/spool"
	"quaestor/reports/jsonform"
)

// Lists are the lists of a document, by the names that [List] gives them in it.
type Lists struct {
	lists map[string]*spool.Text
	sum   hash.Hash // of all elements, in the order in which they came
	err   error
	late  map[string]func(element []byte) ([]byte, error)
}

// New begins a document.
func New() *Lists { return &Lists{lists: map[string]*spool.Text{}, sum: sha256.New()} }

// Add adds an element to a list.
func (l *Lists) Add(list string, v any) {
	text := l.sign(list, v)
	if l.err != nil {
		return
	}
	to, lead := l.lists[list], ",\n"
	if to == nil {
		to, lead = &spool.Text{}, "\n"
		l.lists[list] = to
	}
	if _, l.err = io.WriteString(to, lead); l.err == nil {
		_, l.err = to.Write(text)
	}
}

// sign is the text of an element. It becomes part of what the document is known by.
func (l *Lists) sign(list string, v any) (text []byte) {
	if l.err != nil {
		return nil
	}
	if text, l.err = jsonform.Line(v); l.err == nil {
		fmt.Fprintf(l.sum, "%s %d ", list, len(text))
		l.sum.Write(text)
	}
	return text
}

// Has reports whether a list has elements.
func (l *Lists) Has(list string) bool { return l.lists[list] != nil }

// Err is the first error.
func (l *Lists) Err() error { return l.err }

// UUID is one made of the content, as RFC 9562 has them of the eighth version.
func (l *Lists) UUID() string {
	b := l.sum.Sum(nil)[:16]
	b[6], b[8] = b[6]&0x0f|0x80, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// Drop forgets the lists. It must be called in the end.
func (l *Lists) Drop() {
	for _, t := range l.lists {
		t.Drop()
	}
}

// Object is an object of a document, whose members may be objects, arrays and lists.
type Object []Member

// With is the object with the lists of these names that have elements.
func (o Object) With(l *Lists, names ...string) Object {
	for _, name := range names {
		if l.Has(name) {
			o = append(o, Member{name, List(name)})
		}
	}
	return o
}

// Member is a member of an object.
type Member struct {
	Name  string
	Value any // an [Object], an [Array], a [List], or a value that jsonform writes
}

// Array is an array of a document, of the same kinds of value.
type Array []any

// Joined is one array made of several lists and arrays.
type Joined []any

// List stands for a list of that name. Without an element it is empty.
type List string

// Write writes a document. Each list can be written once.
func (l *Lists) Write(to io.Writer, o Object) error {
	if l.err != nil {
		return l.err
	}
	w := bufio.NewWriter(to)
	if err := l.value(w, o); err != nil {
		return err
	}
	w.WriteString("\n")
	return w.Flush()
}

func (l *Lists) value(w *bufio.Writer, v any) error {
	switch v := v.(type) {
	case Object:
		return l.each(w, '{', '}', len(v), func(i int) error {
			fmt.Fprintf(w, "%q: ", v[i].Name)
			return l.value(w, v[i].Value)
		})
	case Array:
		return l.each(w, '[', ']', len(v), func(i int) error { return l.value(w, v[i]) })
	case List:
		return l.value(w, Joined{v})
	case Joined:
		return l.joined(w, v)
	}
	text, err := jsonform.Line(v)
	if err != nil {
		return err
	}
	_, err = w.Write(text)
	return err
}

// joined writes the elements of lists and arrays as those of one array.
func (l *Lists) joined(w *bufio.Writer, of Joined) error {
	w.WriteByte('[')
	empty := true
	comma := func() {
		if !empty {
			w.WriteByte(',')
		}
		empty = false
	}
	for _, v := range of {
		switch v := v.(type) {
		case List:
			if t := l.lists[string(v)]; t != nil {
				comma()
				if err := l.copyList(w, string(v), t); err != nil {
					return err
				}
			}
		case Array:
			for _, x := range v {
				comma()
				w.WriteByte('\n')
				if err := l.value(w, x); err != nil {
					return err
				}
			}
		}
	}
	w.WriteByte('\n')
	return w.WriteByte(']')
}

// copyList writes the elements of a list, each as it was added or as it was amended since.
func (l *Lists) copyList(w io.Writer, name string, text *spool.Text) error {
	amend := l.late[name]
	if amend == nil {
		return text.CopyTo(w)
	}
	a := &amender{w: w, amend: amend}
	if err := text.CopyTo(a); err != nil {
		return err
	}
	return a.line(a.rest)
}

func (l *Lists) each(w *bufio.Writer, open, end byte, n int, write func(i int) error) error {
	w.WriteByte(open)
	for i := range n {
		if i > 0 {
			w.WriteByte(',')
		}
		w.WriteByte('\n')
		if err := write(i); err != nil {
			return err
		}
	}
	w.WriteByte('\n')
	return w.WriteByte(end)
}
