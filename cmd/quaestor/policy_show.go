package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"go.yaml.in/yaml/v3"

	"quaestor/reports/documents"
	"quaestor/riskdb"
	"quaestor/riskdb/policy"
)

func newPolicyShow(env Env) *cobra.Command {
	var format, asOf, id string
	var from databaseFlags
	c := &cobra.Command{
		Use:   "show PACK|FILE",
		Short: "Show a pack with everything that it extends",
		Example: `  quaestor policy show be
  quaestor policy show strict --id ours -o yaml > ours.yaml      to begin one of your own from`,
		Args: oneArgument("name one pack (`quaestor policy list` lists them) or file"),
		RunE: func(_ *cobra.Command, args []string) error {
			day, err := asOfDay(env, asOf)
			if err != nil {
				return err
			}
			db, err := from.load(env)
			if err != nil {
				return err
			}
			p, err := loadPolicies(env, db.DB, args, nil, day)
			if err != nil {
				return err
			}
			packs := p.List()
			if packs == nil {
				packs = []*riskdb.Policy{}
			}
			if id != "" {
				if len(packs) != 1 {
					return usageError("--id %q: %q holds %s, and one can have the id", id, args[0], plural(len(packs), "pack"))
				}
				packs = []*riskdb.Policy{policy.Renamed(packs[0], id)}
			}
			switch format {
			case "json":
				return writeJSON(env.Stdout, documents.PolicyShow{Envelope: document("policy-show", day, db), Policies: packs})
			case "yaml":
				return writeYAML(env, packs)
			case "text":
				for _, pack := range packs {
					showPack(env, db.DB, pack)
				}
				return nil
			}
			return usageError("-o %q: quaestor policy show writes text, json or yaml", format)
		},
	}
	c.Flags().StringVarP(&format, "output", "o", "text", "`FORMAT`: text, json or yaml")
	c.Flags().StringVar(&asOf, "as-of", "", "warn of what has ended on this `DATE`, YYYY-MM-DD (default today)")
	c.Flags().StringVar(&id, "id", "", "show it under another `ID`, as a file of your own has to have one")
	from.add(c)
	return c
}

func writeYAML(env Env, packs []*riskdb.Policy) error {
	f := policy.File{}
	for _, pack := range packs {
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
