package main

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"github.com/mattn/go-runewidth"

	"quaestor/riskdb"
)

// unbroken are words that no line of 80 columns can hold: addresses and digests.
var unbroken = regexp.MustCompile(`https?://\S+|[0-9a-f]{40,}|\S{60,}`)

// TestExplainFitsATerminal: whatever is explained, no line is wider than 80 columns, in short and in full.
func TestExplainFitsATerminal(t *testing.T) {
	db, err := riskdb.Load()
	if err != nil {
		t.Fatal(err)
	}
	chosen, err := db.SelectPolicies(riskdb.DefaultPolicy)
	if err != nil {
		t.Fatal(err)
	}
	ids := []string{"CN", "RU", "be", "rules", "policies", "ban", "android.permission.RECORD_AUDIO", "com.zhiliaoapp.musically", "tiktok", "kaspersky", "bytedance", "huawei", "confidence"}
	for i := 0; i < len(db.Vendors); i += 23 { // one in twenty-three: all of them take long
		ids = append(ids, db.Vendors[i].ID)
	}
	for i := 0; i < len(db.Bans); i += 13 {
		ids = append(ids, db.Bans[i].ID)
	}
	for _, id := range ids {
		for _, details := range []bool{false, true} {
			var out bytes.Buffer
			p := &page{w: &out, asOf: "2026-11-22", details: details, near: db.Near(chosen)}
			for _, e := range db.Explain(id, "2026-11-22") {
				p.entry(e)
			}
			if out.Len() == 0 {
				t.Errorf("%s: nothing is explained", id)
			}
			for line := range strings.Lines(out.String()) {
				if line = strings.TrimRight(line, "\n"); runewidth.StringWidth(line) > pageWidth && !unbroken.MatchString(line) {
					t.Errorf("%s: %d columns: %s", id, runewidth.StringWidth(line), line)
				}
			}
		}
	}
}

func TestSourceNumbers(t *testing.T) {
	p := &page{}
	cite := func(ids ...string) string {
		var list []riskdb.Cited
		for _, id := range ids {
			list = append(list, riskdb.Cited{ID: id})
		}
		return p.numbers(list)
	}
	for _, c := range []struct{ got, want string }{
		{cite(), ""}, {cite("a"), " [1]"}, {cite("b", "a"), " [1,2]"}, {cite("a", "b", "c", "e"), " [1-4]"}, {cite("e", "a", "c", "x", "c"), " [1,3-5]"},
	} {
		if c.got != c.want {
			t.Errorf("%q, want %q", c.got, c.want)
		}
	}
}
