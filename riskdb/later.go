package riskdb

import (
	"sync"

	"quaestor/riskdb/internal/tablecodec"
)

// laterTables are the tables whose field in [Tables] has the tag `table:"later"`. A database that was decoded
// builds their rows when they are first asked for; until then the field is empty, so that callers use the
// method of DB that has the field's name, or [DB.AllTables].
type laterTables struct {
	rest *tablecodec.Rest // nil where all rows are in Tables
}

// laterTable is one of them.
type laterTable[T any] struct {
	once sync.Once
	rows []T
}

// get returns the rows of the field, which stand in the tables already or are read now. The bytes were checked
// when the database was decoded, so that reading them does not fail.
func (l *laterTable[T]) get(from laterTables, field string, have []T) []T {
	l.once.Do(func() {
		l.rows = have
		if from.rest == nil {
			return
		}
		from.rest.Read(field, &l.rows)
	})
	return l.rows
}

// AllTables returns every table with its rows, also those that have not been asked for.
func (db *DB) AllTables() Tables {
	t := db.Tables
	if db.later.rest != nil {
		db.later.rest.ReadAll(&t)
	}
	return t
}
