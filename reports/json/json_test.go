package json_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"quaestor/reports"
	"quaestor/reports/internal/reporttest"
	writer "quaestor/reports/json"
)

func write(t *testing.T, r *reports.Report, o reports.Options) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := (writer.Writer{}).Write(&b, r, o); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestGolden(t *testing.T) {
	for name, r := range map[string]*reports.Report{"full": reporttest.Full(), "desk": reporttest.Desk(), "incomplete": reporttest.Incomplete()} {
		reporttest.Golden(t, filepath.Join("testdata", name+".json"), write(t, r, reports.Options{}))
	}
}

func TestRoundTrip(t *testing.T) {
	full := reporttest.Full() // bytes that are no text cannot come back
	full.Findings, full.Apps = slices.Delete(full.Findings, 4, 5), slices.Delete(full.Apps, 3, 4)
	for _, want := range []*reports.Report{full, reporttest.Incomplete(), reporttest.Fleet(3)} {
		var got reports.Report
		if err := json.Unmarshal(write(t, want, reports.Options{}), &got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, &got, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("the report that was read back differs:\n%s", diff)
		}
	}
}

func TestEmptyListsAreNotNull(t *testing.T) {
	r := &reports.Report{Findings: []reports.Finding{{Measures: []reports.Measure{{}}, Reach: []reports.Reach{{}}}}, Policies: []reports.Policy{{}}}
	text := string(write(t, r, reports.Options{}))
	if strings.Contains(text, "null") {
		t.Errorf("null in %s", text)
	}
	if r.Gaps != nil || r.Findings[0].Evidence != nil || r.Policies[0].Authorities != nil {
		t.Error("the writer changed the report")
	}
}

func TestTextIsSafeToLookAt(t *testing.T) {
	text := write(t, reporttest.Full(), reports.Options{})
	for _, r := range string(text) {
		if r != '\n' && !unicode.IsGraphic(r) {
			t.Fatalf("U+%04X stands in the text as it is", r)
		}
	}
	if !bytes.HasSuffix(text, []byte("}\n")) {
		t.Error("no newline at the end")
	}
	markup := write(t, &reports.Report{Disclaimer: "a < b & c > d"}, reports.Options{})
	if !bytes.Contains(markup, []byte("a < b & c > d")) {
		t.Error("markup characters are escaped")
	}
}

func TestOptionsChangeNothing(t *testing.T) {
	plain := write(t, reporttest.Full(), reports.Options{})
	if !bytes.Equal(plain, write(t, reporttest.Full(), reports.Options{Color: true, Width: 40, Details: true, Hyperlinks: true})) {
		t.Error("the document depends on who is looking")
	}
}

func TestErrorsOfTheOutputAreReturned(t *testing.T) {
	if err := (writer.Writer{}).Write(reporttest.FullDisk{}, reporttest.Full(), reports.Options{}); !errors.Is(err, os.ErrClosed) {
		t.Errorf("got %v", err)
	}
}
