package sqlite

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// Rows yields the rows of a table in the order of the file, with the columns that are asked for, all of them when columns is nil:
// int64, float64, string, []byte or nil each. "rowid" is the row's number where the table has one. A column that the table
// does not have, or that is not stored, is nil in every row and named among the problems, as is every page and
// row that is damaged. The error is one of yield, of the context, or of reading the file, or [ErrNoTable] or [ErrLimit].
func (db *DB) Rows(ctx context.Context, table string, columns []string, yield func(row []any) error) ([]error, error) {
	t := db.Table(table)
	if t == nil {
		return nil, fmt.Errorf("%q: %w", table, ErrNoTable)
	}
	if columns == nil {
		columns = t.Columns
	}
	return db.rows(ctx, t, columns, yield)
}

// Where a value of a row comes from, when that is not its record.
const (
	nowhere = -1
	number  = -2
)

// plan says for each column that is asked for where in a record it is.
type plan struct {
	from     []int // place in the record, or one of the above
	columns  []*column
	most     int // how many values of a record have to be looked at
	problems problems
}

func (t *Table) plan(columns []string) *plan {
	p := &plan{from: make([]int, len(columns)), columns: make([]*column, len(columns))}
	place := make([]int, len(t.columns))
	for i := range place {
		place[i] = nowhere
	}
	for i, c := range t.stored {
		place[c] = i
	}
	for i, name := range columns {
		p.from[i] = nowhere
		switch at := t.at(name); {
		case at >= 0 && at == t.rowid:
			p.from[i] = number
		case at >= 0 && t.columns[at].virtual && place[at] == nowhere:
			p.problems.add(fmt.Errorf("column %q of table %q is computed and not stored", name, t.Name))
		case at >= 0:
			p.from[i], p.columns[i] = place[at], &t.columns[at]
			p.most = max(p.most, place[at]+1)
		case strings.EqualFold(name, "rowid") && !t.index:
			p.from[i] = number
		default:
			p.problems.add(fmt.Errorf("table %q has no column %q", t.Name, name))
		}
	}
	return p
}

func (db *DB) rows(ctx context.Context, t *Table, columns []string, yield func([]any) error) ([]error, error) {
	p := t.plan(columns)
	var places []slot
	left := 64*db.pages*int64(db.pageSize) + 1<<20 // values; rows from before columns were added have fewer than they show
	err := db.walk(ctx, t.root, t.index, &p.problems, func(r *row) error {
		var err error
		if places, err = r.slots(p.most, places[:0]); err != nil {
			return err
		}
		if left -= int64(len(columns)); left < 0 {
			return &endError{fmt.Errorf("table %q: %w", t.Name, ErrLimit)}
		}
		out := make([]any, len(columns))
		for i, from := range p.from {
			switch {
			case from == number:
				out[i] = r.id
			case from == nowhere:
			case from >= len(places):
				out[i] = p.columns[i].fallback
			default:
				if out[i], err = r.value(places[from]); err != nil {
					return err
				}
				if n, ok := out[i].(int64); ok && p.columns[i].affinity == "REAL" {
					out[i] = float64(n) // whole numbers are stored as such
				}
			}
		}
		if err := yield(out); err != nil {
			return &endError{err}
		}
		return nil
	})
	var end *endError
	if errors.As(err, &end) {
		err = end.err
	}
	return p.problems.list, err
}
