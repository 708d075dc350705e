// Package iosstate reads the files in which iOS keeps its own state: what apps were allowed (TCC.db, the location service's
// list), how much they sent and received (DataUsage.sqlite, netusage.sqlite), which certificates were added
// (TrustStore.sqlite3), what leads its traffic elsewhere (com.apple.networkextension.plist), and configuration profiles. The files
// are the same in a backup, in a copy of the whole file system and in a sysdiagnose.
//
// What the package cannot see: what apps keep of their own, and decisions that iOS keeps in other places, such as those about
// notifications. It reads no content of the user's and keeps no account, number or name of a network.
package iosstate

import (
	"context"
	"fmt"
	"math"
	"time"

	"quaestor/scanners/internal/iosfacts"
	"quaestor/scanners/internal/sqlite"
)

// maxRows is the most rows of one table that are read. Real ones have some hundreds to a few thousand.
const maxRows = 200_000

// errRows ends the reading of a table that is longer than any real one.
var errRows = fmt.Errorf("more than %d rows; the rest was not read", maxRows)

// table reads rows of a table. Problems are what of it could not be read, in words.
func table(ctx context.Context, db *sqlite.DB, name string, columns []string, row func(r []any)) (problems []error, err error) {
	n := 0
	return db.Rows(ctx, name, columns, func(r []any) error {
		if n++; n > maxRows {
			return errRows
		}
		row(r)
		return nil
	})
}

// has reports whether a table has a column.
func has(db *sqlite.DB, name, column string) bool {
	for _, t := range db.Tables() {
		if t.Name != name {
			continue
		}
		for _, c := range t.Columns {
			if c == column {
				return true
			}
		}
	}
	return false
}

func text(v any) string {
	s, _ := v.(string)
	return s
}

func integer(v any) int64 {
	switch n := v.(type) {
	case int64:
		return n
	case float64:
		if math.Abs(n) < 1<<62 {
			return int64(n)
		}
	}
	return 0
}

// unix is a moment in seconds since 1970; nil for none.
func unix(v any) *time.Time {
	n := integer(v)
	if n <= 0 || n > 1<<40 {
		return nil
	}
	return iosfacts.Valid(time.Unix(n, 0))
}
