package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"quaestor/reports/documents"
	"quaestor/riskdb"
	"quaestor/riskdb/policy"
)

func newPolicyList(env Env) *cobra.Command {
	var format string
	var from databaseFlags
	c := &cobra.Command{
		Use:     "list",
		Short:   "List the policy packs of the database",
		Example: "  quaestor policy list\n  quaestor policy list -o json",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			db, err := from.load(env)
			if err != nil {
				return err
			}
			out := []documents.Pack{}
			for _, id := range db.PolicyIDs() {
				out = append(out, summaryOf(db.Policy(id)))
			}
			if format == "json" {
				return writeJSON(env.Stdout, documents.PolicyList{Envelope: document("policy-list", riskdb.DateOf(env.Now()), db), Policies: out})
			}
			for _, p := range out {
				fmt.Fprintln(env.Stdout, packLine(p))
			}
			return nil
		},
	}
	textOrJSON(c, &format)
	from.add(c)
	return c
}

func summaryOf(p *riskdb.Policy) documents.Pack {
	s := documents.Pack{ID: p.ID, Title: p.Title, Version: p.Version, Authorities: len(p.Authorities), Rules: len(p.Rules), Tests: len(p.Tests), Default: p.ID == riskdb.DefaultPolicy}
	if p.All {
		s.Authorities = -1
	}
	return s
}

func packLine(p documents.Pack) string {
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
				return writeJSON(env.Stdout, documents.PolicyFields{Envelope: document("policy-fields", riskdb.DateOf(env.Now()), nil), Fields: policy.Fields()})
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
