package policy

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"quaestor/riskdb"
)

// Outcome is how one test of a pack went.
type Outcome struct {
	Policy string   `json:"policy"`
	Test   string   `json:"test"`
	Passed bool     `json:"passed"`
	Diff   []string `json:"diff"` // "- wanted" and "+ got", with what they have in common left out
}

// Run runs the tests of a pack against a database. What the pack extends is looked for in the documents and then
// in the database; exceptions and groups of the documents hold too.
func Run(db *riskdb.DB, pack *riskdb.Policy, docs ...*Document) ([]Outcome, error) {
	l := loader{db: db, docs: docs}
	s, err := l.selection()
	if err != nil {
		return nil, err
	}
	s.Packs = []*riskdb.Policy{pack}
	policies, err := db.Compose(s)
	if err != nil {
		return nil, err
	}
	out := []Outcome{}
	for i := range pack.Tests {
		t := &pack.Tests[i]
		asOf := cmp.Or(t.AsOf, db.Version().Date)
		a := riskdb.Assess(db, policies, inventoryOf(db, t), asOf)
		diff := compare(t, a)
		out = append(out, Outcome{Policy: pack.ID, Test: t.Name, Passed: len(diff) == 0, Diff: diff})
	}
	return out, nil
}

// compare says which findings are missing and which nobody wanted.
func compare(t *riskdb.PolicyTest, a *riskdb.Assessment) []string {
	diff := []string{}
	var left []*riskdb.Finding
	for i := range a.Findings {
		if f := &a.Findings[i]; len(t.Only) == 0 || slices.Contains(t.Only, f.Rule) || slices.Contains(t.Only, f.PolicyRule) {
			left = append(left, f)
		}
	}
	var missing []riskdb.TestResult
	for _, w := range t.Want {
		if i := slices.IndexFunc(left, func(f *riskdb.Finding) bool { return f != nil && fits(w, f) }); i >= 0 {
			left[i] = nil
		} else {
			missing = append(missing, w)
		}
	}
	for _, w := range missing {
		diff = append(diff, "- "+wanted(w))
		if i := slices.IndexFunc(left, func(f *riskdb.Finding) bool { return f != nil && same(w, f) }); i >= 0 {
			diff = append(diff, "+ "+got(left[i]))
			left[i] = nil
		}
	}
	for _, f := range left {
		if f != nil && f.Severity != riskdb.Info {
			diff = append(diff, "+ "+got(f))
		}
	}
	for _, g := range a.Gaps {
		if g.Kind.Incomplete() {
			diff = append(diff, fmt.Sprintf("+ not judged: %s: %s", g.Subject, g.Detail))
		}
	}
	return diff
}

// same reports whether a finding is about the app and of the rule that a test names.
func same(w riskdb.TestResult, f *riskdb.Finding) bool {
	return f.Subject.Identifier() == w.App && (w.Rule == f.Rule || w.Rule == f.PolicyRule) || w.App == "" && f.Subject.App == nil && w.Rule == f.Rule
}

func fits(w riskdb.TestResult, f *riskdb.Finding) bool {
	return same(w, f) && (w.Severity == "" || w.Severity == f.Severity) && (w.Action == "" || w.Action == f.Action) &&
		(w.Confidence == "" || w.Confidence == f.Confidence) && w.Exception == exceptionOf(f)
}

func exceptionOf(f *riskdb.Finding) string {
	if f.Exception == nil {
		return ""
	}
	return f.Exception.ID
}

func wanted(w riskdb.TestResult) string {
	return line(cmp.Or(w.App, "no app"), w.Rule, w.Severity, w.Action, w.Confidence, w.Exception)
}

func got(f *riskdb.Finding) string {
	return line(cmp.Or(f.Subject.Identifier(), "no app"), cmp.Or(f.PolicyRule, f.Rule), f.Severity, f.Action, f.Confidence, exceptionOf(f))
}

func line(app, rule string, s riskdb.Severity, act riskdb.Action, c riskdb.Confidence, exception string) string {
	parts := []string{app, rule}
	for _, p := range []string{string(s), string(act), string(c)} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	if exception != "" {
		parts = append(parts, "under exception "+exception)
	}
	return strings.Join(parts, "  ")
}
