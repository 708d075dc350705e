// Package lazyregexp compiles regular expressions when they are first used.
//
// Most runs of a program use few of those that it declares, and compiling all of them takes longer than starting
// it. A wrong expression is found when it is used, so each needs a test that uses it.
package lazyregexp

import (
	"regexp"
	"sync"
)

// Regexp is an expression that is compiled when one of its methods is called. It is safe for concurrent use.
type Regexp struct {
	text     string
	once     sync.Once
	compiled *regexp.Regexp
}

// New returns the expression without looking at it.
func New(text string) *Regexp { return &Regexp{text: text} }

func (r *Regexp) re() *regexp.Regexp {
	r.once.Do(func() { r.compiled = regexp.MustCompile(r.text) })
	return r.compiled
}

// String returns the text of the expression.
func (r *Regexp) String() string { return r.text }

// MatchString is that of package regexp, as are the others.
func (r *Regexp) MatchString(s string) bool { return r.re().MatchString(s) }

// FindStringSubmatch is that of package regexp.
func (r *Regexp) FindStringSubmatch(s string) []string { return r.re().FindStringSubmatch(s) }

// FindStringSubmatchIndex is that of package regexp.
func (r *Regexp) FindStringSubmatchIndex(s string) []int { return r.re().FindStringSubmatchIndex(s) }

// ReplaceAllString is that of package regexp.
func (r *Regexp) ReplaceAllString(s, by string) string { return r.re().ReplaceAllString(s, by) }
