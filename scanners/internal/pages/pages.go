// Package pages tells of exports that are answers of an API page by page whether the last page is there: one that announces another, or
// says that the list is longer than what is here, is a part.
//
// It knows how Microsoft Graph ("@odata.nextLink", "@odata.count"), Google ("nextPageToken"), Jamf Pro ("totalCount"), Workspace ONE
// ("Total" beside "PageSize") and Fleet ("meta") say so. Files of one folder belong together.
//
// What the package cannot see: which pages of a list that only announces the next are missing when its last one is there.
package pages

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"quaestor/scanners/internal/jsonpart"
	"quaestor/scanners/internal/jsonstream"
	"quaestor/scanners/inventory"
)

// Run gathers what the files of one run say of their pages. The zero value is ready for use.
type Run struct{ lists map[string]*list }

// list is what is here of one list.
type list struct {
	here, total, last int // elements, how many there are in all, pages that announce no other
	more              string
	file              string // of the last page that announces one, or of the first
}

// File gathers them of one file.
type File struct {
	run   *Run
	name  string
	pages map[int]*page
}

// page is one answer.
type page struct {
	kind        string
	here, total int
	sized       bool
	next        string // the member that announces another page
}

// File begins a file.
func (r *Run) File(name string) *File { return &File{run: r, name: name, pages: map[int]*page{}} }

// maxPages is how many answers of one file are told apart: a file of lines has as many as lines.
const maxPages = 10_000

func (f *File) page(n int) *page {
	p := f.pages[n]
	if p == nil {
		p = &page{}
		if len(f.pages) < maxPages {
			f.pages[n] = p
		}
	}
	return p
}

// Outside takes a member around a list; it is for [jsonstream.Options].
func (f *File) Outside(m jsonstream.Member) {
	v := jsonpart.Value(m.Value)
	f.page(m.Page) // there is one, if it should be empty
	told := func() bool { s := strings.TrimSpace(v.String()); return s != "" && s != "null" }
	switch m.Name {
	case "@odata.nextLink", "odata.nextLink", "nextLink", "nextPageToken":
		if told() {
			f.page(m.Page).next = m.Name
		}
	case "meta":
		if string(v.Get("has_next_results")) == "true" {
			f.page(m.Page).next = "meta.has_next_results"
		}
	case "PageSize", "page_size":
		f.page(m.Page).sized = true
	case "@odata.count", "totalCount":
		p := f.page(m.Page)
		p.total, p.sized = number(m.Value), true
	case "Total", "total":
		f.page(m.Page).total = number(m.Value)
	}
}

func number(text []byte) int {
	n, err := strconv.Atoi(string(text))
	if err != nil {
		return 0
	}
	return n
}

// Element counts an element that is of a list of this kind. One that stands by itself has no page.
func (f *File) Element(e jsonstream.Element, kind string) {
	if e.Member == "" {
		return
	}
	p := f.page(e.Page)
	p.kind = kind
	p.here++
}

// Done ends the file.
func (f *File) Done() {
	for _, n := range slices.Sorted(maps.Keys(f.pages)) {
		p := f.pages[n]
		l := f.run.list(path.Dir(f.name) + "\n" + p.kind)
		l.here += p.here
		if p.sized {
			l.total = max(l.total, p.total)
		}
		switch {
		case p.next != "":
			l.more, l.file = p.next, f.name
		default:
			l.last++
		}
		if l.file == "" {
			l.file = f.name
		}
	}
	f.pages = map[int]*page{}
}

func (r *Run) list(key string) *list {
	if r.lists == nil {
		r.lists = map[string]*list{}
	}
	l := r.lists[key]
	if l == nil {
		l = &list{}
		r.lists[key] = l
	}
	return l
}

// Gaps are those of lists of which pages are missing.
func (r *Run) Gaps(scanner string) (out []inventory.Gap) {
	for _, key := range slices.Sorted(maps.Keys(r.lists)) {
		l := r.lists[key]
		folder, kind, _ := strings.Cut(key, "\n")
		empty := r.lists[folder+"\n"] // the empty page behind the last one, of whatever kind
		cut := l.more != "" && l.last == 0 && (empty == nil || empty.last == 0)
		if !cut && (l.here >= l.total || kind == "" && r.covers(folder, l.total)) {
			continue
		}
		says := fmt.Sprintf("%d entries are here", l.here)
		if l.total > l.here {
			says += fmt.Sprintf(", and the export says that there are %d", l.total)
		} else {
			says += ", and the last page announces another (" + l.more + ")"
		}
		out = append(out, inventory.Gap{Scanner: scanner, Subject: inventory.Text(l.file), Kind: inventory.GapLimit, Count: max(l.total-l.here, 0),
			Detail: "Pages of the export are missing: " + says + ".", Next: "Fetch the next pages too, until none announces another, and scan them together in one folder."})
	}
	return out
}

// covers reports whether a list of a folder has as many entries as a page says.
func (r *Run) covers(folder string, total int) bool {
	for key, l := range r.lists {
		if of, kind, _ := strings.Cut(key, "\n"); of == folder && kind != "" && l.last > 0 && l.here >= total && total > 0 {
			return true
		}
	}
	return false
}
