package riskdb

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"quaestor/scanners/inventory"
)

// standing collects the measures that stand on the day and that the policies choose, and what they cover by
// identifier or name, so that each app costs a look-up.
func (p Policies) standing(db *DB, asOf Date) (bans []*Ban, named map[string][]Measure) {
	named = map[string][]Measure{}
	for i := range db.Bans {
		b := &db.Bans[i]
		if !p.applies(b) || !(b.Stands(asOf) || saysNone(b, asOf)) {
			continue
		}
		bans = append(bans, b)
		for j := range b.Targets {
			t := &b.Targets[j]
			if t.Covers != CoversSoftware || !t.From.Passed(asOf) {
				continue
			}
			for _, id := range t.Identifiers {
				key := identifierKey(id.Kind, id.Value)
				named[key] = append(named[key], Measure{Ban: b, Via: "product", Target: t, named: &id})
			}
		}
	}
	return bans, named
}

// saysNone reports whether the authority has said, by that day, that it has no ban. Such a position is shown so
// that nobody takes the ban of another authority for its own.
func saysNone(b *Ban, asOf Date) bool {
	return b.Kind == PositionNoBan && b.State != Revoked && b.Begins().Begun(asOf)
}

// First is the day on which a measure began, counted from the first of those that it prolongs.
func (db *DB) First(b *Ban) Date {
	first, seen := b.Begins(), map[string]bool{b.ID: true}
	for again := true; again; {
		again = false
		for i := range db.Bans {
			old := &db.Bans[i]
			if seen[old.SupersededBy] && !seen[old.ID] && old.Kind.Binding() && old.AuthorityID == b.AuthorityID {
				seen[old.ID], again = true, true
				if d := old.Begins(); d != "" && (first == "" || d.Compare(first) < 0) {
					first = d
				}
			}
		}
	}
	return first
}

// notable reports whether an app that merely bears the product's name is worth a question.
func (a *assessor) notable(p *Product) bool {
	if r := a.reach(p); r.priority && r.allows.Rank() >= ConfidenceModerate.Rank() {
		return true
	}
	for _, m := range a.measuresOf(p) {
		if m.rule() != RuleAdvice && (m.Via == "product" || m.Via == "owner") {
			return true
		}
	}
	return false
}

func identifierKey(kind inventory.IdentifierKind, value string) string {
	return string(kind) + "\x00" + value
}

// measures reports the bans that cover an app, apart from them the other binding measures, and apart from both the
// warnings and positions, so that no ban is hidden behind a warning and no warning looks like a ban.
func (a *assessor) measures(f *facts) {
	var all []Measure
	if f.product != nil {
		all = a.measuresOf(f.product)
	} else {
		all = a.named[identifierKey(f.app.IdentifierKind, f.app.Identifier)]
	}
	if len(all) == 0 {
		return
	}
	of := map[string][]Measure{}
	for _, m := range all {
		of[m.rule()] = append(of[m.rule()], m)
	}
	a.binding(f, RuleBan, of[RuleBan], true)
	a.binding(f, RuleMeasure, of[RuleMeasure], len(of[RuleBan]) == 0)
	a.advice(f, of[RuleAdvice], len(of[RuleBan])+len(of[RuleMeasure]) == 0)
}

// measuresOf finds every measure that covers a product, in the order of the policies.
func (a *assessor) measuresOf(p *Product) []Measure {
	if found, ok := a.measured[p.ID]; ok {
		return found
	}
	var found []Measure
	for _, b := range a.bans {
		if m, ok := a.covers(b, p); ok {
			found = append(found, m)
		}
	}
	slices.SortStableFunc(found, func(x, y Measure) int {
		return cmp.Or(cmp.Compare(a.policies.place(x.Ban), a.policies.place(y.Ban)),
			y.Ban.Begins().Compare(x.Ban.Begins()), cmp.Compare(x.Ban.ID, y.Ban.ID))
	})
	a.measured[p.ID] = found
	return found
}

// covers tells how a ban reaches a product: most direct way first.
func (a *assessor) covers(b *Ban, p *Product) (Measure, bool) {
	best, rank := Measure{Ban: b}, len(viaOrder)
	for i := range b.Targets {
		t := &b.Targets[i]
		if !t.From.Passed(a.asOf) {
			continue
		}
		if via := a.via(t, p); via != "" {
			if r := slices.Index(viaOrder, via); r < rank {
				best, rank = Measure{Ban: b, Via: via, Target: t}, r
			}
		}
	}
	return best, best.Via != ""
}

// viaOrder puts the ways that settle that a product is covered before those that leave it to the authority.
var viaOrder = []string{"product", "owner", "jurisdiction", "category", "affiliate", "successor", "example"}

func (a *assessor) via(t *Target, p *Product) string {
	switch {
	case t.Covers == CoversCriteria:
		if slices.ContainsFunc(t.Examples, func(e string) bool { return searchFold(e) == searchFold(p.Name) }) {
			return "example"
		}
		return ""
	case t.Covers != CoversSoftware:
		return ""
	case slices.Contains(t.Products, p.ID):
		return "product"
	case t.Owner && t.Vendor != "" && a.surelyOwnedBy(p, t.Vendor):
		if t.NamedOnly && a.company(p) != t.Vendor {
			return "affiliate"
		}
		return "owner"
	case len(t.Jurisdictions) > 0 && a.seatedIn(p, t.Jurisdictions):
		return "jurisdiction"
	case t.Category != "" && t.Category == p.Category:
		return "category"
	case t.Successors && t.Vendor != "" && a.ownedBy(p, t.Vendor):
		return "successor"
	}
	return ""
}

func (a *assessor) ownedBy(p *Product, owner string) bool {
	vendor := p.Vendor
	if !a.db.Publisher(p, a.asOf).Holds {
		return false
	}
	return vendor == owner || slices.Contains(a.db.Ancestors(vendor, a.asOf), owner)
}

// surelyOwnedBy leaves out owners over a tie that may not hold on the day: what accuses needs one that does.
func (a *assessor) surelyOwnedBy(p *Product, owner string) bool {
	if !a.ownedBy(p, owner) {
		return false
	}
	if e := a.db.edge(p.PublisherEdge); e != nil && !e.Settled(a.asOf) {
		return false
	}
	for _, s := range a.db.climb(p.Vendor, a.asOf) {
		if s.id == owner && unsettled(s.path, a.asOf) == nil {
			return true
		}
	}
	return false
}

// company is who publishes a product itself: the company that its own ownership record names, else its vendor.
func (a *assessor) company(p *Product) string {
	if e := a.db.edge(p.PublisherEdge); e != nil {
		return e.Child
	}
	return p.Vendor
}

// seatedIn never reaches for an unverified owner: a rule by state needs a state that somebody has checked.
func (a *assessor) seatedIn(p *Product, states []string) bool {
	r := a.reach(p)
	return r.state != nil && r.allows.Rank() >= ConfidenceModerate.Rank() && slices.Contains(states, r.state.Code)
}

// binding reports measures of one kind of force. Leading tells that nothing graver is reported about the app, so that
// what each authority says stands here.
func (a *assessor) binding(f *facts, rule string, list []Measure, leading bool) {
	if len(list) == 0 {
		return
	}
	list = a.leading(list)
	lead := list[0]
	confidence, evidence := a.measureConfidence(f, lead)
	fd := Finding{Rule: rule, Axis: Compliance, Severity: banSeverity(lead.Ban), Action: banAction(f, lead.Ban),
		Confidence: confidence, Evidence: evidence, Measures: list,
		Title:  fmt.Sprintf("%s is %s by %s", a.label(f), banVerb(lead.Ban.Kind), lead.Ban.Authority),
		Reason: a.banReason(lead), Caveat: a.banCaveat(f, lead),
		Params: a.banParams(a.label(f), lead)}
	if lead.Via != "product" && f.vendor != nil {
		fd.Chain = a.chain(f)
	} else if f.vendor != nil && a.reach(f.product).priority {
		fd.Chain = a.chain(f)
	}
	if leading {
		a.positions(&fd, f.product)
	}
	a.add(f, fd)
}

// leading puts the measure that asks most of a device first, and leaves out those that another in the list
// supersedes.
func (a *assessor) leading(list []Measure) []Measure {
	present := map[string]bool{}
	for _, m := range list {
		present[m.Ban.ID] = true
	}
	list = slices.DeleteFunc(slices.Clone(list), func(m Measure) bool { return present[m.Ban.SupersededBy] })
	slices.SortStableFunc(list, func(x, y Measure) int { return banSeverity(y.Ban).Rank() - banSeverity(x.Ban).Rank() })
	return list
}

func (a *assessor) measureConfidence(f *facts, m Measure) (Confidence, []Evidence) {
	evidence := slices.Clone(f.identity)
	if f.product == nil && m.named != nil {
		e := identifierEvidence(f.app, m.named)
		e.Detail = fmt.Sprintf("%s The measure names it %q.", e.Detail, m.Target.Name)
		evidence = append(evidence, e)
	}
	confidence := Combine(evidence).Weaker(m.Ban.Allows())
	evidence = append(evidence, m.Ban.evidence("bans/"+m.Ban.ID, fmt.Sprintf("The risk database records the measure %s as %s.", m.Ban.ID, strings.ReplaceAll(string(m.Ban.State), "-", " "))))
	if m.Via != "product" && f.vendor != nil {
		r := a.reach(f.product)
		confidence = confidence.Weaker(r.allows)
	}
	return confidence, evidence
}

func (a *assessor) advice(f *facts, list []Measure, alone bool) {
	if len(list) == 0 {
		return
	}
	lead := list[0]
	confidence, evidence := a.measureConfidence(f, lead)
	fd := Finding{Rule: RuleAdvice, Axis: Compliance, Severity: Info, Action: Inform,
		Confidence: confidence, Evidence: evidence, Measures: list,
		Title:  fmt.Sprintf("%s: %s of %s", a.label(f), adviceNoun(lead), lead.Ban.Authority),
		Reason: a.banReason(lead) + " " + adviceForce(lead), Params: a.banParams(a.label(f), lead),
		Caveat: identityCaveat(f)}
	for _, m := range list {
		if m.Ban.Kind == Warning || m.Ban.Kind == Recommendation || m.Ban.Kind == Advice || m.Ban.Kind == NotApproved || m.Ban.Kind.Binding() {
			fd.Severity, fd.Action = Low, Review
		}
	}
	if alone { // else they stand with what binds
		a.positions(&fd, f.product)
	}
	a.add(f, fd)
}

// adviceForce says what a measure that is no ban of the app is instead.
func adviceForce(m Measure) string {
	switch {
	case m.Via == "successor":
		return "It also covers successors of the product it names; whether this app is one is for the authority to decide."
	case m.Via == "affiliate":
		return "It names the owner; whether a company it controls is meant is for the authority to decide."
	case m.Via == "example":
		return "It is a rule by criteria, and the app is named as an example of what falls under it; whether it does is for the authority to decide."
	case m.Ban.Kind == PositionNoBan || m.Ban.Kind == NoneFound:
		return "The authority has not banned it."
	case m.Ban.Kind.Binding():
		return "It does not by itself forbid the app on a device."
	}
	return "It is not a ban."
}

// banSeverity grades what a measure asks of a device. A measure that orders the app off devices is high; one
// that acts elsewhere (a network, a market, a company) or that obliges to weigh a risk is context for the device.
func banSeverity(b *Ban) Severity {
	switch b.Kind {
	case BanOrder, BanExtension, Restriction, PolicyRule:
		return High
	case WarningBinding, NetworkBlock, MarketBan, DPAOrder:
		return Medium
	}
	return Low
}

func banAction(f *facts, b *Ban) Action {
	switch b.Kind {
	case BanOrder, BanExtension, Restriction, PolicyRule:
		if f.product != nil && (f.product.Kind == SecurityProduct || f.product.Category == "security") {
			return Replace
		}
		return Remove
	case NetworkBlock, MarketBan:
		return Restrict
	}
	return Review
}

func banVerb(k BanKind) string {
	switch k {
	case Restriction, PolicyRule:
		return "restricted"
	case NetworkBlock:
		return "blocked on the network"
	case MarketBan:
		return "barred from the market"
	case WarningBinding:
		return "the subject of a binding warning"
	case DPAOrder, StoreRemoval, SDKRemoval, Sanction, List:
		return "the subject of a measure"
	}
	return "banned"
}

func adviceNoun(m Measure) string {
	switch {
	case m.Via == "successor":
		return "possibly covered as a successor by the ban"
	case m.Via == "affiliate":
		return "its owner is named in a " + strings.ReplaceAll(string(m.Ban.Kind), "-", " ")
	case m.Via == "example":
		return "named as an example in a rule"
	case m.Ban.Kind == PositionNoBan || m.Ban.Kind == NoneFound:
		return "position without a ban"
	case m.Ban.Kind == NotApproved:
		return "not on the list of approved apps"
	}
	return strings.ReplaceAll(string(m.Ban.Kind), "-", " ")
}

func (a *assessor) banReason(m Measure) string {
	b := m.Ban
	var s strings.Builder
	if b.Instrument != "" || b.Begins() != "" {
		s.WriteString(firstOf(b.Instrument, "Measure of "+b.Authority))
		switch first, d := a.db.First(b), b.Begins(); {
		case m.Target != nil && m.Target.From != "":
			fmt.Fprintf(&s, " (%s, with this entry from %s)", begins(b), m.Target.From)
		case first != d:
			fmt.Fprintf(&s, " (%s; first in force %s)", begins(b), first)
		case d != "":
			fmt.Fprintf(&s, " (%s)", begins(b))
		}
		s.WriteString(". ")
	}
	switch m.Via {
	case "affiliate":
		fmt.Fprintf(&s, "It names %q, which owns or controls the publisher. ", m.Target.Name)
	case "owner":
		fmt.Fprintf(&s, "It covers everything of the owner, in its words %q. ", m.Target.Name)
	case "jurisdiction":
		fmt.Fprintf(&s, "It covers products from %s. ", strings.Join(m.Target.Jurisdictions, ", "))
	case "category":
		fmt.Fprintf(&s, "It covers the category %q. ", m.Target.Category)
	}
	fmt.Fprintf(&s, "Scope: %s", ensureStop(b.Scope))
	if b.Deadline != "" {
		fmt.Fprintf(&s, " To be obeyed by %s.", b.Deadline)
	}
	return s.String()
}

// begins says from when a measure applies, apart from the day of its text where that is another.
func begins(b *Ban) string {
	if b.From != "" && b.From != b.Issued {
		return "in force from " + string(b.From)
	}
	return string(b.Begins())
}

func (a *assessor) banCaveat(f *facts, m Measure) string {
	var parts []string
	if len(m.Ban.NotAppliesTo) > 0 {
		parts = append(parts, "It does not bind: "+strings.ReplaceAll(strings.Join(m.Ban.NotAppliesTo, ", "), "-", " ")+".")
	}
	if m.Ban.State == InForceWhenReported {
		checked := "since"
		if m.Ban.LastChecked != "" {
			checked = "after " + string(m.Ban.LastChecked)
		}
		parts = append(parts, "It was in force when reported; its state was not checked "+checked+".")
	}
	if r := m.Ban.Review; r != "" && r.Ended(a.asOf) {
		parts = append(parts, fmt.Sprintf("Its state was to be checked again by %s.", r))
	}
	if c := identityCaveat(f); c != "" {
		parts = append(parts, c)
	}
	return strings.Join(parts, " ")
}

func (a *assessor) banParams(label string, m Measure) map[string]string {
	p := map[string]string{"product": label, "authority": m.Ban.Authority, "instrument": m.Ban.Instrument, "since": string(a.db.First(m.Ban)),
		"deadline": string(m.Ban.Deadline), "measure": m.Ban.ID, "via": m.Via}
	for k, v := range p {
		if v == "" {
			delete(p, k)
		}
	}
	return p
}

// label names the app in a text of ours: the product's name where it is known, for the app's own label is
// foreign text.
func (a *assessor) label(f *facts) string {
	if f.product != nil {
		return f.product.Name
	}
	if f.app.IdentifierKind == FileKind {
		return f.app.Name
	}
	if ms := a.named[identifierKey(f.app.IdentifierKind, f.app.Identifier)]; len(ms) > 0 {
		return ms[0].Target.Name
	}
	return f.app.Identifier
}

func ensureStop(s string) string {
	if s == "" || strings.HasSuffix(s, ".") {
		return s
	}
	return s + "."
}
