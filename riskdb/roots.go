package riskdb

import (
	"sync"

	"quaestor/scanners/inventory"
)

// rootTable finds authorities that systems bring. Most inventories never ask for it.
type rootTable struct {
	lists laterTable[RootList]
	once  sync.Once
	known map[string]*RootList // by digest
}

// Roots lists the sets of authorities that systems bring with them.
func (db *DB) Roots() []RootList { return db.roots.lists.get(db.later, "Roots", db.Tables.Roots) }

// ShippedRoot finds the set that an authority is in, nil where it is in none. Names decide nothing: anybody can bear one.
func (db *DB) ShippedRoot(c *inventory.Certificate) *RootList {
	t := &db.roots
	t.once.Do(func() {
		t.known = map[string]*RootList{}
		lists := db.Roots()
		for i := range lists {
			for _, digests := range [][]string{lists[i].SHA1, lists[i].SHA256} {
				for _, d := range digests {
					t.known[d] = &lists[i]
				}
			}
		}
	})
	if c.SHA256 != "" && t.known[c.SHA256] != nil {
		return t.known[c.SHA256]
	}
	return t.known[c.SHA1]
}
