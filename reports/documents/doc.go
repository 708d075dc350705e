// Package documents defines what the commands other than scan write as JSON: explain, db, policy, devices, version
// and scanners. Each is an [Envelope] with fields of its own, and has a published schema, which is printed by
// `quaestor schema NAME` and generated from these types like that of the report.
//
// A field is added with a new addition number of the document's schema, never renamed or reused.
//
// What the package cannot see: how the answers were found. It holds forms, and the command fills them in.
package documents

import (
	"cmp"
	"reflect"
	"slices"

	"quaestor/reports"
)

// Envelope is what every document begins with.
type Envelope struct {
	Schema   string       `json:"schema" jsonschema:"version of this document, quaestor.NAME/MODEL.REVISION.ADDITION"`
	Tool     reports.Tool `json:"tool"`
	AsOf     string       `json:"as_of" jsonschema:"day of the answer, YYYY-MM-DD"`
	Database *Database    `json:"database,omitempty"`
}

// Database is the risk database that an answer rests on; absent where it rests on none.
type Database struct {
	Version string `json:"version" jsonschema:"version of the data, with the overlays on it"`
	Date    string `json:"date" jsonschema:"the day its facts were last researched, YYYY-MM-DD"`
	SHA256  string `json:"sha256" jsonschema:"SHA-256 of the data, lower-case hexadecimal"`
	Origin  string `json:"origin" jsonschema:"embedded: built into the program; installed: by db update; bundle: a file; folder: YAML that nobody signed"`
	AgeDays int    `json:"age_days" jsonschema:"days from its date to the day of the answer"`
	Expired bool   `json:"expired" jsonschema:"its signers no longer want it relied on at the day of the answer"`
}

// Kind is one document.
type Kind struct {
	Name  string       // as `quaestor schema NAME` takes it, and between "quaestor." and the slash of schema
	Title string       // for people
	Type  reflect.Type // of this package
	Dirs  []string     // beside this package, where the types in it are defined
}

// version is that of a document whose form never changed; history of the others:
//
//	scanners 1.0.1  platforms, live, only_live, extensions
const version = "1.0.0"

var versions = map[string]string{"scanners": "1.0.1"}

// Schema is what the field schema holds.
func (k Kind) Schema() string { return "quaestor." + k.Name + "/" + cmp.Or(versions[k.Name], version) }

// Kinds lists every document.
func Kinds() []Kind {
	return []Kind{
		{"explain", "Quaestor: what the risk database knows about a thing", reflect.TypeFor[Explain](), []string{"riskdb"}},
		{"db-status", "Quaestor: which risk database is used", reflect.TypeFor[Status](), []string{"riskdb/installed"}},
		{"db-search", "Quaestor: rows of the risk database", reflect.TypeFor[Search](), nil},
		{"db-diff", "Quaestor: how two risk databases differ", reflect.TypeFor[Diff](), []string{"riskdb/export"}},
		{"db-lint", "Quaestor: what is wrong with the data of a risk database", reflect.TypeFor[Lint](), []string{"riskdb/lint"}},
		{"db-licences", "Quaestor: licences of the risk database", reflect.TypeFor[Licences](), nil},
		{"db-verify", "Quaestor: what is in a bundle, and whether it is accepted", reflect.TypeFor[Verify](), []string{"riskdb/bundle"}},
		{"policy-list", "Quaestor: policy packs of the risk database", reflect.TypeFor[PolicyList](), nil},
		{"policy-show", "Quaestor: policy packs with what they extend", reflect.TypeFor[PolicyShow](), []string{"riskdb"}},
		{"policy-check", "Quaestor: what is wrong with policy files", reflect.TypeFor[PolicyCheck](), []string{"riskdb/policy"}},
		{"policy-test", "Quaestor: how the tests of policy packs went", reflect.TypeFor[PolicyTest](), []string{"riskdb/policy"}},
		{"policy-diff", "Quaestor: how two policies differ", reflect.TypeFor[PolicyDiff](), []string{"riskdb/policy"}},
		{"policy-fields", "Quaestor: what the condition of a policy rule can ask about", reflect.TypeFor[PolicyFields](), []string{"riskdb/policy"}},
		{"scanners", "Quaestor: what can be scanned", reflect.TypeFor[Scanners](), nil},
		{"devices", "Quaestor: phones that are plugged in", reflect.TypeFor[Devices](), nil},
		{"selftest", "Quaestor: whether every format holds what was found", reflect.TypeFor[Selftest](), nil},
		{"version", "Quaestor: versions of the program, its database and its formats", reflect.TypeFor[Version](), nil},
	}
}

// New begins a document; name is that of its [Kind].
func New(name string, tool reports.Tool, asOf string, db *Database) Envelope {
	kinds := Kinds()
	i := slices.IndexFunc(kinds, func(k Kind) bool { return k.Name == name })
	if i < 0 {
		return Envelope{Tool: tool, AsOf: asOf, Database: db}
	}
	return Envelope{Schema: kinds[i].Schema(), Tool: tool, AsOf: asOf, Database: db}
}
