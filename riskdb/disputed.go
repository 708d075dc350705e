package riskdb

import (
	"fmt"
	"slices"
	"strings"
)

// RuleDisputed is the rule that shows what an overlay made of an app when no other finding does.
const RuleDisputed = "disputed"

// disputed reports the records that the app's judgement would rest on, about which the layers of the database
// disagree, and that no finding of the app shows: an overlay that takes a measure or a state away must not make
// a finding vanish without a word.
func (a *assessor) disputed(f *facts) {
	if len(a.db.disputed) == 0 || f.product == nil || f.byNameOnly {
		return
	}
	var list []Disagreement
	for _, d := range a.disputesOf(f) {
		if !a.shown(f, d) {
			list = append(list, d)
		}
	}
	if len(list) == 0 {
		return
	}
	var said []string
	evidence := slices.Clone(f.identity)
	var sources []string
	for _, d := range list {
		said = append(said, d.String())
		evidence = append(evidence, d.evidence())
		sources = append(sources, d.Sources...)
	}
	a.add(f, Finding{Rule: RuleDisputed, Axis: Compliance, Severity: Info, Action: Inform, Confidence: Combine(f.identity).Weaker(ConfidenceModerate),
		Title:    fmt.Sprintf("%s: the authorities behind the risk database disagree about it", f.product.Name),
		Reason:   "The upper layer decided, because it was laid there; what the others say would have been judged otherwise. " + strings.Join(said, " "),
		Evidence: evidence, Sources: sources, Params: map[string]string{"product": f.product.Name}})
}

// disputesOf lists the disagreements about the product, its chain, and the measures that cover it or would.
func (a *assessor) disputesOf(f *facts) []Disagreement {
	probe := Finding{Subject: Subject{Product: f.product}, Chain: a.chain(f)}
	for _, b := range slices.Concat(a.bans, a.db.withdrawnBans) {
		if !a.policies.applies(b) || !a.db.disputed[rowID{"bans", b.ID}] {
			continue
		}
		if m, ok := a.covers(b, f.product); ok {
			probe.Measures = append(probe.Measures, m)
		}
	}
	return a.db.disputedRows(&probe)
}

// shown reports whether a finding of the app carries the disagreement as evidence.
func (a *assessor) shown(f *facts, d Disagreement) bool {
	record, said := d.Table+"/"+d.ID, d.String()
	return slices.ContainsFunc(a.out.Findings, func(fd Finding) bool {
		return fd.Subject.App == f.app && slices.ContainsFunc(fd.Evidence, func(e Evidence) bool { return e.Origin.Path == record && e.Detail == said })
	})
}
