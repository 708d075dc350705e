// Package json writes a report as one JSON document, for programs and for the record.
//
// The document is the Report as it stands, indented by two spaces, with a newline at its end. Its form is
// published as reports/schema/report.schema.json. Empty lists are written as []; text is data and is neither
// cut nor cleaned, except that invisible characters are written as \u escapes.
//
// What the package cannot see: Options. The same report gives the same bytes for every reader.
package json

import (
	"io"

	"quaestor/reports"
	"quaestor/reports/jsonform"
)

// Writer writes JSON.
type Writer struct{}

// Name is "json".
func (Writer) Name() string { return "json" }

// Title describes the format.
func (Writer) Title() string { return "one JSON document, for programs and for the record" }

// Write writes the report.
func (Writer) Write(w io.Writer, r *reports.Report, _ reports.Options) error {
	return jsonform.Encode(w, r, indent)
}
