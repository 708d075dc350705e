package riskdb

// Publisher is the tie between a product and its vendor, as of one day.
type Publisher struct {
	Basis
	Since, Until Date
	// Catalogued is true when no record states the tie by itself: it is as the product was catalogued, and
	// allows moderate confidence at most.
	Catalogued bool
	Holds      bool // on the day
}

// Allows is the most confidence that a conclusion about the product's owner can have.
func (p Publisher) Allows() Confidence {
	if p.Catalogued {
		return ConfidenceModerate
	}
	return p.Basis.Allows()
}

// Publisher tells what the tie between a product and its vendor rests on: an ownership record where the product
// has a company of its own, else a verified measure that names both, else the catalogue.
func (db *DB) Publisher(p *Product, asOf Date) Publisher {
	if e := db.edge(p.PublisherEdge); e != nil {
		p := Publisher{Basis: e.Basis, Since: e.From, Until: e.Until, Holds: e.Holds(asOf)}
		if !e.Settled(asOf) {
			p.Basis.Confidence = GradeLow
		}
		return p
	}
	if b, ok := db.namedWith[p.ID]; ok {
		return Publisher{Basis: b.Basis, Holds: true}
	}
	return Publisher{Catalogued: true, Holds: true}
}

func (db *DB) edge(id string) *Edge {
	if id == "" {
		return nil
	}
	return db.edges[id]
}

// indexPublishers finds for each product a verified measure that names it together with its vendor, the surest
// first.
func (db *DB) indexPublishers() {
	db.edges = byKey(db.Edges, func(e *Edge) string { return e.ID })
	db.namedWith = map[string]*Ban{}
	for i := range db.Bans {
		b := &db.Bans[i]
		if !b.Verified {
			continue
		}
		for _, t := range b.Targets {
			for _, id := range t.Products {
				p := db.products[id]
				if p == nil || t.Vendor != p.Vendor {
					continue
				}
				if old := db.namedWith[id]; old == nil || b.Confidence.Rank() > old.Confidence.Rank() {
					db.namedWith[id] = b
				}
			}
		}
	}
}
