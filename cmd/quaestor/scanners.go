package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"quaestor/scanners/all"
)

func newScanners(env Env) *cobra.Command {
	return &cobra.Command{
		Use:   "scanners",
		Short: "List what can be scanned, and what each scanner cannot see",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			for i, s := range all.Scanners() {
				info := s.Info()
				if i > 0 {
					fmt.Fprintln(env.Stdout)
				}
				fmt.Fprintf(env.Stdout, "%s (kind %s)\n", info.ID, info.Kind)
				fmt.Fprintln(env.Stdout, wrap(info.Title, 2, 80))
				fmt.Fprintln(env.Stdout, wrap("Reads: "+strings.Join(info.Reads, "; "), 2, 80))
				if len(info.CannotSee) > 0 {
					fmt.Fprintln(env.Stdout, wrap("Cannot see: "+strings.Join(info.CannotSee, "; "), 2, 80))
				}
			}
			return nil
		},
	}
}
