package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"quaestor/riskdb/policy"
)

const policyDiffLong = `Diff compares two packs or files: the authorities that each follows, rules,
severities, allow lists and exceptions, and the products about which their
authorities say different things.`

func newPolicyDiff(env Env) *cobra.Command {
	var format, asOf string
	var from databaseFlags
	c := &cobra.Command{
		Use:     "diff A B",
		Short:   "Compare two packs, or two files",
		Long:    policyDiffLong,
		Example: "  quaestor policy diff be nl\n  quaestor policy diff be-federal be-chamber -o json",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 2 {
				return usageError("name two packs or files")
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error {
			day, err := asOfDay(env, asOf)
			if err != nil {
				return err
			}
			db, err := from.open(env)
			if err != nil {
				return err
			}
			a, err := loadPolicies(env, db, args[:1], nil, day)
			if err != nil {
				return err
			}
			b, err := loadPolicies(env, db, args[1:], nil, day)
			if err != nil {
				return err
			}
			d := policy.Diff(db, args[0], args[1], a, b, day)
			if format == "json" {
				return writeJSON(env.Stdout, d)
			}
			writeDiff(env, d)
			return nil
		},
	}
	c.Flags().StringVar(&asOf, "as-of", "", "compare the measures as of this `DATE`, YYYY-MM-DD (default today)")
	textOrJSON(c, &format)
	from.add(c)
	return c
}

func writeDiff(env Env, d *policy.Difference) {
	w := env.Stdout
	if d.Empty() {
		fmt.Fprintf(w, "%s and %s say the same on %s.\n", d.A, d.B, d.AsOf)
		return
	}
	fmt.Fprintf(w, "%s (-) and %s (+) on %s\n", d.A, d.B, d.AsOf)
	if len(d.Authorities.OnlyA)+len(d.Authorities.OnlyB) > 0 {
		fmt.Fprintln(w, "\nAuthorities")
		for _, a := range d.Authorities.OnlyA {
			fmt.Fprintf(w, "  - %s\n", a)
		}
		for _, a := range d.Authorities.OnlyB {
			fmt.Fprintf(w, "  + %s\n", a)
		}
	}
	for _, part := range []struct {
		title string
		list  []policy.Changed
	}{{"Rules", d.Rules}, {"Severities", d.Severity}, {"Allow list", d.Allow}, {"Exceptions", d.Exceptions}} {
		if len(part.list) == 0 {
			continue
		}
		fmt.Fprintf(w, "\n%s\n", part.title)
		for _, c := range part.list {
			writeChanged(env, c)
		}
	}
	if len(d.Products) == 0 {
		return
	}
	fmt.Fprintf(w, "\n%s with other measures or positions\n", plural(len(d.Products), "product"))
	for _, group := range alike(d.Products) {
		var names []string
		for _, p := range group {
			names = append(names, p.Name+" ("+p.ID+")")
		}
		fmt.Fprintln(w, hanging("  ", strings.Join(names, ", ")))
		fmt.Fprintln(w, hanging("    - ", sayOr(group[0].A)))
		fmt.Fprintln(w, hanging("    + ", sayOr(group[0].B)))
	}
}

// alike puts products together about which the same is said, in the order of the first of each.
func alike(products []policy.Product) [][]policy.Product {
	var out [][]policy.Product
	at := map[string]int{}
	for _, p := range products {
		key := strings.Join(p.A, "\x00") + "\x01" + strings.Join(p.B, "\x00")
		i, ok := at[key]
		if !ok {
			i = len(out)
			at[key] = i
			out = append(out, nil)
		}
		out[i] = append(out[i], p)
	}
	return out
}

func writeChanged(env Env, c policy.Changed) {
	mark := map[string]string{"a": "-", "b": "+", "both": "~"}[c.Where]
	text := c.ID
	if c.Text != "" && c.Text != c.ID {
		text += ": " + c.Text
	}
	if len(c.Fields) > 0 {
		text += " (" + strings.Join(c.Fields, ", ") + ")"
	}
	fmt.Fprintln(env.Stdout, hanging("  "+mark+" ", text))
}

func sayOr(positions []string) string {
	if len(positions) == 0 {
		return "nothing recorded"
	}
	return strings.Join(positions, "; ")
}

// hanging wraps a text behind a lead.
func hanging(lead, text string) string {
	lines := strings.Split(wrap(text, len(lead), pageWidth), "\n")
	lines[0] = lead + strings.TrimLeft(lines[0], " ")
	return strings.Join(lines, "\n")
}
