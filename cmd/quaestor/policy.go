package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"quaestor/riskdb"
	"quaestor/riskdb/policy"
)

const policyLong = `A policy pack says which authorities' measures apply, and what an organisation
decided itself: rules of its own, severities, an allow list, and exceptions with
who approved them and until when. Packs are shipped with the program, and can be
written as YAML files that build on them. riskdb/policy/README.md has an example.`

func newPolicy(env Env) *cobra.Command {
	c := &cobra.Command{
		Use:   "policy",
		Short: "List, check, test and compare policy packs",
		Long:  policyLong,
		Args:  cobra.NoArgs,
		RunE:  func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(newPolicyList(env), newPolicyShow(env), newPolicyCheck(env), newPolicyTest(env), newPolicyDiff(env), newPolicyFields(env))
	return c
}

// loadPolicies reads the chosen packs and files of exceptions. Warnings go to the error stream.
func loadPolicies(env Env, db *riskdb.DB, packs, exceptions []string, asOf riskdb.Date) (riskdb.Policies, error) {
	p, warnings, err := policy.Load(db, policy.Choice{Packs: packs, Exceptions: exceptions, AsOf: asOf, Read: readPolicyFile})
	if err != nil {
		return p, policyError(err)
	}
	for _, w := range warnings {
		fmt.Fprintf(env.Stderr, "quaestor: %v\n", w)
	}
	return p, nil
}

// policyError makes a usage error of what is wrong with policies; each fault of a file keeps a line of its own.
func policyError(err error) error {
	var faults policy.Problems
	if errors.As(err, &faults) {
		return usageError("the policy cannot be used:\n%v", faults)
	}
	return usageError("--policy: %v", err)
}

// readPolicyFile reads a regular file: a pipe may never begin, and a device never end.
func readPolicyFile(name string) ([]byte, error) {
	info, err := os.Stat(name)
	switch {
	case err != nil:
		return nil, reason(err)
	case info.IsDir():
		return nil, errors.New("it is a folder; name the files in it")
	case !info.Mode().IsRegular():
		return nil, errors.New("it is no regular file; write what it gives to a file and name that")
	case info.Size() > policy.MaxFile:
		return nil, fmt.Errorf("it has %d bytes; a policy file may have %d: split it, or take out what is generated", info.Size(), policy.MaxFile)
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, reason(err)
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, policy.MaxFile+1))
}

// asOfDay is the day of --as-of, or today.
func asOfDay(env Env, flag string) (riskdb.Date, error) {
	if flag == "" {
		return riskdb.DateOf(env.Now()), nil
	}
	day, err := riskdb.ParseDate(flag)
	if err != nil || len(day) != len("2006-01-02") {
		return "", usageError("--as-of %q: write a day as YYYY-MM-DD", flag)
	}
	return day, nil
}
