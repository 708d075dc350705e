package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"quaestor/riskdb"
)

// dbStatus is what `db status -o json` writes.
type dbStatus struct {
	Origin  string     `json:"origin"` // embedded
	Date    string     `json:"date"`
	AgeDays int        `json:"age_days"`
	SHA256  string     `json:"sha256"`
	Tables  []rowCount `json:"tables"`
}

type rowCount struct {
	Table string `json:"table"`
	Rows  int    `json:"rows"`
}

func newDBStatus(env Env) *cobra.Command {
	var format string
	c := &cobra.Command{
		Use:   "status",
		Short: "Show which risk database is used, of which day it is, and what it holds",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			db, err := loadDatabase()
			if err != nil {
				return err
			}
			s := statusOf(db, riskdb.DateOf(env.Now()))
			if format == "json" {
				return writeJSON(env.Stdout, s)
			}
			s.write(env)
			return nil
		},
	}
	textOrJSON(c, &format)
	return c
}

func statusOf(db *riskdb.DB, today riskdb.Date) dbStatus {
	v := db.Version()
	s := dbStatus{Origin: "embedded", Date: string(v.Date), AgeDays: daysBetween(v.Date, today), SHA256: v.SHA256}
	tables := db.AllTables()
	for _, t := range tables.Counts() {
		s.Tables = append(s.Tables, rowCount{t.Name, t.Rows})
	}
	return s
}

// daysBetween counts the days from one day to a later one, 0 where either is none.
func daysBetween(from, to riskdb.Date) int {
	a, errA := time.Parse(time.DateOnly, string(from))
	b, errB := time.Parse(time.DateOnly, string(to))
	if errA != nil || errB != nil {
		return 0
	}
	return int(b.Sub(a).Hours() / 24)
}

func (s dbStatus) write(env Env) {
	w := env.Stdout
	labelled(w, "Database", s.Origin+", built into this program")
	labelled(w, "Facts of", fmt.Sprintf("%s (%d days old)", s.Date, s.AgeDays))
	labelled(w, "SHA-256", s.SHA256)
	fmt.Fprintln(w, "Rows")
	for _, t := range s.Tables {
		fmt.Fprintf(w, "  %-14s %6d\n", t.Table, t.Rows)
	}
}
