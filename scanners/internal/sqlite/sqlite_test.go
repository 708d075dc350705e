package sqlite

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"os"
)

func small(t testing.TB) *made {
	return build(t, "PRAGMA page_size=512", "CREATE TABLE a"+everyKind, fill("a", 120), "CREATE TABLE b(x TEXT, y PRIMARY KEY) WITHOUT ROWID", "INSERT INTO b SELECT t, n FROM a")
}

func TestColumns(t *testing.T) {
	m := build(t, "CREATE TABLE Apps(pk INTEGER PRIMARY KEY, Bundle TEXT)", "INSERT INTO Apps VALUES(7,'org.example')")
	var got []any
	problems, err := m.open(t).Rows(context.Background(), "apps", []string{"BUNDLE", "missing", "rowid", "PK"}, func(row []any) error {
		got = row
		return nil
	})
	if err != nil || !slices.Equal(got, []any{"org.example", nil, int64(7), int64(7)}) || len(problems) != 1 || !strings.Contains(problems[0].Error(), `no column "missing"`) {
		t.Errorf("%v %v %v", got, problems, err)
	}
	if _, err := m.open(t).Rows(context.Background(), "none", nil, nil); !errors.Is(err, ErrNoTable) {
		t.Error(err)
	}
	stop := errors.New("enough")
	if _, err := m.open(t).Rows(context.Background(), "apps", nil, func([]any) error { return stop }); err != stop {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	db := m.open(t)
	cancel()
	if _, err := db.Rows(ctx, "apps", nil, func([]any) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestRefused(t *testing.T) {
	whole := small(t).file
	for name, change := range map[string]func([]byte) []byte{
		"empty":     func([]byte) []byte { return nil },
		"text":      func([]byte) []byte { return bytes.Repeat([]byte("text "), 100) },
		"head only": func(b []byte) []byte { return b[:99] },
		"page size": func(b []byte) []byte { b[16], b[17] = 3, 3; return b },
		"reserved":  func(b []byte) []byte { b[20] = 255; return b },
	} {
		if _, err := open(change(bytes.Clone(whole)), nil); err == nil {
			t.Errorf("%s: is read", name)
		}
	}
	if Looks([]byte("SQLite format 2")) || !Looks(whole) {
		t.Error("Looks")
	}
	if Journal(make([]byte, 512)) != nil || Journal([]byte("\xd9\xd5\x05\xf9\x20\xa1\x63\xd7 and more")) == nil {
		t.Error("Journal")
	}
}

// TestReserved: some programs, such as those that encrypt, leave bytes at the end of every page free.
func TestReserved(t *testing.T) {
	path := filepath.Join(t.TempDir(), "db")
	cmd := exec.Command("sqlite3", path)
	cmd.Stdin = strings.NewReader(".filectrl reserve_bytes 40\nPRAGMA page_size=1024;\nVACUUM;\nCREATE TABLE a" + everyKind + ";\n" + fill("a", 300) + ";\n")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Skipf("no sqlite3 to make the file with: %v %s", err, out)
	}
	file, err := os.ReadFile(path)
	if err != nil || file[20] != 40 {
		t.Fatalf("%v, %d reserved", err, file[20])
	}
	m := &made{file: file}
	rows, problems := read(t, m.open(t), "a")
	if len(rows) != 300 || len(problems) > 0 || rows[299][5] != int64(300) {
		t.Errorf("%d rows, %v", len(rows), problems)
	}
}

// count reads all tables, and says how many rows and damages there are.
func count(t testing.TB, file, wal []byte) (rows, problems int, err error) {
	db, err := open(file, wal)
	if err != nil {
		return 0, 1, err
	}
	problems = len(db.Problems())
	for _, table := range db.Tables() {
		more, err := db.Rows(context.Background(), table.Name, nil, func([]any) error { rows++; return nil })
		if problems += len(more); err != nil {
			t.Errorf("%s: %v", table.Name, err)
		}
	}
	return rows, problems, nil
}

// TestCut: a database cut short never gives fewer rows without a word.
func TestCut(t *testing.T) {
	file := small(t).file
	for n := 0; n < len(file); n += 101 {
		if rows, problems, err := count(t, file[:n], nil); err == nil && problems == 0 && rows < 240 {
			t.Errorf("cut at %d of %d: %d rows, and no complaint", n, len(file), rows)
		}
	}
}

// TestMutated changes a few bytes at a time, the same in every run: it must return, and say the same twice.
func TestMutated(t *testing.T) {
	m := build(t, "PRAGMA page_size=512", "PRAGMA journal_mode=WAL", "CREATE TABLE a"+everyKind, fill("a", 60), "PRAGMA wal_checkpoint(TRUNCATE)", "CREATE TABLE b(x TEXT, y PRIMARY KEY) WITHOUT ROWID", "INSERT INTO b SELECT t, n FROM a")
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 1500 {
		file, wal := bytes.Clone(m.file), bytes.Clone(m.wal)
		for range 1 + rnd.IntN(8) {
			file[rnd.IntN(len(file))] = byte(rnd.IntN(256))
			if rnd.IntN(4) == 0 {
				wal[rnd.IntN(len(wal))] = byte(rnd.IntN(256))
			}
		}
		rows, problems, _ := count(t, file, wal)
		if again, same, _ := count(t, file, wal); again != rows || same != problems {
			t.Fatalf("%d rows and %d damages, then %d and %d", rows, problems, again, same)
		}
	}
}

// TestLoops: pages that lead in circles end, each in a word.
func TestLoops(t *testing.T) {
	m := build(t, "PRAGMA page_size=512", "CREATE TABLE a"+everyKind, fill("a", 900))
	for name, change := range map[string]func(file []byte, page int, p []byte){
		"last child":  func(_ []byte, page int, p []byte) { binary.BigEndian.PutUint32(p[8:], uint32(page+1)) },
		"first child": func(_ []byte, page int, p []byte) { copy(p[binary.BigEndian.Uint16(p[12:]):], []byte{0, 0, 0, 1}) },
		"each child": func(_ []byte, page int, p []byte) {
			for i := range int(binary.BigEndian.Uint16(p[3:])) {
				binary.BigEndian.PutUint32(p[binary.BigEndian.Uint16(p[12+2*i:]):], uint32(page+1))
			}
		},
	} {
		file := bytes.Clone(m.file)
		for page := 1; page < len(file)/512; page++ {
			if p := file[page*512 : (page+1)*512]; p[0] == tableInner {
				change(file, page, p)
			}
		}
		rows, problems := read(t, (&made{file: file}).open(t), "a")
		if !slices.ContainsFunc(problems, func(err error) bool { return errors.Is(err, ErrLoop) }) || len(rows) >= 900 {
			t.Errorf("%s: %d rows, %v", name, len(rows), problems)
		}
	}
}

// TestDamagedPage: one page that is overwritten costs its own rows, and it is named.
func TestDamagedPage(t *testing.T) {
	m := build(t, "PRAGMA page_size=512", "CREATE TABLE a(k INTEGER PRIMARY KEY, t TEXT)", "INSERT INTO a(t) WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM c WHERE x < 500) SELECT 'row number ' || x FROM c")
	lost := 0
	for page := 2; page < len(m.file)/512; page++ {
		file := bytes.Clone(m.file)
		if file[page*512] != tableLeaf {
			continue
		}
		cells := int(binary.BigEndian.Uint16(file[page*512+3:]))
		copy(file[page*512:(page+1)*512], make([]byte, 512))
		rows, problems := read(t, (&made{file: file}).open(t), "a")
		if len(rows) != 500-cells || len(problems) != 1 || !strings.Contains(problems[0].Error(), "is of kind 0") {
			t.Fatalf("page %d with %d cells: %d rows, %v", page+1, cells, len(rows), problems)
		}
		lost++
	}
	if lost < 10 {
		t.Errorf("%d pages were tried", lost)
	}
}

// TestOverlap: many cells that are all the same long one do not cost more than the page.
func TestOverlap(t *testing.T) {
	m := build(t, "PRAGMA page_size=65536", "CREATE TABLE a(t)", "INSERT INTO a VALUES(hex(zeroblob(30000))), ('x')")
	p := m.file[65536:]
	at := binary.BigEndian.Uint16(p[8:])
	binary.BigEndian.PutUint16(p[3:], 2500)
	for i := range 2500 {
		binary.BigEndian.PutUint16(p[8+2*i:], at)
	}
	rows, problems := read(t, m.open(t), "a")
	if len(rows) > 2 || len(problems) != 1 || !strings.Contains(problems[0].Error(), "overlap") {
		t.Errorf("%d rows, %v", len(rows), problems)
	}
}

// TestManyColumns: short rows of a table that was given very many columns do not become more than the file could hold.
func TestManyColumns(t *testing.T) {
	names := make([]string, 1900)
	for i := range names {
		names[i] = fmt.Sprint("c", i)
	}
	m := build(t, "CREATE TABLE a(x)", "INSERT INTO a WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM c WHERE x < 30000) SELECT NULL FROM c")
	db := m.open(t)
	db.tables[0].shape, _ = parseTable("CREATE TABLE a(x, " + strings.Join(names, ", ") + ")")
	db.tables[0].Columns = append([]string{"x"}, names...)
	_, err := db.Rows(context.Background(), "a", nil, func([]any) error { return nil })
	if !errors.Is(err, ErrLimit) {
		t.Errorf("%v", err)
	}
}

func TestDamagedLog(t *testing.T) {
	m := build(t, "PRAGMA page_size=1024", "PRAGMA journal_mode=WAL", "CREATE TABLE a(t)", "PRAGMA wal_checkpoint(TRUNCATE)", "PRAGMA wal_autocheckpoint=0", "INSERT INTO a VALUES('first')", "INSERT INTO a VALUES('second')", "INSERT INTO a VALUES('third')")
	frames := (len(m.wal) - logHead) / (1024 + frameHead)
	if frames != 3 {
		t.Fatalf("%d frames", frames)
	}
	for name, tt := range map[string]struct {
		wal      []byte
		rows     int
		problems int
	}{
		"none":                {nil, 0, 0},
		"whole":               {m.wal, 3, 0},
		"last frame cut":      {m.wal[:len(m.wal)-5], 2, 1},
		"last frame gone":     {m.wal[:logHead+2*(1024+frameHead)], 2, 0},
		"third frame torn":    {with(m.wal, logHead+2*(1024+frameHead)+500), 2, 1},
		"first frame torn":    {with(m.wal, logHead+500), 0, 1},
		"other salts":         {with(m.wal, logHead+1024+frameHead+8), 1, 0},
		"head damaged":        {with(m.wal, 13), 0, 1},
		"another file":        {[]byte(strings.Repeat("text", 100)), 0, 1},
		"shorter than a head": {m.wal[:20], 0, 1},
		"empty":               {[]byte{}, 0, 0},
	} {
		db, err := open(m.file, tt.wal)
		if err != nil {
			t.Fatal(name, err)
		}
		rows, problems := read(t, db, "a")
		if len(rows) != tt.rows || len(db.Problems())+len(problems) != tt.problems {
			t.Errorf("%s: %v, %v %v", name, rows, db.Problems(), problems)
		}
	}
}

func with(b []byte, at int) []byte {
	b = bytes.Clone(b)
	b[at] ^= 0xff
	return b
}

// TestOnlyLog: a database of which nothing was moved out of the log yet.
func TestOnlyLog(t *testing.T) {
	m := build(t, "PRAGMA journal_mode=WAL", "PRAGMA wal_autocheckpoint=0", "CREATE TABLE a(t)", "INSERT INTO a VALUES('x')", "VACUUM")
	m.file = nil
	if rows, problems := read(t, m.open(t), "a"); len(rows) != 1 || len(problems) > 0 {
		t.Errorf("%v %v", rows, problems)
	}
}

func TestVarint(t *testing.T) {
	for in, want := range map[string]struct {
		v int64
		n int
	}{
		"": {}, "\x7f": {127, 1}, "\x81\x00": {128, 2}, "\x81": {}, "\xff\xff\xff\xff\xff\xff\xff\xff\xff": {-1, 9},
	} {
		if v, n := varint([]byte(in)); v != want.v || n != want.n {
			t.Errorf("%x: %d, %d", in, v, n)
		}
	}
}

func TestManyProblems(t *testing.T) {
	var p problems
	for range 200 {
		p.add(ErrLoop)
	}
	if len(p.list) != maxProblems || p.list[maxProblems-1].Error() != "151 more damages of the database" {
		t.Errorf("%d: %v", len(p.list), p.list[len(p.list)-1])
	}
}
