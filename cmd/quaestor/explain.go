package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"quaestor/riskdb"
)

const explainLong = `Explain shows everything the risk database knows about one thing, with its
sources: a finding's rule, a product, a vendor, a package name or other
identifier, a country code, a measure, a permission, a policy or an authority.`

func newExplain(env Env) *cobra.Command {
	var format, asOf string
	c := &cobra.Command{
		Use:   "explain ID",
		Short: "Show what the risk database knows about an app, vendor, rule, state or measure",
		Long:  explainLong,
		Example: `  quaestor explain tiktok
  quaestor explain com.zhiliaoapp.musically
  quaestor explain CN
  quaestor explain be-fed-tiktok-2023
  quaestor explain foreign-signer -o json
  quaestor explain policies`,
		Args: oneArgument(`name one thing, in quotes if it has spaces; "rules" and "policies" list all of these`),
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
			return explain(env, args[0], day, format)
		},
	}
	c.Flags().StringVarP(&format, "output", "o", "text", "`FORMAT`: text or json")
	c.Flags().StringVar(&asOf, "as-of", "", "show ownership and measures as of this `DATE` (default today)")
	return c
}

func explain(env Env, id string, asOf riskdb.Date, format string) error {
	db, err := riskdb.Load()
	if err != nil {
		return &exitError{code: ExitDatabase, err: fmt.Errorf("the risk database cannot be used: %w", err)}
	}
	entries := db.Explain(id, asOf)
	if len(entries) == 0 {
		hint := ""
		if near := db.Suggest(id, 8); len(near) > 0 {
			hint = "; did you mean: " + strings.Join(near, ", ") + "?"
		}
		return usageError("the risk database knows nothing under %q%s That says nothing about the thing itself", id, ensureStop(hint))
	}
	if format == "json" {
		enc := json.NewEncoder(env.Stdout)
		enc.SetIndent("", "  ")
		enc.SetEscapeHTML(false)
		return enc.Encode(entries)
	}
	v := db.Version()
	for i, e := range entries {
		if i > 0 {
			fmt.Fprintln(env.Stdout)
		}
		writeEntry(env.Stdout, e)
	}
	fmt.Fprintf(env.Stdout, "\nRisk database of %s.\n", v)
	return nil
}

func ensureStop(s string) string {
	if s == "" || strings.HasSuffix(s, "?") {
		return s + "."
	}
	return s
}

const (
	labelWidth = 14
	pageWidth  = 80
)

func writeEntry(w io.Writer, e riskdb.Entry) {
	fmt.Fprintf(w, "%s\n", wrap(fmt.Sprintf("%s  [%s %s]", e.Title, e.Kind, e.ID), 0, pageWidth))
	var numbers []riskdb.Cited
	for _, f := range e.Facts {
		text := f.Text
		if f.Verified != "" {
			text += " " + standing(f)
		}
		for _, s := range f.Sources {
			n := number(&numbers, s)
			text += fmt.Sprintf(" [%d]", n)
		}
		lines := strings.Split(wrap(text, labelWidth, pageWidth), "\n")
		lines[0] = fmt.Sprintf("%-*s", labelWidth, f.Label) + strings.TrimLeft(lines[0], " ")
		fmt.Fprintln(w, strings.Join(lines, "\n"))
	}
	for i, s := range numbers {
		if i == 0 {
			fmt.Fprintln(w, "Sources")
		}
		line := strings.TrimSuffix(s.Title, ".")
		if s.Date != "" {
			line += ", " + string(s.Date)
		}
		lines := strings.Split(wrap(line, 5, pageWidth), "\n")
		lines[0] = fmt.Sprintf("%4s ", fmt.Sprintf("[%d]", i+1)) + strings.TrimLeft(lines[0], " ")
		fmt.Fprintln(w, strings.Join(lines, "\n"))
		if s.URL != "" {
			fmt.Fprintln(w, "     "+s.URL)
		}
	}
}

// standing says how sure a recorded fact is.
func standing(f riskdb.Fact) string {
	if f.Verified == "no" {
		if f.Reason != "" {
			return "(not verified: " + f.Reason + ")"
		}
		return "(not verified)"
	}
	if f.Confidence != "" {
		return "(verified, " + string(f.Confidence) + ")"
	}
	return "(verified)"
}

func number(seen *[]riskdb.Cited, s riskdb.Cited) int {
	for i := range *seen {
		if (*seen)[i].ID == s.ID {
			return i + 1
		}
	}
	*seen = append(*seen, s)
	return len(*seen)
}
