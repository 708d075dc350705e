// Package schema holds the published JSON Schemas of the documents that Quaestor writes: the report, its
// line form, the inventory, the exported risk database, and what the other commands write as JSON.
//
// The schemas are generated from the Go types by `go run ./reports/schema/generate`; a test fails when types
// and files differ. Every file stands alone and needs no network. They allow fields that they do not name, so
// that a document of a later addition still fits; README.md beside the reports has the promise in full.
//
// The inventory and the risk database are not reports, but their schemas live here: whoever reads one document
// looks for the schema of the other in the same place, and the generator is the same. That is why this
// package's generator may import scanners/inventory and riskdb.
//
// So do the schemas of policy files and of mapping files, which a reader does not get but writes: they allow no field that they do not
// name, as the readers of those files do not.
//
// What the package cannot see: meaning. A document can fit the schema and be wrong.
package schema

import (
	"embed"
	"slices"
	"strings"
)

//go:embed *.schema.json
var files embed.FS

const extension = ".schema.json"

// Names lists the schemas, sorted.
func Names() []string {
	var out []string
	entries, _ := files.ReadDir(".") // of what was compiled in
	for _, e := range entries {
		out = append(out, strings.TrimSuffix(e.Name(), extension))
	}
	slices.Sort(out)
	return out
}

// ByName is the text of a schema, and nil where there is none of that name.
func ByName(name string) []byte {
	text, err := files.ReadFile(name + extension)
	if err != nil {
		return nil
	}
	return text
}

// Report is the schema of `-o json`.
func Report() []byte { return ByName("report") }

// NDJSON is the schema of every line of `-o ndjson`.
func NDJSON() []byte { return ByName("ndjson") }

// Policy is the schema of policy files.
func Policy() []byte { return ByName("policy") }

// RiskDB is the schema of `db export -o json`.
func RiskDB() []byte { return ByName("riskdb") }

// Inventory is the schema of `-o inventory`.
func Inventory() []byte { return ByName("inventory") }
