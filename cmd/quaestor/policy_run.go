package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"quaestor/reports/documents"
	"quaestor/riskdb"
	"quaestor/riskdb/policy"
)

const policyTestLong = `Test runs the tests that a pack holds: tiny inventories, each with the findings
that it must give. A test names every finding above info, and those for information
that it cares for. Where one fails, the difference is shown ("-" is wanted, "+" is
what came out) and the exit code is 1.`

func newPolicyTest(env Env) *cobra.Command {
	var format string
	var from databaseFlags
	c := &cobra.Command{
		Use:     "test FILE|PACK...",
		Short:   "Run the tests that policy packs hold",
		Long:    policyTestLong,
		Example: "  quaestor policy test ours.yaml\n  quaestor policy test be strict",
		Args:    someFiles,
		RunE: func(_ *cobra.Command, args []string) error {
			db, err := from.load(env)
			if err != nil {
				return err
			}
			out, err := testPacks(env, db.DB, args)
			if err != nil {
				return err
			}
			return writeOutcomes(env, db, out, format)
		},
	}
	textOrJSON(c, &format)
	from.add(c)
	return c
}

// testPacks runs the tests of files and of packs of the database.
func testPacks(env Env, db *riskdb.DB, names []string) ([]policy.Outcome, error) {
	var files []string
	var packs []*riskdb.Policy
	for _, name := range names {
		if policy.IsFile(name) {
			files = append(files, name)
		} else if p := db.Policy(name); p != nil {
			packs = append(packs, p)
		} else {
			return nil, usageError("there is no policy %q; see `quaestor policy list`, or name a file that ends in .yaml", name)
		}
	}
	docs, problems, err := parseFiles(files)
	if err != nil {
		return nil, err
	}
	for _, d := range docs {
		problems = append(problems, policy.Check(d, policy.Scope{DB: db, AsOf: riskdb.DateOf(env.Now()), Beside: docs})...)
		for i := range d.Policies {
			packs = append(packs, &d.Policies[i])
		}
	}
	if faults := problems.Faults(); len(faults) > 0 {
		return nil, policyError(faults)
	}
	out := []policy.Outcome{}
	for _, p := range packs {
		o, err := policy.Run(db, p, docs...)
		if err != nil {
			return nil, policyError(err)
		}
		out = append(out, o...)
	}
	return out, nil
}

func writeOutcomes(env Env, db *usedDatabase, out []policy.Outcome, format string) error {
	failed := 0
	for _, o := range out {
		if !o.Passed {
			failed++
		}
	}
	if format == "json" {
		if err := writeJSON(env.Stdout, documents.PolicyTest{Envelope: document("policy-test", riskdb.DateOf(env.Now()), db), Passed: len(out) - failed, Failed: failed, Tests: out}); err != nil {
			return err
		}
	} else {
		for _, o := range out {
			fmt.Fprintf(env.Stdout, "%-4s  %s: %s\n", map[bool]string{true: "ok", false: "FAIL"}[o.Passed], o.Policy, o.Test)
			for _, line := range o.Diff {
				fmt.Fprintf(env.Stdout, "      %s\n", line)
			}
		}
	}
	switch {
	case len(out) == 0:
		return usageError("there are no tests in these packs: write some under tests:, or the check says nothing")
	case failed > 0:
		return &exitError{code: ExitFindings, err: fmt.Errorf("%d of %s failed", failed, plural(len(out), "test"))}
	case format != "json":
		fmt.Fprintf(env.Stdout, "%s passed.\n", plural(len(out), "test"))
	}
	return nil
}
