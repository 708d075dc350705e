// Package html writes a report as one page for people: for the member whose phone it is, the security officer, the minister.
//
// The page is one file. It loads nothing, its policy (Content-Security-Policy) lets it load nothing, and a few lines of
// script, which filter and sort, are not needed to read it. It prints on A4, follows the reader's light or dark scheme, and is
// written in each language of package text. Text from devices is escaped twice: what cannot be seen is made visible, and
// markup is taken for text.
//
// Of very many devices the page has limits, so that a browser can open it: of each finding the first few devices are
// named, of a fleet not every app. What is left out is counted where it would stand; the JSON forms have all.
//
// What the package cannot see: what JSON has beside, such as every host that an app names and every file that was read.
package html

import (
	"io"

	"quaestor/reports"
	"quaestor/reports/text"
)

// Writer writes HTML.
type Writer struct{}

// Name is "html".
func (Writer) Name() string { return "html" }

// Title describes the format.
func (Writer) Title() string {
	return "a page to read, print and hand on: one file, in the language of --lang"
}

// Write writes a whole report.
func (x Writer) Write(w io.Writer, r *reports.Report, o reports.Options) error {
	return reports.WriteParts(x.Begin(w, o), r)
}

// Begin begins a page about devices that come one after the other.
func (Writer) Begin(w io.Writer, o reports.Options) reports.Parts {
	return &document{w: w, lang: text.In(o.Lang), g: newGathered()}
}

type document struct {
	w    io.Writer
	lang *text.Language
	g    *gathered
}

// Part takes the report of one device.
func (d *document) Part(r *reports.Report) error {
	d.g.add(r)
	return nil
}

// Close writes the page.
func (d *document) Close(rest *reports.Report) error {
	d.g.add(rest)
	p := newPage(d.lang, d.g, rest)
	p.whole()
	_, err := d.w.Write(p.bytes())
	return err
}
