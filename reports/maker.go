package reports

import (
	"slices"
	"sync"

	"quaestor/riskdb"
)

// Maker makes reports with one database: of the devices of a fleet, what they have in common is made once. It is safe for concurrent
// use.
type Maker struct {
	tool     Tool
	db       *riskdb.DB
	database func() Database

	mu     sync.Mutex
	packs  []*riskdb.Policy // that were told last
	listed []Policy         // what was told of them
}

// NewMaker prepares reports by a program with a database.
func NewMaker(tool Tool, db *riskdb.DB) *Maker {
	return &Maker{tool: tool, db: db, database: sync.OnceValue(func() Database { return database(db) })}
}

func database(db *riskdb.DB) Database {
	v := db.Version()
	return Database{Version: v.String(), Date: string(v.Date), SHA256: v.SHA256,
		Products: len(db.Products), Vendors: len(db.Vendors), Bans: len(db.Bans), Sources: len(db.Sources), Overlays: overlays(db)}
}

func overlays(db *riskdb.DB) []Overlay {
	var out []Overlay
	for _, l := range db.Layers() {
		o := Overlay{ID: l.ID, Title: l.Title, Authority: l.Authority, Date: string(l.Date)}
		for _, d := range db.Disagreements("", "") {
			if d.Upper.ID == l.ID {
				o.Disagreements = append(o.Disagreements, d.String())
			}
		}
		out = append(out, o)
	}
	return out
}

// policies lists packs. Those of all reports of a run are the same.
func (m *Maker) policies(packs []*riskdb.Policy) []Policy {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.listed == nil || !slices.Equal(m.packs, packs) {
		m.packs, m.listed = slices.Clone(packs), policies(m.db, packs)
	}
	return m.listed
}

func policies(db *riskdb.DB, packs []*riskdb.Policy) []Policy {
	out := []Policy{}
	for _, p := range packs {
		names := []string{}
		if p.All {
			names = append(names, "every authority in the database")
		}
		for _, id := range p.Authorities {
			names = append(names, authorityName(db, id))
		}
		out = append(out, Policy{ID: p.ID, Title: p.Title, Version: p.Version, Authorities: names, Rules: len(p.Rules), AllowList: len(p.Allow), Exceptions: len(p.Exceptions), Note: p.Note})
	}
	return out
}

func authorityName(db *riskdb.DB, id string) string {
	if a := db.Authority(id); a != nil {
		return a.Name
	}
	return id
}
