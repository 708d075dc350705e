package sqlite

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	_ "modernc.org/sqlite" // the oracle, through database/sql
)

// made is a database that the oracle wrote, with its log.
type made struct {
	file, wal []byte
	want      map[string][][]any // rows by table
	columns   map[string][]string
}

// build runs statements, reads the files while the database is open, and asks the oracle for all rows.
func build(t testing.TB, statements ...string) *made {
	t.Helper()
	path := filepath.Join(t.TempDir(), "db")
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	for _, s := range statements {
		if _, err := db.Exec(s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
	m := &made{want: map[string][][]any{}, columns: map[string][]string{}}
	if m.file, err = os.ReadFile(path); err != nil {
		t.Fatal(err)
	}
	m.wal, _ = os.ReadFile(path + "-wal")
	for _, row := range ask(t, db, "SELECT name, name FROM sqlite_schema WHERE type='table' AND rootpage > 0") {
		name := row[0].(string)
		for _, c := range ask(t, db, fmt.Sprintf("SELECT name, hidden FROM pragma_table_xinfo(%s)", quote(name))) {
			m.columns[name] = append(m.columns[name], c[0].(string))
		}
		var list []string
		for _, c := range m.columns[name] {
			list = append(list, "+"+quote(c)) // so that the driver does not turn it into a date
		}
		m.want[name] = ask(t, db, fmt.Sprintf("SELECT %s FROM %s", strings.Join(list, ", "), quote(name)))
	}
	return m
}

func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

func ask(t testing.TB, db *sql.DB, query string) [][]any {
	t.Helper()
	rows, err := db.Query(query)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	defer rows.Close()
	names, _ := rows.Columns()
	var out [][]any
	for rows.Next() {
		values, into := make([]any, len(names)), make([]any, len(names))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		for i, v := range values {
			if b, ok := v.([]byte); ok && b == nil {
				values[i] = []byte{}
			}
		}
		out = append(out, values)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

func (m *made) open(t testing.TB) *DB {
	t.Helper()
	db, err := open(m.file, m.wal)
	if err != nil {
		t.Fatal(err)
	}
	return db
}

func open(file, wal []byte) (*DB, error) {
	if wal == nil {
		return Open(context.Background(), bytes.NewReader(file), int64(len(file)), nil, 0)
	}
	return Open(context.Background(), bytes.NewReader(file), int64(len(file)), bytes.NewReader(wal), int64(len(wal)))
}

func read(t testing.TB, db *DB, table string) (rows [][]any, problems []error) {
	t.Helper()
	problems, err := db.Rows(context.Background(), table, nil, func(row []any) error {
		rows = append(rows, row)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return rows, problems
}

// compare holds every table against the oracle; virtual names columns that are nil here.
func (m *made) compare(t *testing.T, virtual ...string) {
	t.Helper()
	db := m.open(t)
	if p := db.Problems(); len(p) > 0 {
		t.Error(p)
	}
	if len(db.Tables()) != len(m.want) || len(m.want) == 0 {
		t.Errorf("%d tables, want %d", len(db.Tables()), len(m.want))
	}
	for name, want := range m.want {
		table := db.Table(name)
		if table == nil {
			t.Errorf("no table %q", name)
			continue
		}
		if d := cmp.Diff(m.columns[name], table.Columns); d != "" {
			t.Errorf("%s: columns: %s", name, d)
		}
		for i, c := range m.columns[name] {
			for _, row := range want {
				if slices.Contains(virtual, c) {
					row[i] = nil
				}
			}
		}
		got, problems := read(t, db, name)
		if len(problems) != len(virtual) {
			t.Errorf("%s: %v", name, problems)
		}
		if len(got) != len(want) {
			t.Fatalf("%s: %d rows, want %d", name, len(got), len(want))
		}
		for i := range want {
			if !reflect.DeepEqual(want[i], got[i]) {
				t.Fatalf("%s: row %d: %.2000s", name, i, cmp.Diff(want[i], got[i]))
			}
		}
	}
}

// fill makes n rows of every kind of value and many lengths.
func fill(table string, n int) string {
	return fmt.Sprintf(`INSERT INTO %s(i, r, t, b, n) WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM c WHERE x < %d)
		SELECT CASE x%%9 WHEN 0 THEN NULL WHEN 1 THEN 0 WHEN 2 THEN 1 WHEN 3 THEN -x WHEN 4 THEN x*300 WHEN 5 THEN x*70000 WHEN 6 THEN x*1000000000 WHEN 7 THEN -x*100000000000000 ELSE 9223372036854775807 END,
		CASE x%%3 WHEN 0 THEN x WHEN 1 THEN x/3.0 ELSE NULL END, replace(hex(zeroblob(x*7%%1500)),'00','aé') || x, CASE x%%4 WHEN 0 THEN zeroblob(x*11%%5000) WHEN 1 THEN x'' ELSE x'00ff' END, x FROM c`, table, n)
}

const everyKind = "(k INTEGER PRIMARY KEY, i INTEGER, r REAL, t TEXT, b BLOB, n)"

func TestOracle(t *testing.T) {
	for name, statements := range map[string][]string{
		"pages of 512":   {"PRAGMA page_size=512", "CREATE TABLE a" + everyKind, fill("a", 900)},
		"pages of 65536": {"PRAGMA page_size=65536", "CREATE TABLE a" + everyKind, fill("a", 1000)},
		"UTF-16":         {"PRAGMA encoding='UTF-16le'", "CREATE TABLE a" + everyKind, fill("a", 300)},
		"UTF-16 big":     {"PRAGMA encoding='UTF-16be'", "CREATE TABLE a" + everyKind, fill("a", 300)},
		"auto-vacuum":    {"PRAGMA auto_vacuum=FULL", "PRAGMA page_size=1024", "CREATE TABLE a" + everyKind, fill("a", 2000), "DELETE FROM a WHERE n%3=0", "CREATE TABLE b" + everyKind, fill("b", 50)},
		"deleted rows":   {"CREATE TABLE a" + everyKind, fill("a", 500), "DELETE FROM a WHERE n>20", "CREATE TABLE empty(x)"},
		"an index":       {"CREATE TABLE a" + everyKind, "CREATE INDEX x ON a(t)", "CREATE VIEW v AS SELECT * FROM a", "CREATE UNIQUE INDEX y ON a(n)", fill("a", 100)},
		"no row number":  {"PRAGMA page_size=512", "CREATE TABLE a(i, r REAL, t TEXT, b, n, PRIMARY KEY(t, n)) WITHOUT ROWID", fill("a", 700), "CREATE TABLE b(x TEXT, y PRIMARY KEY) WITHOUT ROWID", "INSERT INTO b VALUES('v','k'),('w','a')"},
		"the log":        {"PRAGMA page_size=1024", "PRAGMA journal_mode=WAL", "PRAGMA wal_autocheckpoint=0", "CREATE TABLE a" + everyKind, fill("a", 200), "DELETE FROM a WHERE n < 100", fill("a", 30), "UPDATE a SET t='new' WHERE n=7"},
		"an old log":     {"PRAGMA journal_mode=WAL", "CREATE TABLE a" + everyKind, fill("a", 300), "PRAGMA wal_checkpoint(RESTART)", "UPDATE a SET t='new' WHERE n=7"},
		"names":          {"CREATE TABLE \"a \"\"b\"(\"x \"\"y\" INT, [z] TEXT, `q` REAL, 'p', \"PRIMARY\", plain VARCHAR(10, 2) NOT NULL DEFAULT (1+2) COLLATE NOCASE, -- c1, c2\n last /* , d */ TEXT CHECK(last <> 'a,)'), CONSTRAINT u UNIQUE(z, q), CHECK(z<>'('), FOREIGN KEY(z) REFERENCES other(z))", `INSERT INTO "a ""b" VALUES(1,'two',3,4,5,6,'seven')`},
		"the key":        {"CREATE TABLE a(x TEXT, id integer, PRIMARY KEY(id))", "INSERT INTO a VALUES('a',5),('b',-3)", "CREATE TABLE b(id INTEGER PRIMARY KEY DESC, x)", "INSERT INTO b VALUES(5,'a'),(2,'b')", "CREATE TABLE c(id INT PRIMARY KEY, x)", "INSERT INTO c VALUES(5,'a'),(2,'b')", "CREATE TABLE d(id INTEGER PRIMARY KEY AUTOINCREMENT, x)", "INSERT INTO d(x) VALUES('a'),('b')"},
		"added columns": {"CREATE TABLE a(x)", "INSERT INTO a VALUES(1)", "ALTER TABLE a ADD COLUMN y TEXT", "ALTER TABLE a ADD COLUMN z INTEGER NOT NULL DEFAULT 7", "ALTER TABLE a ADD COLUMN q REAL DEFAULT -2", "ALTER TABLE a ADD COLUMN s TEXT DEFAULT 'it''s'",
			"ALTER TABLE a ADD COLUMN u TEXT DEFAULT 5", "ALTER TABLE a ADD COLUMN v INTEGER DEFAULT '6'", "ALTER TABLE a ADD COLUMN w BLOB DEFAULT x'0aff'", "ALTER TABLE a ADD COLUMN b BOOLEAN DEFAULT TRUE", "INSERT INTO a(x) VALUES(2)", "ALTER TABLE a RENAME COLUMN y TO yy"},
		"dropped columns": {"CREATE TABLE a(x, y, z)", "INSERT INTO a VALUES(1, 2, 3)", "ALTER TABLE a DROP COLUMN y", "ALTER TABLE a ADD COLUMN w DEFAULT 4"},
		"strict":          {"CREATE TABLE a(x INT, y TEXT, z ANY) STRICT", "INSERT INTO a VALUES(1,'b',2.0)", "CREATE TABLE b AS SELECT x, y AS \"odd name\" FROM a"},
	} {
		t.Run(name, func(t *testing.T) { build(t, statements...).compare(t) })
	}
}

func TestComputedColumns(t *testing.T) {
	build(t, "CREATE TABLE a(x INT, v INT GENERATED ALWAYS AS (x*2), s INT AS (x*3) STORED, w AS (x||'a') VIRTUAL, y)", "INSERT INTO a(x,y) VALUES(1,'one'),(2,'two')").compare(t, "v", "w")
}

// TestUncommitted: what is in the log and was not committed is not there.
func TestUncommitted(t *testing.T) {
	build(t, "PRAGMA journal_mode=WAL", "PRAGMA wal_autocheckpoint=0", "PRAGMA cache_size=2", "CREATE TABLE a"+everyKind, fill("a", 100)).compare(t)
	m := build(t, "PRAGMA journal_mode=WAL", "PRAGMA wal_autocheckpoint=0", "PRAGMA cache_size=2", "CREATE TABLE a"+everyKind, fill("a", 100), "BEGIN", fill("a", 3000))
	rows, problems := read(t, m.open(t), "a")
	if len(m.want["a"]) != 3100 || len(rows) != 100 || len(problems) != 0 || len(m.wal) < 1<<20 {
		t.Errorf("%d rows of %d, %v, log of %d", len(rows), len(m.want["a"]), problems, len(m.wal))
	}
}
