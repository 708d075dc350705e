package riskdb_test

import (
	"testing"
	"time"

	"quaestor/riskdb"
	"quaestor/scanners/inventory"
)

// systemFindings judges one device and gives its findings by rule.
func systemFindings(t *testing.T, d inventory.Device, asOf riskdb.Date) map[string]riskdb.Finding {
	t.Helper()
	db, err := riskdb.Load()
	if err != nil {
		t.Fatal(err)
	}
	inv := inventory.New()
	d.ID = "device"
	inv.Devices = []inventory.Device{d}
	out := map[string]riskdb.Finding{}
	for _, f := range riskdb.Assess(db, riskdb.Policies{}, inv, asOf).Findings {
		out[f.Rule] = f
	}
	return out
}

// TestSystemBehind is that a system is measured against the newest version of its own release, and no other.
func TestSystemBehind(t *testing.T) {
	const soon, later, long = "2026-09-01", "2026-10-15", "2026-12-15"
	for _, c := range []struct {
		name, system, version string
		platform              inventory.Platform
		asOf                  riskdb.Date
		want                  riskdb.Severity
	}{
		{"an iPhone, days after the newest", "iOS", "26.6", inventory.IOS, soon, riskdb.Info},
		{"an iPhone, weeks after", "iOS", "26.6", inventory.IOS, later, riskdb.Low},
		{"an iPhone, months after", "iOS", "26.5", inventory.IOS, long, riskdb.Medium},
		{"an iPhone on the newest", "iOS", "26.6.1", inventory.IOS, long, ""},
		{"an iPhone beyond the data", "iOS", "26.7", inventory.IOS, long, ""},
		{"an iPhone on the newest of an older line", "iOS", "18.7.10", inventory.IOS, long, ""},
		{"before the newest was published", "iOS", "26.5", inventory.IOS, "2026-08-01", ""},
		{"a Mac", "macOS", "15.7", inventory.MacOS, later, riskdb.Low},
		{"a Mac that names its line alone", "macOS", "15", inventory.MacOS, later, ""},
		{"Debian that names its release alone", "Debian GNU/Linux", "12", inventory.Linux, long, ""},
		{"Debian", "Debian GNU/Linux", "12.5", inventory.Linux, long, riskdb.Medium},
		{"Alpine", "Alpine Linux", "3.22.1", inventory.Linux, long, riskdb.Medium},
		{"a build of Windows", "Windows 11 Pro", "10.0.26100.1742", inventory.Windows, long, ""},
		{"no number", "iOS", "26.beta", inventory.IOS, long, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := systemFindings(t, inventory.Device{Platform: c.platform, OSName: c.system, OSVersion: c.version}, c.asOf)[riskdb.RuleSystemBehind]
			if f.Severity != c.want {
				t.Errorf("%q, want %q: %s", f.Severity, c.want, f.Reason)
			}
			if f.ID != "" && (f.Action != riskdb.Update || len(f.Sources) == 0 || f.Confidence == riskdb.ConfidenceHigh) {
				t.Errorf("%s, %s, sources %v", f.Action, f.Confidence, f.Sources)
			}
		})
	}
}

func TestPatchAgeSteps(t *testing.T) {
	old := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for patch, want := range map[string]riskdb.Severity{"2026-10-05": "", "2026-08-01": riskdb.Info, "2026-04-01": riskdb.Low, "2026-04": "", "soon": ""} {
		f := systemFindings(t, inventory.Device{Platform: inventory.Android, SecurityPatch: patch, CollectedAt: &old}, "2026-11-20")[riskdb.RulePatchAge]
		if f.Severity != want {
			t.Errorf("%s: %q, want %q", patch, f.Severity, want)
		}
	}
}

// TestReleasesOfDistributions is that the distributions are known whose packages are matched.
func TestReleasesOfDistributions(t *testing.T) {
	for _, c := range []struct{ system, version string }{{"Debian GNU/Linux", "10"}, {"Ubuntu", "18.10"}, {"Alpine Linux", "3.18.4"}, {"openSUSE Leap", "15.5"}, {"Fedora Linux", "38"}} {
		if f := systemFindings(t, inventory.Device{Platform: inventory.Linux, OSName: c.system, OSVersion: c.version}, "2026-11-20")[riskdb.RuleOSUnsupported]; f.Severity != riskdb.Medium {
			t.Errorf("%s %s: %q, want a finding of medium severity", c.system, c.version, f.Severity)
		}
	}
}
