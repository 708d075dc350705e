package riskdb

import "sync"

// Prepare builds the indexes that judging an app mostly uses. Without it, the first app that needs one waits for
// it; a program that does something else before it judges calls it meanwhile.
func (db *DB) Prepare() {
	var code sync.WaitGroup
	code.Go(func() {
		db.codeIndex()
		db.watched.once.Do(db.indexIndicators)
	})
	db.Names()
	code.Wait()
}
