package reports

import (
	"strings"
	"testing"
)

// TestSentenceOfAdvisories: of how many components nothing was looked up, and that advisories are old, is in the verdict, added up over parts.
func TestSentenceOfAdvisories(t *testing.T) {
	gap := func(kind, next string, n int) Gap {
		return Gap{Scanner: "riskdb/vuln", Kind: kind, Next: next, Count: n, Incomplete: kind != "skipped" && kind != "blind"}
	}
	for name, c := range map[string]struct {
		gaps []Gap
		want string
	}{
		"missing":  {[]Gap{gap("skipped", "Import.", 7), gap("empty", "Import.", 3)}, "Known vulnerabilities of 20 components were not looked up."},
		"off":      {[]Gap{gap("skipped", "", 1)}, "Known vulnerabilities of 2 components were not looked up."},
		"too many": {[]Gap{gap("limit", "", 5)}, "Known vulnerabilities of 10 components were not looked up."},
		"old":      {[]Gap{gap("limit", "Import newer ones.", 1)}, "The advisories in which 2 components were looked up are too old to rely on."},
		"blind":    {[]Gap{gap("blind", "", 9)}, "No finding on 2 devices."},
	} {
		var totals Totals
		for _, id := range []string{"a", "b"} {
			totals.Add(&Report{Devices: []Device{{ID: id}}, Gaps: c.gaps})
		}
		v := totals.Verdict()
		if !strings.HasSuffix(v.Sentence, c.want) || strings.Contains(v.Sentence, "Not everything") {
			t.Errorf("%s: %q", name, v.Sentence)
		}
		if v.Complete != (name == "off" || name == "blind") {
			t.Errorf("%s: complete is %v", name, v.Complete)
		}
	}
}
