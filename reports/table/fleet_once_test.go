package table_test

import (
	"fmt"
	"strings"
	"testing"

	"quaestor/reports"
)

// TestFleetNamesOnce: a product that two packages are is named once, with the devices of both; devices as a whole are counted.
func TestFleetNamesOnce(t *testing.T) {
	r := managedFleet(200)
	n := 0
	for i := range r.Findings {
		f := &r.Findings[i]
		if f.Action == "remove" && f.Params == nil {
			f.Params = map[string]string{}
		}
		if f.Action == "remove" {
			f.Params["product"] = "TikTok"
			if n++; n%2 == 0 {
				f.Subject.Identifier = "com.ss.android.ugc.trill"
			}
		}
	}
	for i := range 120 {
		d := r.Devices[i]
		r.Findings = append(r.Findings, reports.Finding{ID: fmt.Sprint("old-", i), Rule: "end-of-life", Severity: "medium", Axis: "security", Action: "update", Confidence: "high",
			Title: "no longer gets security updates", Subject: reports.Subject{Device: d.ID, DeviceName: d.Name, Kind: reports.DeviceKind}})
	}
	r.Devices[7].Apps = 0
	text := strings.Join(strings.Fields(pageOf(t, r, reports.Options{Width: 200})), " ")
	for _, want := range []string{"REMOVE TikTok on 100 devices (", "UPDATE the device itself on 120 devices", "UPDATE (120 devices)", "on 120 devices: phone-0000, phone-0001, phone-0002 and 117 more", "list no app"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in %.3000s", want, text)
		}
	}
	if strings.Contains(text, "the device itself the device itself") {
		t.Error("the device itself twice")
	}
}
