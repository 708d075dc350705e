package csv

import (
	"slices"
	"strconv"
	"strings"

	"quaestor/reports"
	"quaestor/reports/internal/sentence"
)

func finding(f *reports.Finding, asOf string) row {
	s := &f.Subject
	r := row{"row": "finding", "id": f.ID, "rule": f.Rule, "title": f.Title, "reason": f.Reason, "caveat": f.Caveat, "axis": f.Axis, "severity": f.Severity, "confidence": f.Confidence, "action": f.Action,
		"device": s.Device, "device_name": s.DeviceName, "identifier_kind": s.Kind, "identifier": s.Identifier, "app": sentence.Name(f), "version": s.Version, "product": s.Product, "vendor": s.Vendor,
		"users": strings.Join(s.Users, ", "), "path": s.Path, "as_of": asOf}
	if f.PolicyRule != "" {
		r["rule"] += " " + f.PolicyRule
	}
	if s.DeviceCount > 0 {
		r["count"] = strconv.Itoa(s.DeviceCount)
	}
	r["measures"], r["deadline"] = measures(f.Measures)
	r["state"], r["laws"] = reach(f.Chain)
	if v := f.Vulnerability; v != nil {
		r["vulnerability"], r["fixed_in"] = join(append([]string{v.ID}, v.Aliases...)), strings.Join(v.Fixed, ", ")
	}
	if f.Component != nil {
		r["subject"] = f.Component.PURL
	}
	if e := f.Exception; e != nil {
		r["exception"], r["exception_until"] = sentence.Exception(e), e.Until
	}
	r["evidence"], r["sources"] = evidence(f.Evidence), sources(f)
	return r
}

// measures are those behind a finding, and the first deadline.
func measures(list []reports.Measure) (text, deadline string) {
	var lines []string
	for _, m := range list {
		word := "not binding"
		if m.Binding {
			word = "binding"
		}
		lines = append(lines, m.ID+": "+m.Authority+", "+m.Instrument+" ("+m.Kind+", "+word+", since "+m.Since+")")
		if m.Deadline != "" && (deadline == "" || m.Deadline < deadline) {
			deadline = m.Deadline
		}
	}
	return strings.Join(lines, "\n"), deadline
}

// reach is whose law reaches the owner.
func reach(chain []reports.ChainLink) (states, laws string) {
	var s, l []string
	for _, link := range chain {
		switch link.Kind {
		case "state":
			s = append(s, link.To)
		case "law":
			l = append(l, link.To)
		}
	}
	return join(s), join(l)
}

// join puts each text once.
func join(list []string) string {
	var out []string
	for _, s := range list {
		if s != "" && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return strings.Join(out, "; ")
}

func evidence(list []reports.Evidence) string {
	var lines []string
	for _, e := range list {
		word := ""
		if !e.Supports {
			word = "against: "
		}
		lines = append(lines, word+e.Detail+" ("+e.Reliability+strconv.Itoa(e.Credibility)+")")
	}
	return strings.Join(lines, "\n")
}

func sources(f *reports.Finding) string {
	var lines []string
	add := func(list []reports.Source) {
		for _, s := range list {
			line := strings.TrimSpace(s.Title + " " + s.URL)
			if !slices.Contains(lines, line) {
				lines = append(lines, line)
			}
		}
	}
	add(f.Sources)
	for _, m := range f.Measures {
		add(m.Sources)
	}
	return strings.Join(lines, "\n")
}

func change(c *reports.Change, asOf string) row {
	return row{"row": "what-if", "kind": c.Kind, "id": c.Finding, "rule": c.Rule, "title": c.Title, "reason": sentence.Change(c), "device": c.Subject.Device, "device_name": c.Subject.DeviceName,
		"app": c.Subject.Name, "identifier": c.Subject.Identifier, "identifier_kind": c.Subject.Kind, "as_of": asOf}
}

func gap(g *reports.Gap, asOf string) row {
	r := row{"row": "gap", "kind": g.Kind, "subject": g.Subject, "reason": g.Detail, "next": g.Next, "device": g.Device, "device_name": g.DeviceName, "title": "Not looked at: " + g.Subject,
		"incomplete": strconv.FormatBool(g.Incomplete), "evidence": strings.Join(g.Samples, "\n"), "rule": g.Scanner, "as_of": asOf}
	if g.Count > 0 {
		r["count"] = strconv.Itoa(g.Count)
	}
	return r
}

func software(s *reports.SecuritySoftware, asOf string) row {
	var states []string
	if s.Reach != nil {
		states = append(states, s.Reach.Name)
	}
	return row{"row": "security-software", "id": s.ID, "title": s.Name, "app": s.Name, "kind": s.Kind, "version": s.Version, "product": s.Product, "vendor": s.Vendor, "device": s.Device,
		"confidence": s.Confidence, "state": join(states), "users": strings.Join(s.Users, ", "), "evidence": evidence(s.Marks), "as_of": asOf}
}
