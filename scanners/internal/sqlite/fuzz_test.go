package sqlite

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// FuzzRows: no panic, and never more rows and bytes of them than the files could hold.
func FuzzRows(f *testing.F) {
	m := build(f, "PRAGMA page_size=512", "CREATE TABLE a"+everyKind, fill("a", 25), "CREATE TABLE b(x TEXT, y PRIMARY KEY) WITHOUT ROWID", "INSERT INTO b SELECT i, n FROM a")
	f.Add(m.file, []byte{})
	logged := build(f, "PRAGMA page_size=512", "PRAGMA journal_mode=WAL", "PRAGMA wal_autocheckpoint=0", "CREATE TABLE a(x, y DEFAULT 1)", "INSERT INTO a VALUES('x', 2)")
	f.Add(logged.file, logged.wal)
	f.Fuzz(func(t *testing.T, file, wal []byte) {
		db, err := open(file, wal)
		if err != nil {
			return
		}
		for _, table := range db.Tables() {
			rows, size := 0, 0
			_, err := db.Rows(context.Background(), table.Name, nil, func(row []any) error {
				rows++
				for _, v := range row {
					switch v := v.(type) {
					case string:
						size += len(v)
					case []byte:
						size += len(v)
					}
				}
				return nil
			})
			if most := 65536 + len(file) + len(wal); err != nil && !errors.Is(err, ErrLimit) || rows > most || size > 4*most+rows*len(table.SQL) {
				t.Fatalf("%d rows of %d bytes out of %d, %v", rows, size, most, err)
			}
		}
	})
}

func FuzzSQL(f *testing.F) {
	f.Add("CREATE TABLE \"a\"(x INTEGER PRIMARY KEY, y TEXT DEFAULT 'a', PRIMARY KEY(x, y)) WITHOUT ROWID")
	f.Add("CREATE TABLE a([x] INT AS (1+2) STORED -- c\n, `q` /* */ REAL DEFAULT -5)")
	f.Fuzz(func(t *testing.T, s string) {
		if shape, ok := parseTable(s); ok && len(shape.columns) > len(s) {
			t.Errorf("%d columns in %q", len(shape.columns), s)
		}
	})
}

// BenchmarkRows reads two columns of 20,000 rows, as this package and as the oracle.
func BenchmarkRows(b *testing.B) {
	m := build(b, "CREATE TABLE a"+everyKind, fill("a", 20_000))
	b.Run("here", func(b *testing.B) {
		b.SetBytes(int64(len(m.file)))
		b.ReportAllocs()
		for b.Loop() {
			db, err := Open(context.Background(), bytes.NewReader(m.file), int64(len(m.file)), nil, 0)
			if err != nil {
				b.Fatal(err)
			}
			n := 0
			if _, err := db.Rows(context.Background(), "a", []string{"t", "n"}, func([]any) error { n++; return nil }); err != nil || n != 20_000 {
				b.Fatal(n, err)
			}
		}
	})
	b.Run("modernc", func(b *testing.B) {
		path := filepath.Join(b.TempDir(), "db")
		if err := os.WriteFile(path, m.file, 0o600); err != nil {
			b.Fatal(err)
		}
		b.SetBytes(int64(len(m.file)))
		b.ReportAllocs()
		for b.Loop() {
			db, err := sql.Open("sqlite", path)
			if err != nil {
				b.Fatal(err)
			}
			rows, err := db.Query("SELECT t, n FROM a")
			if err != nil {
				b.Fatal(err)
			}
			n := 0
			for rows.Next() {
				var t string
				var i int64
				if err := rows.Scan(&t, &i); err != nil {
					b.Fatal(err)
				}
				n++
			}
			if rows.Close(); n != 20_000 {
				b.Fatal(n)
			}
			db.Close()
		}
	})
}
