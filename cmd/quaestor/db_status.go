package main

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"quaestor/reports/documents"
	"quaestor/riskdb"
	"quaestor/riskdb/bundle"
	"quaestor/riskdb/installed"
)

const dbStatusLong = `Status shows which risk database is used, of which day it is, who signed it, until
when, and what it holds. The signatures of an installed one are checked anew. Where
it cannot be used, or has expired, status says so and ends with exit code 4. It also
tells which advisories on vulnerable software were imported.`

func newDBStatus(env Env) *cobra.Command {
	var format string
	var from databaseFlags
	var osv osvFlags
	c := &cobra.Command{
		Use:   "status",
		Short: "Show which risk database is used, of which day it is, and what it holds",
		Long:  dbStatusLong,
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			s, problem := statusOf(env, &from)
			if exitCode(problem) == ExitUsage {
				return problem
			}
			s.AdviceFolder = osv.folder(env, &from)
			if s.Advisories, s.AdviceProblems = advisories(s.AdviceFolder); len(s.AdviceProblems) > 0 && problem == nil {
				problem = &exitError{code: ExitDatabase, err: errors.New(s.AdviceProblems[0])}
			}
			if len(s.Advisories)+len(s.AdviceProblems) == 0 {
				s.AdviceFolder = ""
			}
			if format == "json" {
				if err := writeJSON(env.Stdout, s); err != nil {
					return err
				}
			} else {
				writeStatus(env, s)
			}
			return problem
		},
	}
	textOrJSON(c, &format)
	from.add(c)
	osv.add(c)
	return c
}

// statusOf says what is used. What keeps it from being used is the error, and stands in the document too.
func statusOf(env Env, from *databaseFlags) (documents.Status, error) {
	today := riskdb.DateOf(env.Now())
	db, problem := from.read(env)
	if problem == nil && db.origin == installedDatabase {
		problem = from.store(env).Verify()
	}
	if problem != nil {
		db = nil
	}
	s := documents.Status{Envelope: document("db-status", today, db), Bundles: []documents.InstalledBundle{}, Pinned: []documents.Pin{}, Tables: []documents.RowCount{}}
	if db != nil {
		s.Folder = db.dir
		for _, slot := range db.bundles {
			s.Bundles = append(s.Bundles, documents.InstalledBundle{Kind: string(slot.Kind), Authority: slot.Authority, Entry: *slot.Installed, Expired: slot.Installed.Expires < today})
		}
		tables := db.AllTables()
		for _, t := range tables.Counts() {
			s.Tables = append(s.Tables, documents.RowCount{Table: t.Name, Rows: t.Rows})
		}
	}
	var err error
	if s.Pinned, err = pins(from.store(env)); problem == nil {
		problem = err
	}
	if problem == nil {
		if stale := db.stale(today, 0); stale != "" {
			return s, &exitError{code: ExitDatabase, err: fmt.Errorf("%s %s", stale, newerDatabase)}
		}
		return s, nil
	}
	s.Problem = problem.Error()
	if store := from.store(env); from.db == "" || from.db == installedDatabase {
		s.Folder = store.Dir
	}
	var exit *exitError
	if !errors.As(problem, &exit) {
		problem = &exitError{code: ExitDatabase, err: problem}
	}
	return s, problem
}

// pins lists the roots that are trusted.
func pins(store *installed.Store) ([]documents.Pin, error) {
	out := []documents.Pin{}
	if store.Dir == "" {
		return out, nil
	}
	slots, err := store.Slots()
	if err != nil {
		return out, err
	}
	for _, slot := range slots {
		root, err := bundle.DescribeRoot([]byte(slot.Root))
		if err != nil {
			return out, err
		}
		out = append(out, documents.Pin{Kind: string(slot.Kind), Authority: slot.Authority, Version: root.Version, Expires: root.Expires.Format(time.DateOnly), Sequence: slot.Sequence})
	}
	return out, nil
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

func writeStatus(env Env, s documents.Status) {
	w := env.Stdout
	where := map[string]string{embeddedDatabase: "built into this program", installedDatabase: "its digests and signatures are good",
		bundleDatabase: "a file that is not installed; its signatures are good"}
	labelled(w, "Program", s.Tool.Name+" "+s.Tool.Version)
	if s.Problem != "" {
		labelled(w, "Database", "CANNOT BE USED: "+s.Problem)
	}
	if d := s.Database; d != nil {
		labelled(w, "Database", d.Origin+", "+where[d.Origin])
	}
	if s.Folder != "" {
		fmt.Fprintf(w, "%-*s%s\n", labelWidth, "Folder", s.Folder)
	}
	if d := s.Database; d != nil {
		labelled(w, "Facts of", fmt.Sprintf("%s (%d days old)", d.Date, d.AgeDays))
		labelled(w, "SHA-256", d.SHA256)
	}
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
	if len(s.Tables) > 0 {
		fmt.Fprintln(w, "Rows")
	}
	for _, t := range s.Tables {
		fmt.Fprintf(w, "  %-14s %6d\n", t.Table, t.Rows)
	}
	if len(s.Advisories)+len(s.AdviceProblems) == 0 {
		labelled(w, "Advisories", "none; import some with `quaestor db import-osv`")
		return
	}
	fmt.Fprintf(w, "%-*s%s\n", labelWidth, "Advisories", s.AdviceFolder)
	for _, a := range s.Advisories {
		newest := ""
		if a.Newest != "" {
			newest = ", newest of " + a.Newest
		}
		fmt.Fprintf(w, "  %-14s %6d%s, imported %s\n", a.Name, a.Count, newest, a.Imported)
	}
	for _, p := range s.AdviceProblems {
		labelled(w, "", "CANNOT BE USED: "+p)
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
