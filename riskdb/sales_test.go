package riskdb

import (
	"slices"
	"strings"
	"testing"
	"time"

	"quaestor/scanners/inventory"
)

// TestEverySaleCounts: in the built-in knowledge, whoever had control has it on the first and on the last day of
// the tie, and by that tie neither before nor after.
func TestEverySaleCounts(t *testing.T) {
	ends := 0
	for i := range loaded.Edges {
		e := &loaded.Edges[i]
		if !e.Control() {
			continue
		}
		if e.From != "" {
			if !slices.Contains(loaded.Ancestors(e.Child, e.From.Last()), e.Parent) && !e.Until.Ended(e.From.Last()) {
				t.Errorf("%s: %s has no control of %s on %s", e.ID, e.Parent, e.Child, e.From)
			}
		}
		if e.Until == "" {
			continue
		}
		ends++
		if !slices.Contains(loaded.Descendants(e.Parent, e.Until.First()), e.Child) {
			t.Errorf("%s: %s lost control of %s before %s", e.ID, e.Parent, e.Child, e.Until)
		}
		after := dayAfter(t, e.Until)
		if slices.Contains(loaded.Ancestors(e.Child, after), e.Parent) && !otherWay(e, after) {
			t.Errorf("%s: %s still controls %s on %s", e.ID, e.Parent, e.Child, after)
		}
	}
	if ends < 5 {
		t.Errorf("%d ties of control that ended: the data has more", ends)
	}
}

// otherWay reports whether control of the child goes on by another tie.
func otherWay(gone *Edge, asOf Date) bool {
	for _, e := range loaded.parents[gone.Child] {
		if e != gone && e.Control() && e.Holds(asOf) {
			return true
		}
	}
	return false
}

func dayAfter(t *testing.T, d Date) Date {
	t.Helper()
	last, err := time.Parse(time.DateOnly, string(d.Last()))
	if err != nil {
		t.Fatal(err)
	}
	return DateOf(last.AddDate(0, 0, 1))
}

// TestASaleChangesTheFinding: the same app, judged on days around a sale.
func TestASaleChangesTheFinding(t *testing.T) {
	for _, c := range []struct {
		pkg     string
		asOf    Date
		reached bool // a finding that the owner is within reach of a priority state
	}{
		{"com.grindrapp.android", "2015-12-31", false},
		{"com.grindrapp.android", "2018-06-01", true}, // Kunlun
		{"com.grindrapp.android", "2020-05-31", true},
		{"com.grindrapp.android", "2020-07-01", false}, // sold
		{"com.grindrapp.android", today, false},
		{"com.opera.browser", "2016-10-31", false}, // Opera Software ASA
		{"com.opera.browser", "2016-12-01", true},  // the consortium around Kunlun
		{"com.opera.browser", today, true},
		{"com.zhiliaoapp.musically", "2026-01-21", true},
		{"com.zhiliaoapp.musically", "2026-01-23", true}, // the joint venture is of the United States only
	} {
		inv := inventory.New()
		inv.Apps = []inventory.App{android(c.pkg)}
		var found []string
		for _, f := range Assess(loaded, Policies{}, inv, c.asOf).Findings {
			if strings.HasPrefix(f.Rule, RuleJurisdiction) {
				found = append(found, f.Rule)
				if f.Confidence == ConfidenceHigh {
					t.Errorf("%s on %s: high, from a package name", c.pkg, c.asOf)
				}
			}
		}
		if (len(found) > 0) != c.reached {
			t.Errorf("%s on %s: %v, want a finding: %v", c.pkg, c.asOf, found, c.reached)
		}
	}
}

// TestTheJointVentureIsTold: since it holds the business in one country, the finding says so and stays with the
// owner elsewhere.
func TestTheJointVentureIsTold(t *testing.T) {
	inv := inventory.New()
	inv.Apps = []inventory.App{android("com.zhiliaoapp.musically")}
	for day, want := range map[Date]bool{"2026-01-21": false, today: true} {
		told := false
		for _, f := range Assess(loaded, Policies{}, inv, day).Findings {
			for _, l := range f.Chain {
				told = told || l.ID == "tiktok-usds-jv" && l.Relation == "note" && strings.Contains(l.Note, "US only")
			}
		}
		if told != want {
			t.Errorf("on %s the joint venture is told: %v", day, told)
		}
	}
}
