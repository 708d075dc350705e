package reports

import "testing"

// TestReportsAhead: a last report from days to come is not taken, and the device is not clean. The next day is one of another zone.
func TestReportsAhead(t *testing.T) {
	r := fleetOf(t, "", "2026-11-21")
	r.Devices[0].LastSeen, r.Devices[1].LastSeen = "2099-01-01T00:00:00Z", "2026-11-22T01:00:00Z"
	r.MarkStale(30)
	if d := r.Devices[0]; d.LastSeen != "" || d.Verdict != DeviceIncomplete || len(r.Gaps) != 1 || !r.Gaps[0].Incomplete || r.Devices[1].LastSeen == "" {
		t.Errorf("%+v %+v", r.Devices, r.Gaps)
	}
}
