package riskdb

import (
	"slices"
	"strings"
)

// Forbids reports whether a measure of this kind keeps an app off devices, or restricts it on them. A binding one
// that does not acts elsewhere, on a network, a market or a company, or obliges to weigh a risk.
func (k BanKind) Forbids() bool {
	switch k {
	case BanOrder, BanExtension, Restriction, PolicyRule:
		return true
	}
	return false
}

// Binding reports whether those in the scope of the measure must follow it as far as the product goes: a clause on
// successors, an example, and an owner's name do not settle that the product is meant.
func (m Measure) Binding() bool {
	return m.Ban.Kind.Binding() && m.Ban.State != Advisory && !slices.Contains([]string{"affiliate", "successor", "example"}, m.Via)
}

// rule is as what a measure is reported: a ban of the app on devices, another binding measure, or neither.
func (m Measure) rule() string {
	switch {
	case !m.Binding(), m.Ban.Kind == DPAOrder && m.Ban.sparesUsers():
		return RuleAdvice
	case m.Ban.Kind.Forbids():
		return RuleBan
	}
	return RuleMeasure
}

// sparesUsers reports whether the measure says that it does not bind those who use the app.
func (b *Ban) sparesUsers() bool {
	return slices.ContainsFunc(b.NotAppliesTo, func(who string) bool {
		return strings.EqualFold(strings.ReplaceAll(who, " ", "-"), "device-users")
	})
}
