package apkfile

import (
	"fmt"

	"quaestor/scanners/inventory"
)

// maxPlaces are the entries that a mark names.
const maxPlaces = 5

// tally counts entries that have something in common and keeps the first few.
type tally struct {
	n      int
	places []inventory.Place
}

func (t *tally) add(e *Entry) {
	if t.n++; len(t.places) < maxPlaces {
		t.places = append(t.places, inventory.Place{File: inventory.Text(e.Name)})
	}
}

// count marks a tally that is not empty.
func (f *File) count(t tally, code, what string) {
	if t.n > 0 {
		f.marks = append(f.marks, inventory.Mark{Code: code, Detail: what, Count: t.n, Places: t.places})
	}
}

func (f *File) mark(code, format string, args ...any) {
	f.marks = append(f.marks, inventory.Mark{Code: code, Detail: fmt.Sprintf(format, args...)})
}

// Marks are facts about the container that an ordinary build tool does not produce.
func (f *File) Marks() []inventory.Mark { return f.marks }

// Oddities are the marks in words.
func (f *File) Oddities() []string {
	var words []string
	for _, m := range f.marks {
		s := m.Detail
		if m.Count > 0 {
			s = fmt.Sprintf("%s: %d", s, m.Count)
		}
		words = append(words, s)
	}
	return words
}
