package riskdb

import (
	"fmt"
	"slices"
	"strings"
)

// The tables of a [Hit] on code inside apps.
const (
	sdkTable       = "sdk"
	lookalikeTable = "lookalike"
	domainsTable   = "vendor-domains"
	trackerTable   = "tracker"
)

// code finds SDKs by ID, name, vendor or mark, and whose code, component, library or domain the text is.
func (s *searcher) code(db *DB, text string) {
	text = strings.TrimSpace(text)
	marked := map[string]bool{}
	mark := func(table, id, name string) {
		if !marked[table+id] {
			marked[table+id] = true
			s.hits = append(s.hits, Hit{Table: table, ID: id, Name: name, By: "mark", Exact: true})
		}
	}
	hits := db.MatchNativeLibrary(text)
	h, l := db.MatchCodePrefix(text)
	for _, h := range append(hits, h, db.MatchComponent(text), db.MatchPackage(text)) {
		if h.SDK != nil {
			mark(sdkTable, h.SDK.ID, h.SDK.Name)
		}
	}
	if l != nil {
		mark(lookalikeTable, l.Prefix, l.Name)
	}
	if d := db.MatchDomain(text); d != nil {
		mark(domainsTable, d.ID, firstOf(d.VendorName, d.ID))
	}
	if strings.Contains(text, ".") && l == nil {
		for _, t := range db.MatchTracker(strings.TrimSuffix(text, ".")) {
			mark(trackerTable, t.ID, t.Name)
		}
	}
	sdks := db.SDKs()
	for i := range sdks {
		d := &sdks[i]
		if marked[sdkTable+d.ID] {
			continue
		}
		var further []string
		for _, a := range d.Aliases {
			further = append(further, "alias", a)
		}
		for j := range d.Signatures {
			further = append(further, "mark", d.Signatures[j].Value)
		}
		s.row(sdkTable, d.ID, d.Name, further...)
	}
	for i := range db.Trackers() {
		if t := &db.Trackers()[i]; !marked[trackerTable+t.ID] {
			s.row(trackerTable, t.ID, t.Name)
		}
	}
}

// code writes the entry of what [searcher.code] found; by is the text that was asked for.
func (e *explainer) code(h Hit, by string) {
	switch h.Table {
	case sdkTable:
		e.sdk(e.db.SDK(h.ID))
	case lookalikeTable:
		if _, l := e.db.MatchCodePrefix(h.ID); l != nil {
			e.lookalike(l)
		}
	case domainsTable:
		all := e.db.VendorDomains()
		if i := slices.IndexFunc(all, func(d VendorDomains) bool { return d.ID == h.ID }); i >= 0 {
			e.vendorDomains(&all[i], by)
		}
	case trackerTable:
		all := e.db.Trackers()
		if i := slices.IndexFunc(all, func(t Tracker) bool { return t.ID == h.ID }); i >= 0 {
			e.tracker(&all[i])
		}
	}
}

func (e *explainer) sdk(s *SDK) {
	contact := "calls its vendor, as far as known"
	if s.Local {
		contact = "a library that calls no server of who wrote it: never a finding"
	}
	en := e.add("sdk", s.ID, s.Name, Fact{Label: "Category", Text: s.Category}, Fact{Label: "Contact", Text: contact},
		Fact{Label: "Also called", Text: strings.Join(s.Aliases, ", ")}, e.whose(s.Vendor, s.VendorName, s.Country),
		Fact{Label: "Comes with", Text: strings.Join(s.With, ", ")}, Fact{Label: "Address", Text: s.URL}, Fact{Label: "Note", Text: s.Note},
		Fact{Label: "Licence", Text: e.licence(s.Licence)})
	for _, g := range s.Signatures {
		f := e.fact("Mark", fmt.Sprintf("%s %s (%s)", g.Kind, g.Value, g.Strength)+note(g.Note), g.Basis)
		f.Section = SectionMarks
		en.Facts = append(en.Facts, f)
	}
}

// whose says who stands behind code or domains, and how sure the state is.
func (e *explainer) whose(vendor, name string, c *SDKCountry) Fact {
	v := e.db.Vendor(vendor)
	switch {
	case v != nil && name != "" && name != v.Name:
		return e.fact("Vendor", fmt.Sprintf("%s (%s, as the lists name it: %s), state %s", v.Name, v.ID, name, firstOf(v.Jurisdiction, "not recorded")), v.Basis)
	case v != nil:
		return e.fact("Vendor", fmt.Sprintf("%s (%s), state %s", v.Name, v.ID, firstOf(v.Jurisdiction, "not recorded")), v.Basis)
	case c != nil:
		return e.fact("Vendor", fmt.Sprintf("%s, state %s", name, c.Code), c.Basis)
	}
	return Fact{Label: "Vendor", Text: name}
}

// licence says under which licence a row is, and what must go with it, where it is not the database's own.
func (e *explainer) licence(spdx string) string {
	if spdx == "" {
		return ""
	}
	for _, l := range e.db.AllTables().Licences {
		if l.SPDX == spdx {
			return strings.TrimSpace(fmt.Sprintf("%s. %s", l.Name, l.Attribution))
		}
	}
	return spdx
}

func (e *explainer) lookalike(l *Lookalike) {
	belongs := "no SDK"
	if l.SDK != "" {
		belongs = l.SDK
	}
	e.add("lookalike", l.Prefix, l.Name, e.fact("Not what it seems", strings.ReplaceAll(string(l.Kind), "-", " ")+": "+l.Reason, l.Basis),
		Fact{Label: "Seems", Text: l.VendorName}, Fact{Label: "Belongs to", Text: belongs})
}

func (e *explainer) vendorDomains(d *VendorDomains, host string) {
	e.add("vendor-domains", d.ID, "Domains of "+firstOf(d.VendorName, e.db.name(d.Vendor)), e.fact("Host", fmt.Sprintf("%q is one of %d domains, or below one", host, len(d.Domains)), d.Basis),
		e.whose(d.Vendor, d.VendorName, d.Country), Fact{Label: "Note", Text: d.Note})
}

func (e *explainer) tracker(t *Tracker) {
	en := e.add("tracker", t.ID, t.Name, e.fact("Listed as", firstOf(strings.Join(t.Categories, ", "), "tracker"), t.Basis), Fact{Label: "Address", Text: t.Website})
	if t.Country != nil {
		en.Facts = append(en.Facts, e.fact("State", t.Country.Code, t.Country.Basis))
	}
	for _, f := range []Fact{{Label: "Code", Text: strings.Join(t.Code, ", ")}, {Label: "Hosts", Text: t.Network},
		{Label: "Note", Text: t.Note}, {Label: "Licence", Text: e.licence(t.Licence)}} {
		if f.Text != "" {
			en.Facts = append(en.Facts, f)
		}
	}
}
