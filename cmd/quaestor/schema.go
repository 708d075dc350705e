package main

import (
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"quaestor/reports/schema"
)

func newSchema(env Env) *cobra.Command {
	schemas := map[string]func() []byte{"report": schema.Report, "ndjson": schema.NDJSON, "inventory": schema.Inventory, "policy": schema.Policy, "riskdb": schema.RiskDB}
	names := slices.Sorted(maps.Keys(schemas))
	return &cobra.Command{
		Use:       "schema NAME",
		Short:     "Print the JSON Schema of an output or a file: " + strings.Join(names, ", "),
		Args:      oneArgument("name a schema: " + strings.Join(names, ", ")),
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

// oneArgument wants exactly one argument, and says which.
func oneArgument(want string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) != 1 {
			return usageError("%s", want)
		}
		return nil
	}
}
