package riskdb

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"quaestor/riskdb/data"
	"quaestor/riskdb/internal/tablecodec"
	"quaestor/scanners/inventory"
)

// Load reads the knowledge that is built into the program, whose bytes were checked when it was compiled.
func Load() (*DB, error) { return decode(data.Compiled, tablecodec.UnmarshalKnown) }

// Decode reads compiled knowledge, as `go run ./riskdb/compile` writes it. Malformed bytes are an error. The
// DB shares memory with the text.
func Decode(compiled string) (*DB, error) { return decode(compiled, tablecodec.UnmarshalNow) }

func decode(compiled string, unmarshal func(string, any) (*tablecodec.Rest, error)) (*DB, error) {
	db := &DB{}
	var err error
	if db.later.rest, err = unmarshal(compiled, &db.Tables); err != nil {
		return nil, fmt.Errorf("reading the risk database: %w; build it again with `go run ./riskdb/compile`", err)
	}
	db.release = Release{Date: db.Tables.Version.Date, SHA256: sumOf(compiled)}
	db.index()
	return db, nil
}

// sumOf is the SHA-256 of a text in hex, without a copy of the whole text.
func sumOf(text string) string {
	h := sha256.New()
	var piece [8 << 10]byte
	for len(text) > 0 {
		n := copy(piece[:], text)
		h.Write(piece[:n])
		text = text[n:]
	}
	return hex.EncodeToString(h.Sum(nil))
}

// FromTables makes a database of tables as if they had been compiled: it has the same digest.
func FromTables(t *Tables) (*DB, error) {
	compiled, err := tablecodec.Marshal(t)
	if err != nil {
		return nil, err
	}
	return Decode(string(compiled))
}

// New makes a database of tables, which it then owns. It does not check them; the compiler does.
func New(t Tables) *DB {
	db := &DB{Tables: t, release: Release{Date: t.Version.Date}}
	db.index()
	return db
}

func (db *DB) index() {
	db.sources = byKey(db.Sources, func(s *Source) string { return s.ID })
	db.authorities = byKey(db.Authorities, func(a *Authority) string { return a.ID })
	db.states = byKey(db.Jurisdictions, func(j *Jurisdiction) string { return j.Code })
	db.vendors = byKey(db.Vendors, func(v *Vendor) string { return v.ID })
	db.entities = byKey(db.Entities, func(e *Entity) string { return e.ID })
	db.products = byKey(db.Products, func(p *Product) string { return p.ID })
	db.bans = byKey(db.Bans, func(b *Ban) string { return b.ID })
	db.permissions = byKey(db.Permissions, func(p *Permission) string { return p.Name })
	db.signers = byKey(db.Signers, func(s *Signer) string { return s.Package })
	db.testKeys = byKey(db.TestKeys, func(k *TestKey) string { return k.SHA256 })
	db.installers = byKey(db.Installers, func(i *Installer) string { return i.Package })
	db.indexEdges()
	db.indexIdentifiers()
	db.indexPublishers()
}

func byKey[T any](rows []T, key func(*T) string) map[string]*T {
	m := make(map[string]*T, len(rows))
	for i := range rows {
		if k := key(&rows[i]); m[k] == nil {
			m[k] = &rows[i]
		}
	}
	return m
}

func (db *DB) indexEdges() {
	db.parents = make(map[string][]*Edge, len(db.Edges))
	db.children = make(map[string][]*Edge, len(db.Edges))
	for i := range db.Edges {
		e := &db.Edges[i]
		db.parents[e.Child] = append(db.parents[e.Child], e)
		db.children[e.Parent] = append(db.children[e.Parent], e)
	}
	for _, m := range []map[string][]*Edge{db.parents, db.children} {
		for _, edges := range m {
			if len(edges) > 1 {
				slices.SortStableFunc(edges, compareEdges)
			}
		}
	}
}

// compareEdges puts the most recent tie first, and among those the surest.
func compareEdges(a, b *Edge) int {
	return cmp.Or(b.From.Compare(a.From), b.Confidence.Rank()-a.Confidence.Rank(), cmp.Compare(a.ID, b.ID))
}

func (db *DB) indexIdentifiers() {
	n := 0
	for i := range db.Products {
		n += len(db.Products[i].Identifiers)
	}
	db.identifiers = make(map[identifier][]Match, n)
	db.openMarks = map[inventory.IdentifierKind][]openMark{}
	for i := range db.Products {
		p := &db.Products[i]
		for j := range p.Identifiers {
			db.indexIdentifier(Match{Product: p, Identifier: &p.Identifiers[j]})
		}
	}
	for i := range db.Vendors {
		v := &db.Vendors[i]
		for j := range v.Identifiers {
			db.indexIdentifier(Match{Vendor: v, Identifier: &v.Identifiers[j]})
		}
	}
}

func (db *DB) indexIdentifier(m Match) {
	if m.Identifier.Kind == DisplayName {
		return // a name, see Names
	}
	k := key(m.Identifier.Kind, m.Identifier.Value)
	if prefix, open := strings.CutSuffix(k.value, "*"); open && slices.Contains(OpenKinds, k.kind) {
		db.openMarks[k.kind] = append(db.openMarks[k.kind], openMark{prefix, m})
		return
	}
	db.identifiers[k] = append(db.identifiers[k], m)
}

// Readable reports whether compiled knowledge was written for the tables of this program. What was not is of
// another version of it.
func Readable(compiled string) bool { return tablecodec.Fits(compiled, &Tables{}) }
