package unseen

import "testing"

func TestProblem(t *testing.T) {
	for text, bad := range map[string]bool{
		"": false, "TikTok 抖音 Ελλάδα": false, "two\nlines\tand a tab": false, "می\u200cخواهم": false, "👩\u200d💻": false,
		"a\x1b[31m": true, "a\r": true, "a\u009b2J": true, "a\u202eb": true, "a\u2066b": true, "\u200f": true, "\u061c": true, "a\u2028": true, "a\x00": true, "\x7f": true, "\U000E0041": true,
	} {
		if got := Problem(text); (got != "") != bad {
			t.Errorf("%q: %q", text, got)
		}
	}
}
