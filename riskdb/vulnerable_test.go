package riskdb_test

import (
	"strings"
	"testing"

	"quaestor/riskdb"
	"quaestor/scanners/inventory"
)

// told is an adviser that knows one vulnerability of every component by its name.
type told map[string]*riskdb.Vulnerability

func (t told) Vulnerabilities(inv *inventory.Inventory, _ riskdb.Date) riskdb.Vulnerabilities {
	out := riskdb.Vulnerabilities{Checked: len(inv.Components), Gaps: []inventory.Gap{{Scanner: "riskdb/vuln", Subject: "example", Kind: inventory.GapBlind, Detail: "Not looked up."}}}
	for i := range inv.Components {
		c := &inv.Components[i]
		if v := t[c.Name]; v != nil {
			out.Found = append(out.Found, riskdb.Vulnerable{Component: c, Vulnerability: v, Certain: c.Exact, Affected: "before 2", Fixed: []string{"2"}})
		}
	}
	return out
}

func (told) Sources() []riskdb.AdviceSource { return nil }

// example has the same library in a phone's app with camera and network, in one without network, in a program of a computer, and
// as a package of it.
func example() *inventory.Inventory {
	inv := inventory.New()
	perms := func(names ...string) (out []inventory.Permission) {
		for _, n := range names {
			out = append(out, inventory.Permission{Name: n, Granted: true, GrantKnown: true})
		}
		return out
	}
	inv.Devices = []inventory.Device{{ID: "phone", Platform: inventory.Android}, {ID: "desk", Platform: inventory.Linux}}
	inv.Apps = []inventory.App{
		{ID: "camera", Device: "phone", Platform: inventory.Android, IdentifierKind: inventory.AndroidPackage, Identifier: "org.example.camera", Binaries: []string{"aa"}, Permissions: perms("android.permission.INTERNET", "android.permission.CAMERA")},
		{ID: "leaf", Device: "phone", Platform: inventory.Android, IdentifierKind: inventory.AndroidPackage, Identifier: "org.example.leaf", Binaries: []string{"bb"}, Permissions: perms("android.permission.VIBRATE")},
		{ID: "program", Device: "desk", Platform: inventory.Linux, IdentifierKind: inventory.NameOnly, Identifier: "program", Name: "program"},
	}
	inv.Binaries = []inventory.Binary{{SHA256: "aa"}, {SHA256: "bb"}, {SHA256: "cc", Inside: []inventory.Place{{Binary: "aa", File: "lib/x.so"}}}}
	lib := func(id string, c inventory.Component) inventory.Component {
		c.ID, c.Name, c.PURL, c.Version, c.Exact, c.Basis = id, "lib", "pkg:generic/lib@1", "1", true, "metadata"
		return c
	}
	inv.Components = []inventory.Component{
		lib("1", inventory.Component{Binary: "cc"}), lib("2", inventory.Component{Binary: "bb"}),
		lib("3", inventory.Component{Device: "desk", App: "program"}), lib("4", inventory.Component{Device: "desk"}),
		{ID: "5", Name: "lib", PURL: "pkg:generic/lib", From: "0.5", To: "3", Binary: "aa"},
	}
	return inv
}

func vulnerableOf(t *testing.T, v *riskdb.Vulnerability, inv *inventory.Inventory) map[string]riskdb.Finding {
	t.Helper()
	db, err := riskdb.Load()
	if err != nil {
		t.Fatal(err)
	}
	j := riskdb.NewJudge(db, riskdb.Policies{}, "2026-11-01")
	j.Advise(told{"lib": v})
	a := j.Assess(inv)
	if a.Checked != len(inv.Components) || len(a.Gaps) == 0 {
		t.Errorf("checked %d of %d components, %d gaps", a.Checked, len(inv.Components), len(a.Gaps))
	}
	out := map[string]riskdb.Finding{}
	for _, f := range a.Findings {
		if f.Rule != riskdb.RuleVulnerable {
			continue
		}
		where := f.Subject.DeviceID()
		if f.Subject.App != nil {
			where = f.Subject.App.ID
		}
		if _, twice := out[where]; twice {
			t.Errorf("two findings about %s", where)
		}
		out[where] = f
	}
	return out
}

func TestVulnerableComponents(t *testing.T) {
	scored := func(score float64) *riskdb.Vulnerability {
		return &riskdb.Vulnerability{ID: "CVE-2026-1", Ratings: []riskdb.Rating{{System: "CVSS:3.1", Score: score}}}
	}
	exploited, likely, worded := scored(5), scored(5), &riskdb.Vulnerability{ID: "GHSA-x", Word: "low"}
	exploited.Exploited, likely.Likelihood = &riskdb.Exploited{Added: "2026-01-02"}, &riskdb.Likelihood{Probability: 0.4}
	for _, c := range []struct {
		name                        string
		v                           *riskdb.Vulnerability
		camera, leaf, program, desk riskdb.Severity
	}{
		{"a score", scored(7.5), riskdb.Critical, riskdb.Medium, riskdb.High, riskdb.High},
		{"a low one", scored(2), riskdb.Medium, riskdb.Info, riskdb.Low, riskdb.Low},
		{"exploited", exploited, riskdb.Critical, riskdb.High, riskdb.High, riskdb.High},
		{"likely", likely, riskdb.Critical, riskdb.Medium, riskdb.High, riskdb.High},
		{"a word", worded, riskdb.Medium, riskdb.Info, riskdb.Low, riskdb.Low},
		{"not rated", &riskdb.Vulnerability{ID: "GO-1"}, riskdb.High, riskdb.Low, riskdb.Medium, riskdb.Medium},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := vulnerableOf(t, c.v, example())
			for where, want := range map[string]riskdb.Severity{"camera": c.camera, "leaf": c.leaf, "program": c.program, "desk": c.desk} {
				if f := got[where]; f.Severity != want || f.Action != riskdb.Update || f.Vulnerable == nil || f.Confidence != riskdb.ConfidenceHigh {
					t.Errorf("%s: %s, %s, %s, want %s: %s", where, f.Severity, f.Action, f.Confidence, want, f.Reason)
				}
			}
			if n := len(got["camera"].Evidence); n != 2 {
				t.Errorf("%d places of the library are told, want 2", n)
			}
			if !strings.Contains(got["camera"].Reason, "the app reaches the network and") {
				t.Errorf("the reason does not explain the rank: %s", got["camera"].Reason)
			}
		})
	}
}

// TestVulnerableUncertain is that a version which is not certain accuses nobody gravely.
func TestVulnerableUncertain(t *testing.T) {
	inv := example()
	inv.Components = inv.Components[4:]
	f := vulnerableOf(t, &riskdb.Vulnerability{ID: "CVE-2026-1", Ratings: []riskdb.Rating{{System: "CVSS:3.1", Score: 9.8}}}, inv)["camera"]
	if f.Severity != riskdb.Medium || f.Confidence != riskdb.ConfidenceLow || f.Action != riskdb.Review || !strings.Contains(f.Title, "may have") {
		t.Errorf("%s, %s, %s: %s", f.Severity, f.Confidence, f.Action, f.Title)
	}
}
