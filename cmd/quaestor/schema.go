package main

import (
	"strings"

	"github.com/spf13/cobra"

	"quaestor/reports/schema"
)

func newSchema(env Env) *cobra.Command {
	names := schema.Names()
	return &cobra.Command{
		Use:       "schema NAME",
		Short:     "Print the JSON Schema of an output or a file",
		Long:      "Schema prints the JSON Schema of an output, or of a file that is read. There are:\n" + wrap(strings.Join(names, ", ")+".", 2, pageWidth),
		Args:      oneArgument("name a schema: " + strings.Join(names, ", ")),
		ValidArgs: names,
		RunE: func(_ *cobra.Command, args []string) error {
			s := schema.ByName(args[0])
			if s == nil {
				return usageError("there is no schema %q; choose from %s", args[0], strings.Join(names, ", "))
			}
			_, err := env.Stdout.Write(s)
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
