package riskdb

import (
	"fmt"
	"slices"

	"quaestor/scanners/inventory"
)

// packRules applies the organisation's own rules to an app.
func (a *assessor) packRules(f *facts) {
	if len(a.policies.rules) == 0 {
		return
	}
	about := a.about(f)
	for i := range a.policies.rules {
		r := &a.policies.rules[i]
		if a.isOff(i, f.app) || r.when != nil && a.stopped() {
			continue
		}
		if m, ok := a.matches(i, f.app, about); ok {
			a.packFinding(r, f, about, m)
			a.spend(i, stepsToFind)
		}
	}
}

// matches applies one rule to an app, and gives what it rests on.
func (a *assessor) matches(i int, app *inventory.App, about *Facts) (m grounds, ok bool) {
	r := &a.policies.rules[i]
	m, ok = a.selects(r, about)
	if !a.spend(i, stepsToLook) || !ok || r.when == nil {
		return m, ok
	}
	holds, steps, err := r.when.Match(about)
	a.spend(i, steps+stepsToBegin)
	if err != nil {
		a.failedCondition(i, app, err)
		return m, false
	}
	m.needs(r.when.Needs())
	return m, holds
}

// grounds are what a rule rested on when it matched.
type grounds struct {
	identity, owner bool
	allows          Confidence // of the way to the owner or state, "" where none was needed
	permissions     []string
	installer, code bool
}

func (m *grounds) needs(n Needs) {
	m.identity = m.identity || n.Identity || n.Owner
	m.owner = m.owner || n.Owner
	m.code = m.code || n.SDKs
	if n.Unverified {
		m.allows = ConfidenceLow
	}
}

// selects checks everything of a rule but its condition.
func (a *assessor) selects(r *packRule, x *Facts) (m grounds, ok bool) {
	if !oneOf(r.Platforms, string(x.App.Platform)) || !oneOf(r.Installers, x.App.Installer) || !(len(r.Origins) == 0 || slices.Contains(r.Origins, x.Origin())) {
		return m, false
	}
	m.installer = len(r.Installers)+len(r.Origins) > 0
	if len(r.Products)+len(r.Categories)+len(r.Owners)+len(r.Jurisdictions) > 0 {
		if x.Product == nil || !oneOf(r.Products, x.Product.ID) || !oneOf(r.Categories, x.Product.Category) {
			return m, false
		}
		m.identity = true
	}
	for _, p := range r.Permissions {
		if slices.Contains(x.Permissions(), p) {
			m.permissions = append(m.permissions, p)
		}
	}
	m.code = len(r.SDKs) > 0
	if len(r.Permissions) > 0 && len(m.permissions) == 0 || m.code && !meet(r.SDKs, x.SDKs()) {
		return m, false
	}
	if len(r.Jurisdictions) > 0 {
		if !meet(r.Jurisdictions, x.Jurisdictions()) {
			return m, false
		}
		m.owner, m.allows = true, a.reach(x.Product).allows
	}
	if len(r.Owners) > 0 {
		allows, owned := a.ownerAllows(x, r.Owners)
		if !owned {
			return m, false
		}
		m.owner = true
		m.allows = weaker(m.allows, allows)
	}
	return m, true
}

// ownerAllows finds the surest way from the app's vendor to one of the owners, and how sure it is.
func (a *assessor) ownerAllows(x *Facts, owners []string) (Confidence, bool) {
	if x.Vendor == nil {
		return "", false
	}
	publisher := a.reach(x.Product).publisher
	if !publisher.Holds {
		return "", false
	}
	best, found := Confidence(""), false
	for _, s := range a.db.climb(x.Vendor.ID, a.asOf) {
		if !slices.Contains(owners, s.id) {
			continue
		}
		allows := publisher.Allows()
		for _, e := range s.path {
			allows = allows.Weaker(e.allowsOn(a.asOf))
		}
		if !found || allows.Rank() > best.Rank() {
			best, found = allows, true
		}
	}
	return best, found
}

// weaker is the lower of two confidences, where an empty one says nothing.
func weaker(c, d Confidence) Confidence {
	if c == "" {
		return d
	}
	return c.Weaker(d)
}

func oneOf(list []string, value string) bool { return len(list) == 0 || slices.Contains(list, value) }

func meet(a, b []string) bool {
	return slices.ContainsFunc(a, func(s string) bool { return slices.Contains(b, s) })
}

// packFinding reports an app that a rule matches. It is no surer than what the rule rested on, and no more severe
// than it is sure.
func (a *assessor) packFinding(r *packRule, f *facts, x *Facts, m grounds) {
	evidence := a.ground(f, m)
	confidence := Combine(evidence)
	if m.owner && f.vendor != nil && m.allows == "" {
		m.allows = a.reach(f.product).allows
	}
	confidence = weaker(m.allows, confidence)
	if m.code && len(x.SDKs()) > 0 {
		sure, marks := x.codeMarks(r.SDKs)
		confidence, evidence = confidence.Weaker(sure), append(evidence, marks...)
	}
	label := a.label(f)
	fd := Finding{Rule: RulePolicy, PolicyRule: r.name, Axis: r.Axis, Severity: r.Severity, Action: r.Action, Confidence: confidence, Evidence: evidence,
		Title:   fmt.Sprintf("%s: %s", label, r.Title),
		Reason:  fmt.Sprintf("%s This is the rule %s of the policy.", ensureStop(r.Reason), r.name),
		Sources: r.Sources, Params: map[string]string{"policy_rule": r.name, "product": label}}
	if m.identity {
		fd.Caveat = identityCaveat(f)
	}
	if m.owner && f.vendor != nil {
		fd.Chain = a.chain(f)
	}
	if capped := within(fd.Severity, confidence); capped != fd.Severity {
		fd.Caveat = joinCaveats(fd.Caveat, fmt.Sprintf("The rule says %s, which the confidence does not carry.", fd.Severity))
		fd.Severity = capped
	}
	a.add(f, fd)
}

// ground gathers the evidence of a rule: for the product where it asked for one, else for what the device says.
func (a *assessor) ground(f *facts, m grounds) []Evidence {
	var out []Evidence
	if m.identity && f.product != nil {
		out = slices.Clone(f.identity)
	} else {
		e := Evidence{Kind: ByIdentifier, Supports: true, Reliability: 'B', Credibility: 2, Origin: origin(f.app),
			Detail: fmt.Sprintf("The source lists the %s %q.", kindWord(f.app.IdentifierKind), f.app.Identifier)}
		if nameIsAll(f.app) && f.app.IdentifierKind != inventory.WingetID {
			e.Kind, e.Detail = ByName, fmt.Sprintf("The source lists an app by the name %q.", f.app.Identifier)
		}
		out = append(out, e)
	}
	if m.identity {
		return out // what else was seen does not make the product surer
	}
	for _, p := range m.permissions {
		out = append(out, Evidence{Kind: ByPermission, Supports: true, Reliability: 'B', Credibility: 2, Detail: fmt.Sprintf("It asks for or holds %s.", p), Origin: origin(f.app)})
	}
	if m.installer {
		out = append(out, Evidence{Kind: ByInstaller, Supports: true, Reliability: 'B', Credibility: 2, Detail: fmt.Sprintf("The source names the installer %q.", f.app.Installer), Origin: origin(f.app)})
	}
	return out
}

// within is the severity, or the most that a confidence carries: critical needs high confidence, and nothing that
// is of low confidence is more than low.
func within(s Severity, c Confidence) Severity {
	most := Critical
	switch c {
	case ConfidenceModerate:
		most = High
	case ConfidenceLow, "":
		most = Low
	}
	if s.Rank() > most.Rank() {
		return most
	}
	return s
}

func joinCaveats(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return ensureStop(a) + " " + b
}
