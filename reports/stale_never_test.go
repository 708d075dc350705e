package reports

import (
	"strings"
	"testing"
)

// TestNeverReported: a device of which its management says that it never reported is stale, and not clean.
func TestNeverReported(t *testing.T) {
	r := fleetOf(t, "", "2026-11-21")
	r.Gaps = []Gap{{Scanner: "mdm/intune", Device: "a", Kind: "stale-device", Detail: "The device has never reported."}}
	r.MarkStale(30, "2026-11-22")
	if d := r.Devices[0]; !d.Stale || d.StaleDays != 0 || d.Verdict != DeviceStale || r.Devices[1].Stale || len(r.Gaps) != 1 {
		t.Errorf("%+v %+v", r.Devices, r.Gaps)
	}
	if v := r.Verdict; v.Stale != 1 || !strings.Contains(v.Sentence, "1 of 2 devices has not reported") {
		t.Errorf("%+v", v)
	}
}
