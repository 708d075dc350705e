package riskdb

import (
	"errors"
	"fmt"

	"quaestor/scanners/inventory"
)

// ErrTooCostly is what [Condition.Match] answers when a condition takes more steps for one app than it may.
var ErrTooCostly = errors.New("it takes too many steps for one app")

// The work that the rules of the packs may cost in one judgement, in the steps that CEL counts. Every rule has an
// equal share of it, and what the others leave; a step is one or two tenths of a microsecond.
const (
	ruleBudget   = 40_000_000
	stepsToLook  = 2   // at an app, for what is not a condition
	stepsToBegin = 40  // working out a condition, however small
	stepsToFind  = 320 // writing a finding down
)

// Until gives the policies with a check that is asked between two rules and two apps: a judgement ends with a gap when
// it gives an error. It keeps the judgement free of clocks and signals.
func (p Policies) Until(stop func() error) Policies {
	p.stop = stop
	return p
}

// stopped asks the check, until it has once said so.
func (a *assessor) stopped() bool {
	if a.interrupted == nil && a.policies.stop != nil {
		a.interrupted = a.policies.stop()
	}
	return a.interrupted != nil
}

// spending is what the rules of the packs have cost so far.
type spending struct {
	total uint64
	rules []uint64 // in step with the rules
	off   []bool   // that are not applied any more
}

// spend adds to what a rule has cost, and reports whether it may go on.
func (a *assessor) spend(i int, steps uint64) bool {
	s := &a.spent
	s.total += steps
	s.rules[i] += steps
	if s.total <= ruleBudget || s.rules[i] <= ruleBudget/uint64(len(s.rules)) {
		return true
	}
	s.off[i] = true
	return false
}

// isOff reports whether a rule is not applied any more, and counts the app for which it is not.
func (a *assessor) isOff(i int, app *inventory.App) bool {
	if a.spent.rules == nil {
		n := len(a.policies.rules)
		a.spent = spending{rules: make([]uint64, n), off: make([]bool, n)}
	}
	if a.spent.off[i] {
		a.failedRule(&a.policies.rules[i], app, nil)
	}
	return a.spent.off[i]
}

// failedCondition takes note of a condition that could not be worked out. One that is too costly is not tried again:
// the next app would cost as much.
func (a *assessor) failedCondition(i int, app *inventory.App, err error) {
	if errors.Is(err, ErrTooCostly) {
		a.spent.off[i] = true
	}
	a.failedRule(&a.policies.rules[i], app, err)
}

// failure counts the apps to which a rule was not applied.
type failure struct {
	detail string // of the condition; "" where the budget was spent
	costly bool
	count  int
	apps   []string
}

const sampledApps = 5

// failedRule counts an app; without an error because the rule is off.
func (a *assessor) failedRule(r *packRule, app *inventory.App, err error) {
	if a.failures == nil {
		a.failures = map[string]*failure{}
	}
	x := a.failures[r.name]
	if x == nil {
		x = &failure{costly: err == nil}
		a.failures[r.name] = x
	}
	if err != nil && x.detail == "" {
		x.detail = err.Error()
	}
	x.costly = x.costly || err == nil || errors.Is(err, ErrTooCostly)
	x.count++
	if len(x.apps) < sampledApps {
		x.apps = append(x.apps, app.Identifier)
	}
}

// ruleGaps says which rules of the packs were not applied to which apps, one gap a rule.
func (a *assessor) ruleGaps() {
	for i := range a.policies.rules {
		name := a.policies.rules[i].name
		x := a.failures[name]
		if x == nil {
			continue
		}
		g := inventory.Gap{Scanner: "riskdb/" + RulePolicy, Subject: name, Kind: inventory.GapFailed, Count: x.count, Samples: x.apps,
			Next: "Correct the rule and try it with `quaestor policy test`."}
		switch {
		case x.detail == "":
			g.Detail = "The rule was left out for these apps: the rules of the policies cost more together than a run allows, and this one more than its share."
		case x.costly:
			g.Detail = fmt.Sprintf("The condition of the rule could not be worked out, and was not tried again: %s.", x.detail)
		default:
			g.Detail = fmt.Sprintf("The condition of the rule could not be worked out: %s.", x.detail)
		}
		if x.costly {
			g.Kind, g.Next = inventory.GapLimit, "Make the rule cheaper: `quaestor policy check` tells of conditions that cost much; or judge fewer apps at once."
		}
		a.out.Gaps = append(a.out.Gaps, g)
	}
}

// interruptedGap says that the judgement was not finished.
func (a *assessor) interruptedGap(judged int) {
	if a.interrupted == nil {
		return
	}
	a.out.Gaps = append(a.out.Gaps, inventory.Gap{Scanner: "riskdb", Subject: "judgement", Kind: inventory.GapFailed, Count: len(a.inv.Apps) - judged,
		Detail: fmt.Sprintf("The judgement was interrupted: %d of %d apps were judged.", judged, len(a.inv.Apps)),
		Next:   "Run it again, and let it finish."})
}
