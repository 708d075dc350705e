package main

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"quaestor/reports/documents"
	"quaestor/riskdb/policy"
)

const policyDiffLong = `Diff compares two packs or files: the authorities that each follows, rules,
severities, allow lists and exceptions, and the products about which their
authorities say different things: first those that a measure names, or whose owner it
names, then how many are concerned through the state of their owner alone.`

func newPolicyDiff(env Env) *cobra.Command {
	var format, asOf string
	var details bool
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
			used, err := from.load(env)
			if err != nil {
				return err
			}
			db := used.DB
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
				return writeJSON(env.Stdout, documents.PolicyDiff{Envelope: document("policy-diff", day, used), Difference: *d})
			}
			writeDiff(env, d, details)
			return nil
		},
	}
	c.Flags().StringVar(&asOf, "as-of", "", "compare the measures as of this `DATE`, YYYY-MM-DD (default today)")
	c.Flags().BoolVar(&details, "details", false, "name every product, also those that only the state of their owner concerns")
	textOrJSON(c, &format)
	from.add(c)
	return c
}

func writeDiff(env Env, d *policy.Difference, details bool) {
	w := env.Stdout
	if d.Empty() {
		fmt.Fprintf(w, "%s and %s say the same on %s.\n", d.A, d.B, d.Day)
		return
	}
	fmt.Fprintf(w, "%s (-) and %s (+) on %s\n", d.A, d.B, d.Day)
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
	derived := slices.IndexFunc(d.Products, func(p policy.Product) bool { return !p.Named })
	if derived < 0 {
		derived = len(d.Products)
	}
	if derived > 0 {
		fmt.Fprintf(w, "\n%s with other measures or positions about them or their owner\n", plural(derived, "product"))
		writeProducts(env, d.Products[:derived], true)
	}
	if rest := d.Products[derived:]; len(rest) > 0 {
		fmt.Fprintf(w, "\n%s\n", wrap(fmt.Sprintf("%s that no measure names, and neither does one name the owner: what is said follows from the state whose law can reach the owner%s",
			plural(len(rest), "product"), map[bool]string{false: "; --details names them"}[details]), 0, pageWidth))
		writeProducts(env, rest, details)
	}
}

// writeProducts tells what each side says: of products by name, or only how many by the state of their owner.
func writeProducts(env Env, products []policy.Product, names bool) {
	w := env.Stdout
	for _, group := range alike(products) {
		what := byState(group)
		if names {
			var list []string
			for _, p := range group {
				list = append(list, p.Name+" ("+p.ID+")")
			}
			what = strings.Join(list, ", ")
		}
		fmt.Fprintln(w, hanging("  ", what))
		fmt.Fprintln(w, hanging("    - ", sayOr(group[0].A)))
		fmt.Fprintln(w, hanging("    + ", sayOr(group[0].B)))
	}
}

// byState counts products by the state of their owner: "by owner's state: CN (120), RU (31)".
func byState(products []policy.Product) string {
	n := map[string]int{}
	for _, p := range products {
		n[cmp.Or(p.State, "not recorded")]++
	}
	var parts []string
	for _, state := range slices.Sorted(maps.Keys(n)) {
		parts = append(parts, fmt.Sprintf("%s (%d)", state, n[state]))
	}
	return "by owner's state: " + strings.Join(parts, ", ")
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
