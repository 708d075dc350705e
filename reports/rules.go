package reports

import "quaestor/riskdb"

// Rule is what `quaestor explain` says of a rule.
type Rule struct {
	Title    string
	When     string // it makes a finding
	Limits   string // what a finding does not say
	WouldEnd string // what would make it go away
}

// RuleByID tells of the rule of a [Finding]; false where the program has none of that name.
func RuleByID(id string) (Rule, bool) {
	r := riskdb.RuleByID(id)
	if r == nil {
		return Rule{}, false
	}
	return Rule{Title: r.Title, When: r.When, Limits: r.Limits, WouldEnd: r.WouldEnd}, true
}
