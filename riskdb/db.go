package riskdb

import (
	"fmt"
	"strings"

	"quaestor/scanners/inventory"
)

// DB is the knowledge with its indexes. It is immutable and safe for concurrent use; the rows that its
// methods return are its own, and must not be changed.
type DB struct {
	Tables

	release       Release
	later         laterTables
	watched       watchTables
	code          codeTables
	roots         rootTable
	layers        []*Layer
	origins       map[rowID]*Layer // of rows that an overlay brought or withdrew
	disagreements []Disagreement
	disputed      map[rowID]bool // rows with a disagreement
	withdrawnBans []*Ban         // that an overlay took away
	sources       map[string]*Source
	authorities   map[string]*Authority
	states        map[string]*Jurisdiction
	vendors       map[string]*Vendor
	entities      map[string]*Entity
	parents       map[string][]*Edge // by child, in a fixed order
	children      map[string][]*Edge // by parent, likewise
	edges         map[string]*Edge
	namedWith     map[string]*Ban // by product: a verified measure that names it and its vendor
	products      map[string]*Product
	identifiers   map[identifier][]Match
	openMarks     map[inventory.IdentifierKind][]openMark
	bans          map[string]*Ban
	permissions   map[string]*Permission
	signers       map[string]*Signer
	testKeys      map[string]*TestKey
	installers    map[string]*Installer
	names         names
}

type identifier struct {
	kind  inventory.IdentifierKind
	value string
}

// Release says which knowledge a DB holds.
type Release struct {
	Date   Date     // the day the facts were last researched
	SHA256 string   // of the compiled data with its overlays, lower-case hex
	Layers []string // Layer.ID of the overlays, the lowest first
}

// String is the date, the overlays and the beginning of the digest.
func (r Release) String() string {
	over := ""
	if len(r.Layers) > 0 {
		over = " with " + strings.Join(r.Layers, ", ")
	}
	return fmt.Sprintf("%s%s (sha256:%s)", r.Date, over, r.SHA256[:min(len(r.SHA256), 12)])
}

// Version says which knowledge this is.
func (db *DB) Version() Release { return db.release }

// Stats counts the rows of each table, and the identifiers and certificates in them.
type Stats struct {
	Sources, Authorities, Policies, Jurisdictions, Laws, Vendors, VerifiedVendors, Entities, Edges int
	Products, SecurityProducts, Identifiers, Bans, Permissions, Combinations                       int
	Signers, Certificates, TestKeys, Installers                                                    int
	Systems, Releases, IndicatorCollections, IndicatorFamilies, Indicators                         int
}

// Stats counts what the database holds.
func (db *DB) Stats() Stats {
	s := Stats{Sources: len(db.Sources), Authorities: len(db.Authorities), Policies: len(db.Policies), Jurisdictions: len(db.Jurisdictions),
		Vendors: len(db.Vendors), Entities: len(db.Entities), Edges: len(db.Edges), Products: len(db.Products), Bans: len(db.Bans),
		Permissions: len(db.Permissions), Combinations: len(db.Combinations), Signers: len(db.Signers), TestKeys: len(db.TestKeys), Installers: len(db.Installers)}
	for i := range db.Jurisdictions {
		s.Laws += len(db.Jurisdictions[i].Laws)
	}
	for i := range db.Vendors {
		s.Identifiers += len(db.Vendors[i].Identifiers)
		if db.Vendors[i].Verified {
			s.VerifiedVendors++
		}
	}
	for i := range db.Products {
		s.Identifiers += len(db.Products[i].Identifiers)
		if db.Products[i].Kind == SecurityProduct {
			s.SecurityProducts++
		}
	}
	for i := range db.Signers {
		s.Certificates += len(db.Signers[i].Certs)
	}
	db.countWatched(&s)
	return s
}

// Source finds a source by ID, nil when there is none.
func (db *DB) Source(id string) *Source { return db.sources[id] }

// Authority finds an authority by ID, nil when there is none.
func (db *DB) Authority(id string) *Authority { return db.authorities[id] }

// Jurisdiction finds a state by its code, nil when there is none.
func (db *DB) Jurisdiction(code string) *Jurisdiction { return db.states[code] }

// Vendor finds a vendor by ID, nil when there is none.
func (db *DB) Vendor(id string) *Vendor { return db.vendors[id] }

// Entity finds an owner that is no vendor by ID, nil when there is none.
func (db *DB) Entity(id string) *Entity { return db.entities[id] }

// Product finds a product by ID, nil when there is none.
func (db *DB) Product(id string) *Product { return db.products[id] }

// Ban finds a measure by ID, nil when there is none.
func (db *DB) Ban(id string) *Ban { return db.bans[id] }

// Permission finds a permission by its full name, nil when there is none.
func (db *DB) Permission(name string) *Permission { return db.permissions[name] }

// SignersOf finds the certificates listed for an Android package, nil when none are.
func (db *DB) SignersOf(pkg string) *Signer { return db.signers[pkg] }

// TestKey finds a public test key by the SHA-256 of its certificate in lower-case hex, nil when it is none.
func (db *DB) TestKey(sha256 string) *TestKey { return db.testKeys[sha256] }

// IsTestKey reports whether anybody can sign with the certificate's key.
func (db *DB) IsTestKey(sha256 string) bool { return db.testKeys[sha256] != nil }

// Installer finds what is known of a package that installs others, nil when nothing is.
func (db *DB) Installer(pkg string) *Installer { return db.installers[pkg] }
