package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"

	"quaestor/riskdb"
)

// shownPolicies are printed always. Under the first, the default, nothing may be above information; under the others a
// measure of the authority itself may name a product that is ordinary elsewhere, and is printed.
var shownPolicies = []string{riskdb.DefaultPolicy, "be-chamber", "be-federal", "eu-institutions", "nl", "cz", "uk", "us-federal", "ca", "au"}

// judged is the judgement of the controls under one policy.
type judged struct {
	policy   string
	findings []riskdb.Finding
}

// accusation is one finding above information about a control.
type accusation struct {
	policy, app, rule, title string
	severity                 riskdb.Severity
}

func judgeAll(db *riskdb.DB, cs *Controls, controls []Control, asOf riskdb.Date) ([]judged, error) {
	inv := inventoryOf(cs, controls)
	var out []judged
	for _, id := range policyOrder(db) {
		p, err := db.SelectPolicies(id)
		if err != nil {
			return nil, err
		}
		// A list of allowed apps speaks about every other app, which says nothing about the controls.
		findings := slices.DeleteFunc(riskdb.Assess(db, p, inv, asOf).Findings, func(f riskdb.Finding) bool { return f.Rule == riskdb.RuleNotAllowed })
		out = append(out, judged{policy: id, findings: findings})
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
		}
		out = append(out, a)
	}
	return out
}

// accused lists the findings above information under the default policy: none, when all is well.
func (m *measurement) accused() []accusation { return m.judged[0].above() }

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
	fmt.Fprintf(w, "\nFINDINGS ABOUT CONTROLS, by policy\n  %-18s %14s %6s\n", "policy", "above info", "info")
	silent := 0
	for _, j := range m.judged {
		above := len(j.above())
		if above == 0 && !slices.Contains(shownPolicies, j.policy) {
			silent++
			continue
		}
		fmt.Fprintf(w, "  %-18s %14d %6d\n", j.policy, above, len(j.findings)-above)
	}
	fmt.Fprintf(w, "  and %d further policies without any above information\n", silent)
	for _, j := range m.judged {
		for _, a := range j.above() {
			fmt.Fprintf(w, "  above info under %s: %s, %s: %s\n", a.policy, a.app, a.severity, a.title)
		}
	}
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
