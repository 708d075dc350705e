// Package all is the list of report writers. Read it and you know what -o can be.
//
// `-o inventory` is not among them: it writes the facts, not a report.
package all

import (
	"quaestor/reports"
	"quaestor/reports/cyclonedx"
	"quaestor/reports/json"
	"quaestor/reports/ndjson"
	"quaestor/reports/spdx"
	"quaestor/reports/table"
)

// Writers returns every writer, the default first.
func Writers() []reports.PartWriter {
	return []reports.PartWriter{
		table.Writer{},
		json.Writer{},
		ndjson.Writer{},
		cyclonedx.Writer{},
		spdx.Writer{},
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
