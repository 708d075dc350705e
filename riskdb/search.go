package riskdb

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"quaestor/riskdb/resolve"
)

// Hit is one row that a search found.
type Hit struct {
	Table string // product, vendor, entity, ban, jurisdiction, law, authority, policy, permission, combination, signer, installer, source
	ID    string
	Name  string
	By    string // what matched: id, name, alias, identifier, spelling
	Exact bool   // the whole of it, not a part
	How   string // in words, where the text is another spelling of the name
}

// Search finds rows by identifier, name or alias without regard to case: those that the whole text names
// first, also in another spelling or script, then those that contain it. Text of fewer than two characters finds only exact matches.
func (db *DB) Search(text string) []Hit {
	s := searcher{want: searchFold(text)}
	if s.want == "" {
		return nil
	}
	s.products(db)
	s.owners(db)
	s.measures(db)
	s.platform(db)
	s.watched(db, text)
	s.code(db, text)
	for i := range db.Sources {
		s.row("source", db.Sources[i].ID, db.Sources[i].Title)
	}
	s.resolved(db, text)
	slices.SortStableFunc(s.hits, func(a, b Hit) int {
		if a.Exact != b.Exact {
			if a.Exact {
				return -1
			}
			return 1
		}
		return cmp.Compare(slices.Index(tableOrder, a.Table), slices.Index(tableOrder, b.Table))
	})
	return s.hits
}

var tableOrder = []string{"product", "vendor", "entity", "edge", "ban", "jurisdiction", "law", "authority", "policy", "permission", "combination",
	"signer", "installer", systemTable, familyTable, collectionTable, sdkTable, lookalikeTable, domainsTable, trackerTable, "source"}

type searcher struct {
	want string
	hits []Hit
}

// row adds a hit when the ID, the name or one of the further texts matches; each row is found once, by the
// best match.
func (s *searcher) row(table, id, name string, further ...string) {
	best := Hit{Table: table, ID: id, Name: name}
	try := func(by, text string) {
		if best.Exact || text == "" {
			return
		}
		folded := searchFold(text)
		switch {
		case folded == s.want:
			best.By, best.Exact = by, true
		case best.By == "" && len(s.want) > 1 && strings.Contains(folded, s.want):
			best.By = by
		}
	}
	try("id", id)
	try("name", name)
	for i := 0; i+1 < len(further); i += 2 {
		try(further[i], further[i+1])
	}
	if best.By != "" {
		s.hits = append(s.hits, best)
	}
}

// resolved adds the products and the vendor that the text names in another spelling or script, where nothing bears
// it as it is.
func (s *searcher) resolved(db *DB, text string) {
	known := func(table, id string) bool {
		return slices.ContainsFunc(s.hits, func(h Hit) bool { return h.Exact && h.Table == table && (id == "" || h.ID == id) })
	}
	add := func(table, id, name, how string) {
		s.hits = slices.DeleteFunc(s.hits, func(h Hit) bool { return h.Table == table && h.ID == id })
		s.hits = append(s.hits, Hit{Table: table, ID: id, Name: name, By: "spelling", Exact: true, How: how})
	}
	if !known("product", "") {
		r := db.Names().Resolve(resolve.Query{Name: text})
		for _, c := range slices.Concat(r.Best(), r.Questions()) {
			add("product", c.Product, db.Product(c.Product).Name, strings.TrimSpace(c.Reason+" "+c.Doubt))
		}
	}
	if m, ok := db.Names().Resolve(resolve.Query{Publisher: text}).Maker(); ok && !known("vendor", m.Vendor) {
		add("vendor", m.Vendor, db.Vendor(m.Vendor).Name, fmt.Sprintf("%q bears the name of this vendor.", text))
	}
}

func (s *searcher) products(db *DB) {
	for i := range db.Products {
		p := &db.Products[i]
		var further []string
		for _, a := range p.Aliases {
			further = append(further, "alias", a)
		}
		for _, id := range p.Identifiers {
			further = append(further, "identifier", id.Value)
		}
		s.row("product", p.ID, p.Name, further...)
	}
	for i := range db.Signers {
		s.row("signer", db.Signers[i].Package, db.Signers[i].Name)
	}
	for i := range db.Installers {
		s.row("installer", db.Installers[i].Package, db.Installers[i].Name)
	}
}

func (s *searcher) owners(db *DB) {
	for i := range db.Vendors {
		v := &db.Vendors[i]
		var further []string
		for _, id := range v.Identifiers {
			further = append(further, "identifier", id.Value)
		}
		s.row("vendor", v.ID, v.Name, further...)
	}
	for i := range db.Entities {
		s.row("entity", db.Entities[i].ID, db.Entities[i].Name)
	}
	for i := range db.Edges {
		e := &db.Edges[i]
		s.row("edge", e.ID, "", "name", e.ChildNamed, "name", e.ParentNamed)
	}
}

func (s *searcher) measures(db *DB) {
	for i := range db.Bans {
		b := &db.Bans[i]
		var further []string
		for _, t := range b.Targets {
			further = append(further, "name", t.Name)
			for _, id := range t.Identifiers {
				further = append(further, "identifier", id.Value)
			}
		}
		s.row("ban", b.ID, b.Instrument, further...)
	}
	for i := range db.Jurisdictions {
		j := &db.Jurisdictions[i]
		s.row("jurisdiction", j.Code, j.Name)
		for _, l := range j.Laws {
			s.row("law", l.ID, l.Name)
		}
	}
	for i := range db.Authorities {
		s.row("authority", db.Authorities[i].ID, db.Authorities[i].Name)
	}
	for i := range db.Policies {
		s.row("policy", db.Policies[i].ID, db.Policies[i].Title)
	}
}

func (s *searcher) platform(db *DB) {
	for i := range db.Permissions {
		s.row("permission", db.Permissions[i].Name, "")
	}
	for i := range db.Combinations {
		s.row("combination", db.Combinations[i].ID, "")
	}
}
