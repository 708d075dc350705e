package apkfile

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"quaestor/scanners/inventory"
)

// maxPlaces are the entries that a mark names.
const maxPlaces = 5

// note is one thing noticed about a container, and how often.
type note struct {
	code, what string
	n          int
	own        []inventory.Place // entries that Android itself opens: they are named before all others
	places     []inventory.Place
}

func newNote(code, what string) note { return note{code: code, what: what} }

func (n *note) add(e *Entry) {
	n.n++
	list := &n.places
	if opened(path.Base(e.Name)) {
		list = &n.own
	}
	if len(*list) < maxPlaces {
		*list = append(*list, inventory.Place{File: inventory.Text(e.Name)})
	}
}

func (n *note) words() string {
	if n.n > 0 {
		return fmt.Sprintf("%s: %d", n.what, n.n)
	}
	return n.what
}

// note keeps what was counted, unless it is nothing.
func (f *File) note(n note) {
	if n.n > 0 {
		f.notes = append(f.notes, n)
	}
}

// remark keeps what is there once or not at all.
func (f *File) remark(code, format string, args ...any) {
	f.notes = append(f.notes, note{code: code, what: fmt.Sprintf(format, args...)})
}

// all are the notes, with those of the local headers, and of the entries that were read so far.
func (f *File) all() []note {
	f.layout()
	return slices.Concat(f.notes, f.sizeNotes())
}

// sizeNotes tells of entries that unpacked to another size than they claim.
func (f *File) sizeNotes() []note {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.lies) == 0 {
		return nil
	}
	n := newNote(inventory.MarkHeaders, "entries that unpack to another size than they claim")
	for i := range f.Entries {
		if f.lies[i] {
			n.add(&f.Entries[i])
		}
	}
	return []note{n}
}

// Marks are facts about the container that an ordinary build tool does not produce, each code once. The first
// call reads all local headers. Entries that claim a wrong size are known once they were read.
func (f *File) Marks() []inventory.Mark {
	var marks []inventory.Mark
	var others [][]inventory.Place // of each mark, what is named after the entries that Android opens
	for _, n := range f.all() {
		i := slices.IndexFunc(marks, func(m inventory.Mark) bool { return m.Code == n.code })
		if i < 0 {
			marks = append(marks, inventory.Mark{Code: n.code, Detail: n.what, Count: n.n, Places: slices.Clone(n.own)})
			others = append(others, slices.Clone(n.places))
			continue
		}
		m := &marks[i]
		m.Detail = strings.Join([]string{m.Detail, n.what}, "; ")
		m.Count += n.n
		m.Places, others[i] = append(m.Places, n.own...), append(others[i], n.places...)
	}
	for i := range marks {
		all := append(marks[i].Places, others[i]...)
		marks[i].Places = all[:min(len(all), maxPlaces)]
	}
	return marks
}

// Oddities are the marks in words.
func (f *File) Oddities() []string {
	var words []string
	for _, n := range f.all() {
		words = append(words, n.words())
	}
	return words
}
