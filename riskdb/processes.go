package riskdb

import (
	"fmt"
	"slices"

	"quaestor/scanners/inventory"
)

// processes recognises security software by what runs. A mark that several products share needs a second one;
// software that an installed app already shows is not reported twice.
func (a *assessor) processes() {
	seen := map[string]bool{} // device and product
	for _, app := range a.inv.Apps {
		if p := a.out.Products[app.ID]; p != nil {
			seen[app.Device+"\x00"+p.ID] = true
		}
	}
	type mark struct {
		product *Product
		hits    []*inventory.SecurityProduct
		ids     []*Identifier
	}
	marks := map[string]*mark{}
	var order []string
	for i := range a.inv.SecurityProducts {
		sp := &a.inv.SecurityProducts[i]
		for _, m := range a.marksOf(sp) {
			key := sp.Device + "\x00" + m.Product.ID
			if seen[key] {
				continue
			}
			if marks[key] == nil {
				marks[key] = &mark{product: m.Product}
				order = append(order, key)
			}
			marks[key].hits = append(marks[key].hits, sp)
			marks[key].ids = append(marks[key].ids, m.Identifier)
		}
	}
	for _, key := range order {
		m := marks[key]
		if tells(m.ids) {
			a.running(m.product, m.hits, m.ids)
		}
	}
}

// tells reports whether marks are enough for a product: one of its own, or two different shared ones.
func tells(ids []*Identifier) bool {
	return slices.ContainsFunc(ids, func(id *Identifier) bool {
		return !id.Shared || id.Value != ids[0].Value
	})
}

func (a *assessor) marksOf(sp *inventory.SecurityProduct) []Match {
	var out []Match
	if sp.Process != "" {
		out = append(out, a.db.LookupIdentifier(inventory.Process, sp.Process)...)
	}
	if sp.Service != "" {
		out = append(out, a.db.LookupIdentifier(ServiceName, sp.Service)...)
	}
	kept := out[:0]
	for _, m := range out {
		if m.Product != nil {
			kept = append(kept, m)
		}
	}
	return kept
}

// running judges security software that was seen running, as if it were an app of its own.
func (a *assessor) running(p *Product, hits []*inventory.SecurityProduct, ids []*Identifier) {
	sp := hits[0]
	app := &inventory.App{ID: sp.ID, Device: sp.Device, IdentifierKind: inventory.Process, Identifier: sp.Process, Name: p.Name, Origins: sp.Origins}
	if app.Identifier == "" {
		app.IdentifierKind, app.Identifier = ServiceName, sp.Service
	}
	f := &facts{app: app, product: p, vendor: a.db.Vendor(p.Vendor)}
	for i, hit := range hits {
		e := Evidence{Kind: ByProcess, Supports: true, Reliability: 'B', Credibility: 3,
			Detail: fmt.Sprintf("Running or enabled: %q.", firstOf(hit.Process, hit.Service))}
		if len(hit.Origins) > 0 {
			e.Origin = hit.Origins[0]
		}
		if ids[i].Shared || ids[i].Allows() == ConfidenceLow {
			e.Credibility = 4
		}
		f.identity = append(f.identity, e)
	}
	a.measures(f)
	a.jurisdiction(f)
	a.remoteAccess(f)
}

func firstOf(s ...string) string {
	for _, x := range s {
		if x != "" {
			return x
		}
	}
	return ""
}
