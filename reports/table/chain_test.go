package table

import (
	"strings"
	"testing"

	"quaestor/reports"
)

func link(from, relation, to, kind string) reports.ChainLink {
	return reports.ChainLink{From: from, Relation: relation, To: to, Kind: kind, Verified: true, Confidence: "high"}
}

func draw(links []reports.ChainLink, laws int) []string {
	reaching, others := drawChain(links, laws)
	return append(reaching, others...)
}

func TestDrawChain(t *testing.T) {
	doubtful := link("B", "seated in", "China", "state")
	doubtful.Verified, doubtful.Confidence = false, "low"
	sold := link("App", "owned by", "Kunlun", "owner")
	sold.Since, sold.Until, sold.Share = "2018-01", "2020-06", "98.6 %"
	law := link("China", "subject to", "National Intelligence Law art. 7", "law")
	law.Since = "2017"
	tests := []struct {
		name  string
		links []reports.ChainLink
		want  []string
	}{
		{"nothing", nil, nil},
		{"only a note", []reports.ChainLink{link("A", "note", "B", "owner")}, nil},
		{"a line", []reports.ChainLink{link("TikTok", "published by", "ByteDance", "vendor"), link("ByteDance", "seated in", "China", "state"), law},
			[]string{"TikTok → ByteDance → China → National Intelligence Law art. 7 (2017)"}},
		{"any order", []reports.ChainLink{law, link("ByteDance", "seated in", "China", "state"), link("TikTok", "published by", "ByteDance", "vendor")},
			[]string{"TikTok → ByteDance → China → National Intelligence Law art. 7 (2017)"}},
		{"two laws share a line", []reports.ChainLink{law, link("China", "subject to", "Data Law", "law")},
			[]string{"China → National Intelligence Law art. 7 (2017); Data Law"}},
		{"two parents", []reports.ChainLink{link("App", "owned by", "A", "owner"), link("App", "owned by", "B", "owner"), link("A", "seated in", "Japan", "state"), doubtful},
			[]string{"App → A → Japan", "App → B → China (low confidence, not verified)"}},
		{"two parents of one state", []reports.ChainLink{link("App", "owned by", "A", "owner"), link("App", "owned by", "B", "owner"), link("A", "seated in", "China", "state"), link("B", "seated in", "China", "state"), law},
			[]string{"App → A → China → National Intelligence Law art. 7 (2017)", "App → B → China → National Intelligence Law art. 7 (2017)"}},
		{"what reaches a state comes first", []reports.ChainLink{link("App", "owned by", "Fund", "owner"), link("App", "owned by", "B", "owner"), link("B", "seated in", "China", "state")},
			[]string{"App → B → China", "App → Fund"}},
		{"period", []reports.ChainLink{sold}, []string{"App → Kunlun (98.6 %, 2018-01 to 2020-06)"}},
		{"circle", []reports.ChainLink{link("A", "owned by", "B", "owner"), link("B", "owned by", "A", "owner")}, []string{"A → B → A → …"}},
		{"owns itself", []reports.ChainLink{link("A", "owned by", "A", "owner")}, []string{"A → A → …"}},
		{"two chains", []reports.ChainLink{link("A", "owned by", "B", "owner"), link("C", "owned by", "D", "owner")}, []string{"A → B", "C → D"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := draw(tt.links, 0); strings.Join(got, "\n") != strings.Join(tt.want, "\n") {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(tt.want, "\n"))
			}
		})
	}
}

func TestLawsAreCounted(t *testing.T) {
	var links []reports.ChainLink
	for _, name := range []string{"A", "B", "C", "D"} {
		l := link("China", "subject to", name, "law")
		l.Verified = name > "B"
		links = append(links, l)
	}
	if got := draw(links, 2); len(got) != 1 || got[0] != "China → C; D; and 2 more laws" {
		t.Errorf("got %q", got)
	}
	if got := draw(links[1:], 2); got[0] != "China → C; D; B (not verified)" {
		t.Errorf("got %q", got)
	}
}

func TestBeside(t *testing.T) {
	l := link("ByteDance", "note", "Fund", "owner")
	l.Share, l.Since, l.Note = "1 %", "2021", "golden share: the year is general knowledge"
	if got := beside([]reports.ChainLink{l, link("A", "owned by", "B", "owner")}); len(got) != 1 || got[0] != "Fund (golden share, 1 %, since 2021)" {
		t.Errorf("got %q", got)
	}
}

// TestChainsOfManyParentsStayShort: owners that share owners double the lines at every step; what is drawn has
// an end.
func TestChainsOfManyParentsStayShort(t *testing.T) {
	var links []reports.ChainLink
	for n := range 40 {
		at, next := string(rune('A'+n)), string(rune('A'+n+1))
		links = append(links, link(at, "owned by", next+"1", "owner"), link(at, "owned by", next+"2", "owner"),
			link(next+"1", "owned by", next, "owner"), link(next+"2", "owned by", next, "owner"))
	}
	if got := len(draw(links, 0)); got == 0 || got > maxChains {
		t.Errorf("%d lines", got)
	}
}

func TestWords(t *testing.T) {
	for n, want := range map[int]string{0: "0", 7: "7", 999: "999", 1000: "1,000", 1234567: "1,234,567", -1000: "-1,000", -100: "-100"} {
		if got := number(n); got != want {
			t.Errorf("number(%d) = %s, want %s", n, got, want)
		}
	}
	if got := some([]string{"a", "b", "c", "d"}, 3); got != "a, b, c, d" {
		t.Errorf("one more is named: %s", got)
	}
	if got := some([]string{"a", "b", "c", "d", "e"}, 3); got != "a, b, c and 2 more" {
		t.Errorf("got %s", got)
	}
}

func TestAppsAlikeShareARow(t *testing.T) {
	var findings []reports.Finding
	for _, id := range []string{"org.a.one", "org.b.two"} {
		findings = append(findings, reports.Finding{Rule: "unsigned", Title: "The file of " + id + " has no signature", Severity: "medium", Subject: reports.Subject{Kind: "android-package", Identifier: id, App: "app-" + id},
			Evidence: []reports.Evidence{{Path: "/x/" + id + ".apk"}}})
	}
	apps := groupApps(findings)
	if apps[0].signature() != apps[1].signature() || shortTitle(apps[0], apps[0].findings[0]) != "has no signature" {
		t.Errorf("signatures %q and %q", apps[0].signature(), apps[1].signature())
	}
	if got := apps[0].files(); len(got) != 1 || got[0] != "org.a.one.apk" {
		t.Errorf("files: %q", got)
	}
}

func TestSentences(t *testing.T) {
	if got := sentences("It is missing", "Get it.", ""); got != "It is missing. Get it." {
		t.Errorf("got %q", got)
	}
}

func TestShortTitle(t *testing.T) {
	for title, want := range map[string]string{
		"TikTok: owner within reach":            "owner within reach",
		"TikTok is banned":                      "is banned",
		"TikTok":                                "TikTok",
		"TikTokX is banned":                     "TikTokX is banned",
		"An app calls itself TikTok":            "An app calls itself TikTok",
		"com.zhiliaoapp.musically: not checked": "not checked",
		"The file of com.zhiliaoapp.musically":  "The file of the app",
		"The file of TikTok has no signature":   "has no signature",
		"TikTok (build of its website) is torn": "TikTok (build of its website) is torn",
	} {
		f := reports.Finding{Title: title, Params: map[string]string{"product": "TikTok"}, Subject: reports.Subject{Kind: "android-package", Identifier: "com.zhiliaoapp.musically"}}
		apps := groupApps([]reports.Finding{f})
		if got := shortTitle(apps[0], apps[0].findings[0]); got != want {
			t.Errorf("%q becomes %q, want %q", title, got, want)
		}
	}
}
