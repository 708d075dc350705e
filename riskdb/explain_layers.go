package riskdb

import (
	"fmt"
	"strings"
)

// tablesOf maps the kinds of hit to the tables of the YAML.
var tablesOf = map[string]string{"product": "products", "vendor": "vendors", "entity": "entities", "edge": "edges", "ban": "bans", "jurisdiction": "jurisdictions",
	"authority": "authorities", "policy": "policies", "permission": "permissions", "combination": "combinations", "signer": "signers",
	"installer": "installers", "source": "sources"}

// layers adds, to the entry just written, whose row it is and what other layers say of it.
func (e *explainer) layers(h Hit) {
	table := tablesOf[h.Table]
	if len(e.out) == 0 || len(e.db.layers) == 0 || table == "" {
		return
	}
	en := &e.out[len(e.out)-1]
	if l := e.db.Origin(table, h.ID); l != nil {
		en.Facts = append(en.Facts, Fact{Section: SectionDisagreements, Label: "Origin", Text: originText(l)})
	}
	en.Facts = append(en.Facts, e.disagreements(table, h.ID)...)
	switch h.Table { // an entry shows more rows than its own
	case "product":
		p := e.db.Product(h.ID)
		en.Facts = append(en.Facts, e.disagreements("vendors", p.Vendor)...)
		for _, m := range e.measuresOf(p) {
			en.Facts = append(en.Facts, e.disagreements("bans", m.Ban.ID)...)
		}
		a := &assessor{db: e.db, asOf: e.asOf, learned: newLearned()}
		for _, b := range e.db.withdrawnBans {
			if _, covered := a.covers(b, p); covered {
				en.Facts = append(en.Facts, e.disagreements("bans", b.ID)...)
			}
		}
	case "vendor":
		for i := range e.db.Edges {
			if d := &e.db.Edges[i]; d.Child == h.ID || d.Parent == h.ID {
				en.Facts = append(en.Facts, e.disagreements("edges", d.ID)...)
			}
		}
	}
}

func originText(l *Layer) string {
	return fmt.Sprintf("overlay %s, %s, of %s (%s)", l.ID, l.Title, l.Authority, l.Date)
}

func (e *explainer) disagreements(table, id string) []Fact {
	var out []Fact
	for _, d := range e.db.Disagreements(table, id) {
		out = append(out, Fact{Section: SectionDisagreements, Label: "Disagreement", Text: d.String(), Sources: e.sources(d.Sources)})
	}
	return out
}

// withdrawn explains rows that a layer took away: they are in no table any more, and still have to be found.
func (e *explainer) withdrawn(id string) {
	for _, d := range e.db.disagreements {
		if d.Field != "withdrawn" || !strings.EqualFold(d.ID, strings.TrimSpace(id)) {
			continue
		}
		e.add("withdrawn", d.ID, "Withdrawn from "+d.Table, Fact{Label: "By", Text: originText(d.Upper)},
			Fact{Label: "Reason", Text: d.Above, Sources: e.sources(d.Sources)}, Fact{Label: "Was", Text: d.Lower.Name() + ": " + d.Below})
	}
}
