// Package ecs writes a report as events for a SIEM, a line each, with the fields of the Elastic Common Schema
// (https://www.elastic.co/guide/en/ecs/current/). What that has no field for stands below "quaestor", as in the report.
//
// A finding above info is an alert, any other a state. A gap is an event of type error where the run is incomplete because of it. The last event
// is the verdict; without it the stream was cut off. event.id is the ID of the finding, which stays the same from run to run, so that a later
// event replaces an earlier one.
//
// What the package cannot see: when something was installed. @timestamp is the day of the judgement.
package ecs

import (
	"bufio"
	"io"
	"strings"

	"quaestor/reports"
	"quaestor/reports/internal/sentence"
	"quaestor/reports/jsonform"
)

// Version is the one of the schema whose fields are used.
const Version = "9.0.0"

// Writer writes events.
type Writer struct{}

// Name is "ecs".
func (Writer) Name() string { return "ecs" }

// Title describes the format.
func (Writer) Title() string { return "events for a SIEM, Elastic Common Schema, one a line" }

// Write writes a whole report.
func (x Writer) Write(w io.Writer, r *reports.Report, o reports.Options) error {
	return reports.WriteParts(x.Begin(w, o), r)
}

// Begin begins events about devices that come one after the other.
func (Writer) Begin(w io.Writer, _ reports.Options) reports.Parts {
	return &events{w: bufio.NewWriter(w)}
}

type events struct {
	w    *bufio.Writer
	line []byte
	err  error
}

// object is an object of an event.
type object map[string]any

func (e *events) add(o object) {
	if e.err != nil {
		return
	}
	if e.line, e.err = jsonform.Append(e.line[:0], o); e.err == nil {
		_, e.err = e.w.Write(e.line)
	}
}

// Part takes the report of one device.
func (e *events) Part(r *reports.Report) error {
	e.of(r)
	return e.err
}

func (e *events) of(r *reports.Report) {
	hosts := map[string]object{}
	for i := range r.Devices {
		hosts[r.Devices[i].ID] = host(&r.Devices[i])
	}
	for i := range r.Findings {
		e.add(finding(r, &r.Findings[i], hosts[r.Findings[i].Subject.Device]))
	}
	for i := range r.SecuritySoftware {
		e.add(security(r, &r.SecuritySoftware[i], hosts[r.SecuritySoftware[i].Device]))
	}
	for i := range r.Gaps {
		e.add(gap(r, &r.Gaps[i], hosts[r.Gaps[i].Device]))
	}
	if r.WhatIf != nil {
		for i := range r.WhatIf.Changes {
			c := &r.WhatIf.Changes[i]
			e.add(event(r, "what-if", "state", sentence.Change(c), object{"id": c.Finding + "-what-if", "category": []string{"configuration"}, "type": []string{"change"}}, object{"change": c}, hosts[c.Subject.Device]))
		}
	}
}

// Close writes the verdict.
func (e *events) Close(rest *reports.Report) error {
	e.of(rest)
	outcome := "success"
	if !rest.Verdict.Complete {
		outcome = "failure"
	}
	e.add(event(rest, "verdict", "state", rest.Verdict.Sentence+" "+rest.Disclaimer, object{"category": []string{"host"}, "type": []string{"end"}, "outcome": outcome},
		object{"verdict": rest.Verdict, "database": rest.Database, "policies": rest.Policies}, nil))
	if e.err == nil {
		e.err = e.w.Flush()
	}
	return e.err
}

// event is one with what all have.
func event(r *reports.Report, dataset, kind, message string, more, own, on object) object {
	ev := object{"kind": kind, "module": "quaestor", "dataset": "quaestor." + dataset}
	for k, v := range more {
		ev[k] = v
	}
	own["report"] = r.Schema
	o := object{"@timestamp": stamp(r.AsOf), "ecs": object{"version": Version}, "message": message, "event": ev,
		"observer": object{"product": nonEmpty(r.Tool.Name, "quaestor"), "type": "scanner", "version": r.Tool.Version}, "quaestor": own}
	if on != nil {
		o["host"] = on
		if name, ok := on["name"].(string); ok && name != "" {
			o["related"] = object{"hosts": []string{name}}
		}
	}
	return o
}

func stamp(day string) string {
	if len(day) != len("2006-01-02") {
		return "1970-01-01T00:00:00.000Z"
	}
	return day + "T00:00:00.000Z"
}

// families are the words of the schema for kinds of system.
var families = map[string]string{"windows": "windows", "macos": "macos", "linux": "linux", "android": "android", "ios": "ios"}

func host(d *reports.Device) object {
	system := object{}
	for k, v := range map[string]string{"full": d.OS, "name": d.OSName, "version": d.OSVersion, "type": families[d.Platform], "platform": d.Platform} {
		if v != "" {
			system[k] = v
		}
	}
	o := object{"id": d.ID, "name": strings.ToLower(d.Name), "hostname": d.Name}
	if len(system) > 0 {
		o["os"] = system
	}
	return o
}

// severities are levels as numbers; a greater one is worse.
var severities = map[string]int{"critical": 90, "high": 70, "medium": 50, "low": 30, "info": 10}

func finding(r *reports.Report, f *reports.Finding, on object) object {
	kind := "alert"
	if f.Severity == "info" || f.Exception != nil {
		kind = "state"
	}
	category := "package"
	switch {
	case f.Vulnerability != nil:
		category = "vulnerability"
	case f.Subject.Kind == reports.DeviceKind || f.Subject.Kind == reports.ExceptionKind:
		category = "configuration"
	}
	message := sentence.Finding(f)
	if f.Exception != nil {
		message += " Under exception " + sentence.Exception(f.Exception)
	}
	o := event(r, "finding", kind, message, object{"id": f.ID, "category": []string{category}, "type": []string{"info"}, "severity": severities[f.Severity], "action": f.Action, "reason": f.Reason},
		object{"finding": f}, on)
	rule := object{"id": strings.TrimSpace(f.Rule + " " + f.PolicyRule), "category": f.Axis}
	if x, ok := reports.RuleByID(f.Rule); ok {
		rule["name"], rule["description"] = x.Title, x.When
	}
	o["rule"] = rule
	o["tags"] = []string{"severity:" + f.Severity, "confidence:" + f.Confidence, "axis:" + f.Axis, "action:" + f.Action}
	if f.Subject.Identifier != "" && f.Subject.Kind != reports.ExceptionKind {
		pack := object{"name": sentence.Name(f), "type": f.Subject.Kind}
		if f.Subject.Version != "" {
			pack["version"] = f.Subject.Version
		}
		if f.Subject.Path != "" {
			pack["path"] = f.Subject.Path
		}
		o["package"] = pack
	}
	if v := f.Vulnerability; v != nil {
		o["vulnerability"] = vulnerability(v, f)
	}
	return o
}

func vulnerability(v *reports.Vulnerability, f *reports.Finding) object {
	o := object{"id": v.ID, "severity": f.Severity, "classification": "CVSS", "scanner": object{"vendor": "quaestor"}, "category": []string{"package"}}
	if strings.HasPrefix(v.ID, "CVE-") {
		o["enumeration"] = "CVE"
	}
	if v.Summary != "" {
		o["description"] = v.Summary
	}
	if len(v.CVSS) > 0 {
		o["score"] = object{"base": v.CVSS[0].Score, "version": strings.TrimPrefix(v.CVSS[0].System, "CVSS:")}
	}
	if len(v.References) > 0 {
		o["reference"] = v.References[0]
	}
	return o
}

func security(r *reports.Report, s *reports.SecuritySoftware, on object) object {
	o := event(r, "security-software", "state", "Security software: "+s.Name+" ("+s.Kind+", confidence "+s.Confidence+").", object{"id": s.ID, "category": []string{"package"}, "type": []string{"info"}},
		object{"security_software": s}, on)
	pack := object{"name": s.Name, "type": s.Kind}
	if s.Version != "" {
		pack["version"] = s.Version
	}
	o["package"] = pack
	return o
}

func gap(r *reports.Report, g *reports.Gap, on object) object {
	kind := "info"
	if g.Incomplete {
		kind = "error"
	}
	message := sentence.Gap(g)
	if len(g.Samples) > 0 {
		message += " Such as " + strings.Join(g.Samples, ", ") + "."
	}
	o := event(r, "gap", "event", message, object{"category": []string{"host"}, "type": []string{kind}, "reason": g.Detail}, object{"gap": g}, on)
	if g.Incomplete {
		o["event"].(object)["outcome"] = "unknown"
		o["error"] = object{"type": g.Kind, "message": g.Subject + ": " + g.Detail}
	}
	return o
}

func nonEmpty(s, or string) string {
	if s == "" {
		return or
	}
	return s
}
