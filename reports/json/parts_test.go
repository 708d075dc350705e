package json_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"quaestor/reports"
	"quaestor/reports/internal/reporttest"
	reportjson "quaestor/reports/json"
)

func inParts(t *testing.T, r *reports.Report) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := reports.WriteParts(reportjson.Writer{}.Begin(&b, reports.Options{}), r); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// lines are those of a document, sorted and without the commas behind them.
func lines(text []byte) string {
	list := strings.Split(strings.ReplaceAll(string(text), ",\n", "\n"), "\n")
	slices.Sort(list)
	return strings.Join(list, "\n")
}

// TestInParts: the lines are those of the whole report, and nothing but the order of the lists differs.
func TestInParts(t *testing.T) {
	compared := reporttest.Full()
	compared.Compare(&reports.Report{Policies: []reports.Policy{{ID: "nl", Title: "Netherlands", Authorities: []string{}}}})
	same := reporttest.Clean()
	same.Compare(same)
	for name, r := range map[string]*reports.Report{"full": reporttest.Full(), "clean": reporttest.Clean(), "file": reporttest.File(), "desk": reporttest.Desk(),
		"incomplete": reporttest.Incomplete(), "compared": compared, "no change": same} {
		var whole bytes.Buffer
		if err := (reportjson.Writer{}).Write(&whole, r, reports.Options{}); err != nil {
			t.Fatal(err)
		}
		if got := inParts(t, r); !json.Valid(got) || lines(got) != lines(whole.Bytes()) {
			t.Errorf("%s differs: %d bytes in parts, %d as a whole", name, len(got), whole.Len())
		}
	}
}

// TestManyInParts: the lists of many devices, which do not fit into memory, hold what the whole report holds.
func TestManyInParts(t *testing.T) {
	r := reporttest.Fleet(400)
	var got reports.Report
	if err := json.Unmarshal(inParts(t, r), &got); err != nil {
		t.Fatal(err)
	}
	if len(got.Findings) != len(r.Findings) || len(got.Apps) != len(r.Apps) || len(got.Gaps) != len(r.Gaps) || !reflect.DeepEqual(got.Devices, r.Devices) {
		t.Errorf("%d findings, %d apps, %d gaps", len(got.Findings), len(got.Apps), len(got.Gaps))
	}
	worst := "critical"
	for _, f := range got.Findings {
		if f.Severity != worst && !(worst == "critical" && f.Severity == "medium" || worst == "medium" && f.Severity == "low" || worst == "low" && f.Severity == "info") {
			t.Fatalf("%s behind %s", f.Severity, worst)
		}
		worst = f.Severity
	}
}

// TestPartsReportErrors of the output.
func TestPartsReportErrors(t *testing.T) {
	for _, n := range []int{1, 400} {
		if err := reports.WriteParts(reportjson.Writer{}.Begin(reporttest.FullDisk{}, reports.Options{}), reporttest.Fleet(n)); !errors.Is(err, os.ErrClosed) {
			t.Errorf("got %v", err)
		}
	}
}
