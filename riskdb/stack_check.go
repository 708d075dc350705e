package riskdb

import "fmt"

// whole reports the first row that refers to one that is not there. The YAML is checked in full when it is
// compiled; this guards an overlay that was compiled upon another base.
func (db *DB) whole() error {
	missing := func(table, id, what, key string) error {
		return fmt.Errorf("%s %q refers to the %s %q, which is not in the stack; build the overlay again upon this base", table, id, what, key)
	}
	owner := func(id string) bool { return db.vendors[id] != nil || db.entities[id] != nil }
	for i := range db.Products {
		p := &db.Products[i]
		if db.vendors[p.Vendor] == nil {
			return missing("product", p.ID, "vendor", p.Vendor)
		}
		if err := db.unique(p); err != nil {
			return err
		}
	}
	for i := range db.Edges {
		e := &db.Edges[i]
		for _, end := range []string{e.Child, e.Parent} {
			if !owner(end) {
				return missing("edge", e.ID, "owner", end)
			}
		}
	}
	for i := range db.Bans {
		b := &db.Bans[i]
		if db.authorities[b.AuthorityID] == nil {
			return missing("measure", b.ID, "authority", b.AuthorityID)
		}
		for _, t := range b.Targets {
			for _, id := range t.Products {
				if db.products[id] == nil {
					return missing("measure", b.ID, "product", id)
				}
			}
		}
	}
	return nil
}

// unique refuses an identifier that an overlay gives to a second product: the first of two would hide the other.
func (db *DB) unique(p *Product) error {
	if db.Origin("products", p.ID) == nil {
		return nil
	}
	for i := range p.Identifiers {
		id := &p.Identifiers[i]
		for _, m := range db.LookupIdentifier(id.Kind, id.Value) {
			if id.Kind != DisplayName && m.Product != nil && m.Product != p && !(id.Shared && m.Identifier.Shared) {
				return fmt.Errorf("%s %q belongs to the products %q and %q; an overlay that means the same product has to use its id", id.Kind, id.Value, p.ID, m.Product.ID)
			}
		}
	}
	return nil
}
