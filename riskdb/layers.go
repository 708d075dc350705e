package riskdb

import (
	"fmt"
	"slices"
)

// Layers lists the overlays, the lowest first. It is empty for a base alone.
func (db *DB) Layers() []*Layer { return db.layers }

// Origin is the overlay that a row comes from, nil for the base. The table has its YAML name: products, bans.
func (db *DB) Origin(table, id string) *Layer { return db.origins[rowID{table, id}] }

// Disagreements lists what the layers say differently, in the order in which they were laid; of one row when
// table and id are given, of all when both are empty.
func (db *DB) Disagreements(table, id string) []Disagreement {
	if table == "" && id == "" {
		return slices.Clone(db.disagreements)
	}
	if !db.disputed[rowID{table, id}] {
		return nil
	}
	var out []Disagreement
	for _, d := range db.disagreements {
		if d.Table == table && d.ID == id {
			out = append(out, d)
		}
	}
	return out
}

// String is the disagreement in one sentence.
func (d Disagreement) String() string {
	if d.Field == "withdrawn" {
		return fmt.Sprintf("%s withdraws %s %s of %s: %s", d.Upper.Name(), d.Table, d.ID, d.Lower.Name(), ensureStop(d.Above))
	}
	return fmt.Sprintf("%s of %s %s: %s says %q, %s says %q.", d.Field, d.Table, d.ID, d.Lower.Name(), d.Below, d.Upper.Name(), d.Above)
}

// wording are the fields in which a difference changes no conclusion.
var wording = []string{"note", "name", "title", "aliases", "state_note", "date_note", "child_named", "parent_named", "instrument"}

// disputedRows lists the rows that a finding rests on and about which the layers disagree in substance.
func (db *DB) disputedRows(f *Finding) []Disagreement {
	if len(db.disputed) == 0 {
		return nil
	}
	var out []Disagreement
	seen := map[rowID]bool{}
	look := func(table, id string) {
		if seen[rowID{table, id}] {
			return
		}
		seen[rowID{table, id}] = true
		for _, d := range db.Disagreements(table, id) {
			if !slices.Contains(wording, d.Field) {
				out = append(out, d)
			}
		}
	}
	if f.Subject.Product != nil {
		look("products", f.Subject.Product.ID)
	}
	for _, m := range f.Measures {
		look("bans", m.Ban.ID)
	}
	for _, l := range f.Chain {
		switch {
		case l.Edge != "":
			look("edges", l.Edge)
		case l.Kind == "state":
			look("vendors", l.holder)
			look("jurisdictions", l.ID)
		}
	}
	return out
}

// disputes makes a finding show that it rests on what one layer says and another denies: a piece of evidence
// against it, moderate confidence at most, and a caveat.
func (db *DB) disputes(f *Finding) {
	for _, d := range db.disputedRows(f) {
		f.Confidence = f.Confidence.Weaker(ConfidenceModerate)
		f.Evidence = append(slices.Clone(f.Evidence), d.evidence())
		f.Caveat = joinSpace(f.Caveat, "The authorities behind the risk database disagree: "+d.String())
	}
}

func (d Disagreement) evidence() Evidence {
	e := Basis{Verified: true, Confidence: GradeMedium}.evidence(d.Table+"/"+d.ID, d.String())
	e.Supports = false
	return e
}

func joinSpace(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + " " + b
}
