package reports_test

import (
	"bytes"
	"strings"
	"testing"

	"quaestor/reports"
	"quaestor/reports/all"
	"quaestor/riskdb"
	"quaestor/scanners/inventory"
)

// TestAFindingAboutADevice: a finding that is about no app is whole in every format.
func TestAFindingAboutADevice(t *testing.T) {
	db, err := riskdb.Load()
	if err != nil {
		t.Fatal(err)
	}
	policies, err := db.SelectPolicies("be")
	if err != nil {
		t.Fatal(err)
	}
	inv := inventory.New()
	inv.Devices = []inventory.Device{
		{ID: "d1", Platform: inventory.Linux, Name: "old-host", OSName: "Debian GNU/Linux", OSVersion: "9"},
		{ID: "d2", Platform: inventory.Linux, Name: "older-host", OSName: "Debian GNU/Linux", OSVersion: "8"}}
	r := reports.New(reports.Tool{Name: "quaestor"}, db, inv, riskdb.Assess(db, policies, inv, "2026-11-22"))
	if len(r.Findings) != 2 {
		t.Fatalf("%d findings", len(r.Findings))
	}
	s := r.Findings[0].Subject
	if s.Kind != reports.DeviceKind || s.App != "" || s.Identifier != "" || s.Device != "d1" || s.DeviceName != "old-host" {
		t.Errorf("subject %+v", s)
	}
	if d := r.Devices[0]; len(d.Findings) != 1 || d.Findings[0] != r.Findings[0].ID {
		t.Errorf("the device does not name its finding: %+v", d)
	}
	for _, w := range all.Writers() {
		var b bytes.Buffer
		if err := w.Write(&b, r, reports.Options{Width: 100}); err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{"old-host", "older-host", "Debian 9 no longer gets security updates"} {
			if text := strings.Join(strings.Fields(b.String()), " "); !strings.Contains(text, want) {
				t.Errorf("%s does not say %q:\n%s", w.Name(), want, text)
			}
		}
		if w.Name() == "table" && !strings.Contains(b.String(), "UPDATE (2 devices)") {
			t.Errorf("devices are counted as apps:\n%s", b.String())
		}
	}
}
