package riskdb

import (
	"fmt"
	"slices"
)

// Position is what one authority, or one chosen pack that has none, says about a product on the day.
type Position struct {
	Policies  []string // Policy.ID, of the chosen packs that apply the authority
	Authority string   // Authority.ID, empty where the pack records nothing
	Stance    string   // "banned", "discouraged", "position without ban", … or "no measure recorded"
	Since     Date
	Binding   bool
	Measure   *Ban   // nil where nothing is recorded
	Via       string // how the measure reaches the product: product, owner, successor, jurisdiction, …
}

// String is "be-federal: banned since 2023-03-10".
func (p Position) String() string {
	who := p.Authority
	if who == "" && len(p.Policies) > 0 {
		who = p.Policies[0]
	}
	if p.Since == "" {
		return fmt.Sprintf("%s: %s", who, p.Stance)
	}
	return fmt.Sprintf("%s: %s since %s", who, p.Stance, p.Since)
}

// Positions gives a function that tells, for each authority of the policies, what it says about a product on a day,
// and for each pack whose authorities say nothing, that nothing is recorded.
func (db *DB) Positions(policies Policies, asOf Date) func(*Product) []Position {
	a := &assessor{db: db, asOf: asOf, policies: policies, learned: newLearned()}
	a.bans, a.named = policies.standing(db, asOf)
	return a.positionsOf
}

// positions adds to a finding what each authority says, where there is more than one answer.
func (a *assessor) positions(fd *Finding, p *Product) {
	if p == nil {
		return
	}
	if list := a.positionsOf(p); len(list) > 1 {
		fd.Positions = list
	}
}

func (a *assessor) positionsOf(p *Product) []Position {
	var out []Position
	spoken := map[string]bool{}
	for _, m := range a.leading(a.measuresOf(p)) {
		id := m.Ban.AuthorityID
		if m.Ban.Kind == NoneFound || slices.ContainsFunc(out, func(o Position) bool { return o.Authority == id }) {
			continue
		}
		stance, binding := stance(m)
		at := Position{Authority: id, Stance: stance, Since: a.db.First(m.Ban), Binding: binding, Measure: m.Ban, Via: m.Via}
		for _, pack := range a.policies.list {
			if pack.All || slices.Contains(pack.Authorities, id) {
				at.Policies, spoken[pack.ID] = append(at.Policies, pack.ID), true
			}
		}
		out = append(out, at)
	}
	slices.SortStableFunc(out, func(x, y Position) int { return a.policies.place(x.Measure) - a.policies.place(y.Measure) })
	for _, pack := range a.policies.list {
		if !spoken[pack.ID] && (pack.All || len(pack.Authorities) > 0) {
			out = append(out, Position{Policies: []string{pack.ID}, Stance: "no measure recorded"})
		}
	}
	return out
}

// stance says in a word what a measure means for the product, and whether it binds those in its scope.
func stance(m Measure) (string, bool) {
	switch {
	case m.Via == "successor":
		return "may be covered as a successor", false
	case m.Via == "affiliate":
		return "its owner is named", false
	case m.Via == "example":
		return "named as an example in a rule", false
	case m.Ban.Kind.Binding() && m.Ban.State == Advisory:
		return "advised against", false
	}
	switch m.Ban.Kind {
	case Warning:
		return "warned of", false
	case NotApproved:
		return "not approved", false
	case Request:
		return "subject of a request", false
	case Recommendation:
		return "discouraged", false
	case Advice:
		return "advised against", false
	case Resolution:
		return "urged to leave", false
	case PositionNoBan:
		return "position without ban", false
	case StoreRemoval:
		return "removed from a store", false
	case SDKRemoval, List:
		return "listed", false
	case DPAOrder:
		return "under an order", true
	case Sanction:
		return "under a sanction", true
	case WarningBinding:
		return "under a binding warning", true
	}
	return banVerb(m.Ban.Kind), true
}
