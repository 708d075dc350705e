package lint

import (
	"strings"

	"quaestor/riskdb/internal/yamldb"
)

// unsureWords are how a record says that nobody has seen a source for what it states.
var unsureWords = []string{"general knowledge", "not confirmed"}

// unsure finds verified facts whose own words take the verification back.
func (c *checker) unsure() {
	c.set.Facts(func(f yamldb.Fact) {
		if !f.Verified {
			return
		}
		for _, words := range unsureWords {
			if strings.Contains(strings.ToLower(f.Words), words) {
				c.add(RuleUnsureNote, f.File, f.Line, "%s %q is verified, and says %q", f.Table, f.Row, words)
			}
		}
	})
}
