package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"unicode"

	"github.com/spf13/cobra"

	"quaestor/reports/documents"
	"quaestor/riskdb"
	"quaestor/riskdb/lint"
)

const dbLintLong = `Lint checks the YAML of the risk database, or of an overlay upon the built-in one
or the one that --db names, before it is compiled: links that lead nowhere, missing dates, sources that
nobody names, identifiers that two products claim, vendors that nothing names,
measures whose day of review has passed, words that judge where a fact belongs.
Each line names file and line, the rule, and what to do.

Without DIR it reads riskdb/data, as in a checkout of the source.

It ends with exit code 1 when there is an error, with --strict also when there is
a warning, and with 2 when the folder cannot be read.`

func newDBLint(env Env) *cobra.Command {
	var format, asOf string
	var strict bool
	var from databaseFlags
	c := &cobra.Command{
		Use:   "lint [DIR]",
		Short: "Check the YAML of a risk database or overlay",
		Long:  dbLintLong,
		Example: `  quaestor db lint
  quaestor db lint --strict --as-of 2027-01-31
  quaestor db lint our-overlay/ -o json`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			day := riskdb.DateOf(env.Now())
			if asOf != "" {
				var err error
				if day, err = riskdb.ParseDate(asOf); err != nil {
					return usageError("--as-of: %v", err)
				}
			}
			return lintData(env, &from, args, day, strict, format)
		},
	}
	c.Flags().StringVar(&asOf, "as-of", "", "hold dates against this `DATE` (default today)")
	c.Flags().BoolVar(&strict, "strict", false, "warnings count as errors")
	textOrJSON(c, &format)
	from.addBase(c)
	return c
}

func lintData(env Env, from *databaseFlags, args []string, asOf riskdb.Date, strict bool, format string) error {
	dir := filepath.Join("riskdb", "data")
	if len(args) == 1 {
		dir = args[0]
	}
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return usageError("%s is no folder that can be read; name the folder of the YAML, or run this in a checkout of the source", dir)
	}
	db, err := from.base(env)
	if err != nil {
		return err
	}
	base := db.AllTables()
	issues, err := lint.Check(os.DirFS(dir), lint.Options{AsOf: asOf, Base: &base})
	if err != nil {
		return usageError("%s: %w", dir, err)
	}
	if overlay, err := lint.IsOverlay(os.DirFS(dir)); err != nil || !overlay {
		db = nil // a whole database stands on its own
	}
	r := documents.Lint{Envelope: document("db-lint", asOf, db), Folder: dir, Issues: append([]lint.Issue{}, issues...)}
	r.Errors, r.Warnings = lint.Count(issues)
	if err := writeLint(env, r, format); err != nil {
		return err
	}
	if r.Errors > 0 || (strict && r.Warnings > 0) {
		return &exitError{code: ExitFindings}
	}
	return nil
}

func writeLint(env Env, r documents.Lint, format string) error {
	if format == "json" {
		return writeJSON(env.Stdout, r)
	}
	for _, i := range r.Issues {
		i.File = filepath.Join(r.Folder, filepath.FromSlash(i.File))
		fmt.Fprintf(env.Stdout, "%s\n    %s\n", visible(i.String()), i.Do)
	}
	_, err := fmt.Fprintf(env.Stdout, "%s%s as of %s: %s, %s.\n", r.Folder, upon(r.Database), r.AsOf, counted(r.Errors, "error"), counted(r.Warnings, "warning"))
	return err
}

// upon names what an overlay was checked upon; "" for a whole database.
func upon(d *documents.Database) string {
	if d == nil {
		return ""
	}
	return fmt.Sprintf(", upon the %s database of %s,", d.Origin, d.Date)
}

// visible replaces control characters, which names of files and keys of YAML can hold.
func visible(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return unicode.ReplacementChar
		}
		return r
	}, s)
}

// counted is a number with its noun: "1 error", "2 errors".
func counted(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return fmt.Sprintf("%d %s", n, noun)
}
