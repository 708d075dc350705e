package table_test

import (
	"strings"
	"testing"

	"quaestor/reports"
	"quaestor/reports/internal/reporttest"
)

// TestWhatCouldGo: how a program is taken off is told of what people decide about too, and not as a proposal.
func TestWhatCouldGo(t *testing.T) {
	r := reporttest.Desk()
	moved := 0
	for i := range r.Findings {
		f := &r.Findings[i]
		f.Removable, f.Removal, f.Action = f.Removal, nil, "review"
		moved += len(f.Removable)
	}
	full := flat(write(t, r, reports.Options{Width: 160, Details: true}))
	short := flat(write(t, r, reports.Options{Width: 160}))
	if moved == 0 || !strings.Contains(full, "If it goes") || strings.Contains(full, "To remove") || !strings.Contains(full, "command msiexec.exe /x") {
		t.Errorf("%d steps; in full:\n%s", moved, full)
	}
	if !strings.Contains(short, "should it be decided: with --details") {
		t.Errorf("the short form does not say that it is known:\n%s", short)
	}
}
