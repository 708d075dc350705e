// Package all is the list of report writers. Read it and you know what -o can be.
//
// `-o inventory` is not among them: it writes the facts, not a report.
package all

import (
	"quaestor/reports"
	"quaestor/reports/csv"
	"quaestor/reports/cyclonedx"
	"quaestor/reports/ecs"
	"quaestor/reports/html"
	"quaestor/reports/json"
	"quaestor/reports/junit"
	"quaestor/reports/markdown"
	"quaestor/reports/ndjson"
	"quaestor/reports/pdf"
	"quaestor/reports/sarif"
	"quaestor/reports/spdx"
	"quaestor/reports/stix"
	"quaestor/reports/table"
)

// Writers returns every writer, the default first.
func Writers() []reports.PartWriter {
	return []reports.PartWriter{
		table.Writer{},
		html.Writer{},
		pdf.Writer{},
		json.Writer{},
		ndjson.Writer{},
		cyclonedx.Writer{},
		spdx.Writer{},
		sarif.Writer{},
		csv.Writer{},
		markdown.Writer{},
		junit.Writer{},
		stix.Writer{},
		ecs.Writer{},
	}
}

// ByName finds a writer by the name that follows -o.
func ByName(name string) (reports.PartWriter, bool) {
	for _, w := range Writers() {
		if w.Name() == name {
			return w, true
		}
	}
	return nil, false
}
