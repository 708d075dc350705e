// Package selftest plants findings and gaps in a report, writes it in every format and looks for each of them in what was written. A format
// that drops one fails. `quaestor selftest` runs it for users, so that nobody has to take it on trust that the form which they read holds
// what another form holds.
//
// What the package cannot see: whether a format shows what it holds where a reader looks for it.
package selftest

import (
	"bytes"
	"fmt"
	"strings"

	"quaestor/reports"
	"quaestor/reports/internal/pdftext"
	"quaestor/riskdb"
	"quaestor/scanners/inventory"
)

// planted is how many findings of each kind, and how many gaps, are planted.
const planted = 60

// Result is what became of the planted findings and gaps in one format.
type Result struct {
	Format   string
	Findings int      // that were planted
	Gaps     int      // likewise
	Left     int      // findings that the format is not for, of which it says how many there are
	Lost     []string // what is not there
}

// Check writes the planted report in a format, whole and device by device, and looks for what was planted.
func Check(w reports.PartWriter) Result {
	r := Planted()
	out := Result{Format: w.Name(), Findings: len(r.Findings), Gaps: len(r.Gaps)}
	for _, write := range []func(*bytes.Buffer) error{
		func(b *bytes.Buffer) error { return w.Write(b, r, options) },
		func(b *bytes.Buffer) error { return reports.WriteParts(w.Begin(b, options), r) },
	} {
		var b bytes.Buffer
		if err := write(&b); err != nil {
			out.Lost = append(out.Lost, err.Error())
			return out
		}
		text := b.String()
		if out.Format == "pdf" {
			text = squeezed(pdftext.Read(b.Bytes())) // lines keep no spaces at their ends
		}
		out.look(r, text)
	}
	return out
}

var options = reports.Options{Width: 200, Details: true}

func (out *Result) look(r *reports.Report, text string) {
	need := func(what, s string) {
		if !strings.Contains(text, s) && !(out.Format == "pdf" && strings.Contains(text, squeezed(s))) {
			out.Lost = append(out.Lost, fmt.Sprintf("%s %q", what, s))
		}
	}
	out.Left = 0
	for i := range r.Findings {
		f := &r.Findings[i]
		switch {
		case f.Weak != nil:
			need("vulnerability", f.Vulnerability.ID)
		case lists[out.Format]:
			out.Left++
			continue
		}
		if !lists[out.Format] {
			need("finding", f.ID)
		}
		if f.Weak == nil { // others are told by what is vulnerable
			need("finding", f.Title)
		}
		need("app", f.Subject.Identifier)
	}
	if out.Left > 0 {
		need("number of other findings", fmt.Sprintf("are not in this list: %d", out.Left))
	}
	for i := range r.Gaps {
		need("gap", r.Gaps[i].Subject)
		need("gap", r.Gaps[i].Detail)
	}
}

// squeezed is a text without spaces.
func squeezed(s string) string { return strings.Join(strings.Fields(s), "") }

// lists are the formats that are lists of software: of findings they have those about vulnerable components, and say how many others
// there are.
var lists = map[string]bool{"cyclonedx": true, "spdx": true}

// Planted is a report on two devices and a file, with findings of every severity, action and confidence.
func Planted() *reports.Report {
	r := &reports.Report{Schema: reports.Schema, Tool: reports.Tool{Name: "quaestor", Version: "selftest"}, AsOf: "2023-05-11", Disclaimer: reports.Disclaimer,
		Database: reports.Database{Version: "selftest", Date: "2023-05-11", SHA256: strings.Repeat("0", 64)}, Policies: []reports.Policy{}, Runs: []reports.Run{}}
	for i := range 2 {
		r.Devices = append(r.Devices, reports.Device{ID: fmt.Sprintf("android-selftest%d", i), Name: fmt.Sprintf("Planted phone %d", i), Platform: "android", OS: "Android 14"})
	}
	for i := range planted {
		on := &reports.Device{} // of none: a file
		if i%3 < len(r.Devices) {
			on = &r.Devices[i%3]
		}
		plant(r, on, i)
		plantWeak(r, on, i)
		r.Gaps = append(r.Gaps, gap(on, i))
	}
	r.Verdict = reports.Verdict{Status: reports.StatusFindings, Sentence: "Planted for a test of the formats.", Devices: len(r.Devices), Apps: len(r.Apps), Findings: len(r.Findings),
		BySeverity: map[string]int{}, ByAction: map[string]int{}}
	return r
}

// plant adds an app and a finding about it.
func plant(r *reports.Report, on *reports.Device, i int) *reports.Finding {
	app := reports.App{ID: fmt.Sprintf("app-selftest%03d", i), Device: on.ID, Kind: "android-package", Identifier: fmt.Sprintf("org.planted.app%03d", i), Version: "1.0"}
	f := reports.Finding{ID: fmt.Sprintf("finding-selftest%03d", i), Rule: riskdb.RuleBan, Title: fmt.Sprintf("Planted %03d is banned", i), Reason: "It was planted.", Axis: pick(reports.Axes(), i),
		Severity: pick(reports.Severities(), i), Action: pick(reports.Actions(), i), Confidence: pick(reports.Confidences(), i),
		Subject:  reports.Subject{Device: on.ID, DeviceName: on.Name, App: app.ID, Kind: app.Kind, Identifier: app.Identifier, Version: app.Version},
		Params:   map[string]string{"product": fmt.Sprintf("Planted %03d", i)},
		Evidence: []reports.Evidence{{Kind: "identifier", Detail: "Planted " + app.Identifier + ".", Supports: true, Reliability: "A", Credibility: 1}}, Sources: []reports.Source{}}
	if on.ID == "" {
		f.Subject.Path = app.Identifier + ".apk"
	}
	app.Findings = []string{f.ID}
	r.Apps, r.Findings = append(r.Apps, app), append(r.Findings, f)
	on.Apps++
	return &r.Findings[len(r.Findings)-1]
}

// plantWeak adds an app with a component and a finding about that.
func plantWeak(r *reports.Report, on *reports.Device, i int) {
	f := plant(r, on, planted+i)
	c := &inventory.Component{ID: fmt.Sprintf("component-selftest%03d", i), App: f.Subject.App, Device: on.ID, PURL: fmt.Sprintf("pkg:generic/planted%03d@1.0", i), Name: fmt.Sprintf("planted%03d", i), Version: "1.0", Exact: true, Basis: "record"}
	r.Components = append(r.Components, reports.ListedComponent{Component: c, Apps: []string{f.Subject.App}})
	id := fmt.Sprintf("PLANTED-2023-%04d", i)
	f.Rule, f.Weak = riskdb.RuleVulnerable, &riskdb.Vulnerable{Component: c, Certain: true, Vulnerability: &riskdb.Vulnerability{ID: id, Summary: "Planted."}}
	f.Component = &reports.Component{ID: c.ID, PURL: c.PURL, Name: c.Name, Version: c.Version, Exact: true, Basis: c.Basis}
	f.Vulnerability = &reports.Vulnerability{ID: id, Summary: "Planted.", Certain: true}
}

func gap(on *reports.Device, i int) reports.Gap {
	return reports.Gap{Scanner: "selftest", Device: on.ID, DeviceName: on.Name, Subject: fmt.Sprintf("planted%03d.bin", i), Kind: pick([]string{"failed", "blind", "limit", "skipped"}, i), Incomplete: i%2 == 0,
		Detail: fmt.Sprintf("Planted %03d was not looked at.", i)}
}

func pick(words []string, i int) string { return words[i%len(words)] }
