package riskdb

import (
	"fmt"
	"slices"
	"strings"
)

// DefaultPolicy is applied when none is chosen.
const DefaultPolicy = "be"

// Policies are the policies chosen for a judgement. The zero value applies no measure at all.
type Policies struct {
	list  []*Policy
	order map[string]int // authority to its place
	all   bool
}

// SelectPolicies finds policies by ID, in the order given, which is also the order of their authorities in a
// finding. The ID "none" chooses no measure.
func (db *DB) SelectPolicies(ids ...string) (Policies, error) {
	p := Policies{order: map[string]int{}}
	for _, id := range ids {
		if id == "none" {
			continue
		}
		found := db.policy(id)
		if found == nil {
			return p, fmt.Errorf("there is no policy %q; choose from: none, %s", id, strings.Join(db.PolicyIDs(), ", "))
		}
		if slices.Contains(p.list, found) {
			continue
		}
		p.list = append(p.list, found)
		p.all = p.all || found.All
		for _, authority := range found.Authorities {
			if _, ok := p.order[authority]; !ok {
				p.order[authority] = len(p.order)
			}
		}
	}
	return p, nil
}

func (p Policies) applies(b *Ban) bool {
	_, ok := p.order[b.AuthorityID]
	return ok || p.all
}

// place orders authorities: those named by a policy first, in its order.
func (p Policies) place(b *Ban) int {
	if i, ok := p.order[b.AuthorityID]; ok {
		return i
	}
	return len(p.order)
}

func (db *DB) policy(id string) *Policy {
	for i := range db.Policies {
		if db.Policies[i].ID == id {
			return &db.Policies[i]
		}
	}
	return nil
}

// PolicyIDs lists the policies of the database.
func (db *DB) PolicyIDs() []string {
	ids := make([]string, 0, len(db.Policies))
	for i := range db.Policies {
		ids = append(ids, db.Policies[i].ID)
	}
	slices.Sort(ids)
	return ids
}
