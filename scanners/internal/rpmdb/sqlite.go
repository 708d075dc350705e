package rpmdb

import (
	"context"
	"errors"
	"fmt"

	"quaestor/scanners/internal/sqlite"
)

// sqlite reads the SQLite form: a table with the columns hnum, an alias of the row's number, and blob, the header.
func (f *file) sqlite() error {
	db, err := sqlite.Open(context.Background(), f.r, f.size, nil, 0)
	if err != nil {
		return err
	}
	damaged := db.Problems()
	if len(damaged) > 0 && db.Table("Packages") == nil {
		return damaged[0]
	}
	looped := f.problems(damaged)
	problems, err := db.Rows(context.Background(), "Packages", []string{"blob"}, func(row []any) error {
		header, ok := row[0].([]byte)
		if !ok {
			f.h.Problem(fmt.Errorf("entry %d has no header", f.count+1))
			return nil
		}
		return f.blob(header)
	})
	switch looped = f.problems(problems) || looped; {
	case errors.Is(err, sqlite.ErrNoTable):
		return errors.New("the database has no table of packages")
	case err == nil && looped:
		return errLoop
	}
	return err
}

// problems hands on what is damaged, and reports whether pages lead in circles.
func (f *file) problems(list []error) (looped bool) {
	for _, p := range list {
		looped = looped || errors.Is(p, sqlite.ErrLoop)
		f.h.Problem(p)
	}
	return looped
}
