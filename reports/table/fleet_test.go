package table_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"quaestor/reports"
	"quaestor/reports/internal/reporttest"
	"quaestor/reports/table"
)

// managedFleet is a fleet of two systems in which every third device does not report, every fifth is open, and half of them are
// clean.
func managedFleet(n int) *reports.Report {
	r := reporttest.Fleet(n)
	var findings []reports.Finding
	for i := range r.Devices {
		d := &r.Devices[i]
		yes, no := true, i%5 > 0
		d.Management = &reports.Management{System: "amapi", Mode: "fully-managed", Encrypted: &no, Passcode: &yes}
		if i%4 == 0 {
			d.Platform, d.OS, d.Management = "ios", "iOS 18.1", &reports.Management{System: "intune", Mode: "user-enrolment", Ownership: "personal"}
		}
		d.Verdict = reports.DeviceClean
		if i%2 == 0 {
			d.Verdict = reports.DeviceFindings
		} else if i%3 == 0 {
			d.Verdict = reports.DeviceStale
		}
		if i%3 == 0 {
			d.Stale, d.StaleDays, d.LastSeen = true, 31+i, fmt.Sprintf("20%02d-01-01T00:00:00Z", 25-i%9)
			r.Gaps = append(r.Gaps, reports.Gap{Scanner: "mdm/amapi", Device: d.ID, DeviceName: d.Name, Subject: d.Name, Kind: "stale-device", Detail: "No report for long."})
		}
	}
	for _, f := range r.Findings {
		var i int
		if _, err := fmt.Sscanf(f.Subject.DeviceName, "phone-%d", &i); err != nil {
			panic(err)
		}
		if i%2 == 0 {
			findings = append(findings, f)
		}
	}
	r.Findings = findings
	r.SecuritySoftware = []reports.SecuritySoftware{{ID: "s", Device: r.Devices[0].ID, Name: "Guard", Kind: "antivirus", VendorName: "Guard Ltd"}, {ID: "t", Device: r.Devices[1].ID, Name: "Guard", Kind: "antivirus"}}
	r.StaleAfter = 30
	var t reports.Totals
	t.Add(r)
	r.Verdict = t.Verdict()
	return r
}

func pageOf(t *testing.T, r *reports.Report, o reports.Options) string {
	t.Helper()
	var b strings.Builder
	if err := reports.WriteParts(table.Writer{}.Begin(&b, o), r); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestFleetGolden(t *testing.T) {
	for name, o := range map[string]reports.Options{"managed-80": {Width: 80}, "managed-200": {Width: 200}, "managed-120-details": {Width: 120, Details: true}} {
		n := 312
		if o.Details {
			n = 12
		}
		reporttest.Golden(t, filepath.Join("testdata", name+".txt"), []byte(pageOf(t, managedFleet(n), o)))
	}
}

// TestFleetCounts: every device and every finding is in a number.
func TestFleetCounts(t *testing.T) {
	r := managedFleet(300)
	r.Findings[0].Caveat += " " + reports.StaleCaveat + "2019-01-01: this is of that day."
	text := strings.Join(strings.Fields(pageOf(t, r, reports.Options{Width: 120})), " ")
	if strings.Contains(text, reports.StaleCaveat) || !strings.Contains(text, "Uncertain Recognised by its package name") {
		t.Error("what is said of one device is said of all")
	}
	for _, want := range []string{
		"TikTok on 150 devices", "Proposed for removal: TikTok on 150 devices", "100 of 300 devices have not reported for more than 30 days",
		"NOT REPORTING (100 devices)", "Android Android Management API, fully managed 225 75 100 75 225", "iOS Intune, user enrolment 75 75 0 25 75",
		"on 150 devices: phone-0000, phone-0002, phone-0004 and 147 more", "300 things could not be looked at",
		"phone-0002.zip!apks/base.apk and 297 more on 300 devices", "45 without encryption, 75 that belong to persons",
		"Guard antivirus Guard Ltd not known 2", "(last report on 2019-01-01)",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in %s", want, text)
		}
	}
	if strings.Contains(text, "No report for long.") {
		t.Error("a stale device is also among the gaps")
	}
}

// TestFleetCountsDevicesOnce: an app with two findings on a device is on one device.
func TestFleetCountsDevicesOnce(t *testing.T) {
	r := managedFleet(150)
	for _, f := range slices.Clone(r.Findings) {
		if f.Action == "remove" {
			f.ID, f.Rule, f.Title = f.ID+"-too", "reach", "TikTok reaches far"
			r.Findings = append(r.Findings, f)
		}
	}
	text := strings.Join(strings.Fields(pageOf(t, r, reports.Options{Width: 120})), " ")
	if !strings.Contains(text, "REMOVE TikTok on 75 devices") || !strings.Contains(text, "reaches far") {
		t.Error(text)
	}
}

// TestSmallFleet: of a few devices each is told by itself what its management says, and that it does not report.
func TestSmallFleet(t *testing.T) {
	r := managedFleet(4)
	r.Devices[1].Fleet = true
	r.Findings[0].Subject.DeviceCount = 57
	text := strings.Join(strings.Fields(write(t, r, reports.Options{Width: 200})), " ")
	for _, want := range []string{
		"stale: no report for 31 days, managed by Intune, user enrolment, personal device", "managed by Android Management API, fully managed",
		"NOT REPORTING: what is on these devices now is not known", "phone-0003: last report on 2022-01-01, 34 days ago", "3 DEVICES AND COUNTS OF OTHERS",
		"no device: what an export counts over all devices", "counted on 57 devices, which the export does not name",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in %s", want, text)
		}
	}
}

// TestCountedDevices: what stands for the devices that an export counts is not counted as one.
func TestCountedDevices(t *testing.T) {
	r := managedFleet(4)
	for i := range r.Devices {
		r.Devices[i].Fleet = true
	}
	todo := func() string {
		text := strings.Join(strings.Fields(write(t, r, reports.Options{Width: 200})), " ")
		_, after, _ := strings.Cut(text, "REMOVE ")
		first, _, _ := strings.Cut(after, ")")
		return first
	}
	named := todo()
	for i := range r.Findings {
		r.Findings[i].Subject.DeviceCount = 57
	}
	if counted := todo(); !strings.Contains(named, ", on ") || strings.Contains(counted, ", on ") {
		t.Errorf("%q, and %q", named, counted)
	}
}

// TestFleetKeepsNoDevice: the page does not grow with the number of devices.
func TestFleetKeepsNoDevice(t *testing.T) {
	few, many := pageOf(t, managedFleet(200), reports.Options{}), pageOf(t, managedFleet(2000), reports.Options{})
	if len(many) > len(few)+400 {
		t.Errorf("%d bytes of 200 devices, %d of 2,000", len(few), len(many))
	}
}
