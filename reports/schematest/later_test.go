package schematest_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"quaestor/reports"
	"quaestor/reports/cyclonedx"
	"quaestor/reports/schematest"
	"quaestor/reports/spdx"
	"quaestor/riskdb"
)

// told is a finding on the nth component of a phone.
func told(r *reports.Report, n int, id, severity string) {
	c := &r.Components[n]
	r.Findings = append(r.Findings, reports.Finding{ID: "finding-" + id, Rule: "vulnerable-component", Severity: severity, Subject: reports.Subject{Device: r.Devices[0].ID, App: c.Apps[0]},
		Weak: &riskdb.Vulnerable{Component: c.Component, Certain: true, Vulnerability: &riskdb.Vulnerability{ID: id, Summary: "Bad"}}})
}

func writeParts(t testing.TB, w reports.PartWriter, rest *reports.Report, parts ...*reports.Report) []byte {
	t.Helper()
	var b bytes.Buffer
	to := w.Begin(&b, reports.Options{})
	for _, p := range parts {
		if err := to.Part(p); err != nil {
			t.Fatal(err)
		}
	}
	if err := to.Close(rest); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// laterDevices are phones with the same app: the first tells of one vulnerability of a library, the second of another one of it and
// judges the first otherwise, the third repeats both and adds a library's.
func laterDevices() []*reports.Report {
	one, two, three := phone(1, 1, 2), phone(2, 1, 2), phone(3, 1, 2)
	told(one, 0, "CVE-2024-0001", "medium")
	told(two, 0, "CVE-2024-0001", "high")
	told(two, 0, "CVE-2024-0002", "high")
	told(three, 0, "CVE-2024-0001", "high")
	told(three, 0, "CVE-2024-0002", "high")
	told(three, 1, "CVE-2024-0002", "high")
	return []*reports.Report{one, two, three}
}

// TestLaterVulnerabilities: what a later device tells of a component that is listed already is not lost, and what it repeats is not
// told twice.
func TestLaterVulnerabilities(t *testing.T) {
	parts := laterDevices()
	rest := &reports.Report{AsOf: "2026-11-20"}
	want := []string{"lib0 CVE-2024-0001 high", "lib0 CVE-2024-0001 medium", "lib0 CVE-2024-0002 high", "lib1 CVE-2024-0002 high"}
	text := writeParts(t, cyclonedx.Writer{}, rest, parts...)
	schematest.Check(t, schematest.CycloneDX(t), text)
	if got := ofCycloneDX(t, text); !slices.Equal(got, want) {
		t.Errorf("CycloneDX:\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	text = writeParts(t, spdx.Writer{}, rest, parts...)
	schematest.Check(t, schematest.SPDX(t), text)
	if got := ofSPDX(t, text); !slices.Equal(got, want) {
		t.Errorf("SPDX:\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestLaterInOneFile: the same holds when what the list is about is one app that no device has, and for a component that was held back.
func TestLaterInOneFile(t *testing.T) {
	r := phone(1, 1, 1)
	told(r, 0, "CVE-2024-0001", "high")
	r.Findings[0].Subject.Device, r.Devices = "", nil
	for i := range r.Apps {
		r.Apps[i].Device = ""
	}
	if got := ofSPDX(t, write(t, spdx.Writer{}, r)); !slices.Equal(got, []string{"lib0 CVE-2024-0001 high"}) {
		t.Errorf("SPDX: %v", got)
	}
}

func ofCycloneDX(t *testing.T, text []byte) (out []string) {
	l := read(t, text)
	names := map[string]string{}
	for _, c := range l.Components {
		names[c.Ref] = c.Name
	}
	for _, v := range l.Vulnerabilities {
		for _, a := range v.Affects {
			out = append(out, fmt.Sprintf("%s %s %s", strings.TrimPrefix(names[a.Ref], "org.example:"), v.ID, v.Props[0].Value))
		}
	}
	slices.Sort(out)
	return out
}

func ofSPDX(t *testing.T, text []byte) (out []string) {
	var d struct {
		Packages []struct {
			Name string `json:"name"`
			Refs []struct {
				Category string `json:"referenceCategory"`
				Comment  string `json:"comment"`
			} `json:"externalRefs"`
		} `json:"packages"`
	}
	if err := json.Unmarshal(text, &d); err != nil {
		t.Fatal(err)
	}
	for _, p := range d.Packages {
		for _, r := range p.Refs {
			if r.Category == "SECURITY" {
				out = append(out, strings.TrimPrefix(p.Name, "org.example:")+" "+strings.ReplaceAll(r.Comment, ",", ""))
			}
		}
	}
	slices.Sort(out)
	return out
}
