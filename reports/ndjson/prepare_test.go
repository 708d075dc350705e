package ndjson_test

import (
	"bytes"
	"strings"
	"sync"
	"testing"

	"quaestor/reports"
	"quaestor/reports/internal/reporttest"
	"quaestor/reports/ndjson"
	"quaestor/reports/since"
)

// fleets are devices of the same report twice, as two exports tell them: of the second some lines changed.
func fleets() (first, second []*reports.Report, rest *reports.Report) {
	whole := reporttest.Fleet(9)
	whole.SecuritySoftware = []reports.SecuritySoftware{{ID: "security-1", Device: whole.Devices[3].ID, Name: "Example", Marks: []reports.Evidence{{Path: "a", Detail: "x"}}}}
	first, rest = reports.Split(whole)
	again := *whole
	again.Devices, again.Findings, again.Apps = append([]reports.Device(nil), whole.Devices...), append([]reports.Finding(nil), whole.Findings...), append([]reports.App(nil), whole.Apps...)
	again.Devices[1].LastSeen = "2030-01-01T00:00:00Z" // does not count
	again.Devices[2].Name = "renamed \u202e"
	again.Findings[0].Subject.Path = "elsewhere" // does not count
	again.Findings[1].Title = "another"
	again.Apps[len(again.Apps)-1].Version = "another"
	second, _ = reports.Split(&again)
	return first, second, rest
}

// stream writes a run, prepared or not, and returns it with its state.
func stream(t *testing.T, parts []*reports.Report, rest *reports.Report, earlier []byte, compare, prepare bool) (text string, state []byte) {
	t.Helper()
	var w ndjson.Writer
	var next bytes.Buffer
	if compare {
		old, err := since.Read(bytes.NewReader(earlier), int64(len(earlier)))
		if len(earlier) > 0 && err != nil {
			t.Fatal(err)
		}
		if len(earlier) == 0 {
			old = nil
		}
		if w.Since, err = since.Compare(old, "form", &next); err != nil {
			t.Fatal(err)
		}
	}
	ready := make([]any, len(parts))
	if prepare { // all at the same time, as a scan does it
		var wg sync.WaitGroup
		for i, p := range parts {
			wg.Go(func() { ready[i] = w.Prepare(p) })
		}
		wg.Wait()
	}
	var out bytes.Buffer
	to := w.Begin(&out, reports.Options{}).(reports.PreparedParts)
	for i, p := range parts {
		if err := to.Prepared(p, ready[i]); err != nil {
			t.Fatal(err)
		}
	}
	if err := to.Close(rest); err != nil {
		t.Fatal(err)
	}
	return out.String(), next.Bytes()
}

// TestPrepared: the same is written of devices that were prepared, and the same is kept of them, compared and not; what is
// used again holds nothing of the device before.
func TestPrepared(t *testing.T) {
	first, second, rest := fleets()
	for range 2 {
		want, _ := stream(t, first, rest, nil, false, false)
		if got, _ := stream(t, first, rest, nil, false, true); got != want {
			t.Errorf("prepared, other lines are written:\n%s\nand not\n%s", got, want)
		}
	}
	want, state := stream(t, first, rest, nil, true, false)
	got, prepared := stream(t, first, rest, nil, true, true)
	if got != want || !bytes.Equal(state, prepared) {
		t.Errorf("compared with nothing:\n%s\nand not\n%s", got, want)
	}
	want, next := stream(t, second, rest, state, true, false)
	got, nextPrepared := stream(t, second, rest, state, true, true)
	if got != want || !bytes.Equal(next, nextPrepared) {
		t.Errorf("compared with an earlier run:\n%s\nand not\n%s", got, want)
	}
	if n := strings.Count(got, `"change":"changed"`); n != 3 || !strings.Contains(got, "another") {
		t.Errorf("%d lines changed, want 3: %s", n, got)
	}
}

// TestPreparedLimit: what would be held for long is not prepared, and of several devices nothing is.
func TestPreparedLimit(t *testing.T) {
	first, _, _ := fleets()
	one := *first[0]
	if (ndjson.Writer{}).Prepare(&one) == nil {
		t.Error("a device is not prepared")
	}
	one.Apps = make([]reports.App, 5_001)
	if (ndjson.Writer{}).Prepare(&one) != nil {
		t.Error("a device of thousands of apps is prepared")
	}
	if (ndjson.Writer{}).Prepare(reporttest.Fleet(2)) != nil {
		t.Error("two devices are prepared together")
	}
}
