package yamldb

import "strings"

// The kinds of fault that contributors look for by name. Everything else is a matter of form.
const (
	RuleForm           = "form"
	RuleBrokenLink     = "broken-link"
	RuleMissingDate    = "missing-date"
	RuleUnverifiedHigh = "unverified-high"
	RuleNoSource       = "no-source"
	RuleNoReason       = "no-reason"
	RuleClaimedTwice   = "claimed-twice"
	RuleUnusedSource   = "unused-source"
	RuleBadURL         = "bad-url"
	RuleLicence        = "licence"
	RuleCrossCheck     = "cross-check-only"
	RuleNoAddress      = "no-address"
)

// ruleWords are what the text of a fault of each kind contains.
var ruleWords = []struct{ words, rule string }{
	{"unknown licence", RuleLicence},
	{"no licence:", RuleLicence},
	{"unknown kind of identifier", RuleForm},
	{"unknown ", RuleBrokenLink},
	{"has no date", RuleMissingDate},
	{"no date:", RuleMissingDate},
	{"cannot be high", RuleUnverifiedHigh},
	{"verified without a source", RuleNoSource},
	{"source for cross-checking", RuleCrossCheck},
	{"source without a public address", RuleNoAddress},
	{"no unverified_reason", RuleNoReason},
	{"mark both as shared", RuleClaimedTwice},
	{"named by no fact", RuleUnusedSource},
	{"no web address", RuleBadURL},
	{"neither a url", RuleBadURL},
}

// Rule is the kind of the fault.
func (p Problem) Rule() string {
	for _, r := range ruleWords {
		if strings.Contains(p.Text, r.words) {
			return r.rule
		}
	}
	return RuleForm
}
