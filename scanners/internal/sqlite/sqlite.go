// Package sqlite reads the tables of SQLite databases, without SQL and without cgo: it walks the trees of pages from
// an io.ReaderAt, writes nothing, and takes every length and page number in the file for a lie until it is
// checked. What was committed to a write-ahead log beside the database is laid over its pages.
//
// Every page is visited at most once a reading, so that its cost is bounded by the size of the file. What is
// damaged is left out and named, and the rest is read.
//
// What the package cannot see: deleted rows, virtual tables (full text, spatial), views, what a rollback journal would
// undo (see [Journal]), encrypted databases, values of columns that are computed when they are read, and default
// values that are expressions.
package sqlite

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
)

const (
	magic    = "SQLite format 3\x00"
	maxDepth = 20       // of a tree; with pages of 512 bytes, ten levels hold a billion rows
	maxRow   = 64 << 20 // bytes of one row
	// maxProblems is how many damages are told apart in one reading.
	maxProblems = 50
)

// What can be wrong with a database; errors wrap these.
var (
	ErrFormat  = errors.New("this is no SQLite database, or it is encrypted")
	ErrLoop    = errors.New("the pages of the database lead in circles")
	ErrNoTable = errors.New("the database has no such table")
	// ErrLimit is that short rows of a table with very many columns would grow to more than the file could hold.
	ErrLimit = errors.New("the rows of the database grow too large when they are read")
)

// DB is an open database. It may be read by several at a time.
type DB struct {
	r        io.ReaderAt
	size     int64
	pageSize int
	usable   int // bytes of a page that are not reserved
	encoding int // of text: 1 UTF-8, 2 and 3 UTF-16, little and big endian
	pages    int64
	log      *log
	tables   []Table
	problems problems
}

// Looks reports whether the first bytes of a file are those of a SQLite database.
func Looks(head []byte) bool { return bytes.HasPrefix(head, []byte(magic)) }

// Open reads the list of tables. The log is the file with the ending "-wal" beside the database, nil for none.
func Open(ctx context.Context, r io.ReaderAt, size int64, wal io.ReaderAt, walSize int64) (*DB, error) {
	db := &DB{r: r, size: size}
	if err := db.openLog(ctx, wal, walSize); err != nil {
		return nil, err
	}
	if err := db.header(); err != nil {
		return nil, err
	}
	if err := db.schema(ctx); err != nil {
		return nil, err
	}
	return db, nil
}

// ErrLog is what a problem is that concerns the log alone: the database itself was read, without what the log would change.
var ErrLog = errors.New("the log beside the database was not used, or not all of it")

type logProblem struct{ error }

// Is implements the interface of [errors.Is].
func (logProblem) Is(target error) bool { return target == ErrLog }

// openLog reads the log, if there is one, as far as it is sound.
func (db *DB) openLog(ctx context.Context, wal io.ReaderAt, size int64) error {
	if wal == nil || size == 0 {
		return nil
	}
	l, problem, err := readLog(ctx, wal, size)
	if err != nil {
		return err
	}
	if problem != nil {
		db.problems.add(logProblem{problem})
	}
	db.log = l
	return nil
}

// header reads what holds for the whole file: from the log, where that has another first page.
func (db *DB) header() error {
	head := make([]byte, 100)
	if n, err := db.r.ReadAt(head, 0); err != nil && !errors.Is(err, io.EOF) {
		return err
	} else if n < len(head) || !Looks(head) {
		if db.log == nil || db.log.frames[1] == 0 {
			return ErrFormat
		}
		binary.BigEndian.PutUint16(head[16:], uint16(db.log.pageSize%65536|db.log.pageSize>>16)) // all of it is in the log
	}
	if db.pageSize = int(binary.BigEndian.Uint16(head[16:])); db.pageSize == 1 {
		db.pageSize = 65536
	}
	if db.pageSize < 512 || db.pageSize&(db.pageSize-1) != 0 {
		return fmt.Errorf("a page size of %d is not possible", db.pageSize)
	}
	if db.log != nil && db.log.pageSize != db.pageSize {
		db.problems.add(logProblem{fmt.Errorf("the log beside the database has pages of %d bytes and the database of %d: the log was not read", db.log.pageSize, db.pageSize)})
		db.log = nil
	}
	if db.log != nil && db.log.frames[1] != 0 {
		if _, err := db.log.r.ReadAt(head, db.log.frames[1]); err != nil {
			return err
		}
		if !Looks(head) {
			return ErrFormat
		}
	}
	if db.usable = db.pageSize - int(head[20]); db.usable < 480 {
		return fmt.Errorf("%d reserved bytes of a page are not possible", head[20])
	}
	if db.encoding = int(binary.BigEndian.Uint32(head[56:])); db.encoding < 1 || db.encoding > 3 {
		db.encoding = 1
	}
	db.count(head)
	return nil
}

// count is how many pages there are, and says so when the file has fewer than it should.
func (db *DB) count(head []byte) {
	there := (db.size + int64(db.pageSize) - 1) / int64(db.pageSize)
	db.pages = there
	if db.log != nil && db.log.pages > 0 {
		db.pages = max(there, db.log.pages)
		return
	}
	claimed := int64(binary.BigEndian.Uint32(head[28:]))
	if sure := bytes.Equal(head[24:28], head[92:96]); sure && claimed > there || db.size%int64(db.pageSize) != 0 {
		db.problems.add(fmt.Errorf("the database is cut short: it has %d bytes of %d", db.size, max(claimed, there)*int64(db.pageSize)))
	}
}

// page reads a page into buf.
func (db *DB) page(n int64, buf []byte) error {
	if n < 1 || n > db.pages {
		return fmt.Errorf("page %d lies outside of the database", n)
	}
	r, at := db.r, (n-1)*int64(db.pageSize)
	if db.log != nil {
		if off := db.log.frames[n]; off != 0 {
			r, at = db.log.r, off
		}
	}
	got, err := r.ReadAt(buf, at)
	if got == len(buf) {
		return nil
	}
	if err == nil || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("page %d lies beyond the end of the file", n)
	}
	return &readError{err}
}

// readError is that the file could not be read, other than that the database is damaged.
type readError struct{ err error }

func (e *readError) Error() string { return e.err.Error() }
func (e *readError) Unwrap() error { return e.err }

// Tables are the tables that hold rows, in the order of the schema.
func (db *DB) Tables() []Table { return db.tables }

// Table finds a table by its name, in which case does not matter; nil when there is none.
func (db *DB) Table(name string) *Table {
	for i := range db.tables {
		if strings.EqualFold(db.tables[i].Name, name) {
			return &db.tables[i]
		}
	}
	return nil
}

// Problems are what was found damaged when the database was opened: in its log, its list of tables, its length.
func (db *DB) Problems() []error { return db.problems.list }

// problems is a list of damages, which ends somewhere.
type problems struct {
	list []error
	more int
}

func (p *problems) add(err error) {
	if len(p.list) < maxProblems {
		p.list = append(p.list, err)
		return
	}
	p.more++
	p.list[maxProblems-1] = fmt.Errorf("%d more damages of the database", p.more+1)
}

// Journal tells from the first bytes of the file with the ending "-journal" beside a database whether a change was
// begun and not completed: then the database holds parts of it, which are not undone here.
func Journal(head []byte) error {
	if bytes.HasPrefix(head, []byte{0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7}) {
		return errors.New("a rollback journal lies beside the database: a change was begun and not completed, and what it wrote is not undone")
	}
	return nil
}
