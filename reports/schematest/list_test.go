package schematest_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"quaestor/reports"
	"quaestor/reports/cyclonedx"
	"quaestor/reports/internal/reporttest"
	"quaestor/reports/schematest"
	"quaestor/reports/spdx"
	"quaestor/riskdb"
	"quaestor/scanners/inventory"
)

// made is a report on a phone with an app made of components: one whose version is certain, one whose is not, with hostile texts.
func made(justification string) *reports.Report {
	r := reporttest.Full()
	app := r.Apps[5].ID
	r.Apps[5].SHA256 = []string{strings.Repeat("ab", 32)}
	ssl := &inventory.Component{ID: "component-1", Binary: strings.Repeat("ab", 32), PURL: "pkg:generic/openssl@1.1.1k", Name: "openssl", Version: "1.1.1k", Exact: true, Basis: "text",
		Text: "OpenSSL 1.1.1k  25 Mar 2021", Licences: []string{"OpenSSL"}, Origins: []inventory.Origin{{Scanner: "apk", Path: "base.apk!lib/x/libssl.so", Offset: 4096}}}
	zlib := &inventory.Component{ID: "component-2", Binary: strings.Repeat("ab", 32), PURL: "pkg:generic/zlib@1.2.9", Name: "zlib " + reporttest.HostileName, Version: "1.2.9", From: "1.2.8", To: "1.2.11", Basis: "code",
		Licences: []string{"Some licence " + reporttest.HostileName, "MIT"}, Origins: []inventory.Origin{{Path: "x\x00\u202e\xff", Line: 3}}}
	r.Components = []reports.ListedComponent{{Component: ssl, Apps: []string{app}}, {Component: zlib, Apps: []string{app}}}
	weak := func(c *inventory.Component, id string, certain bool) reports.Finding {
		f := reporttest.Full().Findings[0]
		f.ID, f.Rule, f.Subject.App = "finding-"+id, "vulnerable-component", app
		f.Weak = &riskdb.Vulnerable{Component: c, Certain: certain, Affected: "before 2", Fixed: []string{"2.0"}, Vulnerability: &riskdb.Vulnerability{ID: id, Aliases: []string{"GHSA-aaaa-bbbb-cccc"}, Summary: "Bad " + reporttest.HostileName,
			Ratings: []riskdb.Rating{{System: "CVSS:3.1", Vector: "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", Score: 9.8, From: id}}, Word: "high", Published: "2022-03-01", Modified: "2022-04",
			References: []string{"https://example.org/advisory", "javascript:alert(1)", "https://exa mple/\u202e"}, Exploited: &riskdb.Exploited{Added: "2022-05-01"}, Likelihood: &riskdb.Likelihood{Probability: 0.5}}}
		return f
	}
	r.Findings = append(r.Findings, weak(ssl, "CVE-2022-0001", true), weak(zlib, "CVE-2022-0002", false))
	r.Findings[len(r.Findings)-2].Exception = &reports.Exception{ID: "e-1", ApprovedBy: "Quaestors", Reason: "The code is not called.", Until: "2027-01-01", Justification: justification}
	return r
}

func write(t testing.TB, w reports.Writer, r *reports.Report) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := w.Write(&b, r, reports.Options{}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestSchemas holds lists of all kinds of report against the schemas that the formats publish.
func TestSchemas(t *testing.T) {
	cdx, sp := schematest.CycloneDX(t), schematest.SPDX(t)
	for name, r := range map[string]*reports.Report{"made": made("vulnerable_code_not_in_execute_path"), "accepted": made(""), "full": reporttest.Full(), "clean": reporttest.Clean(), "file": reporttest.File(),
		"incomplete": reporttest.Incomplete(), "desk": reporttest.Desk(), "fleet": reporttest.Fleet(40), "packages": reporttest.ManyPackages(300)} {
		t.Run(name, func(t *testing.T) {
			schematest.Check(t, cdx, write(t, cyclonedx.Writer{}, r))
			schematest.Check(t, sp, write(t, spdx.Writer{}, r))
		})
	}
}

type list struct {
	Metadata struct {
		Component thing `json:"component"`
	} `json:"metadata"`
	Components   []thing `json:"components"`
	Dependencies []struct {
		Ref string   `json:"ref"`
		On  []string `json:"dependsOn"`
	} `json:"dependencies"`
	Vulnerabilities []struct {
		ID       string                         `json:"id"`
		Affects  []struct{ Ref string }         `json:"affects"`
		Analysis struct{ State string }         `json:"analysis"`
		Ratings  []struct{ Severity string }    `json:"ratings"`
		Pages    []struct{ URL string }         `json:"advisories"`
		Source   struct{ Name, URL string }     `json:"source"`
		Props    []struct{ Name, Value string } `json:"properties"`
	} `json:"vulnerabilities"`
	Annotations  []struct{ Text string }      `json:"annotations"`
	Compositions []struct{ Aggregate string } `json:"compositions"`
}

type thing struct {
	Ref     string `json:"bom-ref"`
	Type    string `json:"type"`
	Name    string `json:"name"`
	Version string `json:"version"`
	PURL    string `json:"purl"`
}

func read(t testing.TB, text []byte) (l list) {
	t.Helper()
	if err := json.Unmarshal(text, &l); err != nil {
		t.Fatal(err)
	}
	return l
}

// TestReferences: every reference names a thing, and nothing is there twice.
func TestReferences(t *testing.T) {
	for name, r := range map[string]*reports.Report{"made": made(""), "file": reporttest.File(), "fleet": reporttest.Fleet(40), "incomplete": reporttest.Incomplete()} {
		l := read(t, write(t, cyclonedx.Writer{}, r))
		seen, of := map[string]bool{l.Metadata.Component.Ref: true}, map[string]bool{}
		for _, c := range l.Components {
			if seen[c.Ref] {
				t.Errorf("%s: %s is there twice", name, c.Ref)
			}
			seen[c.Ref] = true
		}
		for _, d := range l.Dependencies {
			if of[d.Ref] || !seen[d.Ref] {
				t.Errorf("%s: %s has dependencies twice, or is not there", name, d.Ref)
			}
			of[d.Ref] = true
			for _, on := range d.On {
				if !seen[on] {
					t.Errorf("%s: %s depends on %s, which is not there", name, d.Ref, on)
				}
			}
		}
		for _, v := range l.Vulnerabilities {
			for _, a := range v.Affects {
				if !seen[a.Ref] {
					t.Errorf("%s: %s affects %s, which is not there", name, v.ID, a.Ref)
				}
			}
		}
	}
}

// TestUncertain: a version that is not certain is no version, and not in the package URL either.
func TestUncertain(t *testing.T) {
	l := read(t, write(t, cyclonedx.Writer{}, made("")))
	at := slices.IndexFunc(l.Components, func(c thing) bool { return strings.HasPrefix(c.PURL, "pkg:generic/zlib") })
	if at < 0 || l.Components[at].Version != "" || l.Components[at].PURL != "pkg:generic/zlib" {
		t.Errorf("%+v", l.Components)
	}
}

// TestVEX: an exception with a justification says that the vulnerability does not affect, one without does not.
func TestVEX(t *testing.T) {
	for justification, want := range map[string]string{"": "", "vulnerable_code_not_present": "not_affected"} {
		l := read(t, write(t, cyclonedx.Writer{}, made(justification)))
		if len(l.Vulnerabilities) != 2 || l.Vulnerabilities[0].Analysis.State != want || l.Vulnerabilities[1].Analysis.State != "" {
			t.Errorf("%q: %+v", justification, l.Vulnerabilities)
		}
		if len(l.Vulnerabilities[0].Pages) != 1 {
			t.Errorf("what is no web address is told as one: %v", l.Vulnerabilities[0].Pages)
		}
	}
}

// TestGaps: none is lost, and one that makes a scan incomplete makes the list so.
func TestGaps(t *testing.T) {
	r := made("")
	l := read(t, write(t, cyclonedx.Writer{}, r))
	text := string(write(t, spdx.Writer{}, r))
	for _, g := range r.Gaps {
		if !slices.ContainsFunc(l.Annotations, func(a struct{ Text string }) bool { return strings.Contains(a.Text, g.Detail) }) || !strings.Contains(text, g.Detail) {
			t.Errorf("the gap %q is lost", g.Detail)
		}
	}
	if len(l.Compositions) == 0 || l.Compositions[0].Aggregate != "incomplete" {
		t.Errorf("compositions are %v", l.Compositions)
	}
}

// TestSharedOnce: an app that many devices have is one component.
func TestSharedOnce(t *testing.T) {
	const devices = 50
	to := cyclonedx.Writer{}
	var b bytes.Buffer
	parts := to.Begin(&b, reports.Options{})
	for i := range devices {
		if err := parts.Part(phone(i, 1, 3)); err != nil {
			t.Fatal(err)
		}
	}
	if err := parts.Close(&reports.Report{AsOf: "2026-11-20"}); err != nil {
		t.Fatal(err)
	}
	l := read(t, b.Bytes())
	if want := devices + 1 + 3; len(l.Components) != want {
		t.Errorf("%d components, want %d", len(l.Components), want)
	}
}

func phone(n, apps, libraries int) *reports.Report {
	r := &reports.Report{AsOf: "2026-11-20", Devices: []reports.Device{{ID: fmt.Sprintf("android-%d", n), Name: fmt.Sprintf("Phone %d", n), Platform: "android"}}}
	for i := range apps {
		sha := fmt.Sprintf("%064x", i)
		id := fmt.Sprintf("app-%d-%d", n, i)
		r.Apps = append(r.Apps, reports.App{ID: id, Device: r.Devices[0].ID, Kind: "android-package", Identifier: fmt.Sprintf("org.example.app%d", i), Version: "1", SHA256: []string{sha}})
		for j := range libraries {
			c := &inventory.Component{ID: fmt.Sprintf("component-%d-%d", i, j), Binary: sha, PURL: fmt.Sprintf("pkg:maven/org.example/lib%d@1.%d", j, j), Name: fmt.Sprintf("org.example:lib%d", j), Version: fmt.Sprintf("1.%d", j), Exact: true,
				Basis: "metadata", Origins: []inventory.Origin{{Scanner: "apk", Path: fmt.Sprintf("base.apk!META-INF/lib%d.version", j)}}}
			r.Components = append(r.Components, reports.ListedComponent{Component: c, Apps: []string{id}})
		}
	}
	return r
}

// BenchmarkPhone writes the list of a phone with 300 apps of 100 libraries each.
func BenchmarkPhone(b *testing.B) {
	r := phone(1, 300, 100)
	for _, w := range []reports.Writer{cyclonedx.Writer{}, spdx.Writer{}} {
		b.Run(w.Name(), func(b *testing.B) {
			for b.Loop() {
				b.SetBytes(int64(len(write(b, w, r))))
			}
		})
	}
}

// BenchmarkFleet writes the list of 20,000 devices with the same 50 apps of 10 libraries.
func BenchmarkFleet(b *testing.B) {
	for _, w := range []reports.PartWriter{cyclonedx.Writer{}, spdx.Writer{}} {
		b.Run(w.Name(), func(b *testing.B) {
			for b.Loop() {
				parts := w.Begin(io.Discard, reports.Options{})
				for i := range 20_000 {
					if err := parts.Part(phone(i, 50, 10)); err != nil {
						b.Fatal(err)
					}
				}
				if err := parts.Close(&reports.Report{AsOf: "2026-11-20"}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
