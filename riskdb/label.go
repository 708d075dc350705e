package riskdb

import (
	"fmt"

	"quaestor/riskdb/resolve"
	"quaestor/scanners/inventory"
)

// contradiction records what an app says of itself against being the product: a package name costs nothing to take, and a
// modified or unrelated app often keeps a label of its own. Of an app whose signer was verified, and of one that came
// with the system, whose label is in the words of the language set, it says nothing.
func (a *assessor) contradiction(f *facts) {
	app := f.app
	if f.product == nil || f.vendor == nil || f.byNameOnly || f.genuine || app.IdentifierKind != inventory.AndroidPackage ||
		app.System || app.UpdatedSystem || app.Name == "" {
		return
	}
	if !a.contradicted(f) {
		return
	}
	f.mislabelled = true
	f.identity = append(f.identity, Evidence{Kind: ByName, Reliability: 'C', Credibility: 3, Origin: origin(app),
		Detail: fmt.Sprintf("Its label %q has nothing in common with the names of %s or its publisher.", app.Name, f.product.Name)})
}

// contradicted reports whether the label has nothing in common with the names of the product, once for all devices.
func (a *assessor) contradicted(f *facts) bool {
	key := labelOf{f.app.Name, f.app.Identifier, f.product.ID}
	yes, known := a.labels[key]
	if !known {
		yes = resolve.Contradicts(f.app.Name, f.app.Identifier, a.calledBy(f))
		a.labels[key] = yes
	}
	return yes
}

// calledBy lists what the product and those behind it are called.
func (a *assessor) calledBy(f *facts) []string {
	names := append([]string{f.product.Name, f.vendor.Name, a.db.name(a.company(f.product))}, f.product.Aliases...)
	for _, id := range f.vendor.Identifiers {
		if id.Kind == PublisherName || id.Kind == AuthenticodeSubject {
			names = append(names, id.Value)
		}
	}
	if s := a.db.SignersOf(f.app.Identifier); s != nil {
		names = append(names, s.Name)
	}
	for i := range a.db.Products { // a maker gives its name in one country to its product of another
		if p := &a.db.Products[i]; p.Vendor == f.vendor.ID {
			names = append(names, p.Name)
		}
	}
	for _, owner := range a.db.Ancestors(f.vendor.ID, a.asOf) {
		names = append(names, a.db.name(owner))
	}
	return names
}

// firstOf is the first text that is not empty.
func firstOf(s ...string) string {
	for _, x := range s {
		if x != "" {
			return x
		}
	}
	return ""
}
