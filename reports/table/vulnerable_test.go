package table

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"quaestor/reports"
)

// TestComponentsShareARow is that many apps with many vulnerabilities of one library are a row, that fits the page.
func TestComponentsShareARow(t *testing.T) {
	r := &reports.Report{Schema: reports.Schema, Disclaimer: reports.Disclaimer}
	for app := range 14 {
		for n := range 12 {
			severity := map[bool]string{true: "critical", false: "medium"}[n == 7]
			r.Findings = append(r.Findings, reports.Finding{ID: fmt.Sprint(app, "-", n), Rule: "vulnerable-component", Severity: severity, Action: "update", Axis: "security", Confidence: "high",
				Reason:        "A fault. " + severity + ": CVSS 3.1 7.5; known to be exploited since 2026-01-02. Update it.",
				Subject:       reports.Subject{Kind: "android-package", App: fmt.Sprint("app", app), Identifier: fmt.Sprint("org.example.a", app)},
				Component:     &reports.Component{PURL: "pkg:generic/openssl@1.1.1k", Name: "openssl", Version: "1.1.1k", Exact: true},
				Vulnerability: &reports.Vulnerability{ID: fmt.Sprint("CVE-2026-", n), Fixed: []string{"1.1.1w"}}})
		}
	}
	var b bytes.Buffer
	if err := (Writer{}).Write(&b, r, reports.Options{Width: 80}); err != nil {
		t.Fatal(err)
	}
	text := strings.Join(strings.Fields(b.String()), " ")
	for _, want := range []string{"VULNERABLE COMPONENTS (1)", "12 vulnerabilities: 1 critical,", "11 medium", "openssl 1.1.1k", "CVE-2026-7, mended in", "and 11 more"} {
		if !strings.Contains(text, want) {
			t.Errorf("it does not say %q:\n%s", want, b.String())
		}
	}
	for line := range strings.Lines(b.String()) {
		if len([]rune(strings.TrimRight(line, "\n"))) > 80 {
			t.Errorf("wider than the page: %q", line)
		}
	}
	if strings.Count(b.String(), "\n") > 60 {
		t.Errorf("168 findings of one component take %d lines", strings.Count(b.String(), "\n"))
	}
}
