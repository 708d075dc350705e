package reports

import "testing"

// TestReportsAhead: a last report from days to come is not taken, and the device is not clean. The next day is one of another zone.
func TestReportsAhead(t *testing.T) {
	r := fleetOf(t, "", "2026-11-21")
	r.Devices[0].LastSeen, r.Devices[1].LastSeen = "2099-01-01T00:00:00Z", "2026-11-22T01:00:00Z"
	r.MarkStale(30, "2026-11-22")
	if d := r.Devices[0]; d.LastSeen != "" || d.Verdict != DeviceIncomplete || len(r.Gaps) != 1 || !r.Gaps[0].Incomplete || r.Devices[1].LastSeen == "" {
		t.Errorf("%+v %+v", r.Devices, r.Gaps)
	}
}

// TestJudgedLater: of a day long ago, what devices reported since is no error: it is said once, and they keep the day of their report.
func TestJudgedLater(t *testing.T) {
	r := fleetOf(t, "", "2026-11-22", "2026-11-24", "2026-11-25", "2026-12-03")
	if later := r.MarkStale(30, "2026-11-30"); later != 2 || len(r.Gaps) != 1 || r.Devices[3].LastSeen == "" || r.Devices[3].Verdict != DeviceClean || r.Devices[4].LastSeen != "" {
		t.Errorf("%d %+v %+v", later, r.Devices, r.Gaps)
	}
	r = fleetOf(t, "2026-11-25", "2026-11-26")
	r.TellLater(r.MarkStale(30, "2026-11-30"))
	if len(r.Gaps) != 1 || r.Gaps[0].Count != 2 || r.Gaps[0].Incomplete || r.Verdict.Status == StatusIncomplete {
		t.Errorf("%+v %+v", r.Gaps, r.Verdict)
	}
	r.TellLater(0)
	if len(r.Gaps) != 1 {
		t.Error("it is said of none")
	}
}
