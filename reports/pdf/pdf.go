// Package pdf writes a report as a document for the file: A4, searchable, with bookmarks and numbered pages.
//
// What it says is what the page of package html says, in the same languages and with the same limits: the page is laid out here
// without a browser, with everything unfolded that a reader on a screen would unfold. Fonts are part of the program, and of each only
// the characters that are used come into the document. A character that no font has is written as its number, ⟨U+05D0⟩. The same
// report makes the same bytes.
//
// What the package cannot see: scripts whose letters are joined or run from right to left. They are written as numbers.
package pdf

import (
	"bytes"
	"io"

	"golang.org/x/net/html"

	"quaestor/reports"
	page "quaestor/reports/html"
	"quaestor/reports/text"
)

// Writer writes PDF.
type Writer struct{}

// Name is "pdf".
func (Writer) Name() string { return "pdf" }

// Title describes the format.
func (Writer) Title() string {
	return "a document to print and file: A4, searchable, in the language of --lang"
}

// Write writes a whole report.
func (x Writer) Write(w io.Writer, r *reports.Report, o reports.Options) error {
	return reports.WriteParts(x.Begin(w, o), r)
}

// Begin begins a document about devices that come one after the other.
func (Writer) Begin(w io.Writer, o reports.Options) reports.Parts {
	d := &document{w: w, lang: text.In(o.Lang)}
	d.page = page.Writer{}.Begin(&d.markup, o)
	return d
}

type document struct {
	w      io.Writer
	lang   *text.Language
	markup bytes.Buffer
	page   reports.Parts
}

// Part takes the report of one device.
func (d *document) Part(r *reports.Report) error { return d.page.Part(r) }

// Close writes the document.
func (d *document) Close(rest *reports.Report) error {
	if err := d.page.Close(rest); err != nil {
		return err
	}
	root, err := html.Parse(&d.markup)
	if err != nil {
		return err
	}
	s := newSheet(d.lang, rest)
	s.document(root)
	return s.f.Output(d.w)
}
