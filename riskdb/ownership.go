package riskdb

// Control reports whether an edge of this kind lets the parent decide for the child.
func (k EdgeKind) Control() bool { return k == Owns || k == Controls }

// Control reports whether the parent decides for the child while the tie holds. A side that left decided until
// its last day where it held more than half.
func (e *Edge) Control() bool {
	return e.Kind.Control() || e.Kind == Former && e.Share > 50 && e.Until != ""
}

// Holds reports whether the tie holds on the day. An unknown beginning counts as begun.
func (e *Edge) Holds(asOf Date) bool { return e.From.Begun(asOf) && !e.Until.Ended(asOf) }

// Settled reports whether the tie surely holds on the day: every day that its beginning may mean has come, and the
// first that its end may mean has not passed. On the days between, somebody owned the child and the record does not tell
// who. There the tie is still drawn, because without it the chain would end early and name another state instead; but
// what accuses does not rest on it.
func (e *Edge) Settled(asOf Date) bool {
	return e.From.Passed(asOf) && (e.Until == "" || asOf.Last() <= e.Until.First())
}

// allowsOn is the most confidence that the tie allows on the day.
func (e *Edge) allowsOn(asOf Date) Confidence {
	if !e.Settled(asOf) {
		return ConfidenceLow
	}
	return e.Allows()
}

// unsettled is the first tie on the way to an owner that may not hold on the day; nil where all do.
func unsettled(path []*Edge, asOf Date) *Edge {
	for _, e := range path {
		if !e.Settled(asOf) {
			return e
		}
	}
	return nil
}

// Ancestors lists who controls a vendor or entity on the day, directly or through others, nearest first.
func (db *DB) Ancestors(id string, asOf Date) []string {
	return walk(id, db.parents, asOf, func(e *Edge) string { return e.Parent })
}

// Descendants lists whom a vendor or entity controls on the day, directly or through others, nearest first.
func (db *DB) Descendants(id string, asOf Date) []string {
	return walk(id, db.children, asOf, func(e *Edge) string { return e.Child })
}

func walk(id string, edges map[string][]*Edge, asOf Date, next func(*Edge) string) []string {
	out := []string{id}
	seen := map[string]bool{id: true}
	for i := 0; i < len(out); i++ {
		for _, e := range edges[out[i]] {
			if n := next(e); e.Control() && e.Holds(asOf) && !seen[n] {
				seen[n] = true
				out = append(out, n)
			}
		}
	}
	return out[1:]
}

// name is the name of a vendor or owner, for texts.
func (db *DB) name(id string) string {
	if v := db.vendors[id]; v != nil {
		return v.Name
	}
	if e := db.entities[id]; e != nil {
		return e.Name
	}
	return id
}
