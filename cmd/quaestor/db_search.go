package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"quaestor/reports/documents"
	"quaestor/riskdb"
)

func newDBSearch(env Env) *cobra.Command {
	var format string
	var from databaseFlags
	c := &cobra.Command{
		Use:   "search TEXT",
		Short: "Find rows of every table by ID, name or identifier",
		Long: `Search finds rows by ID, name, alias or identifier, without regard to case: first
those that the text names in full, then those that contain it. "quaestor explain ID"
then shows a row with its sources.`,
		Example: "  quaestor db search tiktok\n  quaestor db search com.tencent -o json",
		Args:    oneArgument("name the text to find, in quotes if it has spaces"),
		RunE: func(_ *cobra.Command, args []string) error {
			db, err := from.load(env)
			if err != nil {
				return err
			}
			hits := []documents.Hit{}
			for _, h := range db.Search(args[0]) {
				hits = append(hits, documents.Hit{Table: h.Table, ID: h.ID, Name: h.Name, By: h.By, Exact: h.Exact})
			}
			if format == "json" {
				return writeJSON(env.Stdout, documents.Search{Envelope: document("db-search", riskdb.DateOf(env.Now()), db), Query: args[0], Hits: hits})
			}
			if len(hits) == 0 {
				fmt.Fprintf(env.Stderr, "quaestor: the risk database has no row with %q; that says nothing about the thing itself\n", args[0])
			}
			for _, h := range hits {
				fmt.Fprintf(env.Stdout, "%-13s %-28s %s (%s)\n", h.Table, h.ID, h.Name, h.By)
			}
			return nil
		},
	}
	textOrJSON(c, &format)
	from.add(c)
	return c
}
