package reports

import "io"

// Writer turns a [Report] into one format. Writers live in a folder each below this package and are listed
// in reports/all.
//
// A writer shows every finding and every gap, or says how many it left out and how to see them. It takes the
// judgement as it is: it may order, group and shorten, never add, drop or change. The same Report and Options
// give the same bytes. The Report is read only: a writer changes nothing in it.
type Writer interface {
	// Name is what follows -o on the command line, and the name of the writer's folder.
	Name() string
	// Title says in a few words what the format is and whom it is for.
	Title() string
	// Write writes the whole report to w, or returns the first error of w.
	Write(w io.Writer, r *Report, o Options) error
}

// Sorts are the orders of [Options].
func Sorts() []string { return []string{"severity", "name", "devices"} }

// Options is what the reader's side asks of a writer. Formats for machines take no notice of it, so that
// their bytes do not depend on who is looking.
type Options struct {
	Color      bool // colours may be used; they never carry a meaning that the text lacks
	Width      int  // columns of the terminal; 0 when not known, and the writer then uses 80
	Details    bool // everything the report holds, in place of the short form
	Hyperlinks bool // links may be written as terminal hyperlinks (OSC 8)
	// Only are the actions whose apps the table shows, nil for all; Sort the order of apps within an action: one of [Sorts], or empty.
	Only []string
	Sort string
	// Lang is the language for people, one of text.Languages; empty for English.
	Lang string
}
