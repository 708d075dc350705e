package riskdb

import (
	"slices"
	"strings"
	"testing"

	"quaestor/scanners/inventory"
)

// TestVagueSales: on the days on which a tie of ownership may not have held, the chain is drawn and nothing is
// concluded from it; before and after, the chain decides.
func TestVagueSales(t *testing.T) {
	for _, c := range []struct {
		from, until, asOf Date
		want              []string // of "be"
		owned             bool     // banned by way of the owner, under "nl"
	}{
		{"2016", "", "2015-12-31", nil, false},
		{"2016", "", "2016-01-02", []string{"jurisdiction-unverified"}, false},
		{"2016", "", "2016-12-30", []string{"jurisdiction-unverified"}, false},
		{"2016", "", "2023-12-31", []string{"influence", "jurisdiction"}, true},
		{"2016-05-04", "", "2016-05-04", []string{"influence", "jurisdiction"}, false},
		{"2016", "2024-06", "2024-05-31", []string{"influence", "jurisdiction"}, true},
		{"2016", "2024-06", "2024-06-01", []string{"influence", "jurisdiction"}, true},
		{"2016", "2024-06", "2024-06-02", []string{"jurisdiction-unverified"}, false},
		{"2016", "2024-06", "2024-06-30", []string{"jurisdiction-unverified"}, false},
		{"2016", "2024-06", "2024-07-01", nil, false},
		{"2016", "2024-06-15", "2024-06-15", []string{"influence", "jurisdiction"}, true},
		{"2016", "2024-06-15", "2024-06-16", nil, false},
	} {
		tables := world()
		for i := range tables.Edges {
			if e := &tables.Edges[i]; e.ID == "e1" {
				e.From, e.Until = c.from, c.until
			}
		}
		db := New(tables)
		inv := inventory.New()
		inv.Apps = []inventory.App{android("org.cousin")}
		rules := func(policy string) (out []string) {
			p, err := db.SelectPolicies(policy)
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range Assess(db, p, inv, c.asOf).Findings {
				out = append(out, f.Rule)
				if f.Rule == RuleUnverifiedJurisdiction && (!strings.Contains(f.Reason, `may not have held on this day`) || !strings.Contains(f.Reason, string(c.from))) {
					t.Errorf("%s to %s on %s: %s", c.from, c.until, c.asOf, f.Reason)
				}
			}
			slices.Sort(out)
			return out
		}
		got := slices.DeleteFunc(rules("be"), func(r string) bool { return r == RuleAdvice })
		if !slices.Equal(got, c.want) {
			t.Errorf("%s to %s on %s: %q, want %q", c.from, c.until, c.asOf, got, c.want)
		}
		if got := slices.Contains(rules("nl"), RuleBan); got != c.owned {
			t.Errorf("%s to %s on %s: banned by way of the owner %v", c.from, c.until, c.asOf, got)
		}
	}
}
