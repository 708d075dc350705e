// Package data holds the knowledge of the risk database: reviewed YAML, and the form of it that is built
// into the program. See riskdb/README.md for how to add a fact.
//
// What the package cannot see: whether the compiled form is that of the YAML. A test compares the two, and
// `go run ./riskdb/compile` makes it anew.
package data

import _ "embed"

// Compiled is the knowledge in the form that loads fast.
//
//go:embed riskdb.bin
var Compiled string
