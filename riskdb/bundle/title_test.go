package bundle

import (
	"strings"
	"testing"
)

// TestTitles: a title is shown beside the verdict on its bundle, and must not paint over it.
func TestTitles(t *testing.T) {
	for title, good := range map[string]bool{"": true, "Facts of the cyber office, 微信": true, "a\x1b[2K": false, "a\rb": false, "a\nVerdict accepted": false, "a\u202eb": false, "a\u009b2J": false} {
		i := Info{Kind: Full, Authority: "example", Title: title, Sequence: 1, Built: "2026-11-22", Facts: "2026-11-22"}
		err := i.check()
		if told := err != nil && strings.Contains(err.Error(), "characters that are not seen"); told == good {
			t.Errorf("%q: %v", title, err)
		}
	}
}
