// Package ndjson writes a report as one JSON object a line, for streams, log systems and line tools.
//
// The first line is the report without its long lists and says how many lines of each type follow: devices,
// findings, gaps, runs, apps, files, changes, reach of code, security software, in this order. Readers go by "type" and pass over types they do not know. Every
// line fits reports/schema/ndjson.schema.json.
//
// What the package cannot see: Options, as in the JSON document.
package ndjson

import (
	"bufio"
	"io"

	"quaestor/reports"
	"quaestor/reports/jsonform"
)

// Writer writes newline-delimited JSON.
type Writer struct{}

// Name is "ndjson".
func (Writer) Name() string { return "ndjson" }

// Title describes the format.
func (Writer) Title() string { return "one JSON object a line, for streams and line tools" }

// Write writes the report line by line; no more than one line is held in memory.
func (Writer) Write(w io.Writer, r *reports.Report, _ reports.Options) error {
	s := stream{w: bufio.NewWriter(w)}
	s.line(header(r))
	for i := range r.Devices {
		s.line(DeviceLine{"device", r.Devices[i]})
	}
	for i := range r.Findings {
		s.line(FindingLine{"finding", r.Findings[i]})
	}
	ids := identities{}
	for _, g := range r.Gaps {
		s.line(GapLine{"gap", ids.of("gap", g.Scanner, g.Device, g.Subject, g.Kind, g.Detail), g})
	}
	for _, run := range r.Runs {
		s.line(RunLine{"run", ids.of("run", run.Scanner, run.Target, run.Device), run})
	}
	for i := range r.Apps {
		s.line(AppLine{"app", r.Apps[i]})
	}
	for i := range r.Files {
		s.line(FileLine{"file", r.Files[i]})
	}
	for _, c := range changes(r) {
		s.line(ChangeLine{"change", c})
	}
	for _, c := range r.CodeReach {
		s.line(CodeReachLine{"code-reach", ids.of("code-reach", c.Device), c})
	}
	for _, x := range r.SecuritySoftware {
		s.line(SecuritySoftwareLine{"security-software", x})
	}
	for _, x := range r.UnknownPrivileged {
		s.line(UnknownPrivilegedLine{"unknown-privileged", ids.of("unknown-privileged", x.Device), x})
	}
	if s.err != nil {
		return s.err
	}
	return s.w.Flush()
}

func header(r *reports.Report) ReportLine {
	return ReportLine{
		Type: "report", Schema: r.Schema, Tool: r.Tool, AsOf: r.AsOf, Database: r.Database,
		Policies: r.Policies, Verdict: r.Verdict, WhatIf: whatIf(r), Disclaimer: r.Disclaimer,
		Lines: Lines{
			Device: len(r.Devices), Finding: len(r.Findings), Gap: len(r.Gaps), Run: len(r.Runs), App: len(r.Apps), File: len(r.Files), Change: len(changes(r)), CodeReach: len(r.CodeReach), SecuritySoftware: len(r.SecuritySoftware),
			UnknownPrivileged: len(r.UnknownPrivileged),
		},
	}
}

func whatIf(r *reports.Report) *Compared {
	if r.WhatIf == nil {
		return nil
	}
	return &Compared{Against: r.WhatIf.Against}
}

func changes(r *reports.Report) []reports.Change {
	if r.WhatIf == nil {
		return nil
	}
	return r.WhatIf.Changes
}

// stream remembers the first error, so that the caller may write on without asking.
type stream struct {
	w   *bufio.Writer
	err error
}

func (s *stream) line(v any) {
	if s.err == nil {
		s.err = jsonform.Encode(s.w, v, "")
	}
}
