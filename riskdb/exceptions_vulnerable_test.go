package riskdb_test

import (
	"testing"

	"quaestor/riskdb"
	"quaestor/scanners/inventory"
)

// TestNotAffected is that an exception covers the vulnerability and the component that it names, and nothing besides.
func TestNotAffected(t *testing.T) {
	db, err := riskdb.Load()
	if err != nil {
		t.Fatal(err)
	}
	known := told{"lib": {ID: "CVE-2026-1", Aliases: []string{"GHSA-aaaa"}}}
	for _, c := range []struct {
		name    string
		e       riskdb.Exception
		covered bool
	}{
		{"the id", riskdb.Exception{Vulnerabilities: []string{"CVE-2026-1"}}, true},
		{"another of its ids", riskdb.Exception{Vulnerabilities: []string{"ghsa-AAAA"}}, true},
		{"another vulnerability", riskdb.Exception{Vulnerabilities: []string{"CVE-2026-2"}}, false},
		{"the component", riskdb.Exception{Vulnerabilities: []string{"CVE-2026-1"}, Components: []string{"pkg:generic/lib@1"}}, true},
		{"every version of it", riskdb.Exception{Components: []string{"pkg:generic/lib"}}, true},
		{"another version", riskdb.Exception{Components: []string{"pkg:generic/lib@2"}}, false},
		{"another component", riskdb.Exception{Components: []string{"pkg:generic/li"}}, false},
		{"another app", riskdb.Exception{Vulnerabilities: []string{"CVE-2026-1"}, Apps: []string{"org.example.other"}}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.e.ID, c.e.ApprovedBy, c.e.Reason, c.e.Until, c.e.Justification = "e", "Security office", "Not reached.", "2026-12-31", riskdb.CodeNotExecuted
			policies, err := db.Compose(riskdb.Selection{Exceptions: []riskdb.Exception{c.e}})
			if err != nil {
				t.Fatal(err)
			}
			j := riskdb.NewJudge(db, policies, "2026-11-01")
			j.Advise(known)
			inv := example()
			inv.Components = inv.Components[:1]
			covered, unused := false, false
			for _, f := range j.Assess(inv).Findings {
				covered = covered || f.Rule == riskdb.RuleVulnerable && f.Exception != nil
				unused = unused || f.Rule == riskdb.RuleExceptionUnused
			}
			if covered != c.covered || unused == c.covered {
				t.Errorf("covered %v, unused %v, want covered %v", covered, unused, c.covered)
			}
		})
	}
}

// TestCertainStandsFirst is that what is possible of one place does not hide what is certain of another in the same app.
func TestCertainStandsFirst(t *testing.T) {
	inv := example()
	inv.Components = []inventory.Component{inv.Components[4], inv.Components[0]}
	f := vulnerableOf(t, &riskdb.Vulnerability{ID: "CVE-2026-1", Ratings: []riskdb.Rating{{System: "CVSS:3.1", Score: 9.8}}}, inv)["camera"]
	if f.Severity != riskdb.Critical || f.Confidence != riskdb.ConfidenceHigh || len(f.Evidence) != 2 || !f.Vulnerable.Certain {
		t.Errorf("%s, %s, %d pieces of evidence", f.Severity, f.Confidence, len(f.Evidence))
	}
}
