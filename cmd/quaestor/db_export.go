package main

import (
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"quaestor/riskdb/export"
)

const dbExportLong = `Export writes the whole risk database, or the tables that are named, so that others
can read, compare and question it. The JSON is the form that signed bundles carry:
one row a line, always in the same order; "quaestor schema riskdb" describes it. The
YAML is that of the data files, and can be changed and built again.`

func newDBExport(env Env) *cobra.Command {
	var format string
	var from databaseFlags
	c := &cobra.Command{
		Use:   "export [TABLE...]",
		Short: "Write the risk database as JSON or YAML",
		Long:  dbExportLong,
		Example: `  quaestor db export -o json > riskdb.json
  quaestor db export bans sources -o yaml`,
		ValidArgs: export.Tables(),
		RunE: func(_ *cobra.Command, args []string) error {
			for _, t := range args {
				if !slices.Contains(export.Tables(), t) {
					return usageError("there is no table %q; choose from %s", t, strings.Join(export.Tables(), ", "))
				}
			}
			write := export.JSON
			switch format {
			case "json":
			case "yaml":
				write = export.YAML
			default:
				return usageError("-o %q: db export writes json or yaml", format)
			}
			db, err := from.load(env)
			if err != nil {
				return err
			}
			tables := db.AllTables()
			text, err := write(&tables, args...)
			if err != nil {
				return err
			}
			return flushed(exactly(env.Stdout), func(w io.Writer) error { _, err := w.Write(text); return err })
		},
	}
	c.Flags().StringVarP(&format, "output", "o", "json", "`FORMAT`: json or yaml")
	from.add(c)
	return c
}
