// Package appstore reads the databases in which an iPhone's App Store keeps what it installed, updated and sold:
// storeSystem.db, storeUser.db and the forms that earlier systems had, with the log beside them.
//
// An update or a purchase does not prove that an app is on the device now: such an app is a trace. Only the list
// of current apps in storeUser.db tells what the store takes for installed, and what was removed.
//
// What the package cannot see: apps that never came from the store and of which it keeps nothing, the owner of the
// account (Apple IDs and account numbers are in these files and are not read), and rows that were deleted.
package appstore

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"

	"quaestor/scanners"
	"quaestor/scanners/internal/iosfacts"
	"quaestor/scanners/internal/sqlite"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

const id = "ios/appstore"

type scanner struct{}

// New returns the scanner.
func New() scanners.Scanner { return scanner{} }

// Info implements [scanners.Scanner].
func (scanner) Info() scanners.Info {
	return scanners.Info{
		ID: id, Kind: "ios", Title: "a database of an iPhone's App Store",
		Platforms: []inventory.Platform{inventory.IOS},
		Reads:     []string{"storeSystem.db and storeUser.db, as iOS 17 and those around it write them, with the write-ahead log beside them", "appstored.sqlitedb, AppUpdates.sqlitedb and DAAP.sqlitedb of earlier systems"},
		CannotSee: []string{
			"Whether an app that was bought or updated is still on the device: a purchase may have been made on another one, and an app may be gone since.",
			"Apps that came without the App Store, and apps of which the store keeps no row any more.",
			"Which device it is: the databases do not name it.",
		},
	}
}

// names are those under which such a database is found; only of these the log is looked into in order to recognise it.
var names = []string{"storeSystem.db", "storeUser.db", "appstored.sqlitedb", "AppUpdates.sqlitedb", "DAAP.sqlitedb"}

// Recognise implements [scanners.Scanner]: a SQLite database with one of the tables. The list of tables may still be in the log.
func (scanner) Recognise(src *source.Source) bool {
	head := src.Head()
	if src.IsDir() || !sqlite.Looks(head) {
		return false
	}
	for _, t := range tables {
		for _, name := range t.names {
			if !t.shared && hasTable(head, name) {
				return true
			}
		}
	}
	if !slices.Contains(names, src.Base()) {
		return false
	}
	db, done, err := open(context.Background(), src)
	if err != nil {
		return false
	}
	defer done()
	return slices.ContainsFunc(db.Tables(), func(t sqlite.Table) bool { return tableFor(t.Name) != nil && !tableFor(t.Name).shared })
}

// Companion implements [scanners.Companion]: the log and the index of a database are read with it, or not needed.
func (s scanner) Companion(src *source.Source) bool {
	for _, ending := range []string{"-wal", "-shm", "-journal"} {
		if name, ok := strings.CutSuffix(src.Base(), ending); ok && name != "" {
			db, err := src.Beside(name)
			if err != nil {
				return false
			}
			defer db.Close()
			return s.Recognise(db)
		}
	}
	return false
}

// open opens a database with its log. It is an error that the log is there and cannot be read.
func open(ctx context.Context, src *source.Source) (*sqlite.DB, func() error, error) {
	wal, err := src.Beside(src.Base() + "-wal")
	if err != nil {
		if !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, source.ErrUnknownBeside) {
			return nil, nil, err
		}
		db, err := sqlite.Open(ctx, src.ReaderAt(), src.Size(), nil, 0)
		return db, func() error { return nil }, err
	}
	db, err := sqlite.Open(ctx, src.ReaderAt(), src.Size(), wal.ReaderAt(), wal.Size())
	if err != nil {
		wal.Close()
		return nil, nil, err
	}
	return db, wal.Close, nil
}

// Scan implements [scanners.Scanner].
func (scanner) Scan(ctx context.Context, src *source.Source) (*inventory.Inventory, error) {
	p := iosfacts.New(id)
	p.Device.Origins = []inventory.Origin{p.Origin(src.Name(), 0)}
	sum, err := hashed(src)
	if err != nil {
		return nil, err
	}
	p.Hashed(src.Name(), sum)
	s := &scan{Phone: p, ctx: ctx, src: src}
	err = s.read()
	return p.Inventory(src.Base(), src.Name(), sum), err
}

func hashed(src *source.Source) (string, error) {
	r, err := src.Reader()
	if err != nil {
		return "", err
	}
	h := sha256.New()
	if _, err := io.Copy(h, r); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// scan is a database that is being read.
type scan struct {
	*iosfacts.Phone
	ctx      context.Context
	src      *source.Source
	db       *sqlite.DB
	broken   bool           // not all of it can be read
	nameless int            // rows without a bundle identifier
	rows     map[string]int // by table
}

func (s *scan) read() error {
	db, done, err := open(s.ctx, s.src)
	if err != nil {
		return fmt.Errorf("the database %q cannot be read: %w; copy it again, with the files -wal and -shm beside it", s.src.Base(), err)
	}
	defer done()
	s.db, s.rows = db, map[string]int{}
	problems := db.Problems()
	for _, t := range tables {
		for _, name := range t.names {
			more, err := s.table(name, t)
			if problems = append(problems, more...); err != nil {
				return err
			}
		}
	}
	s.damaged(problems)
	s.journal()
	s.told()
	return nil
}

// table reads one table, with those of its columns that this version of the system has.
func (s *scan) table(name string, t *table) ([]error, error) {
	found := s.db.Table(name)
	if found == nil {
		return nil, nil
	}
	var columns []string
	for _, c := range t.columns {
		if slices.Contains(found.Columns, c) {
			columns = append(columns, c)
		}
	}
	s.rows[name] = 0
	return s.db.Rows(s.ctx, name, columns, func(values []any) error {
		s.rows[name]++
		r := row{columns, values}
		bundle := r.text("bundle_id")
		if outer := r.text("containing_bundle_id"); outer != "" {
			bundle = outer
		}
		if bundle == "" {
			s.nameless++
			return nil
		}
		if a := s.App(bundle); a != nil {
			s.From(a, s.src.Name(), 0)
			t.read(s, a, r)
		}
		return nil
	})
}

func (s *scan) damaged(problems []error) {
	if len(problems) == 0 {
		return
	}
	g := inventory.Gap{Subject: s.src.Name(), Kind: inventory.GapMalformed, Count: len(problems),
		Detail: "The database is damaged: rows are missing.", Next: "Copy it again from the phone, with the files -wal and -shm beside it."}
	if !slices.ContainsFunc(problems, func(p error) bool { return !errors.Is(p, sqlite.ErrLog) }) {
		g.Detail = "The log beside the database was not used, or not all of it: the rows are those from before, and what was changed last may be missing."
	}
	s.broken = true
	for _, p := range problems[:min(len(problems), 5)] {
		g.Samples = append(g.Samples, p.Error())
	}
	s.Gap(g)
}

// journal says that a change was not completed, if a journal beside the database shows it.
func (s *scan) journal() {
	j, err := s.src.Beside(s.src.Base() + "-journal")
	if err != nil {
		return
	}
	defer j.Close()
	if err := sqlite.Journal(j.Head()); err != nil {
		s.Gap(inventory.Gap{Subject: s.src.Name(), Kind: inventory.GapMalformed, Detail: "Beside the database lies a journal of a change that was begun and not completed: rows may be wrong.",
			Next: "Open a copy of the database with sqlite3 once, which undoes the change, and scan that."})
	}
}

// told says what the tables that were there prove, and what is not known.
func (s *scan) told() {
	blind := func(detail, next string) {
		s.Gap(inventory.Gap{Subject: s.src.Name(), Kind: inventory.GapBlind, Detail: detail, Next: next})
	}
	if s.nameless > 0 {
		s.Gap(inventory.Gap{Subject: s.src.Name(), Kind: inventory.GapBlind, Count: s.nameless, Detail: "Rows name no app by its bundle identifier, as the store does for some that it no longer sells: they were left out."})
	}
	if s.Apps() == 0 && s.broken { // which was said
		return
	}
	if s.Apps() == 0 {
		s.Gap(inventory.Gap{Subject: s.src.Name(), Kind: inventory.GapEmpty, Detail: "The database holds no row about an app: the store had nothing to update or to install when it was copied.",
			Next: "Scan a backup or a listing of the phone's apps."})
		return
	}
	if _, ok := s.rows["current_apps"]; !ok {
		blind("The database tells what the store sold, installed or updated, and not what is on the device now: an app that is not in it may be there, and one that is may be gone.",
			"Scan a backup or a listing of the phone's apps to learn what is installed.")
	}
}
