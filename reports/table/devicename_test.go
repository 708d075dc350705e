package table

import (
	"testing"

	"quaestor/reports"
)

// TestNameOfDevice: a finding about a device bears the device's name, whatever product it names besides.
func TestNameOfDevice(t *testing.T) {
	f := reports.Finding{Subject: reports.Subject{Kind: reports.DeviceKind, DeviceName: "PC-W2"}, Params: map[string]string{"product": "kaspersky"}}
	a := appGroup{kind: reports.DeviceKind, findings: []*findingGroup{{Finding: &f}}}
	if got := a.name(); got != "PC-W2" {
		t.Errorf("named %q", got)
	}
	f.Subject.DeviceName = ""
	if got := a.name(); got != "this device" {
		t.Errorf("without a name %q", got)
	}
}
