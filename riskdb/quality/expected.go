package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"slices"

	"go.yaml.in/yaml/v3"

	"quaestor/riskdb"
)

// Expectation is a finding above information about an ordinary product that is right all the same: an authority really
// named it. Everything else is a fault.
type Expectation struct {
	Product  string          `yaml:"product"` // Product.ID of the database
	Policies []string        `yaml:"policies"`
	Rule     string          `yaml:"rule"`
	Severity riskdb.Severity `yaml:"severity"` // at most
	Measure  string          `yaml:"measure"`  // Ban.ID of the leading measure
	Reason   string          `yaml:"reason"`
}

// Expectations are all of them, with the policies under which each was met.
type Expectations struct {
	list []Expectation
	met  map[string]bool
}

func readExpected(file string, db *riskdb.DB) (Expectations, error) {
	out := Expectations{met: map[string]bool{}}
	raw, err := os.ReadFile(file)
	if err != nil {
		return out, err
	}
	var list struct{ Expected []Expectation }
	dec := yaml.NewDecoder(bytes.NewReader(raw))
	dec.KnownFields(true)
	if err := dec.Decode(&list); err != nil {
		return out, fmt.Errorf("%s: %w", file, err)
	}
	out.list = list.Expected
	if err := out.check(db); err != nil {
		return out, fmt.Errorf("%s: %w", file, err)
	}
	return out, nil
}

// check reports every expectation that is not whole, or names what the database does not have.
func (x Expectations) check(db *riskdb.DB) error {
	var problems []error
	policies := db.PolicyIDs()
	for _, e := range x.list {
		switch {
		case e.Reason == "" || len(e.Policies) == 0 || e.Measure == "":
			problems = append(problems, fmt.Errorf("%s: policies, measure and reason are needed", e.Product))
		case db.Product(e.Product) == nil:
			problems = append(problems, fmt.Errorf("there is no product %q", e.Product))
		case riskdb.RuleByID(e.Rule) == nil:
			problems = append(problems, fmt.Errorf("%s: there is no rule %q", e.Product, e.Rule))
		case e.Severity.Rank() == 0:
			problems = append(problems, fmt.Errorf("%s: %q is no severity", e.Product, e.Severity))
		case !slices.ContainsFunc(db.Bans, func(b riskdb.Ban) bool { return b.ID == e.Measure }):
			problems = append(problems, fmt.Errorf("%s: there is no measure %q", e.Product, e.Measure))
		}
		for _, p := range e.Policies {
			if !slices.Contains(policies, p) {
				problems = append(problems, fmt.Errorf("%s: there is no policy %q", e.Product, p))
			}
		}
	}
	return errors.Join(problems...)
}

// covers reports whether a finding is expected, and remembers that it came.
func (x Expectations) covers(a accusation) bool {
	for _, e := range x.list {
		if e.Product == a.product && e.Rule == a.rule && e.Measure == a.measure && a.severity.Rank() <= e.Severity.Rank() && slices.Contains(e.Policies, a.policy) {
			x.met[e.key(a.policy)] = true
			return true
		}
	}
	return false
}

func (e Expectation) key(policy string) string { return e.Product + " " + e.Measure + " " + policy }

// stale lists what is expected and did not come.
func (x Expectations) stale() []string {
	var out []string
	for _, e := range x.list {
		for _, p := range e.Policies {
			if !x.met[e.key(p)] {
				out = append(out, fmt.Sprintf("riskdb/quality/expected.yaml expects %s about %s by %s under %s, and there is no such finding; take it out",
					e.Rule, e.Product, e.Measure, p))
			}
		}
	}
	return out
}
