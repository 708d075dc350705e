package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"

	"quaestor/riskdb"
)

// shownPolicies come first in every table, the default before all.
var shownPolicies = []string{riskdb.DefaultPolicy, "be-chamber", "be-federal", "eu-institutions", "nl", "cz", "uk", "us-federal", "ca", "au"}

// judged is the judgement of the controls under one policy.
type judged struct {
	policy   string
	findings []riskdb.Finding
	info     int          // findings that are only information
	expected int          // findings that are right, see Expectations
	accused  []accusation // all others
}

// accusation is one finding above information about a control.
type accusation struct {
	policy, app, appID, rule, title string
	product, measure                string // what was recognised, and the leading measure
	severity                        riskdb.Severity
}

func judgeAll(db *riskdb.DB, cs *Controls, controls []Control, expected Expectations, asOf riskdb.Date) ([]judged, error) {
	inv := inventoryOf(cs, controls)
	var out []judged
	for _, id := range policyOrder(db) {
		p, err := db.SelectPolicies(id)
		if err != nil {
			return nil, err
		}
		// A list of allowed apps speaks about every other app, which says nothing about the controls.
		findings := slices.DeleteFunc(riskdb.Assess(db, p, inv, asOf).Findings, func(f riskdb.Finding) bool { return f.Rule == riskdb.RuleNotAllowed })
		j := judged{policy: id, findings: findings}
		for _, a := range j.above() {
			if expected.covers(a) {
				j.expected++
			} else {
				j.accused = append(j.accused, a)
			}
		}
		j.info = len(findings) - j.expected - len(j.accused)
		out = append(out, j)
	}
	return out, nil
}

// policyOrder is every policy of the database, those that are always shown first.
func policyOrder(db *riskdb.DB) []string {
	rest := slices.DeleteFunc(db.PolicyIDs(), func(id string) bool { return slices.Contains(shownPolicies, id) })
	return append(slices.Clone(shownPolicies), rest...)
}

// above lists the findings of one policy that are more than information.
func (j judged) above() []accusation {
	var out []accusation
	for _, f := range j.findings {
		if f.Severity.Rank() <= riskdb.Info.Rank() {
			continue
		}
		a := accusation{policy: j.policy, rule: f.Rule, title: f.Title, severity: f.Severity}
		if f.Subject.App != nil {
			a.app = fmt.Sprintf("%q (%s %s)", f.Subject.App.Name, f.Subject.App.IdentifierKind, f.Subject.App.Identifier)
			a.appID = f.Subject.App.ID
		}
		if f.Subject.Product != nil {
			a.product = f.Subject.Product.ID
		}
		if len(f.Measures) > 0 {
			a.measure = f.Measures[0].Ban.ID
		}
		out = append(out, a)
	}
	return out
}

// accused lists the findings above information that nobody expects, under every policy: none, when all is well.
func (m *measurement) accused() []accusation {
	var out []accusation
	for _, j := range m.judged {
		out = append(out, j.accused...)
	}
	for _, s := range m.lists {
		out = append(out, s.accused...)
	}
	return out
}

func (m *measurement) writeControls(w io.Writer) {
	fmt.Fprintf(w, "\nNEUTRAL CONTROLS: %d\n", len(m.controls))
	byPlatform, byCategory, byBasis := map[string]int{}, map[string]int{}, map[string]int{}
	for i := range m.controls {
		c := &m.controls[i]
		byPlatform[string(c.Platform)]++
		byCategory[c.Category]++
		switch {
		case c.Seen != "":
			byBasis["seen in a manifest or a table"]++
		case c.Typical != "":
			byBasis["typical of the category"]++
		default:
			byBasis["not told by such a source"]++
		}
	}
	writeCounts(w, "  by platform", byPlatform)
	writeCounts(w, "  permissions", byBasis)
	writeCounts(w, "  by category", byCategory)
	info := map[string]int{}
	for _, f := range m.judged[0].findings {
		if f.Severity == riskdb.Info {
			info[f.Rule]++
		}
	}
	writeCounts(w, "  info by rule, under "+m.judged[0].policy, info)
}

// writeCounts writes how many there are of each, the most first, a few to a line.
func writeCounts(w io.Writer, title string, counts map[string]int) {
	keys := slices.Sorted(maps.Keys(counts))
	slices.SortStableFunc(keys, func(a, b string) int { return cmp.Compare(counts[b], counts[a]) })
	line := title + ":"
	if len(keys) == 0 {
		line += " none"
	}
	for i, k := range keys {
		item := fmt.Sprintf(" %s %d", k, counts[k])
		if i < len(keys)-1 {
			item += ","
		}
		if len(line)+len(item) > pageWidth {
			fmt.Fprintln(w, line)
			line = "   "
		}
		line += item
	}
	fmt.Fprintln(w, line)
}

// pageWidth is that of a terminal.
const pageWidth = 80
