package ndjson_test

import "testing"

// TestAbsent: a device that is in no run any more is told of once, counted each time, and its absence is taken back when it returns.
func TestAbsent(t *testing.T) {
	for _, inOne := range []bool{false, true} {
		_, _, state := against(t, nil, scanned(3), inOne)
		fewer := scanned(2)
		fewer.Runs = scanned(3).Runs
		said, end, state := against(t, state, fewer, inOne)
		check(t, "absent", said, "absent android-0002 new")
		if end.Since.Absent != 1 || end.Lines.Absent != 1 {
			t.Errorf("%+v %+v", end.Since, end.Lines)
		}
		said, end, state = against(t, state, fewer, inOne)
		check(t, "absent is said once", said)
		if end.Since.Absent != 1 || end.Lines.Absent != 0 {
			t.Errorf("%+v %+v", end.Since, end.Lines)
		}
		partly := scanned(3)
		for i := range partly.Gaps {
			partly.Gaps[i].Incomplete = false
		}
		said, end, state = against(t, state, partly, inOne)
		check(t, "returned", said, "gone absent android-0002 of android-0002")
		if end.Since.Absent != 0 || end.Lines.Gone != 1 || end.Since.Kept != 0 {
			t.Errorf("%+v %+v", end.Since, end.Lines)
		}
		said, _, state = against(t, state, scanned(3), inOne)
		check(t, "returned is said once", said)
		said, _, _ = against(t, state, fewer, inOne)
		check(t, "absent again", said, "absent android-0002 new")
	}
}
