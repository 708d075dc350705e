package ndjson_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"quaestor/reports"
	"quaestor/reports/internal/reporttest"
	"quaestor/reports/ndjson"
)

func write(t *testing.T, r *reports.Report) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := (ndjson.Writer{}).Write(&b, r, reports.Options{Details: true, Color: true}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestGolden(t *testing.T) {
	reporttest.Golden(t, filepath.Join("testdata", "full.ndjson"), write(t, reporttest.Full()))
	reporttest.Golden(t, filepath.Join("testdata", "incomplete.ndjson"), write(t, reporttest.Incomplete()))
}

// read decodes a stream the way a consumer would: by type.
func read(t *testing.T, text []byte) (ndjson.ReportLine, ndjson.EndLine, *reports.Report, map[string]int) {
	t.Helper()
	var header ndjson.ReportLine
	var end ndjson.EndLine
	var r reports.Report
	lines := map[string]int{}
	for line := range bytes.Lines(text) {
		var kind struct{ Type string }
		decode(t, line, &kind)
		if (len(lines) == 0) != (kind.Type == "report") || lines["end"] > 0 {
			t.Fatalf("line of type %q: the report is the first line and only that, the end the last", kind.Type)
		}
		lines[kind.Type]++
		switch kind.Type {
		case "report":
			decode(t, line, &header)
		case "end":
			decode(t, line, &end)
		case "device":
			r.Devices = append(r.Devices, into[ndjson.DeviceLine](t, line).Device)
		case "finding":
			r.Findings = append(r.Findings, into[ndjson.FindingLine](t, line).Finding)
		case "gap":
			r.Gaps = append(r.Gaps, into[ndjson.GapLine](t, line).Gap)
		case "run":
			r.Runs = append(r.Runs, into[ndjson.RunLine](t, line).Run)
		case "code-reach":
			r.CodeReach = append(r.CodeReach, into[ndjson.CodeReachLine](t, line).CodeReach)
		case "app":
			r.Apps = append(r.Apps, into[ndjson.AppLine](t, line).App)
		case "security-software":
			r.SecuritySoftware = append(r.SecuritySoftware, into[ndjson.SecuritySoftwareLine](t, line).SecuritySoftware)
		case "unknown-privileged":
			r.UnknownPrivileged = append(r.UnknownPrivileged, into[ndjson.UnknownPrivilegedLine](t, line).UnknownPrivileged)
		default:
			t.Errorf("line of unknown type %q", kind.Type)
		}
	}
	return header, end, &r, lines
}

func decode(t *testing.T, line []byte, v any) {
	t.Helper()
	if err := json.Unmarshal(line, v); err != nil {
		t.Fatalf("%v in %s", err, line)
	}
}

func into[T any](t *testing.T, line []byte) (v T) {
	t.Helper()
	decode(t, line, &v)
	return v
}

func TestNothingIsLost(t *testing.T) {
	want := reporttest.Fleet(25)
	header, end, got, lines := read(t, write(t, want))
	if header.Disclaimer != want.Disclaimer || header.Report != want.Schema || header.Schema != ndjson.Schema || !reflect.DeepEqual(header.Database, want.Database) {
		t.Errorf("the first line differs from the report: %+v", header)
	}
	if !reflect.DeepEqual(end.Verdict, want.Verdict) {
		t.Errorf("the last line has another verdict: %+v", end)
	}
	count := ndjson.Lines{Device: lines["device"], Finding: lines["finding"], Gap: lines["gap"], Run: lines["run"], App: lines["app"], CodeReach: lines["code-reach"]}
	if end.Lines != count {
		t.Errorf("the last line counts %+v, there are %+v", end.Lines, count)
	}
	if _, desk, _, lines := read(t, write(t, reporttest.Desk())); desk.Lines.SecuritySoftware != 2 || lines["security-software"] != 2 {
		t.Errorf("the last line counts %+v, there are %v", desk.Lines, lines)
	}
	privileged := reporttest.Desk()
	privileged.UnknownPrivileged = []reports.UnknownPrivileged{{Device: "pc", Kernel: 1, Marks: []reports.UnknownMark{{Class: "driver", Title: "driver", Name: "x"}}}}
	if _, desk, got, _ := read(t, write(t, privileged)); desk.Lines.UnknownPrivileged != 1 || !reflect.DeepEqual(got.UnknownPrivileged, privileged.UnknownPrivileged) {
		t.Errorf("the last line counts %+v, there is %+v", desk.Lines, got.UnknownPrivileged)
	}
	_, full, _, lines := read(t, write(t, reporttest.Full())) // every list of another length
	if full.Lines != (ndjson.Lines{Device: 1, Finding: 6, Gap: 5, Run: 2, App: 6, CodeReach: 1}) || lines["gap"] != 5 || lines["run"] != 2 {
		t.Errorf("the last line counts %+v, there are %v", full.Lines, lines)
	}
	if len(got.Findings) != len(want.Findings) || len(got.Gaps) != len(want.Gaps) || len(got.Apps) != len(want.Apps) {
		t.Errorf("lines were lost: %+v", count)
	}
	if !reflect.DeepEqual(got.Runs, want.Runs) || !reflect.DeepEqual(got.Gaps, want.Gaps) || !reflect.DeepEqual(got.Devices, want.Devices) {
		t.Error("what was read back differs")
	}
	for i := range got.Findings {
		if got.Findings[i].ID != want.Findings[i].ID || !reflect.DeepEqual(got.Findings[i].Chain, want.Findings[i].Chain) {
			t.Errorf("finding %s differs", want.Findings[i].ID)
		}
	}
}

// TestInParts: device by device, the same stream comes out as of the whole report; the first line does not wait for the totals.
func TestInParts(t *testing.T) {
	whole := reporttest.Fleet(5)
	var b bytes.Buffer
	to := ndjson.Writer{}.Begin(&b, reports.Options{})
	parts, rest := reports.Split(whole)
	for _, p := range parts {
		p.Verdict = reports.Verdict{Sentence: "of one device"} // of no interest
		if err := to.Part(p); err != nil {
			t.Fatal(err)
		}
	}
	if err := to.Close(rest); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(b.Bytes(), write(t, whole)) {
		t.Error("other bytes in parts")
	}
	if len(parts) != 5 || len(rest.Runs) != 5 || len(rest.Gaps) != 0 {
		t.Errorf("%d parts, %d runs and %d gaps of no device", len(parts), len(rest.Runs), len(rest.Gaps))
	}
}

// TestIDs checks that every line has its own id, that the same content has the same id in another report, and
// that the same thing twice stays two lines.
func TestIDs(t *testing.T) {
	r := reporttest.Full()
	ids := idsOf(t, write(t, r))
	r.Gaps = r.Gaps[1:]
	for id := range idsOf(t, write(t, r)) {
		if !ids[id] {
			t.Errorf("%s is new although nothing was added", id)
		}
	}
	r.Gaps = append(r.Gaps, r.Gaps[0])
	r.Runs = append(r.Runs, r.Runs[0])
	idsOf(t, write(t, r)) // fails on an id that comes twice
}

func idsOf(t *testing.T, text []byte) map[string]bool {
	t.Helper()
	ids := map[string]bool{}
	for line := range bytes.Lines(text) {
		l := into[struct{ Type, ID string }](t, line)
		if l.Type == "report" || l.Type == "end" {
			continue
		}
		if l.ID == "" || ids[l.ID] {
			t.Errorf("the id %q is empty or comes twice: %s", l.ID, line)
		}
		ids[l.ID] = true
	}
	return ids
}

// TestTypesHaveRoom fails when an object gets a field called type or, where lines add one, id: the field of
// the line would hide it.
func TestTypesHaveRoom(t *testing.T) {
	hasField := func(v any, name string) bool {
		typ := reflect.TypeOf(v)
		for i := range typ.NumField() {
			if tag, _, _ := bytes.Cut([]byte(typ.Field(i).Tag.Get("json")), []byte(",")); string(tag) == name {
				return true
			}
		}
		return false
	}
	for _, v := range []any{reports.Device{}, reports.Finding{}, reports.Gap{}, reports.Run{}, reports.App{}, reports.CodeReach{}} {
		if hasField(v, "type") {
			t.Errorf("%T has a field called type", v)
		}
	}
	for _, v := range []any{reports.Gap{}, reports.Run{}, reports.CodeReach{}} {
		if hasField(v, "id") {
			t.Errorf("%T has its own id: write that one", v)
		}
	}
}

func TestErrorsOfTheOutputAreReturned(t *testing.T) {
	for _, r := range []*reports.Report{reporttest.Full(), reporttest.Incomplete()} { // one fits the buffer
		if err := (ndjson.Writer{}).Write(reporttest.FullDisk{}, r, reports.Options{}); !errors.Is(err, os.ErrClosed) {
			t.Errorf("got %v", err)
		}
	}
}

func BenchmarkWrite20000Findings(b *testing.B) {
	r := reporttest.Fleet(5000)
	for b.Loop() {
		if err := (ndjson.Writer{}).Write(io.Discard, r, reports.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
