package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"quaestor/reports/documents"
	"quaestor/riskdb"
)

const dbLicencesLong = `Licences lists every licence under which rows of the risk database are held, with
the tables and files they stand in and the attribution that must go with them,
and then the licences of the sources from which facts were taken as a list.`

func newDBLicences(env Env) *cobra.Command {
	var format string
	var from databaseFlags
	c := &cobra.Command{
		Use:   "licences",
		Short: "List the licences of the data, with the attribution that they ask for",
		Long:  dbLicencesLong,
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			db, err := from.load(env)
			if err != nil {
				return err
			}
			l := licencesOf(db.AllTables())
			l.Envelope = document("db-licences", riskdb.DateOf(env.Now()), db)
			if format == "json" {
				return writeJSON(env.Stdout, l)
			}
			writeLicences(env, l)
			return nil
		},
	}
	textOrJSON(c, &format)
	from.add(c)
	return c
}

func licencesOf(t riskdb.Tables) documents.Licences {
	out := documents.Licences{Held: []documents.HeldLicence{}, Sources: []documents.SourceLicence{}}
	for _, l := range t.Licences {
		h := documents.HeldLicence{SPDX: l.SPDX, Name: l.Name, URL: l.URL, ShareAlike: l.ShareAlike, Attribution: l.Attribution, Note: l.Note, Tables: []documents.RowCount{}, Files: []string{}}
		for _, held := range t.Holdings {
			if held.Licence == l.SPDX {
				addHolding(&h, held)
			}
		}
		slices.SortFunc(h.Tables, func(a, b documents.RowCount) int { return strings.Compare(a.Table, b.Table) })
		out.Held = append(out.Held, h)
	}
	for _, s := range t.Sources {
		if s.Licence != "" {
			out.Sources = append(out.Sources, documents.SourceLicence{ID: s.ID, Title: s.Title, URL: s.URL, Licence: s.Licence})
		}
	}
	return out
}

func addHolding(h *documents.HeldLicence, held riskdb.Holding) {
	if !slices.Contains(h.Files, held.File) {
		h.Files = append(h.Files, held.File)
	}
	i := slices.IndexFunc(h.Tables, func(t documents.RowCount) bool { return t.Table == held.Table })
	if i < 0 {
		i = len(h.Tables)
		h.Tables = append(h.Tables, documents.RowCount{Table: held.Table})
	}
	h.Tables[i].Rows += held.Rows
}

func writeLicences(env Env, l documents.Licences) {
	w := env.Stdout
	for _, h := range l.Held {
		fmt.Fprintf(w, "%s  [%s]\n%s\n", h.Name, h.SPDX, h.URL)
		if h.ShareAlike {
			labelled(w, "Share alike", "what is derived from these rows has to be under this licence too")
		}
		labelled(w, "Attribution", h.Attribution)
		labelled(w, "Note", h.Note)
		labelled(w, "Rows", rowsOf(h.Tables))
		labelled(w, "Files", places(h.Files))
		fmt.Fprintln(w)
	}
	if len(l.Sources) > 0 {
		fmt.Fprintln(w, "Sources from which facts were taken as a list")
	}
	for _, s := range l.Sources {
		fmt.Fprintln(w, wrap(fmt.Sprintf("%s [%s]: %s", s.Title, s.ID, s.Licence), 2, pageWidth))
	}
}

func rowsOf(tables []documents.RowCount) string {
	var parts []string
	for _, t := range tables {
		parts = append(parts, fmt.Sprintf("%s %d", t.Table, t.Rows))
	}
	return strings.Join(parts, ", ")
}

// places names the files, and folders in place of many files.
func places(files []string) string {
	var out []string
	for _, f := range files {
		if dir, _, in := strings.Cut(f, "/"); in {
			f = dir + "/"
		}
		if !slices.Contains(out, f) {
			out = append(out, f)
		}
	}
	return strings.Join(out, ", ")
}
