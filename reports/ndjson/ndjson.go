// Package ndjson writes a report as one JSON object a line, for streams, log systems and line tools.
//
// The first line says what the judgement rests on. Then the lines of each device follow: the device, its findings, gaps, apps,
// changes, reach of code, security software; behind the last device, what belongs to none, and the runs. The last line has the
// verdict and says how many lines of each type there were. Readers go by "type" and pass over types they do not know. Every
// line fits reports/schema/ndjson.schema.json.
//
// With Since, only what is new, changed or gone since an earlier run is written.
//
// What the package cannot see: Options, as in the JSON document.
package ndjson

import (
	"bufio"
	"io"

	"quaestor/reports"
	"quaestor/reports/since"
)

// Writer writes newline-delimited JSON.
type Writer struct {
	// Since, if there is one, is the earlier run to compare with. It serves for one report.
	Since *since.Comparison
}

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
	s := &stream{w: bufio.NewWriterSize(w, buffer), ids: identities{}}
	if x.Since != nil {
		s.delta = newDelta(x.Since)
	}
	return s
}

// buffer is how much is written at a time.
const buffer = 64 << 10

// stream remembers the first error, so that the lines may be written without asking.
type stream struct {
	w     *bufio.Writer
	ids   identities
	lines Lines
	delta *delta // nil where nothing is compared
	begun bool

	ready *Prepared // lines of the device that is written, in their order
	nth   int       // the next of them
	at    int       // how much of their text is written

	scratch []byte // in which a line is put together
	err     error
}

// Part writes the lines of one device.
func (s *stream) Part(r *reports.Report) error {
	s.head(r)
	if len(r.Devices) == 1 || s.delta == nil {
		s.of(r)
		return s.err
	}
	parts, rest := reports.Split(r)
	for _, p := range parts {
		s.of(p)
	}
	s.delta.later(rest)
	return s.err
}

// Close writes the lines that belong to no device, and the last one.
func (s *stream) Close(rest *reports.Report) error {
	s.head(rest)
	if s.delta != nil && len(s.delta.waiting) > 0 {
		rest = s.delta.whole(rest)
	}
	s.of(rest)
	end := EndLine{Type: "end", Verdict: rest.Verdict}
	if s.delta != nil {
		end.Since = s.gone(rest)
	}
	end.Lines = s.lines
	s.line(end)
	if s.err != nil {
		return s.err
	}
	return s.w.Flush()
}

// of writes the lines of one device, or of what belongs to none.
func (s *stream) of(r *reports.Report) {
	if s.err == nil && s.delta != nil {
		s.err = s.delta.begin(r)
	}
	s.lists(r)
	if s.err == nil && s.delta != nil {
		s.err = s.delta.end()
	}
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
	compared := s.delta != nil
	devices(r, compared, s.own)
	findings(r, compared, s.own)
	for _, g := range r.Gaps {
		id := s.ids.of("gap", g.Scanner, g.Device, g.Subject, g.Kind, g.Detail)
		s.counted(&s.lines.Gap, "gap", id, &GapLine{Type: "gap", ID: id, Gap: g}, nil)
	}
	for _, run := range r.Runs {
		id := s.ids.of("run", run.Scanner, run.Target, run.Device)
		s.counted(&s.lines.Run, "run", id, &RunLine{Type: "run", ID: id, Run: run}, nil)
	}
	apps(r, s.own)
	if r.WhatIf != nil {
		for _, c := range r.WhatIf.Changes {
			id := s.ids.of("change", c.Finding)
			s.counted(&s.lines.Change, "change", id, &ChangeLine{Type: "change", ID: id, Change: c}, nil)
		}
	}
	for _, c := range r.CodeReach {
		id := s.ids.of("code-reach", c.Device)
		s.counted(&s.lines.CodeReach, "code-reach", id, &CodeReachLine{Type: "code-reach", ID: id, CodeReach: c}, nil)
	}
	software(r, compared, s.own)
	for _, x := range r.UnknownPrivileged {
		id := s.ids.of("unknown-privileged", x.Device)
		s.counted(&s.lines.UnknownPrivileged, "unknown-privileged", id, &UnknownPrivilegedLine{Type: "unknown-privileged", ID: id, UnknownPrivileged: x}, nil)
	}
}

// marked is a line that can say how it compares with an earlier run.
type marked interface{ mark(since.Change) }

// own writes a line that has an identifier of its own, which may have been prepared.
func (s *stream) own(l line) {
	ready, text, prepared := s.next()
	switch {
	case s.err != nil:
	case !prepared:
		s.counted(s.lines.of(l.kind), l.kind, l.id, l.text, l.stable)
	case s.delta == nil:
		*s.lines.of(l.kind)++
		_, s.err = s.w.Write(text)
	default:
		s.changed(s.lines.of(l.kind), s.delta.became(l.kind, l.id, ready.sum, aboutOf(l.text)), l.text)
	}
}

// counted writes a line of those that the last line counts, unless it is the same as in the earlier run: stable is what of it
// counts for that, and nil for all of it.
func (s *stream) counted(n *int, kind, id string, v marked, stable any) {
	if s.err != nil {
		return
	}
	if s.delta == nil {
		*n++
		s.line(v)
		return
	}
	if stable == nil {
		stable = v
	}
	var change since.Change
	if change, s.err = s.delta.compare(kind, id, stable); s.err == nil {
		s.changed(n, change, v)
	}
}

// changed writes a line that is not as it was.
func (s *stream) changed(n *int, change since.Change, v marked) {
	if change == since.Same {
		return
	}
	v.mark(change)
	*n++
	s.line(v)
}

func (s *stream) line(v any) {
	if s.err == nil {
		s.err = encode(s.w, &s.scratch, v)
	}
}
