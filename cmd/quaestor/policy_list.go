package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"quaestor/riskdb"
	"quaestor/riskdb/policy"
)

// packSummary is one row of `policy list -o json`.
type packSummary struct {
	ID          string `json:"id"`
	Title       string `json:"title"`
	Version     string `json:"version,omitempty"`
	Authorities int    `json:"authorities"` // -1 for all
	Rules       int    `json:"rules"`
	Tests       int    `json:"tests"`
	Default     bool   `json:"default,omitempty"`
}

func newPolicyList(env Env) *cobra.Command {
	var format string
	var from databaseFlags
	c := &cobra.Command{
		Use:     "list",
		Short:   "List the policy packs of the database",
		Example: "  quaestor policy list\n  quaestor policy list -o json",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			db, err := from.open(env)
			if err != nil {
				return err
			}
			out := []packSummary{}
			for _, id := range db.PolicyIDs() {
				out = append(out, summaryOf(db.Policy(id)))
			}
			if format == "json" {
				return writeJSON(env.Stdout, out)
			}
			for _, p := range out {
				fmt.Fprintln(env.Stdout, p.line())
			}
			return nil
		},
	}
	textOrJSON(c, &format)
	from.add(c)
	return c
}

func summaryOf(p *riskdb.Policy) packSummary {
	s := packSummary{ID: p.ID, Title: p.Title, Version: p.Version, Authorities: len(p.Authorities), Rules: len(p.Rules), Tests: len(p.Tests), Default: p.ID == riskdb.DefaultPolicy}
	if p.All {
		s.Authorities = -1
	}
	return s
}

func (p packSummary) line() string {
	var extra []string
	if p.Version != "" {
		extra = append(extra, "version "+p.Version)
	}
	if p.Rules > 0 {
		extra = append(extra, fmt.Sprintf("%d rules", p.Rules))
	}
	if p.Default {
		extra = append(extra, "applied when none is chosen")
	}
	s := fmt.Sprintf("%-17s %s", p.ID, p.Title)
	if len(extra) > 0 {
		s += " (" + strings.Join(extra, ", ") + ")"
	}
	return s
}

func newPolicyFields(env Env) *cobra.Command {
	var format string
	c := &cobra.Command{
		Use:     "fields",
		Short:   "List what the condition of a rule can ask about",
		Example: `  quaestor policy fields`,
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if format == "json" {
				return writeJSON(env.Stdout, policy.Fields())
			}
			for _, f := range policy.Fields() {
				lead := fmt.Sprintf("%-24s  %-12s  ", f.Name, f.Type)
				lines := strings.Split(wrap(f.Doc, len(lead), pageWidth), "\n")
				lines[0] = lead + strings.TrimLeft(lines[0], " ")
				fmt.Fprintln(env.Stdout, strings.Join(lines, "\n"))
			}
			return nil
		},
	}
	textOrJSON(c, &format)
	return c
}
