package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"quaestor/reports/documents"
	"quaestor/riskdb"
)

const explainLong = `Explain shows what the risk database knows about one thing: who stands behind it,
what authorities decided, how it is recognised, what would change the answer,
how sure each statement is, and which source says so. The thing is a product, a
vendor, a package name or other identifier, a country code, a measure, a rule,
a permission, a policy or an authority; the code of what was noticed in a file; or
the id of an advisory or vulnerability (CVE-…, GHSA-…), of which the imported
advisories tell (quaestor db import-osv).

Measures of the authorities in --policy and of the European Union are told in
full, those of others in a line; --details tells all of them, and every mark.`

func newExplain(env Env) *cobra.Command {
	var format, asOf string
	var policies []string
	var details bool
	var from databaseFlags
	var osv osvFlags
	c := &cobra.Command{
		Use:   "explain ID",
		Short: "Show what the risk database knows about an app, vendor, rule, state or measure",
		Long:  explainLong,
		Example: `  quaestor explain tiktok
  quaestor explain com.zhiliaoapp.musically
  quaestor explain CN
  quaestor explain be-fed-tiktok-2023
  quaestor explain foreign-signer -o json
  quaestor explain policies
  quaestor explain code/su
  quaestor explain CVE-2023-4863
  quaestor explain confidence`,
		Args: oneArgument(`name one thing, in quotes if it has spaces; "rules", "policies", "marks", "traces" and "privileges" list all of these, "confidence" tells how it is derived`),
		RunE: func(_ *cobra.Command, args []string) error {
			day := riskdb.DateOf(env.Now())
			if asOf != "" {
				var err error
				if day, err = riskdb.ParseDate(asOf); err != nil {
					return usageError("--as-of: %v", err)
				}
			}
			if format != "text" && format != "json" {
				return usageError("-o %q: explain writes text or json", format)
			}
			return explain(env, &from, &osv, args[0], day, format, policies, details)
		},
	}
	c.Flags().StringVarP(&format, "output", "o", "text", "`FORMAT`: text or json")
	c.Flags().StringVar(&asOf, "as-of", "", "show ownership and measures as of this `DATE` (default today)")
	c.Flags().StringSliceVar(&policies, "policy", []string{riskdb.DefaultPolicy}, "`POLICY` packs or .yaml files whose authorities come first (text form)")
	c.Flags().BoolVar(&details, "details", false, "show every measure, tie, mark and note in full (text form; JSON always has all)")
	from.add(c)
	osv.add(c)
	return c
}

func explain(env Env, from *databaseFlags, osv *osvFlags, id string, asOf riskdb.Date, format string, policies []string, details bool) error {
	db, err := from.load(env)
	if err != nil {
		return err
	}
	chosen, err := loadPolicies(env, db.DB, policies, nil, asOf)
	if err != nil {
		return err
	}
	entries := append(db.Explain(id, asOf), explainMark(id)...)
	advice, err := explainAdvice(env, osv, from, id)
	if err != nil && len(entries) == 0 {
		return err
	}
	entries = append(entries, advice.entries...)
	if len(entries) == 0 && advice.why != "" {
		return usageError("nothing is known under %q: %s. That says nothing about the thing itself", id, advice.why)
	}
	if len(entries) == 0 {
		hint := ""
		if isArea(id) {
			hint = "; \"quaestor explain marks\" lists what may be noticed in a file."
		}
		if near := db.Suggest(id, 8); len(near) > 0 {
			hint = "; did you mean: " + strings.Join(near, ", ") + "?"
		}
		return usageError("the risk database knows nothing under %q%s That says nothing about the thing itself", id, ensureStop(hint))
	}
	if format == "json" {
		return writeJSON(env.Stdout, documents.Explain{Envelope: document("explain", asOf, db), Query: id, Entries: entries})
	}
	p := &page{w: env.Stdout, asOf: asOf, details: details, near: db.Near(chosen)}
	for i, e := range entries {
		if i > 0 {
			fmt.Fprintln(env.Stdout)
		}
		p.entry(e)
	}
	fmt.Fprintf(env.Stdout, "\nRisk database of %s.\n", db.Version())
	return nil
}

func ensureStop(s string) string {
	if strings.HasSuffix(s, ".") {
		return s
	}
	if s == "" || strings.HasSuffix(s, "?") {
		return s + "."
	}
	return s
}
