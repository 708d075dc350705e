package sqlite

import (
	"context"
	"fmt"
	"strings"
)

// maxColumns is the most columns that SQLite allows.
const maxColumns = 32767

// Table is a table that holds rows.
type Table struct {
	Name    string
	Columns []string
	SQL     string // the statement that would make it
	root    int64
	shape
}

// shape is how the rows of a table lie in its file.
type shape struct {
	columns []column
	stored  []int // of each value in a record, in order: which column it is
	rowid   int   // the column that is another name of the row's number, -1 for none
	index   bool  // WITHOUT ROWID: the tree is that of an index
}

// column is what a statement says of a column.
type column struct {
	name     string
	affinity string
	integer  bool // declared as INTEGER and nothing else
	virtual  bool // computed when it is read
	fallback any  // the value of rows from before the column was added
}

// schema reads the list of tables, which is itself a table.
func (db *DB) schema(ctx context.Context) error {
	t := Table{Name: "sqlite_schema", root: 1, shape: shape{rowid: -1}}
	for i, name := range []string{"type", "name", "tbl_name", "rootpage", "sql"} {
		t.Columns = append(t.Columns, name)
		t.columns = append(t.columns, column{name: name})
		t.stored = append(t.stored, i)
	}
	found, err := db.rows(ctx, &t, []string{"type", "name", "rootpage", "sql"}, func(row []any) error {
		name, _ := row[1].(string)
		root, _ := row[2].(int64)
		sql, _ := row[3].(string)
		if row[0] != "table" || root == 0 { // an index, a view, a trigger, a virtual table
			return nil
		}
		shape, ok := parseTable(sql)
		if !ok || root < 2 {
			db.problems.add(fmt.Errorf("the columns of table %.60q cannot be told: it is not read", name))
			return nil
		}
		table := Table{Name: name, SQL: sql, root: root, shape: shape}
		for _, c := range shape.columns {
			table.Columns = append(table.Columns, c.name)
		}
		db.tables = append(db.tables, table)
		return nil
	})
	for _, p := range found {
		db.problems.add(p)
	}
	return err
}

// at finds a column by its name, -1 when there is none.
func (s *shape) at(name string) int {
	for i := range s.columns {
		if strings.EqualFold(s.columns[i].name, name) {
			return i
		}
	}
	return -1
}

// parseTable understands CREATE TABLE as far as it tells how rows lie in the file.
func parseTable(sql string) (shape, bool) {
	s := shape{rowid: -1}
	rest := tokens(sql)
	for len(rest) > 0 && rest[0].text != "(" {
		rest = rest[1:]
	}
	if len(rest) == 0 {
		return s, false
	}
	items, rest := split(rest)
	var key []string
	alias := ""
	for i, item := range items {
		if len(item) == 0 || i >= maxColumns {
			continue
		}
		if word := item[0].word(); len(s.columns) > 0 && (word == "CONSTRAINT" || word == "PRIMARY" || word == "UNIQUE" || word == "CHECK" || word == "FOREIGN") {
			if k := tableKey(item); k != nil {
				if key = k; len(k) == 1 {
					alias = k[0]
				}
			}
			continue
		}
		c, primary, descending := parseColumn(item)
		s.columns = append(s.columns, c)
		if primary {
			if key = []string{c.name}; !descending {
				alias = c.name
			}
		}
	}
	for i := 0; i+1 < len(rest); i++ {
		s.index = s.index || rest[i].word() == "WITHOUT" && rest[i+1].word() == "ROWID"
	}
	if at := s.at(alias); alias != "" && !s.index && at >= 0 && s.columns[at].integer {
		s.rowid = at
	}
	s.order(key)
	return s, len(s.columns) > 0
}

// order says which column each value of a record is: without row numbers, the key comes first.
func (s *shape) order(key []string) {
	first := map[int]bool{}
	if s.index {
		for _, name := range key {
			if at := s.at(name); at >= 0 && !first[at] {
				first[at] = true
				s.stored = append(s.stored, at)
			}
		}
	}
	for i := range s.columns {
		if !first[i] && !s.columns[i].virtual {
			s.stored = append(s.stored, i)
		}
	}
}

// tableKey is the columns of PRIMARY KEY (a, b DESC) as a constraint of the table, nil for another constraint.
func tableKey(item []token) []string {
	for i := 0; i+2 < len(item); i++ {
		if item[i].word() == "PRIMARY" && item[i+1].word() == "KEY" && item[i+2].text == "(" {
			var key []string
			parts, _ := split(item[i+2:])
			for _, p := range parts {
				if len(p) > 0 {
					key = append(key, p[0].text)
				}
			}
			return key
		}
	}
	return nil
}

// parseColumn understands one column, and whether it is the key of the table.
func parseColumn(item []token) (c column, primary, descending bool) {
	c.name = item[0].text
	var kind []string
	depth, stored, computed, told := 0, false, false, false
	for i, t := range item[1:] {
		after := item[i+2:]
		word := t.word()
		if t.text == "(" && !t.quoted {
			depth++
		} else if t.text == ")" && !t.quoted {
			depth--
		}
		if depth > 0 || t.text == ")" && !t.quoted {
			continue
		}
		switch word {
		case "CONSTRAINT", "NOT", "NULL", "UNIQUE", "CHECK", "DEFAULT", "COLLATE", "REFERENCES", "GENERATED", "AS", "PRIMARY":
			told = true
		}
		switch {
		case !told:
			kind = append(kind, t.text)
		case word == "PRIMARY" && len(after) > 0 && after[0].word() == "KEY":
			primary, descending = true, len(after) > 1 && after[1].word() == "DESC"
		case word == "AS" && len(after) > 0 && after[0].text == "(":
			computed = true
		case word == "STORED":
			stored = true
		case word == "DEFAULT":
			c.fallback = literal(after)
		}
	}
	declared := strings.ToUpper(strings.Join(kind, " "))
	c.integer, c.affinity, c.virtual = declared == "INTEGER", affinity(declared), computed && !stored
	c.fallback = convert(c.affinity, c.fallback)
	return c, primary, descending
}
