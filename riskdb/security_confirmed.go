package riskdb

import (
	"slices"
	"strings"

	"quaestor/riskdb/resolve"
	"quaestor/scanners/inventory"
)

// nameMarks are the kinds of mark that are names which any program may choose: short words without a maker in them.
var nameMarks = []inventory.IdentifierKind{inventory.Process, ServiceName, KernelDriver, KernelModule}

// loneMark is the worst severity of what rests on one such name. A policy's rule is no exception: it is the product that is
// in doubt.
const loneMark = Low

// unconfirmedWords say what is wrong with a mark that stands alone.
const unconfirmedWords = " Nothing else confirms it."

// confirmed reports whether something besides one name of a service or program shows the product: it is installed, its
// maker's name or signature is on it, a second program of it is there, or the names and folders of the program are those of
// the product or of its maker.
func (a *assessor) confirmed(g *group) bool {
	if len(g.apps) > 0 || len(g.beside) > 0 {
		return true
	}
	var names []string
	for i, m := range g.marks {
		if !slices.Contains(nameMarks, m.kind) || m.fact == nil {
			return true
		}
		for _, n := range g.marks[:i] {
			if n.fact != m.fact && n.value != m.value && n.file != m.file && !fleeting(m.fact.Path) && !fleeting(n.fact.Path) {
				return true
			}
		}
		if names == nil {
			names = a.db.namesOf(g.product)
		}
		if resolve.Mentions(textOf(m.fact), names) {
			return true
		}
	}
	return false
}

// titled reports a service or driver under a listed name whose title, which the system shows beside that name, bears the name of
// the product or of its maker: "Parity" is anybody's, and "Carbon Black App Control Agent" is not. A title that only says the
// listed name again is no second mark.
func (a *assessor) titled(g *group) bool {
	for _, m := range g.marks {
		if m.fact == nil || m.kind != ServiceName && m.kind != KernelDriver || fleeting(m.fact.Path) {
			continue
		}
		more := strings.ReplaceAll(searchFold(m.fact.Name), searchFold(strings.TrimSuffix(m.value, ".service")), " ")
		if resolve.Mentions(more, a.db.namesOf(g.product)) {
			return true
		}
	}
	return false
}

// textOf is what a system tells of a program in words; nothing of one in a folder for what is fleeting.
func textOf(sp *inventory.SecurityProduct) string {
	if fleeting(sp.Path) {
		return ""
	}
	return strings.Join([]string{sp.Path, sp.Name, sp.Service, sp.Process, sp.Identifier}, " / ")
}

// fleeting reports a folder into which any program may write and that is emptied: nothing is installed there, and what its
// folders are called says nothing.
func fleeting(path string) bool {
	p := "/" + slashed(path)
	for _, dir := range []string{"/tmp/", "/temp/", "/dev/shm/"} {
		if strings.Contains(p, dir) {
			return true
		}
	}
	return false
}

// namesOf lists what a product and its maker are called.
func (db *DB) namesOf(p *Product) []string {
	names := append([]string{p.Name}, p.Aliases...)
	for i := range p.Identifiers {
		if id := &p.Identifiers[i]; id.Kind == DisplayName {
			names = append(names, strings.TrimSuffix(id.Value, "*"))
		}
	}
	v := db.Vendor(p.Vendor)
	if v == nil {
		return names
	}
	names = append(names, v.Name)
	for i := range v.Identifiers {
		if id := &v.Identifiers[i]; id.Kind == PublisherName {
			names = append(names, id.Value)
		}
	}
	return names
}

// denied reports marks that nothing confirms, of a program that states another maker or is signed by one.
func (g *group) denied() bool {
	return g.unconfirmed && (len(g.against) > 0 || slices.ContainsFunc(g.marks, func(m sighting) bool { return m.fact != nil && m.fact.Vendor != "" }))
}

// decided reports whether a product is listed for its marks.
func (s *onDevices) decided(g *group) bool { return g.tells() && !g.denied() && !s.tie(g) }

// unconfirm weakens marks that nothing confirms.
func (g *group) unconfirm() {
	for i := range g.marks {
		p := &g.marks[i].proof
		p.Credibility = max(p.Credibility, 4)
		p.Detail += unconfirmedWords
	}
}
