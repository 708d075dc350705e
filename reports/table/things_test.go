package table

import (
	"testing"

	"quaestor/reports"
)

// What is registered with a system and no app that is listed is not counted as one.
func TestThings(t *testing.T) {
	group := func(kind, app string) *appGroup {
		f := &reports.Finding{}
		f.Subject.App = app
		return &appGroup{kind: kind, findings: []*findingGroup{{Finding: f}}}
	}
	got := things([]*appGroup{group("service", "security-1"), group("service", "security-2"), group("certificate", "certificate-1"), group("uninstall-key", "app-1"), group(reports.DeviceKind, "")})
	if want := "1 app, 2 security products, 1 certificate and 1 device"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
