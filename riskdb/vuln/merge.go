package vuln

import (
	"cmp"
	"slices"
	"strings"

	"quaestor/riskdb"
)

// merge makes one vulnerability of the advisories that name each other as the same, and one answer of all that
// these say of a component.
func merge(groups []*group) ([]riskdb.Vulnerable, []*riskdb.Vulnerability) {
	u := union{}
	for _, g := range groups {
		for _, h := range g.hits {
			u.join(h.record)
		}
	}
	members, taken := map[string][]*record{}, map[[2]string]bool{}
	for _, g := range groups {
		for _, h := range g.hits {
			if key := [2]string{h.record.ID, h.record.Modified}; !taken[key] {
				taken[key] = true
				root := u.root(h.record.ID)
				members[root] = append(members[root], h.record)
			}
		}
	}
	ids := map[string][]string{}
	for id := range u {
		root := u.root(id)
		ids[root] = append(ids[root], id)
	}
	made := map[string]*riskdb.Vulnerability{}
	var all []*riskdb.Vulnerability
	for root, records := range members {
		made[root] = describe(ids[root], records)
		all = append(all, made[root])
	}
	var out []riskdb.Vulnerable
	for _, g := range groups {
		for _, v := range g.answers(u) {
			v.Vulnerability = made[v.root]
			for _, c := range g.components {
				answer := v.Vulnerable
				answer.Component, answer.Fixed, answer.Advisories = c, slices.Clone(v.Fixed), slices.Sorted(slices.Values(v.Advisories))
				out = append(out, answer)
			}
		}
	}
	return out, all
}

type answer struct {
	riskdb.Vulnerable
	root string
}

// answers puts together what several advisories say of one component. Where one is certain, the answer is.
func (g *group) answers(u union) []answer {
	var out []answer
	var gathered []hit
	for _, h := range g.hits {
		if len(h.record.Upstream) > 1 && g.tellsAll(h.record, u) {
			gathered = append(gathered, h)
			continue
		}
		root := u.root(h.record.ID)
		i := slices.IndexFunc(out, func(a answer) bool { return a.root == root })
		if i < 0 {
			out = append(out, answer{riskdb.Vulnerable{Certain: h.certain, Affected: h.words, Fixed: h.fixed, Advisories: []string{h.record.ID}}, root})
			continue
		}
		a := &out[i]
		a.Certain = a.Certain || h.certain
		a.Advisories = append(a.Advisories, h.record.ID)
		if a.Affected == "" || len(a.Fixed) == 0 && len(h.fixed) > 0 {
			a.Affected = cmp.Or(h.words, a.Affected)
		}
		a.Fixed = append(a.Fixed, h.fixed...)
		slices.SortStableFunc(a.Fixed, g.compare)
		a.Fixed = slices.Compact(a.Fixed)
	}
	for _, h := range gathered {
		fold(out, h, u)
	}
	return out
}

// tellsAll reports whether each of the vulnerabilities that an advisory gathers is told of the same component by an advisory of
// its own, so that it says nothing more than these do.
func (g *group) tellsAll(r *record, u union) bool {
	own := u.root(r.ID)
	for _, id := range r.Upstream {
		if _, known := u[id]; !known {
			return false
		}
		root := u.root(id)
		if root == own || !slices.ContainsFunc(g.hits, func(h hit) bool { return len(h.record.Upstream) < 2 && u.root(h.record.ID) == root }) {
			return false
		}
	}
	return true
}

// fold adds an advisory that gathers several to the answers on each of them.
func fold(out []answer, h hit, u union) {
	for _, id := range h.record.Upstream {
		root := u.root(id)
		i := slices.IndexFunc(out, func(a answer) bool { return a.root == root })
		if i < 0 || slices.Contains(out[i].Advisories, h.record.ID) {
			continue
		}
		a := &out[i]
		a.Certain = a.Certain || h.certain
		a.Advisories = append(a.Advisories, h.record.ID)
		a.Affected = cmp.Or(a.Affected, h.words)
		if len(a.Fixed) == 0 {
			a.Fixed = slices.Clone(h.fixed)
		}
	}
}

// union finds ids that stand for the same: https://en.wikipedia.org/wiki/Disjoint-set_data_structure. The root of a
// set is its smallest id, so that the order of joining does not matter.
type union map[string]string

func (u union) root(id string) string {
	if _, ok := u[id]; !ok {
		u[id] = id
		return id
	}
	top := id
	for u[top] != top {
		top = u[top]
	}
	for u[id] != top { // later searches go straight
		u[id], id = top, u[id]
	}
	return top
}

func (u union) same(a, b string) {
	a, b = u.root(a), u.root(b)
	if a != b {
		u[max(a, b)] = min(a, b)
	}
}

// join takes in what an advisory says that it is the same as. One that a distribution made of a single other one is
// the same, too; one that gathers several is not.
func (u union) join(r *record) {
	u.root(r.ID)
	for _, alias := range r.Aliases {
		if validID(alias) {
			u.same(r.ID, alias)
		}
	}
	if len(r.Upstream) == 1 && len(r.Aliases) == 0 && validID(r.Upstream[0]) {
		u.same(r.ID, r.Upstream[0])
	}
}

// rankID orders ids by how widely they are known.
func rankID(id string) int {
	switch {
	case strings.HasPrefix(id, "CVE-"):
		return 0
	case strings.HasPrefix(id, "GHSA-"):
		return 1
	}
	return 2
}

func byFame(a, b string) int { return cmp.Or(rankID(a)-rankID(b), strings.Compare(a, b)) }

// describe puts together what the advisories of one vulnerability say.
func describe(ids []string, records []*record) *riskdb.Vulnerability {
	slices.SortFunc(ids, byFame)
	slices.SortFunc(records, func(a, b *record) int { return cmp.Or(byFame(a.ID, b.ID), strings.Compare(a.Modified, b.Modified)) })
	v := &riskdb.Vulnerability{ID: ids[0], Aliases: slices.Sorted(slices.Values(ids[1:]))}
	words := map[string]bool{}
	for _, r := range records {
		v.Summary = cmp.Or(v.Summary, oneLine(r.Summary))
		if p := day(r.Published); p != "" && (v.Published == "" || p < v.Published) {
			v.Published = p
		}
		v.Modified = max(v.Modified, day(r.Modified))
		v.Ratings = append(v.Ratings, ratings(r)...)
		for _, w := range r.words() {
			words[w] = true
		}
		v.References = append(v.References, r.addresses()...)
	}
	for _, r := range records {
		v.Summary = cmp.Or(v.Summary, oneLine(r.Details))
	}
	for _, w := range []string{"critical", "high", "medium", "low"} { // the gravest that one of them says
		if words[w] {
			v.Word = w
			break
		}
	}
	v.Ratings = distinct(v.Ratings)
	v.References = firstOnly(v.References)
	return v
}

const (
	maxSummary    = 300
	maxReferences = 12
)

// oneLine is the first line of a text, cut short.
func oneLine(s string) string {
	s = strings.TrimSpace(s)
	s, _, _ = strings.Cut(s, "\n")
	s = clean(strings.TrimSpace(s))
	if r := []rune(s); len(r) > maxSummary {
		return string(r[:maxSummary-1]) + "…"
	}
	return s
}

// words are the severities that a database writes in a word.
func (r *record) words() []string {
	out := []string{plainWord(r.DatabaseSpecific.Severity)}
	for _, a := range r.Affected {
		out = append(out, plainWord(a.EcosystemSpecific.Severity), plainWord(a.DatabaseSpecific.Severity))
	}
	for _, s := range r.Severity { // Ubuntu
		if s.Type == "Ubuntu" {
			out = append(out, plainWord(s.Score))
		}
	}
	return out
}

func plainWord(s string) string {
	switch s = strings.ToLower(s); s {
	case "critical", "high", "medium", "low":
		return s
	case "moderate":
		return "medium"
	case "important":
		return "high"
	case "unimportant", "negligible": // Debian and Ubuntu: no more than a nuisance
		return "low"
	}
	return ""
}

// addresses are the web addresses of an advisory, those of advisories first.
func (r *record) addresses() []string {
	var first, rest []string
	for _, ref := range r.References {
		if !strings.HasPrefix(ref.URL, "https://") && !strings.HasPrefix(ref.URL, "http://") || len(ref.URL) > 1000 || clean(ref.URL) != ref.URL {
			continue
		}
		if ref.Type == "ADVISORY" {
			first = append(first, ref.URL)
		} else {
			rest = append(rest, ref.URL)
		}
	}
	return append(append([]string{"https://osv.dev/vulnerability/" + r.ID}, first...), rest...)
}

// firstOnly keeps the first of equal addresses, and not too many.
func firstOnly(list []string) []string {
	seen := map[string]bool{}
	var out []string
	for _, s := range list {
		if !seen[s] && len(out) < maxReferences {
			seen[s], out = true, append(out, s)
		}
	}
	return out
}
