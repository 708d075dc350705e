package ndjson

import (
	"cmp"
	"crypto/sha256"
	"hash"
	"slices"

	"quaestor/reports"
	"quaestor/reports/since"
)

// delta compares the lines of a stream with those of an earlier run.
type delta struct {
	with      *since.Comparison
	unchanged int
	partly    map[string]bool     // devices of which something was not looked at
	waiting   []*reports.Report   // what belongs to no device, of parts that hold several
	changes   map[string]*changes // devices of which only changes are told
	told      *changes            // of the device whose lines come
	sum       hash.Hash
	scratch   []byte // in which a line is put together
}

func newDelta(with *since.Comparison) *delta {
	return &delta{with: with, partly: map[string]bool{}, changes: map[string]*changes{}, sum: sha256.New()}
}

// begin begins the lines of the device of a report, or of what belongs to none.
func (d *delta) begin(r *reports.Report) error {
	if len(r.Devices) != 1 {
		d.told = nil
		return d.with.Begin("", targets(r.Runs))
	}
	x := &r.Devices[0]
	if slices.ContainsFunc(r.Gaps, func(g reports.Gap) bool { return g.Incomplete && g.Device == x.ID }) {
		d.partly[x.ID] = true
	}
	d.told = nil
	if x.Changes != nil {
		d.told = d.changed(x)
	}
	return d.with.Begin(x.ID, x.Scanners)
}

func (d *delta) end() error { return d.with.End() }

// compare says what became of a line, of which v is what counts.
func (d *delta) compare(kind, id string, v any) (since.Change, error) {
	sum, err := sumOf(d.sum, &d.scratch, v)
	if err != nil {
		return since.Same, err
	}
	return d.became(kind, id, sum, aboutOf(v)), nil
}

// sumOf is what a line is compared by.
func sumOf(h hash.Hash, scratch *[]byte, v any) (since.Sum, error) {
	h.Reset()
	if err := encode(h, scratch, v); err != nil {
		return since.Sum{}, err
	}
	var text [sha256.Size]byte
	return since.Sum(h.Sum(text[:0])), nil
}

// became says what became of a line.
func (d *delta) became(kind, id string, sum since.Sum, about since.About) since.Change {
	d.told.meets(about)
	change := d.with.Line(since.Line{Type: kind, ID: id, Sum: sum, About: about})
	if change == since.Same {
		d.unchanged++
	}
	return change
}

// later keeps what belongs to no device until the end.
func (d *delta) later(rest *reports.Report) { d.waiting = append(d.waiting, rest) }

// whole adds to the rest what was kept for it.
func (d *delta) whole(rest *reports.Report) *reports.Report {
	all := *rest
	for _, r := range d.waiting {
		all.Apps, all.Files, all.Findings = slices.Concat(all.Apps, r.Apps), slices.Concat(all.Files, r.Files), slices.Concat(all.Findings, r.Findings)
		all.Gaps, all.Runs, all.CodeReach = slices.Concat(all.Gaps, r.Gaps), slices.Concat(all.Runs, r.Runs), slices.Concat(all.CodeReach, r.CodeReach)
		all.SecuritySoftware, all.UnknownPrivileged = slices.Concat(all.SecuritySoftware, r.SecuritySoftware), slices.Concat(all.UnknownPrivileged, r.UnknownPrivileged)
		if r.WhatIf != nil && all.WhatIf != nil {
			all.WhatIf = &reports.WhatIf{Against: all.WhatIf.Against, Changes: slices.Concat(all.WhatIf.Changes, r.WhatIf.Changes)}
		}
	}
	return &all
}

// targets are what was looked at by which scanner.
func targets(runs []reports.Run) []string {
	out := make([]string, len(runs))
	for i, r := range runs {
		out[i] = r.Scanner + "\x00" + r.Target
	}
	return out
}

// gone writes a line for each thing that was there before, was looked for in this run, and is not there. What may still be there
// stays in the state.
func (s *stream) gone(rest *reports.Report) *Since {
	d := s.delta
	out := &Since{Anew: d.with.Anew(), Unchanged: d.unchanged}
	for _, m := range d.with.Missing() {
		unseen := !m.Covered() || d.partly[m.Owner] || leftOut(m, rest)
		of := d.changes[m.Owner]
		of.settle(m.Lines)
		for _, l := range m.Part(func(l since.Line) bool { return of.keep(l, unseen) }) {
			s.lines.Gone++
			s.line(GoneLine{Type: "gone", Change: string(since.Gone), ID: l.ID, Of: l.Type, Device: m.Owner})
		}
		out.Kept += len(m.Lines)
	}
	s.absent(out)
	if s.err == nil {
		s.err = d.with.Close()
	}
	return out
}

// absent writes a line for each device that an earlier run told of and this one does not, once, and takes it back when the
// device is in a run again.
func (s *stream) absent(out *Since) {
	for _, device := range s.delta.with.Returned() {
		s.lines.Gone++
		s.line(GoneLine{Type: "gone", Change: string(since.Gone), ID: device, Of: since.AbsentType, Device: device})
	}
	err := s.delta.with.Absent(func(device string, isNew bool) {
		out.Absent++
		if isNew {
			s.lines.Absent++
			s.line(AbsentLine{Type: since.AbsentType, Change: string(since.New), ID: device, Device: device})
		}
	})
	s.err = cmp.Or(s.err, err)
}

// leftOut reports whether something of no device was not looked at that may have held what is missing: a broken row may be that
// of any device.
func leftOut(m *since.Missing, rest *reports.Report) bool {
	return slices.ContainsFunc(rest.Gaps, func(g reports.Gap) bool {
		if !g.Incomplete || g.Kind == staleDatabase {
			return false
		}
		ran := slices.ContainsFunc(rest.Runs, func(run reports.Run) bool { return run.Scanner == g.Scanner })
		return m.Owner == "" || !ran || m.LookedAtBy(g.Scanner)
	})
}

// staleDatabase is the kind of a gap that is no matter of looking.
const staleDatabase = "stale-database"
