package schematest_test

import (
	"bytes"
	"encoding/csv"
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"quaestor/reports"
	csvform "quaestor/reports/csv"
	"quaestor/reports/ecs"
	"quaestor/reports/internal/reporttest"
	"quaestor/reports/junit"
	"quaestor/reports/sarif"
	"quaestor/reports/schematest"
	"quaestor/reports/stix"
)

// kinds are reports of all kinds.
func kinds() map[string]*reports.Report {
	compared := made("")
	compared.Compare(reporttest.Clean())
	empty := reporttest.Clean()
	empty.AsOf, empty.Devices, empty.Apps = "", nil, nil
	return map[string]*reports.Report{"made": made("vulnerable_code_not_in_execute_path"), "accepted": made(""), "full": reporttest.Full(), "clean": reporttest.Clean(), "file": reporttest.File(),
		"incomplete": reporttest.Incomplete(), "desk": reporttest.Desk(), "fleet": reporttest.Fleet(40), "packages": reporttest.ManyPackages(300), "compared": compared, "empty": empty}
}

func TestSARIF(t *testing.T) {
	s := schematest.SARIF(t)
	for name, r := range kinds() {
		t.Run(name, func(t *testing.T) { schematest.Check(t, s, write(t, sarif.Writer{}, r)) })
	}
}

func TestSTIX(t *testing.T) {
	s := schematest.STIX(t)
	for name, r := range kinds() {
		t.Run(name, func(t *testing.T) { s.Check(t, write(t, stix.Writer{}, r)) })
	}
}

func TestECS(t *testing.T) {
	fields := schematest.ElasticFields(t)
	for name, r := range kinds() {
		t.Run(name, func(t *testing.T) { fields.Check(t, write(t, ecs.Writer{}, r), "quaestor") })
	}
}

// inJUnit are the elements that build servers read, with what may stand in them: attributes, and then elements.
var inJUnit = map[string][2][]string{
	"testsuites": {{"name", "time", "tests", "failures", "errors", "disabled"}, {"testsuite"}},
	"testsuite":  {{"name", "tests", "failures", "errors", "skipped", "id", "time", "timestamp", "hostname", "package", "group", "file", "log", "url", "version"}, {"properties", "testcase", "system-out", "system-err", "testsuite"}},
	"properties": {nil, {"property"}},
	"property":   {{"name", "value"}, nil},
	"testcase":   {{"name", "classname", "time", "status", "group"}, {"skipped", "error", "failure", "system-out", "system-err"}},
	"skipped":    {{"type", "message"}, nil},
	"error":      {{"type", "message"}, nil},
	"failure":    {{"type", "message"}, nil},
	"system-out": {nil, nil},
}

func TestJUnit(t *testing.T) {
	for name, r := range kinds() {
		t.Run(name, func(t *testing.T) {
			d := xml.NewDecoder(bytes.NewReader(write(t, junit.Writer{}, r)))
			var within []string
			outcomes := 0
			for {
				token, err := d.Token()
				if errors.Is(err, io.EOF) {
					break
				}
				if err != nil {
					t.Fatal(err)
				}
				switch x := token.(type) {
				case xml.StartElement:
					known, ok := inJUnit[x.Name.Local]
					if !ok || len(within) > 0 && !slices.Contains(inJUnit[within[len(within)-1]][1], x.Name.Local) {
						t.Errorf("%s in %v", x.Name.Local, within)
					}
					for _, a := range x.Attr {
						if !slices.Contains(known[0], a.Name.Local) {
							t.Errorf("%s has %s", x.Name.Local, a.Name.Local)
						}
					}
					within = append(within, x.Name.Local)
					if x.Name.Local == "failure" || x.Name.Local == "error" || x.Name.Local == "skipped" {
						outcomes++
					}
				case xml.EndElement:
					within = within[:len(within)-1]
				}
			}
			if want := len(r.Findings) + len(r.Gaps); outcomes != want {
				t.Errorf("%d outcomes, want %d", outcomes, want)
			}
		})
	}
}

// TestCSV: every row has all columns, and no cell is a formula, whatever the names are.
func TestCSV(t *testing.T) {
	all := kinds()
	for i, name := range []string{"=cmd|' /C calc'!A0", "+1", "-1+2", "@SUM(1)", "\t=1", "\r=1", " =1", "＝1", "\"=1", "\u202e=1", strings.Repeat("x", 100_000)} {
		r := reporttest.Full()
		r.Findings[0].Subject.Name, r.Findings[0].Title, r.Gaps[0].Subject, r.Devices[0].Name = name, name, name, name
		all["hostile "+string(rune('a'+i))] = r
	}
	for name, r := range all {
		t.Run(name, func(t *testing.T) {
			text, ok := bytes.CutPrefix(write(t, csvform.Writer{}, r), []byte("\xef\xbb\xbf"))
			if !ok {
				t.Error("no byte order mark")
			}
			rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
			if err != nil {
				t.Fatal(err)
			}
			kinds := map[string]int{}
			for _, row := range rows {
				kinds[row[0]]++
				for _, cell := range row {
					if cell != "" && strings.ContainsAny(cell[:1], "=+-@\t\r ") || strings.HasPrefix(cell, "＝") {
						t.Errorf("cell %.40q", cell)
					}
					if len([]rune(cell)) > csvform.MaxCell+2 {
						t.Errorf("a cell of %d characters", len([]rune(cell)))
					}
				}
			}
			if kinds["finding"] != len(r.Findings) || kinds["gap"] != len(r.Gaps) {
				t.Errorf("rows %v, want %d findings and %d gaps", kinds, len(r.Findings), len(r.Gaps))
			}
		})
	}
}
