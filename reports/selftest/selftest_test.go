package selftest_test

import (
	"io"
	"testing"

	"quaestor/reports"
	"quaestor/reports/all"
	"quaestor/reports/json"
	"quaestor/reports/selftest"
)

// TestEveryFormat is what `quaestor selftest` runs.
func TestEveryFormat(t *testing.T) {
	for _, w := range all.Writers() {
		if got := selftest.Check(w); len(got.Lost) > 0 || got.Findings == 0 || got.Gaps == 0 {
			t.Errorf("%s: %+v", w.Name(), got)
		}
	}
}

// forgetful drops a finding or a gap.
type forgetful struct {
	json.Writer
	finding, gap int
}

func (w forgetful) less(r *reports.Report) *reports.Report {
	x := *r
	x.Findings, x.Gaps = r.Findings[w.finding:], r.Gaps[w.gap:]
	return &x
}

func (w forgetful) Write(to io.Writer, r *reports.Report, o reports.Options) error {
	return w.Writer.Write(to, w.less(r), o)
}

func TestLostIsNoticed(t *testing.T) {
	for _, w := range []forgetful{{finding: 1}, {gap: 1}} {
		if got := selftest.Check(w); len(got.Lost) == 0 {
			t.Errorf("%+v: nothing is said to be lost", w)
		}
	}
}
