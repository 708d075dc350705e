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
		if p := &db.Products[i]; db.vendors[p.Vendor] == nil {
			return missing("product", p.ID, "vendor", p.Vendor)
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
