// Package overlay reads what one authority adds to the risk database, or disagrees with in it: a folder of
// YAML like that of the base, with a header that says whose it is, or the compiled form of one.
//
// The rows take the place of those with the same key below them; `withdraw` takes a row away. Both stay
// visible: riskdb.Stack keeps every difference.
//
// What the package cannot see: whether a fact is true, and who really wrote an unsigned folder. A signed
// overlay is a bundle; see riskdb/bundle.
package overlay

import (
	"fmt"
	"io/fs"

	"quaestor/riskdb"
	"quaestor/riskdb/internal/tablecodec"
	"quaestor/riskdb/internal/yamldb"
)

// Read reads and checks the YAML below fsys as an overlay upon base. Each fault names its file and line.
func Read(fsys fs.FS, base *riskdb.DB) (riskdb.Tables, error) {
	all := base.AllTables()
	t, err := yamldb.ReadOverlay(fsys, &all)
	if err != nil {
		return riskdb.Tables{}, err
	}
	if _, err := riskdb.Stack(base, *t); err != nil {
		return riskdb.Tables{}, err
	}
	return *t, nil
}

// Check checks a compiled overlay upon a base, which need not be the one that it was built on: every reference,
// and that no identifier is given to a second product.
func Check(t *riskdb.Tables, base *riskdb.DB) error {
	all := base.AllTables()
	if err := yamldb.CheckOverlay(t, &all); err != nil {
		return err
	}
	_, err := riskdb.Stack(base, *t)
	return err
}

// Compile writes an overlay in the form that a bundle carries. The same tables give the same bytes.
func Compile(t *riskdb.Tables) ([]byte, error) { return tablecodec.Marshal(t) }

// Decode reads what Compile wrote. It shares memory with the text. The rows were checked when they were
// compiled, against the base of that day; laid upon another base, a row may refer to what is not there.
func Decode(compiled string) (riskdb.Tables, error) {
	var t riskdb.Tables
	if err := tablecodec.Unmarshal(compiled, &t); err != nil {
		return t, fmt.Errorf("reading the overlay: %w; build it again with `quaestor db build`", err)
	}
	return t, nil
}
