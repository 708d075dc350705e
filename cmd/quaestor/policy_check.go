package main

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"quaestor/reports/documents"
	"quaestor/riskdb"
	"quaestor/riskdb/policy"
)

const policyCheckLong = `Check reads policy files and says everything that is wrong with them, with line
and column. Faults keep a file from being used and make the exit code 2. Warnings
do not: an authority or product that the database does not have, a rule that can
never match, an exception that has ended. With --strict, they do too.`

func newPolicyCheck(env Env) *cobra.Command {
	var format, asOf string
	var strict bool
	var from databaseFlags
	c := &cobra.Command{
		Use:     "check FILE...",
		Short:   "Say everything that is wrong with policy files, with line and column",
		Long:    policyCheckLong,
		Example: "  quaestor policy check ours.yaml exceptions.yaml\n  quaestor policy check --strict -o json ours.yaml",
		Args:    someFiles,
		RunE: func(_ *cobra.Command, args []string) error {
			day, err := asOfDay(env, asOf)
			if err != nil {
				return err
			}
			db, err := from.load(env)
			if err != nil {
				return err
			}
			problems, err := checkFiles(db.DB, args, day)
			if err != nil {
				return err
			}
			faults := len(problems.Faults())
			if format == "json" {
				if err := writeJSON(env.Stdout, documents.PolicyCheck{Envelope: document("policy-check", day, db), Faults: faults, Warnings: len(problems) - faults, Problems: problems}); err != nil {
					return err
				}
			} else {
				for _, p := range problems {
					fmt.Fprintln(env.Stdout, p)
				}
			}
			return checked(env, args, problems, strict, format == "json")
		},
	}
	c.Flags().StringVar(&asOf, "as-of", "", "warn of exceptions that have ended on this `DATE`, YYYY-MM-DD (default today)")
	c.Flags().BoolVar(&strict, "strict", false, "let warnings count as faults")
	textOrJSON(c, &format)
	from.add(c)
	return c
}

func someFiles(_ *cobra.Command, args []string) error {
	if len(args) == 0 {
		return usageError("name at least one policy file")
	}
	return nil
}

// checkFiles parses and checks files together, since one may extend what is in another.
func checkFiles(db *riskdb.DB, names []string, asOf riskdb.Date) (policy.Problems, error) {
	docs, problems, err := parseFiles(names)
	if err != nil {
		return nil, err
	}
	for _, d := range docs {
		problems = append(problems, policy.Check(d, policy.Scope{DB: db, AsOf: asOf, Beside: docs})...)
	}
	slices.SortStableFunc(problems, func(a, b policy.Problem) int {
		return cmp.Or(slices.Index(names, a.File)-slices.Index(names, b.File), a.Line-b.Line, a.Column-b.Column)
	})
	return problems, nil
}

// parseFiles reads files; what does not parse is among the problems.
func parseFiles(names []string) ([]*policy.Document, policy.Problems, error) {
	docs, problems := []*policy.Document{}, policy.Problems{}
	for _, name := range names {
		raw, err := readPolicyFile(name)
		if err != nil {
			return nil, nil, usageError("cannot read the policy file %q: %v", name, err)
		}
		d, err := policy.Parse(name, raw)
		var faults policy.Problems
		switch {
		case errors.As(err, &faults):
			problems = append(problems, faults...)
			if d != nil {
				docs = append(docs, d)
			}
		case err != nil:
			return nil, nil, err
		default:
			docs = append(docs, d)
		}
	}
	return docs, problems, nil
}

func checked(env Env, files []string, problems policy.Problems, strict, quiet bool) error {
	faults := len(problems.Faults())
	warnings := len(problems) - faults
	if faults > 0 || strict && warnings > 0 {
		return &exitError{code: ExitUsage, err: fmt.Errorf("%s, %s", plural(faults, "fault"), plural(warnings, "warning"))}
	}
	if !quiet {
		fmt.Fprintf(env.Stdout, "%s can be used; %s.\n", plural(len(files), "file"), plural(warnings, "warning"))
	}
	return nil
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
