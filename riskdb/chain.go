package riskdb

import (
	"cmp"
	"fmt"
	"slices"
)

// Chain is the way from a vendor to the states whose law can reach it, as of one day. Its Basis is that of
// the weakest step on the way to State: verified only when every step is, and no surer than the least sure.
type Chain struct {
	Basis
	Vendor string // Vendor.ID
	AsOf   Date
	// Links are the steps in order: control, nearest parent first; then the state, then its laws; last, with
	// the relation "note", ties that are not control and never decide anything.
	Links []Link
	State string // Jurisdiction.Code of the nearest owner that has one; empty when none has
	// States are all the states at that same distance, State first. There is more than one only where
	// control is joint.
	States []string
	// Unsettled is the tie on the way to State whose recorded dates leave open whether it holds on the day; nil
	// where there is none. The way then allows low confidence.
	Unsettled *Edge
}

// Link is one step of a chain. From and To are names.
type Link struct {
	From       string
	Relation   string // "owned by", "controlled by", "under the law of", "subject to", "note"
	To         string
	Kind       string // of To: "vendor", "owner", "state", "law"
	ID         string // of To
	Since      Date
	Until      Date
	Share      float64 // percent, 0 when not told
	Verified   bool
	Confidence Grade
	Note       string
	Sources    []string
	Catalogued bool   // see Publisher
	Edge       string // Edge.ID of a tie
	holder     string // of a state: Vendor.ID of the owner that it reaches
}

// Allows is the most confidence that the step allows.
func (l Link) Allows() Confidence {
	if l.Catalogued {
		return ConfidenceModerate
	}
	return Basis{Verified: l.Verified, Confidence: l.Confidence}.Allows()
}

// step is an owner reached from a vendor, with the edges that lead there.
type step struct {
	id   string
	path []*Edge
}

// Chain finds the owners of a vendor and the states whose law can reach it.
//
// Only control leads on. The state is that of the nearest owner that has one, beginning with the vendor
// itself; but where the vendor was in the control of an owner whose control has since ended, that owner's
// state counts for the days it covered. An unknown vendor has an empty chain.
func (db *DB) Chain(vendorID string, asOf Date) Chain {
	c := Chain{Vendor: vendorID, AsOf: asOf}
	if db.vendors[vendorID] == nil {
		return c
	}
	steps := db.climb(vendorID, asOf)
	for _, s := range steps[1:] {
		c.Links = append(c.Links, db.controlLink(s.path[len(s.path)-1]))
	}
	found := db.nearestStates(steps, asOf)
	seen := map[string]bool{}
	for i, s := range found {
		v := db.vendors[s.id]
		if seen[s.id] { // reached over two edges
			continue
		}
		seen[s.id] = true
		if i == 0 {
			c.Basis, c.State = db.weakest(s), v.Jurisdiction
			if c.Unsettled = unsettled(s.path, asOf); c.Unsettled != nil {
				c.Basis.Confidence = GradeLow
			}
		}
		if !slices.Contains(c.States, v.Jurisdiction) {
			c.States = append(c.States, v.Jurisdiction)
		}
		c.Links = append(c.Links, db.stateLink(v))
	}
	for _, code := range c.States {
		c.Links = append(c.Links, db.lawLinks(code, asOf)...)
	}
	c.Links = append(c.Links, db.notes(steps, asOf)...)
	return c
}

// climb lists the vendor and everything above it by control, nearest first. A cycle is walked once; an owner
// reached on two ways keeps both as links, and the shorter one as its path.
func (db *DB) climb(id string, asOf Date) []step {
	steps := []step{{id: id}}
	seen := map[string]bool{id: true}
	usedEdge := map[*Edge]bool{}
	for i := 0; i < len(steps); i++ {
		s := steps[i]
		if len(s.path) > 0 && seen[s.id+"\x00above"] {
			continue // a second way to the same owner: its parents are there already
		}
		seen[s.id+"\x00above"] = true
		for _, e := range db.parents[s.id] {
			if !e.Control() || !e.Holds(asOf) || usedEdge[e] || e.Parent == id {
				continue
			}
			usedEdge[e] = true
			steps = append(steps, step{e.Parent, append(slices.Clone(s.path), e)})
			seen[e.Parent] = true
		}
	}
	return steps
}

// nearestStates picks, among the steps, the nearest owners that have a state; the surest first.
func (db *DB) nearestStates(steps []step, asOf Date) []step {
	var candidates []step
	for _, s := range steps {
		if v := db.vendors[s.id]; v != nil && v.Jurisdiction != "" {
			candidates = append(candidates, s)
		}
	}
	if past := slices.DeleteFunc(slices.Clone(candidates), func(s step) bool { return !db.endedSince(s, asOf) }); len(past) > 0 {
		candidates = past
	}
	if len(candidates) == 0 {
		return nil
	}
	candidates = db.beyondLinked(candidates)
	depth := len(candidates[0].path)
	for _, s := range candidates {
		depth = min(depth, len(s.path))
	}
	nearest := slices.DeleteFunc(candidates, func(s step) bool { return len(s.path) > depth })
	slices.SortStableFunc(nearest, func(a, b step) int {
		wa, wb := db.weakest(a), db.weakest(b)
		if wa.Verified != wb.Verified {
			if wa.Verified {
				return -1
			}
			return 1
		}
		return cmp.Or(wb.Confidence.Rank()-wa.Confidence.Rank(), cmp.Compare(a.id, b.id))
	})
	return nearest
}

// beyondLinked leaves the owners in states that the texts name, where the nearest owner sits in a state that is only
// linked with such a one: a seat in Hong Kong does not end the way to an owner in China.
func (db *DB) beyondLinked(candidates []step) []step {
	nearest := slices.MinFunc(candidates, func(a, b step) int { return len(a.path) - len(b.path) })
	if !db.states[db.vendors[nearest.id].Jurisdiction].Linked() {
		return candidates
	}
	named := slices.DeleteFunc(slices.Clone(candidates), func(s step) bool { return !db.states[db.vendors[s.id].Jurisdiction].Priority() })
	if len(named) == 0 {
		return candidates
	}
	return named
}

// endedSince reports whether the vendor was in this owner's control on the day and no longer is, as far as
// the database knows: what is recorded of the vendor itself is its present state.
func (db *DB) endedSince(s step, asOf Date) bool {
	return len(s.path) > 0 && s.path[0].Until != "" && s.path[0].Until.Ended(db.release.Date) && s.path[0].Holds(asOf)
}

// weakest is what the way to an owner's state rests on: the owner's own record, weakened by every edge.
func (db *DB) weakest(s step) Basis {
	b := db.vendors[s.id].Basis
	b.Sources = slices.Clone(b.Sources)
	for _, e := range s.path {
		if !e.Verified && b.Verified {
			b.Verified, b.UnverifiedReason = false, e.UnverifiedReason
		}
		if e.Confidence.Rank() < b.Confidence.Rank() {
			b.Confidence = e.Confidence
		}
		for _, id := range e.Sources {
			if !slices.Contains(b.Sources, id) {
				b.Sources = append(b.Sources, id)
			}
		}
	}
	return b
}

func (db *DB) controlLink(e *Edge) Link {
	relation := "owned by"
	if e.Kind == Controls {
		relation = "controlled by"
	}
	return db.edgeLink(e, e.Child, relation, e.Parent, e.Note)
}

func (db *DB) edgeLink(e *Edge, from, relation, to, note string) Link {
	l := Link{From: db.name(from), Relation: relation, To: db.name(to), Kind: "owner", ID: to, Since: e.From, Until: e.Until, Share: e.Share,
		Verified: e.Verified, Confidence: e.Confidence, Note: note, Sources: e.Sources, Edge: e.ID}
	if db.vendors[to] != nil {
		l.Kind = "vendor"
	}
	return l
}

func (db *DB) stateLink(v *Vendor) Link {
	l := Link{From: v.Name, Relation: "under the law of", To: v.Jurisdiction, Kind: "state", ID: v.Jurisdiction, holder: v.ID,
		Verified: v.Verified, Confidence: v.Confidence, Note: v.UnverifiedReason, Sources: v.Sources}
	if j := db.states[v.Jurisdiction]; j != nil {
		l.To = j.Name
	}
	return l
}

func (db *DB) lawLinks(code string, asOf Date) []Link {
	j := db.states[code]
	if j == nil {
		return nil
	}
	var out []Link
	for i := range j.Laws {
		l := &j.Laws[i]
		if !l.Date.Begun(asOf) {
			continue
		}
		note := l.Note
		if l.Counterpoint != nil {
			note = joinSentences(l.Counterpoint.Text, note)
		}
		out = append(out, Link{From: j.Name, Relation: "subject to", To: l.Cite(), Kind: "law", ID: l.ID, Since: l.Date,
			Verified: l.Verified, Confidence: l.Confidence, Note: note, Sources: l.Sources})
	}
	return out
}

func joinSentences(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + ". " + b
}

// notes lists ties beside the chain: minority holders, golden shares, joint ventures and deals at any owner
// on the way, owners that left, golden shares in what the vendor controls, and joint ventures that hold a part
// of its business.
func (db *DB) notes(steps []step, asOf Date) []Link {
	var out []Link
	seen := map[*Edge]bool{}
	add := func(e *Edge, from, to string) {
		if seen[e] || (e.Kind != Former && !e.Holds(asOf)) || (e.Kind == Former && !e.From.Begun(asOf)) {
			return
		}
		seen[e] = true
		out = append(out, db.edgeLink(e, from, "note", to, noteText(e)))
	}
	for _, s := range steps {
		for _, e := range db.parents[s.id] {
			if !e.Control() || !e.Holds(asOf) && e.Kind == Former {
				add(e, e.Child, e.Parent)
			}
		}
	}
	vendor := steps[0].id
	for _, id := range db.Descendants(vendor, asOf) {
		for _, e := range db.parents[id] {
			if e.Kind == GoldenShare {
				add(e, e.Child, e.Parent)
			}
		}
	}
	for _, e := range db.children[vendor] {
		if e.Kind == Minority && db.isVenture(e.Child) {
			add(e, vendor, e.Child)
		}
	}
	return out
}

func (db *DB) isVenture(id string) bool {
	return slices.ContainsFunc(db.parents[id], func(e *Edge) bool { return e.Kind == JointVenture })
}

func noteText(e *Edge) string {
	kind := map[EdgeKind]string{Minority: "minority holding", GoldenShare: "golden share", JointVenture: "joint venture",
		Former: "former owner", AnnouncedDeal: "announced, not known to be completed"}[e.Kind]
	if e.Note == "" {
		return kind
	}
	return fmt.Sprintf("%s: %s", kind, e.Note)
}
