package main

import (
	"strings"
	"testing"

	"quaestor/riskdb"
)

// TestSignedAsItsMakerSigns judges the controls as files with each certificate that is listed for them: a right key
// makes nobody suspect. A key that is not listed is a finding of its own, and makes nothing else of the app.
func TestSignedAsItsMakerSigns(t *testing.T) {
	m := taken(t)
	p, err := m.db.SelectPolicies(riskdb.DefaultPolicy)
	if err != nil {
		t.Fatal(err)
	}
	judge := func(c Control) []riskdb.Finding {
		return riskdb.Assess(m.db, p, inventoryOf(&Controls{}, []Control{c}), m.asOf).Findings
	}
	signed, seen := 0, map[string]bool{}
	for _, c := range m.controls {
		listed := m.db.SignersOf(c.ID)
		if listed == nil || seen[c.ID] {
			continue
		}
		seen[c.ID] = true
		for i := range listed.Certs {
			cert := &listed.Certs[i]
			if !cert.Genuine() || cert.MinSDK > 0 || cert.MaxSDK > 0 {
				continue
			}
			signed++
			c.Signer = cert.SHA256
			for _, f := range judge(c) {
				if f.Severity.Rank() > riskdb.Info.Rank() {
					t.Errorf("%s signed with %s: %s: %s", c.ID, cert.SHA256[:8], f.Rule, f.Title)
				}
			}
		}
		c.Signer = strings.Repeat("cd", 32)
		for _, f := range judge(c) {
			if f.Severity.Rank() > riskdb.Info.Rank() && f.Rule != riskdb.RuleForeignSigner {
				t.Errorf("%s signed with an unknown key: %s: %s", c.ID, f.Rule, f.Title)
			}
		}
	}
	if signed < 40 {
		t.Errorf("%d certificates of controls are listed", signed)
	}
	t.Logf("%d certificates of %d controls", signed, len(seen))
}
