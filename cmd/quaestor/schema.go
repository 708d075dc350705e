package main

import (
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"quaestor/reports/schema"
)

func newSchema(env Env) *cobra.Command {
	schemas := map[string]func() []byte{"report": schema.Report, "ndjson": schema.NDJSON, "inventory": schema.Inventory}
	names := slices.Sorted(maps.Keys(schemas))
	return &cobra.Command{
		Use:       "schema NAME",
		Short:     "Print the JSON Schema of an output: " + strings.Join(names, ", "),
		Args:      cobra.ExactArgs(1),
		ValidArgs: names,
		RunE: func(_ *cobra.Command, args []string) error {
			s, ok := schemas[args[0]]
			if !ok {
				return usageError("there is no schema %q; choose from %s", args[0], strings.Join(names, ", "))
			}
			_, err := env.Stdout.Write(s())
			return err
		},
	}
}
