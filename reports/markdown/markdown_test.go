package markdown_test

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"quaestor/reports"
	"quaestor/reports/internal/reporttest"
	"quaestor/reports/markdown"
)

// hostile are names that would be markup.
var hostile = []string{"<script>alert(1)</script>", "a|b|c", "`a|b`", "``", "\\", "x\\|y", "[x](http://evil.example)", "![x](//evil.example/x.png)", "http://evil.example www.evil.example a@evil.example @everyone",
	"# heading", "1. item", "- item", "***bold***", "a\nb\n\n| c |", "\u202edesrever", "~~gone~~", "$x$", "&lt;b&gt;", "    code", "---", strings.Repeat("x", 10_000), "<!-- gone", "[ref]: http://evil.example"}

// link is what a reader can follow.
var link = regexp.MustCompile(`\]\(<?([a-z]+:[^>)]*)`)

func TestHostile(t *testing.T) {
	plain := write(t, reporttest.Full())
	for _, name := range hostile {
		r := reporttest.Full()
		f := &r.Findings[0]
		f.Title, f.Reason, f.Subject.Name, f.Subject.Identifier, f.Subject.DeviceName, f.Subject.Version = name, name, name, name, name, name
		r.Devices[0].Name, r.Gaps[0].Subject, r.Gaps[0].Detail, r.Gaps[0].Samples, r.Verdict.Sentence = name, name, name, []string{name}, name
		text := write(t, r)
		if got, want := len(strings.Split(text, "\n## ")), len(strings.Split(plain, "\n## ")); got != want {
			t.Errorf("%q makes %d sections of %d", name, got, want)
		}
		columns := 0
		inCode := regexp.MustCompile("`[^`\n]+`|``+ .*? ``+")
		for _, line := range strings.Split(text, "\n") {
			if !strings.HasPrefix(line, "|") {
				columns = 0
				if rest := inCode.ReplaceAllString(line, ""); strings.Contains(rest, "<") && !strings.Contains(rest, "](<") {
					t.Errorf("%q: markup in %.200q", name, line)
				}
				continue
			}
			n := strings.Count(strings.ReplaceAll(strings.ReplaceAll(line, "\\\\", ""), "\\|", ""), "|")
			if columns == 0 {
				columns = n
			}
			if n != columns {
				t.Errorf("%q: %d columns in place of %d: %.200q", name, n-1, columns-1, line)
			}
		}
		for _, m := range link.FindAllStringSubmatch(inCode.ReplaceAllString(text, ""), -1) {
			if strings.Contains(m[1], "evil") {
				t.Errorf("%q: a link to %s", name, m[1])
			}
		}
	}
}

func write(t *testing.T, r *reports.Report) string {
	t.Helper()
	var b bytes.Buffer
	if err := (markdown.Writer{}).Write(&b, r, reports.Options{}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
