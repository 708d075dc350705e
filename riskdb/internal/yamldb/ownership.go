package yamldb

import (
	"slices"
	"strings"

	"quaestor/riskdb"
)

// ownership checks the edges one by one, and that control never goes round in a circle at one time.
func (v *checker) ownership() {
	for i, e := range v.set.Edges {
		r := v.set.rows["edges"][i]
		v.ref(r, child(r.node, "child"), "vendor or entity", "vendors", e.Child)
		v.ref(r, child(r.node, "parent"), "vendor or entity", "vendors", e.Parent)
		v.required(r, "child", e.Child, "parent", e.Parent)
		v.oneOf(r, "kind", string(e.Kind), words(edgeKinds)...)
		v.period(r, e.From, e.Until)
		if e.Share < 0 || e.Share > 100 {
			v.problem(r, child(r.node, "share"), "share %g: write a percentage", e.Share)
		}
	}
	v.cycles()
}

// cycles looks, from each edge of control, for a way back to it whose edges all hold at one time.
func (v *checker) cycles() {
	parents := map[string][]int{}
	for i, e := range v.set.Edges {
		if e.Kind.Control() {
			parents[e.Child] = append(parents[e.Child], i)
		}
	}
	for i, e := range v.set.Edges {
		if !e.Kind.Control() {
			continue
		}
		if way := v.wayTo(parents, e.Parent, e.Child, span{e.From, e.Until}, []string{e.Child, e.Parent}); way != nil {
			v.problem(v.set.rows["edges"][i], nil, "control goes round in a circle: %s", strings.Join(way, " ← "))
		}
	}
}

// span is a time that all edges of a way have in common.
type span struct{ from, until riskdb.Date }

func (s span) and(e riskdb.Edge) (span, bool) {
	if e.From.First() > s.from.First() {
		s.from = e.From
	}
	if s.until == "" || (e.Until != "" && e.Until.Last() < s.until.Last()) {
		s.until = e.Until
	}
	return s, s.until == "" || s.from.First() <= s.until.Last()
}

func (v *checker) wayTo(parents map[string][]int, at, goal string, s span, way []string) []string {
	if at == goal {
		return way
	}
	for _, i := range parents[at] {
		e := v.set.Edges[i]
		if e.Parent != goal && slices.Contains(way, e.Parent) {
			continue
		}
		if next, overlap := s.and(e); overlap {
			if found := v.wayTo(parents, e.Parent, goal, next, append(slices.Clone(way), e.Parent)); found != nil {
				return found
			}
		}
	}
	return nil
}
