package all_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"quaestor/reports"
	"quaestor/reports/all"
	"quaestor/reports/internal/pdftext"
	"quaestor/reports/internal/reporttest"
)

// notWriters are the folders beside the writers.
var notWriters = []string{"jsonform", "since", "safetext", "documents", "all", "internal", "schema", "schematest", "fleet", "selftest", "text"}

func TestEveryFolderIsListed(t *testing.T) {
	var listed []string
	for _, w := range all.Writers() {
		listed = append(listed, w.Name())
		if w.Title() == "" {
			t.Errorf("%s has no title", w.Name())
		}
		if got, ok := all.ByName(w.Name()); !ok || got != w {
			t.Errorf("%s is not found by its name", w.Name())
		}
		if pkg := reflect.TypeOf(w).PkgPath(); pkg != "quaestor/reports/"+w.Name() {
			t.Errorf("the writer called %s lives in %s", w.Name(), pkg)
		}
	}
	if _, ok := all.ByName("fax"); ok {
		t.Error("a writer that is not there was found")
	}
	entries, err := os.ReadDir("..")
	if err != nil {
		t.Fatal(err)
	}
	var folders []string
	for _, e := range entries {
		if e.IsDir() && !slices.Contains(notWriters, e.Name()) {
			folders = append(folders, e.Name())
		}
	}
	slices.Sort(listed)
	if len(folders) == 0 || !slices.Equal(listed, folders) {
		t.Errorf("listed are %v, the folders are %v", listed, folders)
	}
}

// bills are lists of software. Of findings they have those about vulnerable components, and say how many others there are.
var bills = []string{"cyclonedx", "spdx"}

func isBill(w reports.Writer) bool { return slices.Contains(bills, w.Name()) }

// planted is a report with many different findings and gaps, each of which can be told from the others.
func planted(n int) *reports.Report {
	r := reporttest.Full()
	r.Findings, r.Gaps = nil, nil
	for i := range n {
		f := reporttest.Full().Findings[i%5]
		f.ID = fmt.Sprintf("finding-p%03d", i)
		f.Severity = reports.Severities()[i%5]
		f.Action = reports.Actions()[i%6]
		f.Subject.Identifier, f.Subject.Product = fmt.Sprintf("org.planted.app%03d", i), ""
		f.Params = map[string]string{"product": fmt.Sprintf("Planted %03d", i)}
		r.Findings = append(r.Findings, f)
		g := reporttest.Full().Gaps[i%5]
		g.Subject, g.Detail = fmt.Sprintf("planted%03d.bin", i), fmt.Sprintf("Detail %03d.", i)
		r.Gaps = append(r.Gaps, g)
		x := reporttest.Desk().SecuritySoftware[i%2]
		x.ID, x.Device, x.Product, x.Name = fmt.Sprintf("security-p%03d", i), r.Devices[0].ID, "", fmt.Sprintf("Guard %03d", i)
		r.SecuritySoftware = append(r.SecuritySoftware, x)
	}
	return r
}

// show writes r and takes out the breaks and blanks that wrapping put in.
func show(t *testing.T, w reports.Writer, r *reports.Report, o reports.Options) string {
	t.Helper()
	var b bytes.Buffer
	if err := w.Write(&b, r, o); err != nil {
		t.Fatal(err)
	}
	if w.Name() == "pdf" {
		return pdftext.Read(b.Bytes())
	}
	return b.String()
}

// contains looks for a text; in a document without the spaces, of which its lines keep none at their ends.
func contains(w reports.Writer, text, want string) bool {
	if w.Name() == "pdf" {
		text, want = strings.Join(strings.Fields(text), ""), strings.Join(strings.Fields(want), "")
	}
	return strings.Contains(text, want)
}

// TestNoWriterLosesAnything plants findings and gaps and looks for each of them in every format.
func TestNoWriterLosesAnything(t *testing.T) {
	for _, n := range []int{1, 7, 60} {
		r := planted(n)
		for _, w := range all.Writers() {
			text := show(t, w, r, reports.Options{Width: 200, Details: true})
			if want := fmt.Sprintf("are not in this list: %d. The report has them", n); isBill(w) && !contains(w, text, want) {
				t.Errorf("%s does not say that it leaves out %d findings", w.Name(), n)
			}
			for _, f := range r.Findings {
				if isBill(w) {
					break
				}
				if !contains(w, text, f.Subject.Identifier) || !contains(w, text, f.ID) {
					t.Errorf("%s, %d findings: %s on %s is lost", w.Name(), n, f.ID, f.Subject.Identifier)
				}
			}
			for _, x := range r.SecuritySoftware {
				if isBill(w) {
					break
				}
				if !contains(w, text, x.Name) || !contains(w, text, x.ID) {
					t.Errorf("%s, %d findings: %s is lost", w.Name(), n, x.Name)
				}
			}
			for _, g := range r.Gaps {
				if !contains(w, text, g.Subject) || !contains(w, text, g.Detail) {
					t.Errorf("%s, %d gaps: %s is lost", w.Name(), n, g.Subject)
				}
			}
			if !contains(w, strings.Join(strings.Fields(text), " "), r.Disclaimer) {
				t.Errorf("%s: the disclaimer is lost", w.Name())
			}
		}
	}
}

// TestShortFormNamesWhatMatters: without details, every app with a finding above info that is not one of many
// alike is named.
func TestShortFormNamesWhatMatters(t *testing.T) {
	r := planted(30)
	for _, w := range all.Writers() {
		text := show(t, w, r, reports.Options{Width: 200})
		for _, f := range r.Findings {
			if !isBill(w) && f.Severity != "info" && !contains(w, text, f.Subject.Identifier) {
				t.Errorf("%s: %s (%s, %s) is not in the short form", w.Name(), f.Subject.Identifier, f.Severity, f.Action)
			}
		}
	}
}

// TestDevicesAreNotLost: the same finding on many devices is one row, and with details every device is there.
func TestDevicesAreNotLost(t *testing.T) {
	r := reporttest.Fleet(40)
	for _, w := range all.Writers() {
		text := show(t, w, r, reports.Options{Width: 200, Details: true})
		for _, f := range r.Findings {
			if !isBill(w) && !contains(w, text, f.ID) {
				t.Errorf("%s: %s is lost", w.Name(), f.ID)
			}
		}
		for _, g := range r.Gaps {
			if !contains(w, text, g.Subject) {
				t.Errorf("%s: the gap on %s is lost", w.Name(), g.Subject)
			}
		}
	}
}

// TestSameReportSameBytes writes twice and compares, and checks that no writer changes the report.
func TestSameReportSameBytes(t *testing.T) {
	for _, w := range all.Writers() {
		for _, o := range []reports.Options{{}, {Details: true, Width: 120, Color: true}} {
			r := planted(50)
			first := show(t, w, r, o)
			if !reflect.DeepEqual(r, planted(50)) {
				t.Errorf("%s changes the report", w.Name())
			}
			for range 5 {
				if show(t, w, planted(50), o) != first {
					t.Fatalf("%s: other bytes for the same report", w.Name())
				}
			}
		}
	}
}

// TestWritersAreDocumented keeps README.md in step with the list.
func TestWritersAreDocumented(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range all.Writers() {
		if !bytes.Contains(text, []byte("`"+w.Name()+"`")) {
			t.Errorf("README.md does not mention `%s`", w.Name())
		}
	}
}
