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
	chains map[chainKey][]ChainLink
}

// chainKey is a chain by its place in memory: findings about a product share one.
type chainKey struct {
	first *riskdb.Link
	links int
}

// maxChains is how many chains are remembered: as many as a fleet has products by far.
const maxChains = 10_000

// chain is what was written of a chain before, or what write makes of it.
func (m *Maker) chain(links []riskdb.Link, write func() []ChainLink) []ChainLink {
	if len(links) == 0 {
		return nil
	}
	key := chainKey{&links[0], len(links)}
	m.mu.Lock()
	out, ok := m.chains[key]
	m.mu.Unlock()
	if ok {
		return out
	}
	out = slices.Clip(write())
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.chains == nil || len(m.chains) >= maxChains {
		m.chains = map[chainKey][]ChainLink{}
	}
	m.chains[key] = out
	return out
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
