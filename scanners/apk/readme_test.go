package apk

import (
	"regexp"
	"strings"
	"testing"
)

// TestMarksAreExplained checks that the page for analysts explains every mark, and no other.
func TestMarksAreExplained(t *testing.T) {
	page := string(readFile(t, "../README.md"))
	_, list, _ := strings.Cut(page, "### Marks")
	list, _, _ = strings.Cut(list, "### What it cannot see")
	known := map[string]bool{}
	for _, m := range regexp.MustCompile(`\bMark\w+\s*= "([a-z]+/[a-z0-9-]+)"`).FindAllStringSubmatch(string(readFile(t, "../inventory/inside.go")), -1) {
		known[m[1]] = true
		if !strings.Contains(list, "`"+m[1]+"`") {
			t.Errorf("scanners/README.md does not explain the mark %s", m[1])
		}
	}
	if len(known) < 30 {
		t.Fatalf("only %d marks found", len(known))
	}
	for _, m := range regexp.MustCompile("`([a-z]+/[a-z0-9-]+)`").FindAllStringSubmatch(list, -1) {
		if !known[m[1]] {
			t.Errorf("scanners/README.md explains the mark %s, which there is not", m[1])
		}
	}
}
