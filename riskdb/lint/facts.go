package lint

import (
	"net/url"
	"slices"
	"strings"

	"quaestor/riskdb"
	"quaestor/riskdb/internal/yamldb"
)

// pastDates are the fields in which only a day that has been can stand.
var pastDates = []string{"accessed", "last_checked"}

// walk looks at every text and date once.
func (c *checker) walk() {
	c.set.Walk(func(v yamldb.Value) {
		switch {
		case v.Date && c.past(v):
			c.add(RuleFutureDate, v.File, v.Line, "%s %q is after %s", v.Field, v.Text, c.asOf)
		case v.Field == "url":
			c.address(v)
		case !v.Date && spoken(v):
			for _, word := range loaded(v.Text) {
				c.add(RuleTone, v.File, v.Line, "%s of %s: %q", v.Field, v.Row, word)
			}
		}
	})
}

// past reports whether a date that must lie in the past does not. Source and version are dated by what was read.
func (c *checker) past(v yamldb.Value) bool {
	must := slices.Contains(pastDates, v.Field) || (v.Field == "date" && (v.Table == "sources" || v.Table == "version" || v.Table == "layer"))
	return must && riskdb.Date(v.Text).First() > c.asOf.Last()
}

// address wants a host in what the compiler lets pass as an address.
func (c *checker) address(v yamldb.Value) {
	if !strings.HasPrefix(v.Text, "http://") && !strings.HasPrefix(v.Text, "https://") {
		return // the compiler says so where it matters
	}
	u, err := url.Parse(v.Text)
	switch {
	case err != nil:
		c.add(yamldb.RuleBadURL, v.File, v.Line, "%q is no web address", v.Text)
	case !strings.Contains(u.Hostname(), ".") || u.User != nil || strings.ContainsAny(v.Text, "<>\"`{}|\\^"):
		c.add(yamldb.RuleBadURL, v.File, v.Line, "%q names no public host, or holds what no address does", v.Text)
	}
}

// ownerFields are those in which a row names a vendor or an owner.
var ownerFields = []string{"vendor", "vendors", "owner", "publisher", "child", "parent"}

// idle finds vendors and owners that nothing names.
func (c *checker) idle() {
	named := map[string]bool{}
	c.set.Walk(func(v yamldb.Value) {
		if slices.Contains(ownerFields, v.Field) {
			named[v.Text] = true
		}
	})
	for i, x := range c.set.Vendors {
		if !named[x.ID] && len(x.Identifiers) == 0 {
			file, line := c.set.Place("vendors", i, "id")
			c.add(RuleDeadVendor, file, line, "nothing names the vendor %q", x.ID)
		}
	}
	for i, x := range c.set.Entities {
		if !named[x.ID] {
			file, line := c.set.Place("entities", i, "id")
			c.add(RuleDeadOwner, file, line, "no edge names %q", x.ID)
		}
	}
}

// overdue finds measures that were to be looked at again.
func (c *checker) overdue() {
	for i := range c.set.Bans {
		b := &c.set.Bans[i]
		if b.Review != "" && b.Review.Ended(c.asOf) && b.Stands(c.asOf) {
			file, line := c.set.Place("bans", i, "review")
			c.add(RuleReviewDue, file, line, "%q was to be reviewed by %s", b.ID, b.Review)
		}
	}
}

// laws finds those that are cited as a whole without saying so.
func (c *checker) laws() {
	for i := range c.set.Jurisdictions {
		for _, l := range c.set.Jurisdictions[i].Laws {
			if l.Articles == "" {
				file, line := c.set.Place("jurisdictions", i, "laws")
				c.add(RuleWholeLaw, file, line, "%q of %s names no article", l.ID, c.set.Jurisdictions[i].Code)
			}
		}
	}
}

// edges finds ties of control whose beginning is not known, so that no day in the past can be judged.
func (c *checker) edges() {
	for i := range c.set.Edges {
		if e := &c.set.Edges[i]; e.Kind.Control() && e.Verified && e.From == "" {
			file, line := c.set.Place("edges", i, "id")
			c.add(RuleUndatedEdge, file, line, "%q: since when %s is of %s is not said", e.ID, e.Child, e.Parent)
		}
	}
}
