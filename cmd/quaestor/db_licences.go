package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"quaestor/riskdb"
)

// dbLicences is what `db licences -o json` writes.
type dbLicences struct {
	Held    []heldLicence   `json:"held"`
	Sources []sourceLicence `json:"sources"`
}

// heldLicence is a licence, and the rows that are under it.
type heldLicence struct {
	SPDX        string     `json:"spdx"`
	Name        string     `json:"name"`
	URL         string     `json:"url"`
	ShareAlike  bool       `json:"share_alike"`
	Attribution string     `json:"attribution,omitempty"`
	Note        string     `json:"note,omitempty"`
	Tables      []rowCount `json:"tables"`
	Files       []string   `json:"files"`
}

// sourceLicence is the licence of a source from which facts were taken as a list.
type sourceLicence struct {
	ID      string `json:"id"`
	Title   string `json:"title"`
	URL     string `json:"url,omitempty"`
	Licence string `json:"licence"`
}

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
			if format == "json" {
				return writeJSON(env.Stdout, l)
			}
			l.write(env)
			return nil
		},
	}
	textOrJSON(c, &format)
	from.add(c)
	return c
}

func licencesOf(t riskdb.Tables) dbLicences {
	out := dbLicences{Held: []heldLicence{}, Sources: []sourceLicence{}}
	for _, l := range t.Licences {
		h := heldLicence{SPDX: l.SPDX, Name: l.Name, URL: l.URL, ShareAlike: l.ShareAlike, Attribution: l.Attribution, Note: l.Note, Tables: []rowCount{}, Files: []string{}}
		for _, held := range t.Holdings {
			if held.Licence == l.SPDX {
				h.add(held)
			}
		}
		slices.SortFunc(h.Tables, func(a, b rowCount) int { return strings.Compare(a.Table, b.Table) })
		out.Held = append(out.Held, h)
	}
	for _, s := range t.Sources {
		if s.Licence != "" {
			out.Sources = append(out.Sources, sourceLicence{s.ID, s.Title, s.URL, s.Licence})
		}
	}
	return out
}

func (h *heldLicence) add(held riskdb.Holding) {
	if !slices.Contains(h.Files, held.File) {
		h.Files = append(h.Files, held.File)
	}
	i := slices.IndexFunc(h.Tables, func(t rowCount) bool { return t.Table == held.Table })
	if i < 0 {
		i = len(h.Tables)
		h.Tables = append(h.Tables, rowCount{Table: held.Table})
	}
	h.Tables[i].Rows += held.Rows
}

func (l dbLicences) write(env Env) {
	w := env.Stdout
	for _, h := range l.Held {
		fmt.Fprintf(w, "%s  [%s]\n%s\n", h.Name, h.SPDX, h.URL)
		if h.ShareAlike {
			labelled(w, "Share alike", "what is derived from these rows has to be under this licence too")
		}
		labelled(w, "Attribution", h.Attribution)
		labelled(w, "Note", h.Note)
		labelled(w, "Rows", h.rows())
		labelled(w, "Files", h.places())
		fmt.Fprintln(w)
	}
	if len(l.Sources) > 0 {
		fmt.Fprintln(w, "Sources from which facts were taken as a list")
	}
	for _, s := range l.Sources {
		fmt.Fprintln(w, wrap(fmt.Sprintf("%s [%s]: %s", s.Title, s.ID, s.Licence), 2, pageWidth))
	}
}

func (h heldLicence) rows() string {
	var parts []string
	for _, t := range h.Tables {
		parts = append(parts, fmt.Sprintf("%s %d", t.Table, t.Rows))
	}
	return strings.Join(parts, ", ")
}

// places names the files, and folders in place of many files.
func (h heldLicence) places() string {
	var out []string
	for _, f := range h.Files {
		if dir, _, in := strings.Cut(f, "/"); in {
			f = dir + "/"
		}
		if !slices.Contains(out, f) {
			out = append(out, f)
		}
	}
	return strings.Join(out, ", ")
}
