// Package sarif writes a report in the Static Analysis Results Interchange Format, SARIF 2.1.0
// (https://docs.oasis-open.org/sarif/sarif/v2.1.0/), for code hosts, dashboards and viewers.
//
// A finding is a result of its rule, with the rule's explanation as help. Its fingerprint is the ID of the finding, which stays the same from
// run to run. Its places are files, with those inside of archives as their parts; an app of a device, which has no file here, is a logical
// location. A finding of severity info is informational and has no level; one under an exception is suppressed, with who approved it. What was not
// looked at is a notification of the run, an error where the run is incomplete because of it.
//
// What the package cannot see: whether a viewer shows notifications and properties. Many show results alone.
package sarif

import (
	"io"

	"quaestor/reports"
	"quaestor/reports/internal/longjson"
	"quaestor/reports/internal/sentence"
)

// Writer writes SARIF.
type Writer struct{}

// Name is "sarif".
func (Writer) Name() string { return "sarif" }

// Title describes the format.
func (Writer) Title() string { return "findings for code hosts and viewers, SARIF 2.1.0" }

// Write writes a whole report.
func (x Writer) Write(w io.Writer, r *reports.Report, o reports.Options) error {
	return reports.WriteParts(x.Begin(w, o), r)
}

// Begin begins a log whose devices come one after the other.
func (Writer) Begin(w io.Writer, _ reports.Options) reports.Parts {
	return &log{w: w, doc: longjson.New(), rules: map[string]int{}, files: map[string]int{}}
}

type log struct {
	w     io.Writer
	doc   *longjson.Lists
	rules map[string]int // index of each
	files map[string]int // index of each artifact, by its name within all that it lies in
}

// The lists of the run.
const (
	results       = longjson.List("results")
	notifications = longjson.List("notifications")
	rules         = longjson.List("rules")
	artifacts     = longjson.List("artifacts")
	devices       = longjson.List("devices")
	software      = longjson.List("software")
	changes       = longjson.List("changes")
)

// Part takes the report of one device.
func (l *log) Part(r *reports.Report) error {
	l.gather(r)
	if err := l.doc.Err(); err != nil {
		l.doc.Drop()
		return err
	}
	return nil
}

func (l *log) gather(r *reports.Report) {
	for i := range r.Devices {
		l.doc.Add(string(devices), deviceOf(&r.Devices[i]))
	}
	for i := range r.Findings {
		l.doc.Add(string(results), l.result(&r.Findings[i]))
	}
	for i := range r.Gaps {
		l.doc.Add(string(notifications), l.notification(&r.Gaps[i]))
	}
	for i := range r.SecuritySoftware {
		l.doc.Add(string(software), softwareOf(&r.SecuritySoftware[i]))
	}
	if r.WhatIf != nil {
		for i := range r.WhatIf.Changes {
			l.doc.Add(string(changes), r.WhatIf.Changes[i])
		}
	}
}

// Close writes the log.
func (l *log) Close(rest *reports.Report) error {
	defer l.doc.Drop()
	l.gather(rest)
	driver := longjson.Object{
		{Name: "name", Value: rest.Tool.Name}, {Name: "version", Value: rest.Tool.Version}, {Name: "rules", Value: rules},
	}
	run := longjson.Object{
		{Name: "tool", Value: longjson.Object{{Name: "driver", Value: driver}}},
		{Name: "automationDetails", Value: map[string]any{"id": "quaestor/" + rest.AsOf, "description": message{Text: rest.Disclaimer}}},
		{Name: "columnKind", Value: "unicodeCodePoints"},
		{Name: "invocations", Value: longjson.Array{longjson.Object{
			{Name: "executionSuccessful", Value: rest.Verdict.Complete}, {Name: "toolExecutionNotifications", Value: notifications},
		}}},
		{Name: "artifacts", Value: artifacts},
		{Name: "results", Value: results},
		{Name: "properties", Value: longjson.Object{
			{Name: "verdict", Value: rest.Verdict}, {Name: "as_of", Value: rest.AsOf}, {Name: "database", Value: rest.Database}, {Name: "policies", Value: rest.Policies},
			{Name: "devices", Value: devices}, {Name: "security_software", Value: software}, {Name: "changes_against_other_policies", Value: changes},
		}},
	}
	return l.doc.Write(l.w, longjson.Object{
		{Name: "$schema", Value: "https://json.schemastore.org/sarif-2.1.0.json"}, {Name: "version", Value: "2.1.0"}, {Name: "runs", Value: longjson.Array{run}},
	})
}

// rule is the index of a rule; the rule is added where it is the first time.
func (l *log) rule(f *reports.Finding) (id string, index int) {
	id = f.Rule
	if f.PolicyRule != "" {
		id += "/" + f.PolicyRule
	}
	index, ok := l.rules[id]
	if !ok {
		index = len(l.rules)
		l.rules[id] = index
		l.doc.Add(string(rules), describe(id, f))
	}
	return id, index
}

type rule struct {
	ID         string     `json:"id"`
	Short      message    `json:"shortDescription"`
	Full       *message   `json:"fullDescription,omitempty"`
	Help       *message   `json:"help,omitempty"`
	Properties properties `json:"properties,omitempty"`
}

// describe tells of a rule what `quaestor explain` does.
func describe(id string, f *reports.Finding) rule {
	out := rule{ID: id, Short: message{Text: f.Rule}, Properties: properties{"tags": []string{"quaestor", f.Axis}, "axis": f.Axis}}
	r, ok := reports.RuleByID(f.Rule)
	if !ok {
		return out
	}
	out.Short = message{Text: r.Title + "."}
	if f.PolicyRule != "" {
		out.Short.Text = r.Title + ": " + f.PolicyRule + "."
	}
	out.Full = &message{Text: r.When}
	out.Help = &message{Text: r.When + "\n\n" + r.Limits + "\n\nIt goes away when: " + r.WouldEnd,
		Markdown: "**When.** " + r.When + "\n\n**Limits.** " + r.Limits + "\n\n**What would end it.** " + r.WouldEnd}
	return out
}

type message struct {
	Text     string `json:"text"`
	Markdown string `json:"markdown,omitempty"`
}

type properties map[string]any

// notification is a gap.
type notification struct {
	Descriptor reference  `json:"descriptor"`
	Message    message    `json:"message"`
	Level      string     `json:"level"`
	Locations  []location `json:"locations,omitempty"`
	Properties properties `json:"properties,omitempty"`
}

type reference struct {
	ID string `json:"id"`
}

func (l *log) notification(g *reports.Gap) notification {
	out := notification{Descriptor: reference{"gap/" + g.Kind}, Message: message{Text: sentence.Gap(g)}, Level: "note",
		Properties: properties{"subject": g.Subject, "detail": g.Detail, "scanner": g.Scanner, "incomplete": g.Incomplete}}
	if g.Incomplete {
		out.Level = "error"
	}
	if g.Count > 0 {
		out.Properties["count"] = g.Count
	}
	if len(g.Samples) > 0 {
		out.Properties["samples"] = g.Samples
	}
	if g.Device != "" {
		out.Locations = []location{{Logical: []logical{{Name: g.DeviceName, Full: g.Device, Kind: "device"}}}}
	}
	return out
}

func deviceOf(d *reports.Device) properties {
	return properties{"id": d.ID, "name": d.Name, "platform": d.Platform, "os": d.OS, "apps": d.Apps, "verdict": d.Verdict}
}

func softwareOf(s *reports.SecuritySoftware) properties {
	return properties{"id": s.ID, "device": s.Device, "name": s.Name, "kind": s.Kind, "vendor": s.Vendor, "state": s.State, "findings": s.Findings}
}
