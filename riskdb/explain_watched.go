package riskdb

import (
	"fmt"
	"slices"
	"strings"

	"quaestor/scanners/inventory"
)

// The tables of a [Hit] on systems and indicators.
const (
	systemTable     = "system"
	familyTable     = "indicator-family"
	collectionTable = "indicator-collection"
)

// watched finds systems, models, families and collections. What an indicator hides is found by its whole text.
func (s *searcher) watched(db *DB, text string) {
	for i := range db.OSProducts() {
		p := &db.OSProducts()[i]
		var further []string
		for j := range p.Releases {
			further = append(further, "release", p.Releases[j].name(p))
		}
		s.row(systemTable, p.ID, p.Name, further...)
	}
	for _, c := range db.IndicatorCollections() {
		s.row(collectionTable, c.ID, c.Title)
	}
	marked := map[string]bool{}
	for _, k := range []inventory.IdentifierKind{inventory.AndroidPackage, inventory.IOSBundle, CertSHA1, CertSHA256} {
		for _, hit := range db.LookupIndicator(k, strings.TrimSpace(text)) {
			if !marked[hit.Family.ID] {
				marked[hit.Family.ID] = true
				s.hits = append(s.hits, Hit{Table: familyTable, ID: hit.Family.ID, Name: hit.Family.Name, By: "identifier", Exact: true})
			}
		}
	}
	for _, f := range db.IndicatorFamilies() {
		if !marked[f.ID] {
			s.row(familyTable, f.ID, f.Name)
		}
	}
}

// watched writes the entry of what [searcher.watched] found; by is the text that was asked for.
func (e *explainer) watched(h Hit, by string) {
	switch h.Table {
	case systemTable:
		all := e.db.OSProducts()
		if i := slices.IndexFunc(all, func(p OSProduct) bool { return p.ID == h.ID }); i >= 0 {
			e.system(&all[i], by)
		}
	case familyTable:
		all := e.db.IndicatorFamilies()
		if i := slices.IndexFunc(all, func(f IndicatorFamily) bool { return f.ID == h.ID }); i >= 0 {
			e.family(&all[i])
		}
	case collectionTable:
		e.collection(e.db.IndicatorCollection(h.ID))
	}
}

// system tells the support of each release, or of those that bear the name that was asked for.
func (e *explainer) system(p *OSProduct, by string) {
	what := "system"
	if p.Scope == ModelScope {
		what = "models"
	}
	en := e.add(what, p.ID, p.Name, e.fact("Dates", fmt.Sprintf("%s, as of %s", firstOf(p.Meaning, "security support"), p.AsOf), p.Basis),
		Fact{Label: "Maker's page", Text: p.Policy}, Fact{Label: "Note", Text: p.Note})
	named := func(r *OSRelease) bool { return searchFold(r.name(p)) == searchFold(by) }
	one := slices.ContainsFunc(p.Releases, func(r OSRelease) bool { return named(&r) })
	for i := range p.Releases {
		if r := &p.Releases[i]; !one || named(r) {
			en.Facts = append(en.Facts, Fact{Label: "Release", Text: fmt.Sprintf("%s, of %s: %s", r.name(p), r.Released, e.supportOf(r, p))})
		}
	}
}

func (e *explainer) supportOf(r *OSRelease, p *OSProduct) string {
	text := endText(r)
	if r.ExtendedEnds != "" {
		text += fmt.Sprintf(", extended updates until %s", r.ExtendedEnds)
	}
	switch r.state(p, e.asOf) {
	case SupportEnded:
		return text + " (over)"
	case SupportExtended:
		return text + " (over but for extended updates)"
	case SupportEnding:
		return text + " (soon over)"
	}
	return text
}

func (e *explainer) family(f *IndicatorFamily) {
	class := strings.ReplaceAll(string(f.Class), "-", " ")
	if f.DualUse {
		class += "; dual-use: legitimate where the user consented"
	}
	counts := map[inventory.IdentifierKind]int{}
	var kinds []string
	for _, in := range f.Indicators {
		counts[in.Kind]++
	}
	for _, k := range []inventory.IdentifierKind{inventory.AndroidPackage, inventory.IOSBundle, CertSHA1, CertSHA256} {
		if counts[k] > 0 {
			kinds = append(kinds, fmt.Sprintf("%d %s", counts[k], k))
		}
	}
	en := e.add("indicators", f.ID, f.Name, e.fact("Listed as", class, f.Basis),
		Fact{Label: "Marks", Text: strings.Join(kinds, ", ") + "; stored in a hidden form, so that no virus scanner takes the database for what it describes"},
		Fact{Label: "Note", Text: f.Note})
	for _, id := range f.Collections {
		if c := e.db.IndicatorCollection(id); c != nil {
			en.Facts = append(en.Facts, Fact{Label: "Credit", Text: fmt.Sprintf("%s, %s, %s (%s)", c.Attribution, c.Title, c.URL, c.Licence)})
		}
	}
}

func (e *explainer) collection(c *IndicatorCollection) {
	var patterns []string
	for _, p := range c.Patterns {
		patterns = append(patterns, fmt.Sprintf("%s %d", p.Pattern, p.Count))
	}
	e.add("collection", c.ID, c.Title, e.fact("Address", c.URL, c.Basis), Fact{Label: "Licence", Text: c.Licence + ", to be credited: " + c.Attribution},
		Fact{Label: "Format", Text: c.Format}, Fact{Label: "Describes", Text: strings.Join(c.Families, ", ")},
		Fact{Label: "Holds", Text: strings.Join(patterns, ", ")}, Fact{Label: "Research", Text: strings.Join(c.Research, ", ")},
		Fact{Label: "Published", Text: strings.Join(c.References, " ")}, Fact{Label: "Note", Text: c.Note})
}
