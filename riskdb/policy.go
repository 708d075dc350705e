package riskdb

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// DefaultPolicy is applied when none is chosen.
const DefaultPolicy = "be"

// Policies are the packs chosen for a judgement. The zero value applies no measure and no rule at all.
type Policies struct {
	list       []*Policy
	order      map[string]int // authority to its place
	all        bool
	rules      []packRule
	allow      []*Policy // those with an allow list
	exceptions []Exception
	groups     []DeviceGroup
	sources    map[string]*Source // of the packs' own files
	stop       func() error       // see Until
}

// packRule is a rule with the pack that it is of and its compiled condition.
type packRule struct {
	*PackRule
	name string // PACK/RULE
	when Condition
}

// Selection is what is chosen for a judgement.
type Selection struct {
	Packs      []*Policy   // of the database or of files, before they are extended
	Library    []*Policy   // further packs that those may extend; the packs of the database are known
	Exceptions []Exception // beside those of the packs
	Groups     []DeviceGroup
	Sources    []Source // that the packs name and the database does not have
	// Compile makes the condition of a rule. It may be nil where no rule has one; package riskdb/policy has one
	// for CEL.
	Compile func(when string) (Condition, error)
}

// SelectPolicies finds policies by ID, in the order given, which is also the order of their authorities in a
// finding. The ID "none" chooses no measure. Packs whose rules have conditions need [DB.Compose].
func (db *DB) SelectPolicies(ids ...string) (Policies, error) {
	var s Selection
	for _, id := range ids {
		if id == "none" {
			continue
		}
		found := db.Policy(id)
		if found == nil {
			return Policies{}, fmt.Errorf("there is no policy %q; choose from: none, %s", id, strings.Join(db.PolicyIDs(), ", "))
		}
		s.Packs = append(s.Packs, found)
	}
	return db.Compose(s)
}

// Compose makes the policies of a judgement. A pack that is chosen twice counts once.
func (db *DB) Compose(s Selection) (Policies, error) {
	p := Policies{order: map[string]int{}, exceptions: s.Exceptions, groups: slices.Clone(s.Groups), sources: map[string]*Source{}}
	for i := range s.Sources {
		p.sources[s.Sources[i].ID] = &s.Sources[i]
	}
	find := func(id string) *Policy {
		for _, pack := range slices.Concat(s.Packs, s.Library) {
			if pack.ID == id {
				return pack
			}
		}
		return db.Policy(id)
	}
	for _, pack := range s.Packs {
		flat, err := Extend(pack, find)
		if err != nil {
			return p, err
		}
		if slices.ContainsFunc(p.list, func(q *Policy) bool { return q.ID == flat.ID }) {
			continue
		}
		if err := p.take(flat, s.Compile); err != nil {
			return p, err
		}
	}
	return p, nil
}

// take adds one pack.
func (p *Policies) take(pack *Policy, compile func(string) (Condition, error)) error {
	p.list = append(p.list, pack)
	p.all = p.all || pack.All
	for _, authority := range pack.Authorities {
		if _, ok := p.order[authority]; !ok {
			p.order[authority] = len(p.order)
		}
	}
	if len(pack.Allow) > 0 {
		p.allow = append(p.allow, pack)
	}
	p.groups = append(p.groups, pack.Groups...)
	p.exceptions = append(slices.Clip(p.exceptions), pack.Exceptions...)
	for i := range pack.Rules {
		r := packRule{PackRule: &pack.Rules[i], name: pack.ID + "/" + pack.Rules[i].ID}
		if r.When != "" {
			if compile == nil {
				return fmt.Errorf("rule %q has a condition, which nothing here can read", r.name)
			}
			var err error
			if r.when, err = compile(r.When); err != nil {
				return fmt.Errorf("rule %q: %w", r.name, err)
			}
		}
		p.rules = append(p.rules, r)
	}
	return nil
}

// maxExtends is how many packs may stand one on the other.
const maxExtends = 16

// Extend gives the pack together with everything it takes over from those that it extends, nearest last: a rule of
// the same ID is replaced, an override that comes later wins, everything else adds up.
func Extend(pack *Policy, find func(id string) *Policy) (*Policy, error) {
	return extend(pack, find, nil)
}

func extend(pack *Policy, find func(string) *Policy, below []string) (*Policy, error) {
	if slices.Contains(below, pack.ID) {
		return nil, fmt.Errorf("policy %q extends itself: %s", pack.ID, strings.Join(append(below, pack.ID), " → "))
	}
	if len(below) >= maxExtends {
		return nil, errors.New("policies extend one another more than 16 deep")
	}
	out := *pack
	if len(pack.Extends) == 0 {
		return &out, nil
	}
	var base Policy
	for _, id := range pack.Extends {
		found := find(id)
		if found == nil {
			return nil, fmt.Errorf("policy %q extends %q, which there is not", pack.ID, id)
		}
		flat, err := extend(found, find, append(slices.Clip(below), pack.ID))
		if err != nil {
			return nil, err
		}
		base = merge(&base, flat)
	}
	out = merge(&base, pack)
	return &out, nil
}

// merge puts a pack on top of another.
func merge(base, top *Policy) Policy {
	out := *top
	out.All = base.All || top.All
	out.Authorities = union(base.Authorities, top.Authorities)
	out.Jurisdictions = union(base.Jurisdictions, top.Jurisdictions)
	out.Sources = union(base.Sources, top.Sources)
	out.Severity = slices.Concat(base.Severity, top.Severity)
	out.Allow = slices.Concat(base.Allow, top.Allow)
	out.Rules = byID(base.Rules, top.Rules, func(r PackRule) string { return r.ID })
	out.Groups = byID(base.Groups, top.Groups, func(g DeviceGroup) string { return g.ID })
	out.Exceptions = byID(base.Exceptions, top.Exceptions, func(e Exception) string { return e.ID })
	out.Note = bothNotes(top.Note, base.Note)
	return out
}

// bothNotes keeps what a pack that is built upon says for readers, such as whom a measure does not bind: it is as
// true of the pack above.
func bothNotes(above, below string) string {
	switch {
	case above == "" || strings.Contains(below, above):
		return below
	case below == "" || strings.Contains(above, below):
		return above
	}
	return ensureStop(above) + " " + below
}

func union(a, b []string) []string {
	out := slices.Clone(a)
	for _, s := range b {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// byID joins two lists; a row of the second stands in place of the one of the same ID in the first.
func byID[T any](base, top []T, id func(T) string) []T {
	out := slices.Clone(base)
	for _, row := range top {
		if i := slices.IndexFunc(out, func(x T) bool { return id(x) == id(row) }); i >= 0 {
			out[i] = row
		} else {
			out = append(out, row)
		}
	}
	return out
}

func (p Policies) applies(b *Ban) bool {
	_, ok := p.order[b.AuthorityID]
	return ok || p.all
}

// place orders authorities: those named by a policy first, in its order.
func (p Policies) place(b *Ban) int { return p.placeOf(b.AuthorityID) }

func (p Policies) placeOf(authority string) int {
	if i, ok := p.order[authority]; ok {
		return i
	}
	return len(p.order)
}

// List gives the packs, each with what it extends.
func (p Policies) List() []*Policy { return p.list }

// Policy finds a pack of the database by ID, nil when there is none.
func (db *DB) Policy(id string) *Policy { return db.policy(id) }

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

// Near lists the states, or parts of states, whose authorities the policies apply, in the order of the
// policies, with the European Union, whose institutions a reader in a member state looks for next.
func (db *DB) Near(p Policies) []string {
	authorities := slices.Clone(db.Authorities)
	slices.SortStableFunc(authorities, func(a, b Authority) int { return p.placeOf(a.ID) - p.placeOf(b.ID) })
	out := []string{}
	for i := range authorities {
		a := &authorities[i]
		if _, ok := p.order[a.ID]; (ok || p.all) && !slices.Contains(out, a.Jurisdiction) {
			out = append(out, a.Jurisdiction)
		}
	}
	if !slices.Contains(out, "EU") {
		out = append(out, "EU")
	}
	return out
}
