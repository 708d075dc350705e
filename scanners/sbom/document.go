package sbom

import (
	"strings"
	"time"

	"quaestor/scanners/internal/tally"
)

// Limits of one document.
const (
	maxItems  = 100_000
	maxNested = 32 // components in components
)

// item is one piece of software that a document lists, whatever form that has.
type item struct {
	ref, kind, group, name, version, purl, maker, sha256 string
	line                                                 int
	excluded                                             bool
	own                                                  map[string]string // properties of a list that this program wrote
	in                                                   string            // reference of the app that it is in, of such a list
}

// document is what is read of one.
type document struct {
	format    string // "CycloneDX 1.6", "SPDX-2.3"
	file      string
	name      string
	made      *time.Time
	subject   *item
	described map[string]bool     // references of what the document is about
	roots     map[string][]string // references of what an element of SPDX 3 is about
	self      string              // reference of the document
	items     []item
	other     tally.Tally // what is no software
	excluded  tally.Tally
	devices   tally.Tally // devices beside what it is about
	nameless  int
	deep      int
	lost      int
	mine      bool                // it is a list that this program wrote
	edges     map[string][]string // of such a list: what is in what
	edgeCount int
}

func newDocument() *document {
	return &document{described: map[string]bool{}, roots: map[string][]string{}}
}

// empty reports whether nothing was read that tells of a document.
func (d *document) empty() bool { return d.format == "" && d.subject == nil && len(d.items) == 0 }

// add takes an item.
func (d *document) add(it item) {
	it.name = strings.TrimSpace(it.name)
	d.mine = d.mine || it.own != nil
	it.kind = strings.ToLower(strings.ReplaceAll(it.kind, "_", "-"))
	for _, s := range []*string{&it.version, &it.purl, &it.maker} {
		if *s == "NOASSERTION" || *s == "NONE" {
			*s = ""
		}
	}
	switch {
	case it.name == "" && it.purl == "":
		d.nameless++
	case it.excluded:
		d.excluded.Add(it.name)
	case noSoftware[it.kind] && strings.HasPrefix(d.format, "CycloneDX"): // what the document is about stands elsewhere
		d.other.Add(it.kind + ": " + it.name)
	case len(d.items) >= maxItems:
		d.lost++
	default:
		d.items = append(d.items, it)
	}
}

// noSoftware are kinds of items that are none.
var noSoftware = map[string]bool{"file": true, "data": true, "cryptographic-asset": true, "machine-learning-model": true, "source": true, "archive": true, "documentation": true}

// madeAt takes the time at which a document was made.
func (d *document) madeAt(s string) {
	if at, err := time.Parse(time.RFC3339, s); err == nil && at.Year() >= 2000 && at.Year() < 2200 {
		at = at.UTC()
		d.made = &at
	}
}

// settle finds what the document is about, and takes it from the list.
func (d *document) settle() {
	if d.subject != nil {
		return
	}
	for _, ref := range d.roots[d.self] {
		d.described[ref] = true
		for _, inner := range d.roots[ref] { // of an SBOM in the document
			d.described[inner] = true
		}
	}
	for i, it := range d.items {
		if d.described[it.ref] && it.ref != "" {
			d.subject = &it
			d.items = append(d.items[:i:i], d.items[i+1:]...)
			return
		}
	}
}
