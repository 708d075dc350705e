package yamldb

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"quaestor/riskdb"
)

// grounds checks that the sources of a verified fact can carry it: a list that was only compared with proves nothing by
// itself, and what no reader can open proves it to nobody. Sources that are not there are reported elsewhere.
//
// An overlay may rest on papers that its authority does not publish.
func (v *checker) grounds(r row, n *yaml.Node, b riskdb.Basis) {
	if !b.Verified || len(b.Sources) == 0 {
		return
	}
	if v.every(b.Sources, func(s riskdb.Source) bool { return s.CrossCheck }) {
		v.problem(r, n, "verified by nothing but a source for cross-checking (%s): name one that states the fact", strings.Join(b.Sources, ", "))
	}
	if !v.set.IsOverlay() && v.every(b.Sources, func(s riskdb.Source) bool { return s.URL == "" }) {
		v.problem(r, n, "verified by a source without a public address (%s): find one that a reader can open, or write verified: false", strings.Join(b.Sources, ", "))
	}
}

// every reports whether all sources are there and of a sort.
func (v *checker) every(ids []string, is func(riskdb.Source) bool) bool {
	return !slices.ContainsFunc(ids, func(id string) bool {
		s, ok := v.cites[id]
		return !ok || !is(s)
	})
}

// crossCheck wants the mark of a source that was only compared with where a program reads it, and not in its title.
func (v *checker) crossCheck(r row, s riskdb.Source) {
	if strings.Contains(strings.ToLower(s.Title), "cross-check") {
		v.problem(r, child(r.node, "title"), "source %q: write cross_check: true instead of saying so in the title", s.ID)
	}
}
