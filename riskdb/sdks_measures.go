package riskdb

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// codeMeasures reports the measures about code inside apps that concern what this one carries.
func (a *assessor) codeMeasures(f *facts, owners []*codeOwner, of map[string][]SDKMatch) {
	if f.app.NotInstalled {
		return
	}
	for _, o := range owners {
		var list []Measure
		for _, b := range a.bans {
			if m, ok := a.codeMeasure(b, o, of[o.key]); ok {
				list = append(list, m)
			}
		}
		if len(list) > 0 {
			slices.SortStableFunc(list, func(x, y Measure) int {
				return cmp.Or(cmp.Compare(a.policies.place(x.Ban), a.policies.place(y.Ban)), cmp.Compare(x.Ban.ID, y.Ban.ID))
			})
			a.codeMeasureFindings(f, o, of[o.key], list)
		}
	}
}

// codeMeasure finds the target of a measure that names the vendor's code, or one of the marks found.
func (a *assessor) codeMeasure(b *Ban, o *codeOwner, found []SDKMatch) (Measure, bool) {
	for i := range b.Targets {
		t := &b.Targets[i]
		if t.Covers != CoversSDK || !t.From.Passed(a.asOf) {
			continue
		}
		named := slices.ContainsFunc(t.Identifiers, func(id Identifier) bool {
			return id.Kind == AndroidCodePrefix && slices.ContainsFunc(found, func(m SDKMatch) bool { return bears(m, id.Value) })
		})
		if named || len(t.Identifiers) == 0 && o.vendor != nil && t.Vendor == o.vendor.ID {
			return Measure{Ban: b, Via: "sdk", Target: t}, true
		}
	}
	return Measure{}, false
}

func bears(m SDKMatch, prefix string) bool {
	return slices.ContainsFunc(m.Marks, func(k SDKMark) bool { return underPackage(prefix, k.Seen) })
}

func (a *assessor) codeMeasureFindings(f *facts, o *codeOwner, found []SDKMatch, list []Measure) {
	confidence, evidence := codeConfidence(origin(f.app), found, nil)
	for _, rule := range []string{RuleBan, RuleMeasure, RuleAdvice} {
		part := slices.DeleteFunc(slices.Clone(list), func(m Measure) bool { return m.rule() != rule })
		if len(part) == 0 {
			continue
		}
		lead := part[0]
		fd := Finding{Rule: RuleAdvice, Axis: Compliance, Severity: Low, Action: Review, Measures: part,
			Title:  fmt.Sprintf("%s carries code of %s, which %s concerns", a.label(f), o.name, lead.Ban.Authority),
			Reason: fmt.Sprintf("%s It is about the code of %s, not about this %s. %s", a.banReason(lead), o.name, f.noun(), adviceForce(lead)),
			Caveat: codeCaveat(f, o, found), Params: a.banParams(a.label(f), lead), Confidence: confidence.Weaker(lead.Ban.Allows())}
		if rule != RuleAdvice {
			fd.Rule, fd.Severity, fd.Action = rule, banSeverity(lead.Ban), Restrict
			fd.Title = fmt.Sprintf("%s carries code of %s, %s by %s", a.label(f), o.name, banVerb(lead.Ban.Kind), lead.Ban.Authority)
			fd.Reason = fmt.Sprintf("%s It is about the code of %s, which this %s carries.", a.banReason(lead), o.name, f.noun())
		}
		fd.Evidence = append(slices.Clone(evidence), lead.Ban.evidence("bans/"+lead.Ban.ID, fmt.Sprintf("The risk database records the measure %s as %s.", lead.Ban.ID, strings.ReplaceAll(string(lead.Ban.State), "-", " "))))
		fd.Params["sdks"] = strings.Join(sdkIDs(found), ", ")
		a.add(f, fd)
		a.ownID(o.key)
	}
}
