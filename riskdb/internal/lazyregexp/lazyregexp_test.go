package lazyregexp

import (
	"slices"
	"testing"
)

func TestRegexp(t *testing.T) {
	r := New(`(\d+)-(\d+)`)
	if r.compiled != nil {
		t.Error("compiled before it was used")
	}
	if !r.MatchString("a 1-2") || r.MatchString("a") || r.String() != `(\d+)-(\d+)` {
		t.Error("MatchString, String")
	}
	if got := r.FindStringSubmatch("a 1-2"); !slices.Equal(got, []string{"1-2", "1", "2"}) {
		t.Errorf("FindStringSubmatch = %q", got)
	}
	if got := r.FindStringSubmatchIndex("a 1-2"); !slices.Equal(got, []int{2, 5, 2, 3, 4, 5}) {
		t.Errorf("FindStringSubmatchIndex = %v", got)
	}
	if got := r.ReplaceAllString("a 1-2", "$2"); got != "a 2" {
		t.Errorf("ReplaceAllString = %q", got)
	}
}
