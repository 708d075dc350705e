package table

import (
	"strings"
	"testing"

	"quaestor/reports"
	"quaestor/reports/internal/reporttest"
)

// TestAdvisoriesHaveTheirOwnHeading: that advisories are missing or too old is told as that, at the top too, and neither as the age of the
// risk database nor as something that was handed in and not read. What somebody chose not to look up stays where it was.
func TestAdvisoriesHaveTheirOwnHeading(t *testing.T) {
	for name, c := range map[string]struct {
		gap  reports.Gap
		want []string
		not  []string
	}{
		"missing": {reports.Gap{Kind: "skipped", Next: "Import its advisories."}, []string{"ADVISORIES  missing for 7 components", unadvisedHeading + "\n"}, []string{"Passed over", "INCOMPLETE"}},
		"old":     {reports.Gap{Kind: "limit", Next: "Import newer ones.", Incomplete: true}, []string{"ADVISORIES  too old for 7 components", unadvisedHeading + "\n"}, []string{"Should have been", "INCOMPLETE"}},
		"empty":   {reports.Gap{Kind: "empty", Next: "Import its advisories.", Incomplete: true}, []string{"ADVISORIES  missing for 7 components", unadvisedHeading + "\n"}, []string{"Should have been", "INCOMPLETE"}},
		"off":     {reports.Gap{Kind: "skipped"}, []string{"Passed over"}, []string{"ADVISORIES"}},
	} {
		r := reporttest.Clean()
		g := c.gap
		g.Scanner, g.Subject, g.Detail, g.Count = "riskdb/vuln", "vulnerabilities of Debian packages", "Nothing was looked up for these components.", 7
		r.Gaps = []reports.Gap{g}
		r.Verdict.Complete = !g.Incomplete
		var b strings.Builder
		if err := (Writer{}).Write(&b, r, reports.Options{Width: 120}); err != nil {
			t.Fatal(err)
		}
		for _, want := range append(c.want, "Nothing was looked up") {
			if !strings.Contains(b.String(), want) {
				t.Errorf("%s: %q is missing in\n%s", name, want, b.String())
			}
		}
		for _, not := range append(c.not, "RISK DATABASE IS TOO OLD") {
			if strings.Contains(b.String(), not) {
				t.Errorf("%s: %q is in\n%s", name, not, b.String())
			}
		}
	}
}
