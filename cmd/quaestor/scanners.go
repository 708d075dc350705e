package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"quaestor/reports/documents"
	"quaestor/riskdb"
	"quaestor/scanners/all"
	"quaestor/scanners/inventory"
)

func newScanners(env Env) *cobra.Command {
	var format string
	c := &cobra.Command{
		Use:   "scanners",
		Short: "List what can be scanned, and what each scanner cannot see",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if format == "json" {
				return writeJSON(env.Stdout, scannersDocument(env))
			}
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
	textOrJSON(c, &format)
	return c
}

func scannersDocument(env Env) documents.Scanners {
	out := documents.Scanners{Envelope: document("scanners", riskdb.DateOf(env.Now()), nil), Scanners: []documents.Scanner{}}
	for _, s := range all.Scanners() {
		i := s.Info()
		out.Scanners = append(out.Scanners, documents.Scanner{ID: i.ID, Kind: i.Kind, Title: i.Title, Reads: append([]string{}, i.Reads...), CannotSee: append([]string{}, i.CannotSee...),
			Platforms: platformIDs(i.Platforms), Live: platformIDs(i.Live), OnlyLive: i.OnlyLive, Extensions: append([]string{}, i.Extensions...)})
	}
	return out
}

func platformIDs(list []inventory.Platform) []string {
	out := []string{}
	for _, p := range list {
		out = append(out, string(p))
	}
	return out
}
