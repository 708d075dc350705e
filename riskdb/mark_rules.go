package riskdb

import (
	"slices"

	"quaestor/scanners/inventory"
)

// RulesOfMark names the rules that judge a mark of a file; none for one that is context only.
func RulesOfMark(code string) []string {
	var rules []string
	if _, ok := tricks[code]; ok {
		rules = append(rules, RuleEvasive)
	}
	for rule, marks := range map[string][]string{
		RulePacked:        {inventory.MarkPacker},
		RuleDebugKey:      {inventory.MarkDebugKey},
		RuleWeakSignature: {inventory.MarkWeakSignature},
		RuleCarried:       {inventory.MarkHiddenCode},
	} {
		if slices.Contains(marks, code) {
			rules = append(rules, rule)
		}
	}
	slices.Sort(rules)
	return rules
}
