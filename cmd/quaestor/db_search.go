package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"quaestor/reports/documents"
	"quaestor/reports/safetext"
	"quaestor/riskdb"
)

// mostHits is how many rows are shown unless all are asked for.
const mostHits = 50

// hitLine is a row on one line of the page, its name cut where it has to be. An ID is never cut: it is what
// `quaestor explain` asks for.
func hitLine(h documents.Hit) string {
	lead := fmt.Sprintf("%-13s %-28s ", h.Table, safetext.Escape(h.ID))
	by := " (" + h.By + ")"
	room := pageWidth - safetext.Width(lead) - len(by)
	if h.Name == "" || h.Name == h.ID {
		return strings.TrimRight(lead, " ") + by
	}
	const least = 12 // columns of a name that say something
	if room < least {
		lead = strings.TrimRight(lead, " ") + "\n" + strings.Repeat(" ", 14)
		room = pageWidth - 14 - len(by)
	}
	return lead + safetext.Line(h.Name, room) + by
}

func newDBSearch(env Env) *cobra.Command {
	var format string
	var all bool
	var from databaseFlags
	c := &cobra.Command{
		Use:   "search TEXT",
		Short: "Find rows of every table by ID, name or identifier",
		Long: `Search finds rows by ID, name, alias or identifier, without regard to case: first
those that the text names in full, then those that contain it. A single letter is
only looked for in full. "quaestor explain ID" then shows a row with its sources.`,
		Example: "  quaestor db search tiktok\n  quaestor db search com.tencent -o json",
		Args:    oneArgument("name the text to find, in quotes if it has spaces"),
		RunE: func(_ *cobra.Command, args []string) error {
			db, err := from.load(env)
			if err != nil {
				return err
			}
			found := db.Search(args[0])
			if len(found) == 0 && len(strings.TrimSpace(args[0])) < 2 {
				return usageError("%q is too short to be looked for in other texts, and nothing is called just that: give two characters or more", args[0])
			}
			hits := []documents.Hit{}
			for _, h := range found {
				hits = append(hits, documents.Hit{Table: h.Table, ID: h.ID, Name: h.Name, By: h.By, Exact: h.Exact})
			}
			if format == "json" {
				return writeJSON(env.Stdout, documents.Search{Envelope: document("db-search", riskdb.DateOf(env.Now()), db), Query: args[0], Hits: hits})
			}
			if len(hits) == 0 {
				fmt.Fprintf(env.Stderr, "quaestor: the risk database has no row with %q; that says nothing about the thing itself\n", safetext.Cut(args[0], longest))
			}
			shown := hits
			if !all {
				shown = hits[:min(len(hits), mostHits)]
			}
			for _, h := range shown {
				fmt.Fprintln(env.Stdout, hitLine(h))
			}
			if more := len(hits) - len(shown); more > 0 {
				fmt.Fprintf(env.Stderr, "quaestor: %d of %d rows; --all shows the other %d\n", len(shown), len(hits), more)
			}
			return nil
		},
	}
	c.Flags().BoolVar(&all, "all", false, "show every row, not only the first 50 (text form; JSON always has all)")
	textOrJSON(c, &format)
	from.add(c)
	return c
}
