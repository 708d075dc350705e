package reports

import (
	"strings"
	"testing"
	"time"

	"quaestor/riskdb"
	"quaestor/scanners/inventory"
)

// fleetOf makes the report of devices that last reported on these days ("" where it is not told).
func fleetOf(t *testing.T, days ...string) *Report {
	t.Helper()
	inv := inventory.New()
	for i, day := range days {
		d := inventory.Device{ID: string(rune('a' + i)), Name: "phone " + string(rune('a'+i)), Platform: inventory.Android, Origins: []inventory.Origin{{Scanner: "mdm/amapi", Path: "x"}, {Scanner: "mdm/amapi", Path: "y"}}}
		if day != "" {
			at, err := time.Parse(time.DateOnly, day)
			if err != nil {
				t.Fatal(err)
			}
			at = at.Add(23 * time.Hour)
			d.LastSeen = &at
		}
		inv.Devices = append(inv.Devices, d)
	}
	inv.Apps = []inventory.App{{ID: "app-1", Device: "a", IdentifierKind: inventory.AndroidPackage, Identifier: "x.y"}}
	return New(Tool{}, riskdb.New(riskdb.Tables{}), inv, &riskdb.Assessment{AsOf: "2026-11-22"})
}

func TestStale(t *testing.T) {
	r := fleetOf(t, "2026-10-22", "2026-10-23", "", "2026-11-22")
	r.Findings = []Finding{{ID: "f", Severity: "high", Caveat: "Perhaps.", Subject: Subject{Device: "a"}}}
	r.MarkStale(30, "2026-11-22")
	a, b := r.Devices[0], r.Devices[1]
	if !a.Stale || a.StaleDays != 31 || a.LastSeen != "2026-10-22T23:00:00Z" || b.Stale || r.Devices[2].Stale || r.Devices[3].Stale {
		t.Errorf("%+v", r.Devices)
	}
	if a.Verdict != DeviceFindings || b.Verdict != DeviceClean || strings.Join(a.Scanners, " ") != "mdm/amapi" {
		t.Errorf("verdicts %q and %q, scanners %q", a.Verdict, b.Verdict, a.Scanners)
	}
	if len(r.Gaps) != 1 || r.Gaps[0].Kind != "stale-device" || r.Gaps[0].Incomplete || r.Gaps[0].Device != "a" || r.Gaps[0].Scanner != "mdm/amapi" {
		t.Errorf("%+v", r.Gaps)
	}
	if f := r.Findings[0]; f.Caveat != "Perhaps. The device last reported on 2026-10-22: this is of that day." {
		t.Error(f.Caveat)
	}
	v := r.Verdict
	if want := "1 of 4 devices has not reported for more than 30 days: what is on it now is not known."; !strings.HasSuffix(v.Sentence, want) || !v.Complete || v.Stale != 1 || v.ByDevice["clean"] != 3 {
		t.Errorf("%+v", v)
	}
}

// TestAllStale: where no device reports, nothing is known of any.
func TestAllStale(t *testing.T) {
	r := fleetOf(t, "2026-01-01", "2025-01-01")
	r.MarkStale(30, "2026-11-22")
	if v := r.Verdict; v.Complete || v.Status != StatusIncomplete || v.ByDevice[DeviceStale] != 2 || !strings.Contains(v.Sentence, "2 of 2 devices have not reported for more than 30 days") {
		t.Errorf("%+v", v)
	}
	r = fleetOf(t, "2026-01-01", "2025-01-01")
	r.MarkStale(0, "2026-11-22")
	if v := r.Verdict; !v.Complete || v.Status != StatusClean || v.Stale != 0 || r.StaleAfter != 0 {
		t.Errorf("never: %+v", v)
	}
}

// TestCountedOnly: an app that an export only counts is on no device that is named.
func TestCountedOnly(t *testing.T) {
	r := fleetOf(t, "")
	r.Devices[0].Fleet = true
	if got := verdict(r); got.Devices != 0 || got.Sentence != "No finding on 1 app that an export counts without naming the devices." {
		t.Errorf("%+v", got)
	}
	f := Finding{Caveat: "By name."}
	countedOnly(&f, &inventory.App{DeviceCount: 57})
	if f.Subject.DeviceCount != 57 || f.Caveat != "By name. Counted on 57 devices, which the export does not name." {
		t.Errorf("%+v", f)
	}
}
