package documents

import (
	"quaestor/riskdb"
	"quaestor/riskdb/policy"
)

// PolicyList is what `policy list -o json` writes.
type PolicyList struct {
	Envelope
	Policies []Pack `json:"policies" jsonschema:"packs of the risk database, by id"`
}

// Pack is a policy pack in a line.
type Pack struct {
	ID          string `json:"id" jsonschema:"what --policy names"`
	Title       string `json:"title" jsonschema:"for reading"`
	Version     string `json:"version,omitempty" jsonschema:"of the pack, as its keepers count"`
	Authorities int    `json:"authorities" jsonschema:"how many authorities it follows itself; -1 for all"`
	Rules       int    `json:"rules" jsonschema:"rules of its own"`
	Tests       int    `json:"tests" jsonschema:"tests of its own"`
	Default     bool   `json:"default,omitempty" jsonschema:"applied when none is chosen"`
}

// PolicyShow is what `policy show -o json` writes. Its packs have the form of a policy file.
type PolicyShow struct {
	Envelope
	Policies []*riskdb.Policy `json:"policies" jsonschema:"each with what it extends, in the form of a policy file"`
}

// PolicyCheck is what `policy check -o json` writes.
type PolicyCheck struct {
	Envelope
	Faults   int              `json:"faults" jsonschema:"how many keep the files from being used"`
	Warnings int              `json:"warnings" jsonschema:"how many do nothing, or no longer"`
	Problems []policy.Problem `json:"problems" jsonschema:"by file, line and column"`
}

// PolicyTest is what `policy test -o json` writes.
type PolicyTest struct {
	Envelope
	Passed int              `json:"passed" jsonschema:"how many tests passed"`
	Failed int              `json:"failed" jsonschema:"how many did not"`
	Tests  []policy.Outcome `json:"tests" jsonschema:"in the order of the packs"`
}

// PolicyDiff is what `policy diff -o json` writes.
type PolicyDiff struct {
	Envelope
	policy.Difference
}

// PolicyFields is what `policy fields -o json` writes.
type PolicyFields struct {
	Envelope
	Fields []policy.Field `json:"fields" jsonschema:"what an expression in when: can name"`
}
