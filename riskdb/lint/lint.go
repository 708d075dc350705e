// Package lint reads the YAML of the risk database as a reviewer does: links that lead nowhere, sources that nobody
// names, vendors that nothing points at, measures that are due for a check, dates to come, and words that judge a
// nation or a company where a fact belongs.
//
// [Check] reports everything that the compiler of the database refuses, as errors, and what is likely to be an
// oversight, as warnings. The data may be the whole database or an overlay upon one.
//
// What the package cannot see: whether a fact is true, whether a page still says what it is cited for, and loaded
// words that are not on its list.
package lint

import (
	"cmp"
	"fmt"
	"io/fs"
	"slices"

	"quaestor/riskdb"
	"quaestor/riskdb/internal/yamldb"
)

// Severity says whether an issue has to be resolved.
type Severity string

// The severities.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
)

// Issue is one thing to look at.
type Issue struct {
	File     string   `json:"file"`
	Line     int      `json:"line"`
	Rule     string   `json:"rule"`
	Severity Severity `json:"severity"`
	Text     string   `json:"text"`
	Do       string   `json:"do"` // what to do about it
}

// String is the issue as compilers write theirs.
func (i Issue) String() string {
	return fmt.Sprintf("%s:%d: %s: %s [%s]", i.File, i.Line, i.Severity, i.Text, i.Rule)
}

// Options are what a check needs beside the data.
type Options struct {
	AsOf riskdb.Date    // the day against which dates are held
	Base *riskdb.Tables // what an overlay lies upon; not used for a whole database
}

// Check reads all YAML below fsys and returns what there is to look at, in the order of files and lines. Only a folder
// that cannot be read, or holds no data, is an error.
func Check(fsys fs.FS, o Options) ([]Issue, error) {
	set, err := yamldb.Read(fsys)
	if err != nil {
		return nil, err
	}
	c := &checker{set: set, asOf: o.AsOf}
	if set.IsOverlay() && o.Base != nil {
		for _, p := range set.ValidateOver(o.Base) {
			c.problem(p)
		}
	} else {
		for _, p := range set.Validate() {
			c.problem(p)
		}
	}
	c.walk()
	c.idle()
	c.overdue()
	c.laws()
	c.edges()
	c.unsure()
	slices.SortStableFunc(c.issues, func(a, b Issue) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Text, b.Text))
	})
	return slices.Compact(c.issues), nil
}

// Count counts the issues of each severity.
func Count(issues []Issue) (errors, warnings int) {
	for _, i := range issues {
		if i.Severity == Error {
			errors++
		} else {
			warnings++
		}
	}
	return errors, warnings
}

// checker collects the issues of one set of data.
type checker struct {
	set    *yamldb.Set
	asOf   riskdb.Date
	issues []Issue
}

// problem takes over what the compiler refuses.
func (c *checker) problem(p yamldb.Problem) { c.add(p.Rule(), p.File, p.Line, "%s", p.Text) }

// add reports an issue of a rule. Rows of the base of an overlay have no file, and are somebody else's.
func (c *checker) add(rule, file string, line int, format string, args ...any) {
	r := RuleByID(rule)
	if file == "" || r == nil {
		return
	}
	c.issues = append(c.issues, Issue{File: file, Line: line, Rule: rule, Severity: r.Severity, Text: fmt.Sprintf(format, args...), Do: r.Do})
}
