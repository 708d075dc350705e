package vuln

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"quaestor/riskdb"
)

// Limits of what is told of one id.
const (
	maxExplained = 200 // advisories
	maxSame      = 100 // ids that stand for the same
	toldPackages = 8   // of an advisory
	kindOfEntry  = "vulnerability"
)

// IsID reports whether a text looks like the id of an advisory: CVE-2023-4863, GHSA-j7hp-h8jx-5ppr, DSA-5497-1, RHSA-2023:5184.
func IsID(s string) bool {
	letters, rest, ok := strings.Cut(s, "-")
	return ok && len(letters) >= 2 && validID(s) && strings.Trim(strings.ToUpper(letters), "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == "" &&
		(strings.EqualFold(letters, "GHSA") || strings.ContainsAny(rest, "0123456789"))
}

// names are the ids that find an advisory.
func (r *record) names() []string {
	out := []string{r.ID}
	for _, list := range [][]string{r.Aliases, r.Upstream} {
		for _, id := range list {
			if validID(id) && !slices.Contains(out, id) {
				out = append(out, id)
			}
		}
	}
	return out
}

func (r *record) named(id string) bool {
	return slices.ContainsFunc(r.names(), func(n string) bool { return strings.EqualFold(n, id) })
}

// told is an advisory and the collections that have it.
type told struct {
	*record
	in []string
}

// Explain tells what the advisories say of an id, theirs or of what they are about, and which collections were asked. It is empty where
// neither they nor the lists name it.
func (db *DB) Explain(id string) ([]riskdb.Entry, error) {
	same := union{}
	found, err := db.gatherNamed(id, same)
	if err != nil {
		return nil, err
	}
	ids := sameAs(canonicalID(id, found), same)
	var alike []*record
	for _, t := range found {
		if slices.Contains(ids, t.ID) {
			alike = append(alike, t.record)
		}
	}
	v := describe(slices.Clone(ids), alike)
	if err := db.annotate([]*riskdb.Vulnerability{v}); err != nil {
		return nil, err
	}
	if len(found) == 0 && v.Exploited == nil && v.Likelihood == nil {
		return nil, nil
	}
	e := riskdb.Entry{Kind: kindOfEntry, ID: v.ID, Title: cmp.Or(v.Summary, v.ID)}
	e.Facts = append(db.what(v, found), db.asked()...)
	return []riskdb.Entry{e}, nil
}

// gatherNamed reads the advisories that name an id, and those that name what these say is the same.
func (db *DB) gatherNamed(id string, same union) ([]told, error) {
	var found []told
	queue, seen := []string{id}, map[string]bool{strings.ToUpper(id): true}
	for at := 0; at < len(queue) && at < maxSame; at++ { // it grows
		for _, name := range slices.Sorted(maps.Keys(db.copies)) {
			records, err := db.named(name, queue[at])
			if err != nil {
				return nil, err
			}
			for _, r := range records {
				if i := slices.IndexFunc(found, func(t told) bool { return t.ID == r.ID }); i >= 0 {
					if !slices.Contains(found[i].in, name) {
						found[i].in = append(found[i].in, name)
					}
					continue
				}
				if len(found) == maxExplained {
					return found, nil
				}
				found = append(found, told{r, []string{name}})
				same.join(r)
			}
		}
		for _, other := range sameAs(canonicalID(id, found), same) {
			if key := strings.ToUpper(other); !seen[key] {
				seen[key], queue = true, append(queue, other)
			}
		}
	}
	slices.SortFunc(found, func(a, b told) int { return byFame(a.ID, b.ID) })
	return found, nil
}

// named reads the advisories of one ecosystem that name an id.
func (db *DB) named(ecosystem, id string) ([]*record, error) {
	x, err := db.index(ecosystem)
	if err != nil {
		return nil, err
	}
	numbers, err := x.lookUp(idKey(id))
	if err != nil {
		return nil, err
	}
	var out []*record
	for _, n := range numbers[:min(len(numbers), maxExplained)] {
		b, err := x.read(n)
		if err != nil {
			return nil, err
		}
		r, err := decode(b)
		if err != nil {
			return nil, errIndex
		}
		if r.named(id) {
			out = append(out, r)
		}
	}
	return out, nil
}

// canonicalID is an id as advisories write it.
func canonicalID(id string, found []told) string {
	for _, t := range found {
		for _, n := range t.names() {
			if strings.EqualFold(n, id) {
				return n
			}
		}
	}
	if strings.EqualFold(id[:min(4, len(id))], "CVE-") {
		return strings.ToUpper(id)
	}
	return id
}

// sameAs are the ids that stand for the same as one, and it, sorted.
func sameAs(id string, same union) []string {
	out := []string{id}
	root := same.root(id)
	for _, other := range slices.Sorted(maps.Keys(same)) {
		if other != id && same.root(other) == root {
			out = append(out, other)
		}
	}
	slices.Sort(out)
	return out
}

// what tells of a vulnerability.
func (db *DB) what(v *riskdb.Vulnerability, found []told) []riskdb.Fact {
	var out []riskdb.Fact
	add := func(label, text string) {
		if text != "" {
			out = append(out, riskdb.Fact{Label: label, Text: text})
		}
	}
	add("Also", strings.Join(v.Aliases, ", "))
	for _, r := range v.Ratings {
		add("Severity", fmt.Sprintf("%s %.1f (%s), by %s", r.System, r.Score, r.Vector, r.From))
	}
	add("In a word", v.Word)
	if k := v.Exploited; k != nil {
		text := "in CISA's catalogue of known exploited vulnerabilities since " + string(k.Added)
		if k.Ransomware {
			text += ", used in ransomware campaigns"
		}
		add("Exploited", text)
	}
	if l := v.Likelihood; l != nil {
		add("Likelihood", fmt.Sprintf("%.2f %% that it is exploited in the next 30 days, more than %.0f %% of all (EPSS, %s)", 100*l.Probability, 100*l.Percentile, l.On))
	}
	add("Published", string(v.Published))
	add("Changed", string(v.Modified))
	for _, t := range found {
		out = append(out, t.fact())
	}
	return out
}

// fact is what one advisory says.
func (t told) fact() riskdb.Fact {
	f := riskdb.Fact{Section: riskdb.SectionAdvice, Label: t.ID, Sources: []riskdb.Cited{{ID: t.ID, Title: t.ID + ", OSV " + strings.Join(t.in, ", "), URL: t.addresses()[0], Date: day(t.Modified)}}}
	var parts []string
	if t.Withdrawn != "" {
		parts = append(parts, "withdrawn on "+cmp.Or(string(day(t.Withdrawn)), "a day that it does not tell")+", so that it is not looked up")
	}
	if len(t.Upstream) > 1 {
		parts = append(parts, fmt.Sprintf("gathers %d vulnerabilities", len(t.Upstream)))
	}
	packages := t.packages()
	more := len(packages) - toldPackages
	if more > 1 {
		packages = packages[:toldPackages]
	}
	parts = append(parts, packages...)
	if more > 1 {
		parts = append(parts, fmt.Sprintf("and %d more packages", more))
	}
	f.Text = cmp.Or(strings.Join(parts, "; "), "names no package")
	return f
}

// packages are what an advisory says of each package.
func (t told) packages() (out []string) {
	for i := range t.Affected {
		a := &t.Affected[i]
		base, release := splitEcosystem(a.Package.Ecosystem)
		name := clean(strings.TrimSpace(cmp.Or(base, "GIT") + " " + cut(release)))
		text := name + " " + clean(cut(a.Package.Name)) + ": " + a.told(base)
		if base == "" {
			text = name + " " + a.repository() + ": " + a.told(gitEcosystem)
		}
		if !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	return out
}

// repository is the first that an entry without package names.
func (a *affected) repository() string {
	for _, r := range a.Ranges {
		if r.Repo != "" {
			return clean(cut(r.Repo))
		}
	}
	return "(no repository)"
}

// told are the affected versions in words, and those that mend them.
func (a *affected) told(base string) string {
	c := coordinate{base: base}
	spans, listed, err := c.spans([]affected{*a})
	switch {
	case err != nil:
		return "has versions that cannot be compared"
	case base == gitEcosystem:
		listed = a.Versions
	}
	words, fixed := c.tell(spans, listed, bounds{})
	if words == "" && base == gitEcosystem {
		return "commits, and no released version"
	}
	if words = cmp.Or(words, "no version"); len(fixed) > 0 {
		words += ", mended in " + strings.Join(fixed, ", ")
	}
	return clean(words)
}

// asked tells which collections were looked through, and what is missing.
func (db *DB) asked() []riskdb.Fact {
	var out []riskdb.Fact
	add := func(label, text string) {
		out = append(out, riskdb.Fact{Section: riskdb.SectionAsked, Label: label, Text: text})
	}
	for _, c := range db.Copies() {
		title := cmp.Or(listTitles[c.Ecosystem], "OSV "+c.Ecosystem)
		text := fmt.Sprintf("%d entries", c.Records)
		if c.Records == 1 {
			text = "1 entry"
		}
		if c.Newest != "" {
			text += ", newest of " + string(c.Newest)
		}
		text += ", imported " + string(c.Imported)
		if x, err := db.index(c.Ecosystem); listTitles[c.Ecosystem] == "" && (err != nil || !x.ids) {
			text = "not looked through: its copy finds no advisory by its id; import it again with `quaestor db import-osv`"
		}
		add(title, text)
	}
	for _, err := range db.Problems() {
		add("not asked", err.Error())
	}
	for _, name := range []string{kevName, epssName} {
		if db.lists[name] == nil && db.broken[name] == nil {
			add(listTitles[name], "not imported: what it says is not known")
		}
	}
	return out
}
