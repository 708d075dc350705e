package riskdb

// Prepare builds the indexes that judging an app mostly uses. Without it, the first app that needs one waits for
// it; a program that does something else before it judges calls it meanwhile.
func (db *DB) Prepare() {
	db.Names().Prepare()
	db.codeIndex()
}
