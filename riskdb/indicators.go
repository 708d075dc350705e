package riskdb

import (
	"strings"
	"sync"

	"quaestor/riskdb/internal/veil"
	"quaestor/scanners/inventory"
)

// watchTables are the tables of systems and indicators, which are read when a device or an app asks for them.
type watchTables struct {
	systems     laterTable[OSProduct]
	collections laterTable[IndicatorCollection]
	families    laterTable[IndicatorFamily]
	once        sync.Once
	marks       map[string][]IndicatorHit // by kind and hidden value
}

// IndicatorCollections lists the published sets of indicators.
func (db *DB) IndicatorCollections() []IndicatorCollection {
	return db.watched.collections.get(db.later, "IndicatorCollections", db.Tables.IndicatorCollections)
}

// IndicatorFamilies lists the families with their indicators, which stay hidden.
func (db *DB) IndicatorFamilies() []IndicatorFamily {
	return db.watched.families.get(db.later, "IndicatorFamilies", db.Tables.IndicatorFamilies)
}

// IndicatorCollection finds a collection by ID, nil when there is none.
func (db *DB) IndicatorCollection(id string) *IndicatorCollection {
	all := db.IndicatorCollections()
	for i := range all {
		if all[i].ID == id {
			return &all[i]
		}
	}
	return nil
}

// IndicatorHit is a family that a mark is listed for.
type IndicatorHit struct {
	Family    *IndicatorFamily
	Indicator *Indicator
}

// LookupIndicator finds the families that a package name, bundle identifier or certificate digest is listed for.
// The value is hidden and compared so: the listed ones are never shown.
func (db *DB) LookupIndicator(kind inventory.IdentifierKind, value string) []IndicatorHit {
	db.watched.once.Do(db.indexIndicators)
	if kind == CertSHA1 || kind == CertSHA256 {
		value = strings.ToLower(value)
	}
	var room [256]byte
	return db.watched.marks[string(veil.Append(append(append(room[:0], kind...), ' '), value))]
}

func (db *DB) indexIndicators() {
	families := db.IndicatorFamilies()
	n := 0
	for i := range families {
		n += len(families[i].Indicators)
	}
	db.watched.marks = make(map[string][]IndicatorHit, n)
	for i := range families {
		for j := range families[i].Indicators {
			in := &families[i].Indicators[j]
			k := string(in.Kind) + " " + in.Hidden
			db.watched.marks[k] = append(db.watched.marks[k], IndicatorHit{&families[i], in})
		}
	}
}

func (db *DB) countWatched(s *Stats) {
	s.Systems, s.IndicatorCollections, s.IndicatorFamilies = len(db.OSProducts()), len(db.IndicatorCollections()), len(db.IndicatorFamilies())
	for _, p := range db.OSProducts() {
		s.Releases += len(p.Releases)
	}
	for _, f := range db.IndicatorFamilies() {
		s.Indicators += len(f.Indicators)
	}
}
