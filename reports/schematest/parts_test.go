package schematest_test

import (
	"strings"
	"testing"

	"quaestor/reports"
	"quaestor/reports/cyclonedx"
	"quaestor/reports/internal/reporttest"
	"quaestor/reports/spdx"
	"quaestor/scanners/inventory"
)

// TestProjectWithParts: a project that is listed under its own name, as package.json has it, keeps what it is made of.
func TestProjectWithParts(t *testing.T) {
	r := reporttest.Clean()
	r.Devices, r.Findings, r.Gaps = nil, nil, nil
	r.Apps = []reports.App{{ID: "app-p", Kind: "name", Identifier: "plum", Name: "plum", Version: "1.0.0"}}
	r.Components = nil
	for _, name := range []string{"plum", "quince", "medlar"} {
		r.Components = append(r.Components, reports.ListedComponent{Apps: []string{"app-p"},
			Component: &inventory.Component{ID: "component-" + name, App: "app-p", PURL: "pkg:npm/" + name + "@1.0.0", Name: name, Version: "1.0.0", Exact: true, Basis: "metadata"}})
	}
	for _, w := range []reports.Writer{cyclonedx.Writer{}, spdx.Writer{}} {
		text := string(write(t, w, r))
		for _, name := range []string{"plum", "quince", "medlar"} {
			if !strings.Contains(text, "pkg:npm/"+name+"@1.0.0") {
				t.Errorf("%s: %s is lost", w.Name(), name)
			}
		}
	}
}
