package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"go.yaml.in/yaml/v3"

	"quaestor/riskdb"
	"quaestor/riskdb/policy"
)

func newPolicyShow(env Env) *cobra.Command {
	var format, asOf string
	var from databaseFlags
	c := &cobra.Command{
		Use:   "show PACK|FILE",
		Short: "Show a pack with everything that it extends",
		Example: `  quaestor policy show be
  quaestor policy show strict -o yaml      in the form of a file, to begin one from`,
		Args: oneArgument("name one pack (`quaestor policy list` lists them) or file"),
		RunE: func(_ *cobra.Command, args []string) error {
			day, err := asOfDay(env, asOf)
			if err != nil {
				return err
			}
			db, err := from.open(env)
			if err != nil {
				return err
			}
			p, err := loadPolicies(env, db, args, nil, day)
			if err != nil {
				return err
			}
			switch format {
			case "json":
				return writeJSON(env.Stdout, p.List())
			case "yaml":
				return writeYAML(env, p)
			case "text":
				for _, pack := range p.List() {
					showPack(env, db, pack)
				}
				return nil
			}
			return usageError("-o %q: quaestor policy show writes text, json or yaml", format)
		},
	}
	c.Flags().StringVarP(&format, "output", "o", "text", "`FORMAT`: text, json or yaml")
	c.Flags().StringVar(&asOf, "as-of", "", "warn of what has ended on this `DATE`, YYYY-MM-DD (default today)")
	from.add(c)
	return c
}

func writeYAML(env Env, p riskdb.Policies) error {
	f := policy.File{}
	for _, pack := range p.List() {
		f.Policies = append(f.Policies, *pack)
	}
	enc := yaml.NewEncoder(env.Stdout)
	enc.SetIndent(2)
	if err := enc.Encode(f); err != nil {
		return err
	}
	return enc.Close()
}

func showPack(env Env, db *riskdb.DB, p *riskdb.Policy) {
	w := env.Stdout
	fmt.Fprintf(w, "%s  [policy %s]\n", p.Title, p.ID)
	labelled(w, "Version", p.Version)
	labelled(w, "Extends", strings.Join(p.Extends, ", "))
	labelled(w, "Note", p.Note)
	if p.All {
		labelled(w, "Authority", "every one in the database")
	}
	for _, id := range p.Authorities {
		name := "not in the database"
		if a := db.Authority(id); a != nil {
			name = a.Name
		}
		labelled(w, "Authority", fmt.Sprintf("%s (%s)", name, id))
	}
	for _, o := range p.Severity {
		labelled(w, "Severity", strings.TrimSpace(fmt.Sprintf("%s %s: %s. %s", o.Rule, o.Axis, o.Severity, o.Reason)))
	}
	for _, r := range p.Rules {
		labelled(w, "Rule", fmt.Sprintf("%s/%s: %s, %s, %s, %s. %s", p.ID, r.ID, r.Title, r.Severity, r.Axis, r.Action, r.Reason))
		labelled(w, "  when", r.When)
	}
	for _, a := range p.Allow {
		labelled(w, "Allowed", a.Reason)
	}
	for _, e := range p.Exceptions {
		labelled(w, "Exception", fmt.Sprintf("%s by %s until %s: %s", e.ID, e.ApprovedBy, e.Until, e.Reason))
	}
	if n := len(p.Tests); n > 0 {
		labelled(w, "Tests", fmt.Sprintf("%d, run by `quaestor policy test %s`", n, p.ID))
	}
}
