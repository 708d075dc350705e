package main

import (
	"bytes"
	"context"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"quaestor/reports"
	"quaestor/reports/text"
)

// reported is the report on a target of testdata. It runs in this process, which --offline would cut off for the tests behind it.
func reported(t *testing.T, target string) *reports.Report {
	t.Helper()
	var out, messages bytes.Buffer
	env := Env{Stdin: strings.NewReader(""), Stdout: &out, Stderr: &messages, LookupEnv: func(string) (string, bool) { return "", false },
		Environ: func() []string { return nil }, Now: func() time.Time { return today }}
	Run(context.Background(), env, []string{"scan", "-o", "json", filepath.Join("..", "..", "testdata", target)})
	var r reports.Report
	if err := json.Unmarshal(out.Bytes(), &r); err != nil {
		t.Fatalf("%s: %v: %s", target, err, messages.String())
	}
	return &r
}

// TestReportsSpeakFourLanguages judges what lies in testdata and looks whether titles, the verdict and all words of closed lists are said in
// each language. Notes of the risk database and the words of authorities stay English.
func TestReportsSpeakFourLanguages(t *testing.T) {
	findings := 0
	for _, target := range []string{"phones/member", "computers/linux", "computers/mac", "computers/pc17", "inventories/iphone.json"} {
		r := reported(t, target)
		for _, tag := range text.Languages()[1:] {
			l := text.In(tag)
			whole := func(what, s string, names ...string) {
				t.Helper()
				for _, p := range l.Translate(s, names...) {
					if p.Lang != "" {
						t.Errorf("%s in %s: %s: %q stays English", target, tag, what, p.Text)
					}
				}
			}
			word := func(list, w string) {
				t.Helper()
				if _, ok := l.Known(list, w); !ok && w != "" {
					t.Errorf("%s in %s: the list %q lacks %q", target, tag, list, w)
				}
			}
			whole("verdict", r.Verdict.Sentence)
			whole("disclaimer", r.Disclaimer)
			for _, f := range r.Findings {
				findings++
				whole(f.Rule, f.Title, f.Subject.Name, f.Subject.Identifier, f.Params["product"], f.Params["vendor"], f.Params["package"], f.Params["software"])
				for _, m := range f.Measures {
					word("measure", m.Kind)
				}
				for _, p := range f.Positions {
					word("stance", p.Stance)
				}
				for _, c := range f.Chain {
					word("relation", c.Relation)
					word("link", c.Kind)
				}
				for _, x := range f.Reach {
					word("category", x.Category)
				}
				for _, s := range f.Removal {
					word("method", s.Method)
				}
			}
			for _, s := range r.SecuritySoftware {
				word("security-kind", s.Kind)
				word("security-state", s.State)
				for _, p := range s.Privileges {
					word("privilege", p.Title)
				}
			}
			for _, g := range r.Gaps {
				word("gap", g.Kind)
			}
		}
	}
	if findings < 100 {
		t.Errorf("only %d findings were looked at", findings)
	}
}
