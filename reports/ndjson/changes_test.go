package ndjson_test

import (
	"slices"
	"testing"

	"quaestor/reports"
)

// TestOnlyChanges: of a device whose source logs differences, what is not mentioned still stands; what was removed is gone, and so is
// what was said of an app that was judged again.
func TestOnlyChanges(t *testing.T) {
	for _, inOne := range []bool{false, true} {
		first := scanned(2)
		f, kept := first.Findings[0], first.Findings[1]
		if f.Subject.App == "" || f.Subject.App == kept.Subject.App {
			t.Fatal("the first two findings are not about two apps")
		}
		_, _, state := against(t, nil, first, inOne)
		only := func(c reports.Changes, change func(r *reports.Report)) *reports.Report {
			r := scanned(2)
			for i := range r.Devices {
				r.Devices[i].Changes = &c
			}
			r.Findings, r.Apps, r.SecuritySoftware, r.CodeReach, r.UnknownPrivileged = nil, nil, nil, nil, nil
			change(r)
			return r
		}
		gone := func(r *reports.Report, want ...string) {
			t.Helper()
			said, end, next := against(t, state, r, inOne)
			said = slices.DeleteFunc(said, func(s string) bool { return s[:4] != "gone" })
			slices.Sort(said)
			check(t, "only changes", said, want...)
			if end.Since.Kept == 0 {
				t.Error("nothing is kept")
			}
			all := scanned(2)
			all.Findings, all.Apps = nil, nil
			later, _, _ := against(t, next, all, inOne)
			if want := "gone finding " + kept.ID + " of " + kept.Subject.Device; !slices.Contains(later, want) {
				t.Errorf("what was kept is not gone later: %v", later)
			}
		}
		nothing := func(*reports.Report) {}
		gone(only(reports.Changes{Kinds: []string{"all"}}, nothing))
		gone(only(reports.Changes{Kinds: []string{"all"}, Removed: []reports.Removed{{ID: "app-unknown", Exact: f.Subject.App}}}, nothing),
			"gone app "+f.Subject.App+" of "+f.Subject.Device, "gone finding "+f.ID+" of "+f.Subject.Device)
		gone(only(reports.Changes{Kinds: []string{"all"}, Removed: []reports.Removed{{ID: f.Subject.App, Exact: "app-unknown"}}}, nothing),
			"gone app "+f.Subject.App+" of "+f.Subject.Device, "gone finding "+f.ID+" of "+f.Subject.Device)
		gone(only(reports.Changes{Kinds: []string{"all"}, Removed: []reports.Removed{{ID: f.Subject.App}}}, func(r *reports.Report) {
			r.Gaps = append(r.Gaps, reports.Gap{Scanner: "runner", Kind: "failed", Incomplete: true}) // what a source says is gone is gone
		}), "gone app "+f.Subject.App+" of "+f.Subject.Device, "gone finding "+f.ID+" of "+f.Subject.Device)
		gone(only(reports.Changes{Kinds: []string{"all"}}, func(r *reports.Report) { // another version of it, which is no finding
			i := slices.IndexFunc(first.Apps, func(a reports.App) bool { return a.ID == f.Subject.App })
			r.Apps = append(r.Apps, first.Apps[i])
		}), "gone finding "+f.ID+" of "+f.Subject.Device)
	}
}

// TestOnlyChangesOfSome: of kinds of facts of which a source tells all, what it does not mention is gone.
func TestOnlyChangesOfSome(t *testing.T) {
	first := scanned(1)
	_, _, state := against(t, nil, first, false)
	r := scanned(1)
	r.Devices[0].Changes = &reports.Changes{Kinds: []string{"deb"}}
	r.Findings = r.Findings[1:]
	said, _, _ := against(t, state, r, false)
	if want := "gone finding " + first.Findings[0].ID + " of android-0000"; !slices.Contains(said, want) {
		t.Errorf("%v", said)
	}
}
