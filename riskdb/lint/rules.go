package lint

import "quaestor/riskdb/internal/yamldb"

// Rule is one thing that is looked for.
type Rule struct {
	ID       string
	Severity Severity
	Title    string
	Do       string
}

// The rules beyond those of the compiler.
const (
	RuleDeadVendor  = "dead-vendor"
	RuleDeadOwner   = "dead-owner"
	RuleReviewDue   = "review-due"
	RuleTone        = "tone"
	RuleFutureDate  = "future-date"
	RuleWholeLaw    = "law-without-article"
	RuleUndatedEdge = "undated-edge"
	RuleUnsureNote  = "unsure-note"
)

// Rules lists every rule, the compiler's first.
var Rules = []Rule{
	{yamldb.RuleForm, Error, "a record that is malformed", "Correct the record: a database or overlay is not made from it as it is."},
	{yamldb.RuleBrokenLink, Error, "a link to a record that is not there", "Correct the id, or add the record it means."},
	{yamldb.RuleMissingDate, Error, "a source or measure without a date", "Write the date the document bears; for a page without one, `accessed`."},
	{yamldb.RuleUnverifiedHigh, Error, "high confidence in a fact that was not verified", "Name the source and write `verified: true`, or lower the confidence."},
	{yamldb.RuleNoSource, Error, "a verified fact without a source", "Name the source in which it was found."},
	{yamldb.RuleCrossCheck, Error, "a verified fact that rests on nothing but a source for cross-checking", "Name a source that states it, or write `verified: false` with the reason."},
	{yamldb.RuleNoAddress, Error, "a verified fact for which no reader can open a source", "Find the source in public, or write `verified: false` with `the source has no public address`."},
	{yamldb.RuleNoReason, Error, "an unverified fact that does not say why", "Write `unverified_reason`."},
	{yamldb.RuleClaimedTwice, Error, "an identifier that two products claim", "Find out whose it is; where it is both's, write `shared: true` on both."},
	{yamldb.RuleUnusedSource, Error, "a source that no fact names", "Name it where it is used, or take it out."},
	{yamldb.RuleBadURL, Error, "an address that is none", "Write the whole address with https://, or `url: \"\"` with a note that says why there is none."},
	{yamldb.RuleLicence, Error, "a file without a known licence", "Write `licence: SPDX-ID` at the top, and describe it in licences.yaml."},
	{RuleFutureDate, Error, "a date after the day of the check", "Nobody has read or checked anything on a day to come; correct the date."},
	{RuleTone, Error, "a word that judges a nation or a company", "State the fact and whose statement it is; put the words of a document between quotation marks."},
	{RuleReviewDue, Warning, "a measure whose day of review has passed", "Look whether it still stands; write `last_checked`, and the next `review`."},
	{RuleDeadVendor, Warning, "a vendor that no product, edge or measure names", "Link it, or take it out."},
	{RuleDeadOwner, Warning, "an owner that no edge names", "Add the edge, or take it out."},
	{RuleWholeLaw, Warning, "a law without the article that matters", "Write the article, or `articles: whole` where all of it does."},
	{RuleUndatedEdge, Warning, "a verified tie of control without a day since when", "Write `from`, as exactly as the source says; a year is enough."},
	{RuleUnsureNote, Warning, "a verified fact whose own words say that part of it is not", "Find a source for that part, take the part out, or write `verified: false`."},
}

// RuleByID finds a rule; nil when there is none.
func RuleByID(id string) *Rule {
	for i := range Rules {
		if Rules[i].ID == id {
			return &Rules[i]
		}
	}
	return nil
}
