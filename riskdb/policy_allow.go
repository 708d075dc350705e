package riskdb

import (
	"fmt"
	"slices"
)

// allowed reports an app that a pack with an allow list does not allow.
func (a *assessor) allowed(f *facts) {
	if len(a.policies.allow) == 0 || f.standing != nil && f.standing.confidence == ConfidenceLow { // a list of what may be installed is none of what the account once got
		return
	}
	about := a.about(f)
	for _, pack := range a.policies.allow {
		if f.app.NotInstalled || slices.ContainsFunc(pack.Allow, func(w Allowance) bool { return a.allows(&w, about) }) {
			continue
		}
		label := a.label(f)
		a.add(f, Finding{Rule: RuleNotAllowed, Axis: Compliance, Severity: Low, Action: Review, PolicyRule: pack.ID + "/allow",
			Title:      fmt.Sprintf("%s: not on the list of allowed apps", label),
			Reason:     fmt.Sprintf("The policy %q allows what it lists, and this app is not on the list. That says nothing about the app but that nobody has approved it.", pack.ID),
			Confidence: Combine(a.ground(f, grounds{})), Evidence: a.ground(f, grounds{}),
			Params: map[string]string{"policy": pack.ID, "product": label}})
	}
}

// allows reports whether an entry of an allow list covers an app. An app under the identifier of a product but
// with a signer of somebody else is not that product.
func (a *assessor) allows(w *Allowance, x *Facts) bool {
	if w.System && x.Origin() != "system" || !oneOf(w.Kinds, string(x.App.IdentifierKind)) || !oneOf(w.Installers, x.App.Installer) {
		return false
	}
	if len(w.Apps) > 0 && (x.f.foreign || !anyGlob(w.Apps, x.App.Identifier)) {
		return false
	}
	if len(w.Products) > 0 && (x.Product == nil || x.f.foreign || x.f.byNameOnly || !slices.Contains(w.Products, x.Product.ID)) {
		return false
	}
	if len(w.Owners) > 0 {
		if x.f.foreign || x.f.byNameOnly {
			return false
		}
		if _, owned := a.ownerAllows(x, w.Owners); !owned {
			return false
		}
	}
	return w.System || len(w.Kinds)+len(w.Installers)+len(w.Apps)+len(w.Products)+len(w.Owners) > 0
}
