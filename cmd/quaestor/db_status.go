package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"quaestor/riskdb"
	"quaestor/riskdb/bundle"
	"quaestor/riskdb/installed"
)

// dbStatus is what `db status -o json` writes.
type dbStatus struct {
	Origin  string     `json:"origin"` // embedded, installed or bundle
	Folder  string     `json:"folder,omitempty"`
	Date    string     `json:"date"`
	AgeDays int        `json:"age_days"`
	SHA256  string     `json:"sha256"`
	Bundles []dbBundle `json:"bundles"`
	Pinned  []dbPin    `json:"pinned"`
	Tables  []rowCount `json:"tables"`
}

// dbBundle is a bundle that the database was made of.
type dbBundle struct {
	Kind      bundle.Kind `json:"kind"`
	Authority string      `json:"authority"`
	installed.Entry
	Expired bool `json:"expired"`
}

// dbPin is a root that is trusted.
type dbPin struct {
	Kind      bundle.Kind `json:"kind"`
	Authority string      `json:"authority"`
	Version   int64       `json:"root_version"`
	Expires   string      `json:"root_expires"`
	Sequence  int64       `json:"sequence"` // the highest that was accepted
}

type rowCount struct {
	Table string `json:"table"`
	Rows  int    `json:"rows"`
}

const dbStatusLong = `Status shows which risk database is used, of which day it is, who signed it, until
when, and what it holds. The signatures of an installed one are checked anew.`

func newDBStatus(env Env) *cobra.Command {
	var format string
	var from databaseFlags
	c := &cobra.Command{
		Use:   "status",
		Short: "Show which risk database is used, of which day it is, and what it holds",
		Long:  dbStatusLong,
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			db, err := from.load(env)
			if err != nil {
				return err
			}
			if db.origin == installedDatabase {
				if err := from.store(env).Verify(); err != nil {
					return &exitError{code: ExitDatabase, err: err}
				}
			}
			s, err := statusOf(env, &from, db)
			if err != nil {
				return err
			}
			if format == "json" {
				return writeJSON(env.Stdout, s)
			}
			s.write(env)
			return nil
		},
	}
	textOrJSON(c, &format)
	from.add(c)
	return c
}

func statusOf(env Env, from *databaseFlags, db *usedDatabase) (dbStatus, error) {
	today := riskdb.DateOf(env.Now())
	v := db.Version()
	s := dbStatus{Origin: db.origin, Folder: db.dir, Date: string(v.Date), AgeDays: daysBetween(v.Date, today), SHA256: v.SHA256,
		Bundles: []dbBundle{}, Pinned: []dbPin{}}
	for _, slot := range db.bundles {
		s.Bundles = append(s.Bundles, dbBundle{slot.Kind, slot.Authority, *slot.Installed, slot.Installed.Expires < today})
	}
	if store := from.store(env); store.Dir != "" {
		slots, err := store.Slots()
		if err != nil {
			return s, &exitError{code: ExitDatabase, err: err}
		}
		for _, slot := range slots {
			root, err := bundle.DescribeRoot([]byte(slot.Root))
			if err != nil {
				return s, &exitError{code: ExitDatabase, err: err}
			}
			s.Pinned = append(s.Pinned, dbPin{slot.Kind, slot.Authority, root.Version, root.Expires.Format(time.DateOnly), slot.Sequence})
		}
	}
	tables := db.AllTables()
	for _, t := range tables.Counts() {
		s.Tables = append(s.Tables, rowCount{t.Name, t.Rows})
	}
	return s, nil
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
	where := map[string]string{embeddedDatabase: "built into this program", installedDatabase: "its digests and signatures are good",
		bundleDatabase: "a file that is not installed; its signatures are good"}
	labelled(w, "Database", s.Origin+", "+where[s.Origin])
	if s.Folder != "" {
		fmt.Fprintf(w, "%-*s%s\n", labelWidth, "Folder", s.Folder)
	}
	labelled(w, "Facts of", fmt.Sprintf("%s (%d days old)", s.Date, s.AgeDays))
	labelled(w, "SHA-256", s.SHA256)
	for _, b := range s.Bundles {
		expired := ""
		if b.Expired {
			expired = ", EXPIRED"
		}
		labelled(w, "Bundle", fmt.Sprintf("%s, number %d of %s, built %s, expires %s%s, signed by %s", b.Kind, b.Sequence, b.Authority, b.Built, b.Expires, expired, shortKeys(b.Signers)))
	}
	for _, p := range s.Pinned {
		labelled(w, "Trusted", fmt.Sprintf("root %d of %s (%s), expires %s; bundles from number %d on", p.Version, p.Authority, p.Kind, p.Expires, p.Sequence))
	}
	fmt.Fprintln(w, "Rows")
	for _, t := range s.Tables {
		fmt.Fprintf(w, "  %-14s %6d\n", t.Table, t.Rows)
	}
}

// shortKeys shows key IDs as they are told apart: by their first sixteen digits, as their files are named.
func shortKeys(ids []string) string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = id[:min(len(id), 16)]
	}
	return strings.Join(out, ", ")
}
