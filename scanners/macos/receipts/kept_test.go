package receipts

import (
	"testing"
	"time"

	"quaestor/scanners/internal/hostroot/hosttest"
	"quaestor/scanners/internal/mactest"
	"quaestor/scanners/inventory"
)

func TestTrace(t *testing.T) {
	day := func(n int) *time.Time { d := time.Date(2025, 1, n, 0, 0, 0, 0, time.UTC); return &d }
	a := &inventory.App{}
	for _, n := range []int{5, 2, 9, 7} {
		(&collector{}).trace(a, inventory.Trace{Kind: inventory.TraceInstalled, First: day(n), Last: day(n)})
	}
	if len(a.Traces) != 1 || !a.Traces[0].First.Equal(*day(2)) || !a.Traces[0].Last.Equal(*day(9)) {
		t.Errorf("%+v", a.Traces)
	}
}

// What Apple installs beside macOS is in the history, and no app of somebody.
func TestHistoryOfApple(t *testing.T) {
	files := mactest.Mac(t)
	files["Library/Receipts/InstallHistory.plist"] = mactest.List(t, []any{mactest.Dict{"displayName": "Safari", "packageIdentifiers": []any{"com.apple.Safari16"}}})
	for _, a := range hosttest.Scan(t, Scanner{}, files).Apps {
		if a.Identifier == "com.apple.Safari16" {
			t.Errorf("%+v", a)
		}
	}
}
