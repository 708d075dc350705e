package reports

import (
	"cmp"
	"slices"
)

// The kinds of change.
const (
	Gained  = "gained"
	Lost    = "lost"
	Changed = "changed"
)

// WhatIf says what the policies of the report change against others.
type WhatIf struct {
	Against []Policy `json:"against" jsonschema:"the other policies; none when there is no measure to compare with"`
	Changes []Change `json:"changes" jsonschema:"what becomes of each finding: gained, then lost, then changed"`
}

// Change is what becomes of one finding when the policies of the report are applied in place of others.
type Change struct {
	Kind       string  `json:"kind" jsonschema:"gained: only with the policies of the report; lost: only with the others; changed: with both, graded otherwise"`
	Finding    string  `json:"finding" jsonschema:"id of the finding; a lost one is not among the findings of the report"`
	Rule       string  `json:"rule" jsonschema:"see quaestor explain RULE"`
	PolicyRule string  `json:"policy_rule,omitempty" jsonschema:"PACK/RULE, where a rule of a policy pack made the finding"`
	Title      string  `json:"title"`
	Subject    Subject `json:"subject"`
	Before     *Graded `json:"before,omitempty" jsonschema:"with the other policies; absent when gained"`
	After      *Graded `json:"after,omitempty" jsonschema:"with the policies of the report; absent when lost"`
}

// Graded is what a policy can change about a finding.
type Graded struct {
	Severity   string   `json:"severity"`
	Action     string   `json:"action" jsonschema:"remove, replace, restrict, update, review or inform"`
	Confidence string   `json:"confidence"`
	Exception  string   `json:"exception,omitempty" jsonschema:"id of the exception that covers it"`
	Measures   []string `json:"measures,omitempty" jsonschema:"ids of the measures behind it, the leading one first"`
}

// Compare says in the report what is gained, lost and changed against another report, of the same inventory and day
// but under other policies.
func (r *Report) Compare(other *Report) {
	w := &WhatIf{Against: other.Policies, Changes: []Change{}}
	r.WhatIf = w
	before := make(map[string]*Finding, len(other.Findings))
	for i := range other.Findings {
		before[other.Findings[i].ID] = &other.Findings[i]
	}
	for i := range r.Findings {
		f := &r.Findings[i]
		old := before[f.ID]
		delete(before, f.ID)
		switch {
		case old == nil:
			w.Changes = append(w.Changes, change(Gained, f, nil, f))
		case !sameGrade(graded(old), graded(f)):
			w.Changes = append(w.Changes, change(Changed, f, old, f))
		}
	}
	for i := range other.Findings {
		if f := &other.Findings[i]; before[f.ID] != nil {
			w.Changes = append(w.Changes, change(Lost, f, f, nil))
		}
	}
	order := []string{Gained, Lost, Changed}
	slices.SortStableFunc(w.Changes, func(x, y Change) int {
		return cmp.Compare(slices.Index(order, x.Kind), slices.Index(order, y.Kind))
	})
}

func change(kind string, f, before, after *Finding) Change {
	return Change{Kind: kind, Finding: f.ID, Rule: f.Rule, PolicyRule: f.PolicyRule, Title: f.Title, Subject: f.Subject, Before: graded(before), After: graded(after)}
}

func graded(f *Finding) *Graded {
	if f == nil {
		return nil
	}
	g := &Graded{Severity: f.Severity, Action: f.Action, Confidence: f.Confidence}
	if f.Exception != nil {
		g.Exception = f.Exception.ID
	}
	for _, m := range f.Measures {
		g.Measures = append(g.Measures, m.ID)
	}
	return g
}

func sameGrade(x, y *Graded) bool {
	return x.Severity == y.Severity && x.Action == y.Action && x.Confidence == y.Confidence && x.Exception == y.Exception && slices.Equal(x.Measures, y.Measures)
}
