package policy

import (
	"slices"
	"strings"

	"quaestor/riskdb"
)

// Renamed is a pack under another ID, with everything in it that names its own rules. What it was made from is
// written out in it, so it extends nothing any more.
func Renamed(p *riskdb.Policy, id string) *riskdb.Policy {
	out := *p
	before := p.ID + "/"
	rename := func(rule string) string {
		if name, own := strings.CutPrefix(rule, before); own {
			return id + "/" + name
		}
		return rule
	}
	all := func(rules []string) []string {
		rules = slices.Clone(rules)
		for i := range rules {
			rules[i] = rename(rules[i])
		}
		return rules
	}
	out.ID, out.Extends = id, nil
	out.Severity = slices.Clone(p.Severity)
	for i := range out.Severity {
		out.Severity[i].Rule = rename(out.Severity[i].Rule)
	}
	out.Exceptions = slices.Clone(p.Exceptions)
	for i := range out.Exceptions {
		out.Exceptions[i].Rules = all(out.Exceptions[i].Rules)
	}
	out.Tests = slices.Clone(p.Tests)
	for i := range out.Tests {
		t := &out.Tests[i]
		t.Only, t.Want = all(t.Only), slices.Clone(t.Want)
		for j := range t.Want {
			t.Want[j].Rule = rename(t.Want[j].Rule)
		}
	}
	return &out
}
