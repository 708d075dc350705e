package riskdb

import (
	"strings"
	"testing"
	"time"

	"quaestor/scanners/inventory"
)

func device(p inventory.Platform, name, version string) inventory.Device {
	return inventory.Device{ID: "d", Platform: p, Name: "host", OSName: name, OSVersion: version}
}

func TestLifecycleFindsTheRelease(t *testing.T) {
	db := loaded
	withSDK := func(d inventory.Device, sdk int) inventory.Device { d.SDK = sdk; return d }
	model := func(p inventory.Platform, maker, model string) inventory.Device {
		return inventory.Device{ID: "d", Platform: p, Manufacturer: maker, Model: model}
	}
	for _, c := range []struct {
		what   string
		device inventory.Device
		asOf   Date
		want   string // release and state; empty when the product is not recorded
	}{
		{"Android by API level", withSDK(device(inventory.Android, "Android", "12"), 32), "2025-06-01", "Android 12.1 'Snow Cone v2' (aka 12L) ended"},
		{"Android by version", device(inventory.Android, "Android", "8.1.0"), "2022-01-01", "Android 8.1 ended"},
		{"Android, several API levels of one version", withSDK(device(inventory.Android, "Android", "4.0.3"), 15), "2026-11-22", "Android 4.0 ended"},
		{"ended on a day nobody wrote down", withSDK(device(inventory.Android, "Android", "4.0.3"), 15), "2022-01-01", "unknown"},
		{"Android still supported", withSDK(device(inventory.Android, "Android", "14"), 34), "2026-11-22", "Android 14 running"},
		{"Android before the end", withSDK(device(inventory.Android, "Android", "13"), 33), "2025-01-01", "Android 13 running"},
		{"Android soon to end", withSDK(device(inventory.Android, "Android", "13"), 33), "2026-02-01", "Android 13 ending"},
		{"on the last day", withSDK(device(inventory.Android, "Android", "13"), 33), "2026-03-02", "Android 13 ending"},
		{"on the day after", withSDK(device(inventory.Android, "Android", "13"), 33), "2026-03-03", "Android 13 ended"},
		{"later than the data tells", withSDK(device(inventory.Android, "Android", "14"), 34), "2027-06-01", "unknown"},
		{"a preview", withSDK(device(inventory.Android, "Android", "Zebra"), 99), "2026-11-22", "unknown"},
		{"Debian", device(inventory.Linux, "Debian GNU/Linux", "12"), "2025-01-01", "Debian 12 running"},
		{"Debian on extended updates", device(inventory.Linux, "Debian GNU/Linux", "11"), "2025-01-01", "Debian 11 extended"},
		{"Debian point release", device(inventory.Linux, "Debian GNU/Linux", "10.13"), "2026-11-22", "Debian 10 ended"},
		{"Ubuntu by whole version", device(inventory.Linux, "Ubuntu", "22.04"), "2026-11-22", "Ubuntu 22.04 running"},
		{"another system in the family", device(inventory.Linux, "Ubuntu Touch", "20.04"), "2026-11-22", ""},
		{"not recorded", device(inventory.Linux, "Void Linux", "3.19"), "2026-11-22", ""},
		{"RHEL minor", device(inventory.Linux, "Red Hat Enterprise Linux", "7.9"), "2026-11-22", "Red Hat Enterprise Linux 7 extended"},
		{"macOS before 11", device(inventory.MacOS, "macOS", "10.15.7"), "2026-11-22", "Apple macOS 10.15 ended"},
		{"iOS", device(inventory.IOS, "iOS", "14.8.1"), "2026-11-22", "Apple iOS 14 ended"},
		{"iPadOS is not iOS", device(inventory.IOS, "iPadOS", "26.1"), "2026-11-22", "Apple iPadOS 26 running"},
		{"Windows of any edition", device(inventory.Windows, "Windows 10", "10.0.19044.1288"), "2026-11-22", "Microsoft Windows 10 21H2 IoT running mixed"},
		{"Windows Pro", device(inventory.Windows, "Microsoft Windows 10 Pro", "10.0.19044"), "2026-11-22", "Microsoft Windows 10 21H2 (Home and Pro) ended"},
		{"Windows 10 with extended updates", device(inventory.Windows, "Microsoft Windows 10 Pro", "10.0.19045"), "2026-11-22", "Microsoft Windows 10 22H2 extended"},
		{"Windows Server", device(inventory.Windows, "Microsoft Windows Server 2012 R2 Standard", "6.3.9600"), "2027-11-22", "Windows Server 2012 R2 ended"},
		{"a model by its name", model(inventory.Android, "Google", "Pixel 4a"), "2026-11-22", "Pixel 4a ended"},
		{"a model number", model(inventory.Android, "samsung", "SM-G991B"), "2026-11-22", ""},
		{"another maker's model of the name", model(inventory.Android, "Acme", "Pixel 4a"), "2026-11-22", ""},
		{"no model", model(inventory.Android, "Google", ""), "2026-11-22", ""},
	} {
		got := ""
		for _, l := range db.Lifecycle(&c.device, c.asOf) {
			if r := l.Release(c.asOf); r != nil && l.State != SupportUnknown {
				got += r.name(l.Product) + " "
			}
			got += string(l.State)
			if l.Mixed {
				got += " mixed"
			}
		}
		if got != c.want {
			t.Errorf("%s: got %q, want %q", c.what, got, c.want)
		}
	}
}

func TestUnsupportedSystem(t *testing.T) {
	db := loaded
	policies, err := db.SelectPolicies("be")
	if err != nil {
		t.Fatal(err)
	}
	collected := time.Date(2024, 6, 15, 0, 0, 0, 0, time.UTC)
	old := inventory.Device{ID: "d1", Platform: inventory.Android, Name: "phone", OSName: "Android", OSVersion: "11", SDK: 30, SecurityPatch: "2023-02-05", CollectedAt: &collected}
	inv := inventory.New()
	inv.Devices = []inventory.Device{old, device(inventory.Linux, "Void Linux", "3.19"), {ID: "d3", Platform: inventory.Android}}
	a := Assess(db, policies, inv, "2026-11-22")
	if len(a.Findings) != 2 {
		t.Fatalf("%d findings", len(a.Findings))
	}
	f, patch := a.Findings[0], a.Findings[1]
	if f.Rule != RuleOSUnsupported || f.Severity != Medium || f.Action != Update || f.Confidence != ConfidenceHigh || f.Subject.App != nil || f.Subject.DeviceID() != "d1" {
		t.Errorf("got %+v", f)
	}
	if !strings.Contains(f.Reason, "2024-02-05") || !strings.Contains(f.Caveat, "2024-06-15") || len(f.Sources) == 0 {
		t.Errorf("it does not say since when, of which day, from whom: %+v", f)
	}
	if patch.Rule != RulePatchAge || patch.Severity != Low || patch.Confidence != ConfidenceLow {
		t.Errorf("patch level: %+v", patch)
	}
	if len(a.Gaps) != 2 || a.Gaps[0].Subject != "support of Void Linux 3.19" || !strings.Contains(a.Gaps[1].Detail, "does not tell which version") {
		t.Errorf("a system that is not recorded is a gap, and so is one without a version: %+v", a.Gaps)
	}
	inv.Devices = inv.Devices[:1]
	if early := Assess(db, policies, inv, "2023-03-01"); len(early.Findings) != 0 {
		t.Errorf("before the end of support: %+v", early.Findings)
	}
}

func TestUnverifiedSupportIsDoubtful(t *testing.T) {
	row := OSProduct{ID: "os", Name: "Some", Platform: inventory.Linux, Scope: SystemScope, Names: []string{"Some"}, AsOf: "2026-01-01",
		Releases: []OSRelease{{Cycle: "1", Released: "2020", SecurityEnds: "2022"}}, Basis: Basis{UnverifiedReason: "hearsay", Confidence: GradeMedium}}
	inv := inventory.New()
	inv.Devices = []inventory.Device{device(inventory.Linux, "Some", "1.4")}
	a := Assess(New(Tables{OSProducts: []OSProduct{row}}), Policies{}, inv, "2026-02-01")
	if len(a.Findings) != 1 || a.Findings[0].Confidence != ConfidenceLow || a.Findings[0].Action != Review {
		t.Errorf("got %+v", a.Findings)
	}
}
