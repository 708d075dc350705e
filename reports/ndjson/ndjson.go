// Package ndjson writes a report as one JSON object a line, for streams, log systems and line tools.
//
// The first line says what the judgement rests on. Then the lines of each device follow: the device, its findings, gaps, apps,
// changes, reach of code, security software; behind the last device, what belongs to none, and the runs. The last line has the
// verdict and says how many lines of each type there were. Readers go by "type" and pass over types they do not know. Every
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

// Write writes the report line by line, device by device.
func (x Writer) Write(w io.Writer, r *reports.Report, o reports.Options) error {
	return reports.WriteParts(x.Begin(w, o), r)
}

// Begin begins a stream; no more than one line of it is held in memory.
func (x Writer) Begin(w io.Writer, _ reports.Options) reports.Parts {
	return &stream{w: bufio.NewWriter(w), ids: identities{}}
}

// stream remembers the first error, so that the lines may be written without asking.
type stream struct {
	w     *bufio.Writer
	ids   identities
	lines Lines
	begun bool
	err   error
}

// Part writes the lines of one device.
func (s *stream) Part(r *reports.Report) error {
	s.head(r)
	s.lists(r)
	return s.err
}

// Close writes the lines that belong to no device, and the last one.
func (s *stream) Close(rest *reports.Report) error {
	s.head(rest)
	s.lists(rest)
	s.line(EndLine{Type: "end", Verdict: rest.Verdict, Lines: s.lines})
	if s.err != nil {
		return s.err
	}
	return s.w.Flush()
}

// head writes the first line, once.
func (s *stream) head(r *reports.Report) {
	if s.begun {
		return
	}
	s.begun = true
	h := ReportLine{Type: "report", Schema: Schema, Report: r.Schema, Tool: r.Tool, AsOf: r.AsOf, Database: r.Database, Policies: r.Policies, StaleAfter: r.StaleAfter, Disclaimer: r.Disclaimer}
	if r.WhatIf != nil {
		h.WhatIf = &Compared{Against: r.WhatIf.Against}
	}
	s.line(h)
}

// lists writes a line for each thing of a report.
func (s *stream) lists(r *reports.Report) {
	for i := range r.Devices {
		s.counted(&s.lines.Device, DeviceLine{"device", r.Devices[i]})
	}
	for i := range r.Findings {
		s.counted(&s.lines.Finding, FindingLine{"finding", r.Findings[i]})
	}
	for _, g := range r.Gaps {
		s.counted(&s.lines.Gap, GapLine{"gap", s.ids.of("gap", g.Scanner, g.Device, g.Subject, g.Kind, g.Detail), g})
	}
	for _, run := range r.Runs {
		s.counted(&s.lines.Run, RunLine{"run", s.ids.of("run", run.Scanner, run.Target, run.Device), run})
	}
	for i := range r.Apps {
		s.counted(&s.lines.App, AppLine{"app", r.Apps[i]})
	}
	for i := range r.Files {
		s.counted(&s.lines.File, FileLine{"file", r.Files[i]})
	}
	if r.WhatIf != nil {
		for _, c := range r.WhatIf.Changes {
			s.counted(&s.lines.Change, ChangeLine{"change", s.ids.of("change", c.Finding), c})
		}
	}
	for _, c := range r.CodeReach {
		s.counted(&s.lines.CodeReach, CodeReachLine{"code-reach", s.ids.of("code-reach", c.Device), c})
	}
	for _, x := range r.SecuritySoftware {
		s.counted(&s.lines.SecuritySoftware, SecuritySoftwareLine{"security-software", x})
	}
	for _, x := range r.UnknownPrivileged {
		s.counted(&s.lines.UnknownPrivileged, UnknownPrivilegedLine{"unknown-privileged", s.ids.of("unknown-privileged", x.Device), x})
	}
}

// counted writes a line of those that the last line counts.
func (s *stream) counted(n *int, v any) {
	*n++
	s.line(v)
}

func (s *stream) line(v any) {
	if s.err == nil {
		s.err = jsonform.Encode(s.w, v, "")
	}
}
