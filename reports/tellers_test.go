package reports_test

import (
	"slices"

	"quaestor/reports"
	"quaestor/reports/all"
)

// tellers are the writers that tell of every finding. Lists of software have those about vulnerable components, and say how many
// others there are: the tests of package all hold them to that. A document (PDF) says what the page says, in packed text: the tests of all look into it.
func tellers() []reports.PartWriter {
	return slices.DeleteFunc(slices.Clone(all.Writers()), func(w reports.PartWriter) bool {
		return w.Name() == "cyclonedx" || w.Name() == "spdx" || w.Name() == "pdf"
	})
}
