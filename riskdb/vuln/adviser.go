package vuln

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"quaestor/riskdb"
	"quaestor/scanners/inventory"
)

var _ riskdb.Adviser = (*DB)(nil)

// group is the components that get the same answer.
type group struct {
	coordinate
	bounds
	components []*inventory.Component
	inferred   bool // the version was not stated
	hits       []hit
}

// hit is an advisory that concerns a group.
type hit struct {
	record *record
	verdict
}

// Vulnerabilities looks up every component of an inventory.
func (db *DB) Vulnerabilities(inv *inventory.Inventory, asOf riskdb.Date) riskdb.Vulnerabilities {
	var out riskdb.Vulnerabilities
	var missing gaps
	groups := gather(inv, &missing)
	stale := db.Stale(asOf)
	for _, g := range groups {
		if db.match(g, stale, &missing) {
			out.Checked += len(g.components)
		}
	}
	var all []*riskdb.Vulnerability
	out.Found, all = merge(groups)
	if err := db.annotate(all); err != nil {
		out.Gaps = append(out.Gaps, inventory.Gap{Scanner: Scanner, Subject: "exploited and likely vulnerabilities", Kind: inventory.GapUnreadable,
			Detail: "What is known of exploitation could not be read: " + err.Error() + ".", Next: "Import the list again with `quaestor db import-osv`."})
	}
	sortFound(inv, out.Found)
	out.Gaps = append(out.Gaps, missing.list()...)
	return out
}

// sortFound puts answers in the order of component and vulnerability.
func sortFound(inv *inventory.Inventory, found []riskdb.Vulnerable) {
	position := map[*inventory.Component]int{}
	for i := range inv.Components {
		position[&inv.Components[i]] = i
	}
	slices.SortStableFunc(found, func(a, b riskdb.Vulnerable) int {
		return cmp.Or(position[a.Component]-position[b.Component], strings.Compare(a.Vulnerability.ID, b.Vulnerability.ID))
	})
}

// gather puts components together that are looked up alike.
func gather(inv *inventory.Inventory, missing *gaps) []*group {
	var out []*group
	known := map[string]*group{}
	for i := range inv.Components {
		c := &inv.Components[i]
		at, not := locate(c.PURL, c.Version)
		b, ok := boundsOf(c, at.version)
		switch {
		case not != nil:
			missing.add(not.reason, not.what, c)
			continue
		case !ok:
			missing.add(reasonVersion, at.base, c)
			continue
		}
		if b.exact && at.version == "" {
			at.version = c.From
			if at.native != nil {
				at.tags = at.native.tagsOf(at.version)
			}
		}
		inferred := !c.Exact && (c.Basis == "text" || c.Basis == "code") || c.Basis == "name"
		key := strings.Join([]string{at.base, at.release, at.name, strings.Join(at.repos, " "), at.version, b.from, b.to, fmt.Sprint(b.exact, inferred)}, "\x00")
		g := known[key]
		if g == nil {
			g = &group{coordinate: at, bounds: b, inferred: inferred}
			known[key], out = g, append(out, g)
		}
		g.components = append(g.components, c)
	}
	return out
}

// boundsOf are the versions that a component may have; false where it may be any.
func boundsOf(c *inventory.Component, version string) (bounds, bool) {
	switch {
	case c.From != "" && c.From == c.To:
		return bounds{exact: true}, true
	case (c.From != "" || c.To != "") && !c.Exact:
		return bounds{from: c.From, to: c.To}, true
	}
	return bounds{exact: true}, version != ""
}

// match looks a group up, and reports whether it could.
func (db *DB) match(g *group, stale []string, missing *gaps) bool {
	copied := db.copies[g.base]
	reason := ""
	switch {
	case db.broken[g.base] != nil:
		reason = reasonBroken
	case copied == nil:
		reason = reasonEcosystem
	case copied.Records == 0:
		reason = reasonEmpty
	case slices.Contains(stale, g.base):
		reason = reasonStale
	case !copied.covers(&g.coordinate):
		missing.each(reasonNoRelease, g.base+" "+g.release, g.components)
		return false
	}
	if reason != "" {
		missing.each(reason, g.base, g.components)
		if reason != reasonStale {
			return false
		}
	}
	for _, v := range []string{g.version, g.from, g.to} {
		if v != "" && !g.isVersion(v) {
			missing.each(reasonInvalid, g.base, g.components)
			return false
		}
	}
	records, err := db.candidates(g)
	if err != nil {
		missing.each(reasonBroken, g.base, g.components)
		return false
	}
	if len(records) == 0 && g.base == gitEcosystem {
		missing.each(reasonNoRepo, "native code", g.components)
		return false
	}
	for _, r := range records {
		v, err := g.judge(r, g.bounds)
		if errors.Is(err, errUndecided) {
			missing.undecided(g, r.ID)
			continue
		}
		if err != nil {
			missing.each(reasonAdvisory, r.ID, g.components)
			continue
		}
		if v.affected {
			v.certain = v.certain && !g.inferred
			g.hits = append(g.hits, hit{r, v})
		}
	}
	return true
}

// covers reports whether a copy has any advisory for the release of a distribution.
func (c *Copy) covers(at *coordinate) bool {
	if at.release == "" || len(c.Releases) == 0 {
		return true
	}
	for release := range c.Releases {
		if at.concerns(release) {
			return true
		}
	}
	return false
}

// candidates reads the advisories that name what a group is.
func (db *DB) candidates(g *group) ([]*record, error) {
	x, err := db.index(g.base)
	if err != nil {
		return nil, err
	}
	keys := []uint64{packageKey(g.name)}
	if g.base == gitEcosystem {
		keys = keys[:0]
		for _, repo := range g.repos {
			keys = append(keys, repoKey(repo))
		}
	}
	var numbers []uint32
	for _, key := range keys {
		found, err := x.lookUp(key)
		if err != nil {
			return nil, err
		}
		numbers = append(numbers, found...)
	}
	slices.Sort(numbers)
	numbers = slices.Compact(numbers)
	var out []*record
	for _, n := range numbers {
		b, err := x.read(n)
		if err != nil {
			return nil, err
		}
		r, err := decode(b)
		if err != nil {
			return nil, errIndex
		}
		if r.Withdrawn == "" {
			out = append(out, r)
		}
	}
	return out, nil
}
