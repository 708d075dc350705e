// Package schema holds the published JSON Schemas of the documents that Quaestor writes: the report, its
// line form, the inventory and the exported risk database.
//
// The schemas are generated from the Go types by `go run ./reports/schema/generate`; a test fails when types
// and files differ. Every file stands alone and needs no network. They allow fields that they do not name, so
// that a document of a later addition still fits; README.md beside the reports has the promise in full.
//
// The inventory and the risk database are not reports, but their schemas live here: whoever reads one document
// looks for the schema of the other in the same place, and the generator is the same. That is why this
// package's generator may import scanners/inventory and riskdb.
//
// So does the schema of policy files, which a reader does not get but writes: it allows no field that it does not
// name, as the reader of those files does not.
//
// What the package cannot see: meaning. A document can fit the schema and be wrong.
package schema

import (
	_ "embed"
	"slices"
)

//go:embed report.schema.json
var report []byte

//go:embed ndjson.schema.json
var ndjson []byte

//go:embed policy.schema.json
var policy []byte

//go:embed inventory.schema.json
var inventory []byte

//go:embed riskdb.schema.json
var riskdb []byte

// Report is the schema of `-o json`.
func Report() []byte { return slices.Clone(report) }

// NDJSON is the schema of every line of `-o ndjson`.
func NDJSON() []byte { return slices.Clone(ndjson) }

// Policy is the schema of policy files.
func Policy() []byte { return slices.Clone(policy) }

// RiskDB is the schema of `db export -o json`.
func RiskDB() []byte { return slices.Clone(riskdb) }

// Inventory is the schema of `-o inventory`.
func Inventory() []byte { return slices.Clone(inventory) }
