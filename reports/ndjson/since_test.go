package ndjson_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"quaestor/reports"
	"quaestor/reports/internal/reporttest"
	"quaestor/reports/ndjson"
	"quaestor/reports/since"
)

// against writes what is new since a state, and returns each line as "type id change", the last line, and the new state. In one
// part all devices come together.
func against(t *testing.T, state []byte, r *reports.Report, inOne bool) ([]string, ndjson.EndLine, []byte) {
	t.Helper()
	var old *since.State
	if state != nil {
		var err error
		if old, err = since.Read(bytes.NewReader(state), int64(len(state))); err != nil {
			t.Fatal(err)
		}
	}
	var b, next bytes.Buffer
	c, err := since.Compare(old, "form", &next)
	if err != nil {
		t.Fatal(err)
	}
	to := ndjson.Writer{Since: c}.Begin(&b, reports.Options{})
	if inOne {
		whole, rest := *r, &reports.Report{Verdict: r.Verdict, Runs: r.Runs}
		whole.Runs = nil
		if err = to.Part(&whole); err == nil {
			err = to.Close(rest)
		}
	} else {
		err = reports.WriteParts(to, r)
	}
	if err != nil {
		t.Fatal(err)
	}
	var said []string
	var end ndjson.EndLine
	for line := range bytes.Lines(b.Bytes()) {
		l := into[struct{ Type, ID, Change, Of, Device string }](t, line)
		switch l.Type {
		case "report":
		case "end":
			decode(t, line, &end)
		case "gone":
			said = append(said, "gone "+l.Of+" "+l.ID+" of "+l.Device)
		default:
			said = append(said, l.Type+" "+l.ID+" "+l.Change)
		}
	}
	return said, end, next.Bytes()
}

// scanned is a fleet whose devices were told of by one scanner, of which nothing was left out.
func scanned(n int) *reports.Report {
	r := reporttest.Fleet(n)
	for i := range r.Devices {
		r.Devices[i].Scanners = []string{"android/packages"}
		r.Devices[i].LastSeen = "2026-11-20T09:30:00Z"
	}
	for i := range r.Gaps {
		r.Gaps[i].Incomplete, r.Gaps[i].Kind = false, "blind"
	}
	return r
}

func check(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: got\n  %s\nwant\n  %s", what, strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}

func TestSince(t *testing.T) {
	for _, inOne := range []bool{false, true} {
		said, end, state := against(t, nil, scanned(3), inOne)
		if len(said) != 3*(1+4+1+1+4) || !strings.HasSuffix(said[0], " new") || end.Since == nil || end.Since.Unchanged != 0 {
			t.Errorf("%d lines at first: %v %+v", len(said), said, end)
		}
		said, end, state = against(t, state, scanned(3), inOne)
		check(t, "the same again", said)
		if end.Since.Unchanged != 33 || end.Lines != (ndjson.Lines{}) || end.Verdict.Findings != 12 {
			t.Errorf("%+v", end)
		}
		later := scanned(3) // a day later: only what nobody did anything about differs
		for i := range later.Devices {
			later.Devices[i].LastSeen, later.Devices[i].CollectedAt, later.Devices[i].StaleDays = "2026-11-21T09:30:00Z", "2026-11-21T09:30:00Z", 7
		}
		for i := range later.Findings {
			later.Findings[i].Evidence[0].Path, later.Findings[i].Evidence[0].Line = "tomorrow.json", 7
		}
		said, _, state = against(t, state, later, inOne)
		check(t, "a day later", said)

		r := scanned(2) // the third is not looked at
		f := r.Findings[0]
		r.Findings = r.Findings[1:]
		r.Apps[0].Version = "99"
		r.Devices[1].OS = "Android 15"
		r.Runs = scanned(3).Runs
		said, end, state = against(t, state, r, inOne)
		slices.Sort(said)
		check(t, "changed", said, "absent android-0002 new", "app "+r.Apps[0].ID+" changed", "device android-0001 changed", "gone finding "+f.ID+" of android-0000")
		if end.Lines.Gone != 1 || end.Lines.App != 1 {
			t.Errorf("%+v", end.Lines)
		}
		said, _, _ = against(t, state, r, inOne)
		check(t, "gone is said once", said)
	}
}

// TestNotLookedAtIsNotGone: what may still be there is not said to be gone, and is said when a run has looked.
func TestNotLookedAtIsNotGone(t *testing.T) {
	fewer := func(change func(*reports.Report)) *reports.Report {
		r := scanned(1)
		r.Findings = r.Findings[1:]
		change(r)
		return r
	}
	gone := "gone finding " + scanned(1).Findings[0].ID + " of android-0000"
	for name, change := range map[string]func(*reports.Report){
		"a gap on the device": func(r *reports.Report) { r.Gaps[0].Incomplete = true },
		"a broken row": func(r *reports.Report) {
			r.Gaps = append(r.Gaps, reports.Gap{Scanner: "android/packages", Kind: "malformed", Incomplete: true})
		},
		"an interrupt": func(r *reports.Report) {
			r.Gaps = append(r.Gaps, reports.Gap{Scanner: "runner", Kind: "failed", Incomplete: true})
		},
		"another scanner": func(r *reports.Report) { r.Devices[0].Scanners = []string{"ios/backup"} },
	} {
		_, _, state := against(t, nil, scanned(1), false)
		said, end, state := against(t, state, fewer(change), false)
		if slices.Contains(said, gone) || end.Since.Kept == 0 {
			t.Errorf("%s: %v, %+v", name, said, end.Since)
		}
		last := fewer(func(r *reports.Report) { r.Devices[0].Scanners = []string{"android/packages", "ios/backup"} })
		if said, _, _ = against(t, state, last, false); !slices.Contains(said, gone) {
			t.Errorf("%s: not said later: %v", name, said)
		}
	}
	_, _, state := against(t, nil, scanned(1), false) // a gap of a scanner that has nothing to do with the device
	said, _, _ := against(t, state, fewer(func(r *reports.Report) {
		r.Runs = append(r.Runs, reports.Run{Scanner: "apk", Target: "x.apk", Status: "failed"})
		r.Gaps = append(r.Gaps, reports.Gap{Scanner: "apk", Kind: "malformed", Incomplete: true})
	}), false)
	if !slices.Contains(said, gone) {
		t.Errorf("kept for nothing: %v", said)
	}
}

// TestStateIsSmall: a few megabytes for twenty thousand devices of five lines.
func TestStateIsSmall(t *testing.T) {
	_, end, state := against(t, nil, scanned(200), false)
	l := end.Lines
	if per := len(state) / (l.Device + l.Finding + l.App + l.Gap + l.Run); per > 60 {
		t.Errorf("%d bytes a line", per)
	}
}
