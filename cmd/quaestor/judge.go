package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"quaestor/reports"
	"quaestor/riskdb"
	"quaestor/scanners/inventory"
	"quaestor/scanners/saved"
)

// judge makes reports of facts, of a whole scan or device by device.
type judge struct {
	cfg   scanConfig
	known *knowledge
	since *sinceState  // nil where nothing is compared
	later atomic.Int64 // devices that reported after the day of the judgement

	prepared      sync.Once
	maker, others *reports.Maker // of reports, and of those by what they are compared with
}

// makers are what makes the reports, once the database is read.
func (j *judge) makers() (maker, others *reports.Maker) {
	j.prepared.Do(func() {
		db := j.known.used.DB
		j.maker, j.others = reports.NewMaker(reports.Tool{Name: "quaestor", Version: version()}, db), reports.NewMaker(reports.Tool{}, db)
	})
	return j.maker, j.others
}

// judging is one way to judge with: of a whole inventory, of one device of many, or of the rest.
type judging func(*riskdb.Judge, *inventory.Inventory) *riskdb.Assessment

// report makes a report of a judged inventory, which is judged the same way by what it is compared with.
func (j *judge) report(inv *inventory.Inventory, a *riskdb.Assessment, by judging) *reports.Report {
	maker, others := j.makers()
	r := maker.Report(inv, a)
	j.known.used.stamp(r)
	j.later.Add(int64(r.MarkStale(j.cfg.stale, string(j.cfg.today))))
	if j.known.against != nil {
		r.Compare(others.Report(inv, by(j.known.against, inv)))
	}
	return r
}

// judged is what becomes of one device of many.
type judged struct {
	report *reports.Report // nil when there is nothing to judge by
	gaps   []inventory.Gap // of the judgement, about no device
	saved  []byte          // the facts, where they are to be kept
	err    error           // that they could not be
	ready  []any           // by output: what its writer prepared
}

// device judges one device of many. It is called by several goroutines.
func (j *judge) device(inv *inventory.Inventory) (d judged) {
	if <-j.known.read; j.known.err != nil {
		return judged{}
	}
	a := j.known.judge.Device(inv)
	d.gaps = a.Gaps
	a.Gaps = slices.DeleteFunc(slices.Clone(a.Gaps), func(g inventory.Gap) bool { return g.Device == "" })
	d.gaps = slices.DeleteFunc(d.gaps, func(g inventory.Gap) bool { return g.Device != "" })
	d.report = j.report(inv, a, (*riskdb.Judge).Device)
	d.ready = make([]any, len(j.cfg.outputs))
	for i, o := range j.cfg.outputs {
		if p, ok := o.writer.(reports.Preparer); ok {
			d.ready[i] = p.Prepare(d.report)
		}
	}
	if slices.ContainsFunc(j.cfg.outputs, func(o output) bool { return o.writer == nil }) {
		var b bytes.Buffer
		line := *inv
		line.More = true
		d.err = saved.WriteLine(&b, &line)
		d.saved = b.Bytes()
	}
	return d
}

// rest judges what is left when the devices of a large scan are written, or everything of a small one, writes it, and gives
// the exit code.
func (j *judge) rest(ctx context.Context, out *stream, inv *inventory.Inventory, handed int) error {
	if ctx.Err() == nil { // what was collected until an interrupt is judged all the same
		j.known.until(ctx.Err)
	}
	a := j.known.judge.Rest(inv)
	stale := j.known.used.stale(j.cfg.asOf, j.cfg.maxAge)
	if stale != "" {
		a.Gaps = append(a.Gaps, staleGap(stale))
	}
	if handed > 0 {
		out.gaps.add(a.Gaps)
		a.Gaps = out.gaps.list
	}
	if stale != "" {
		stale += " " + newerDatabase
	}
	stale = cmp.Or(stale, j.cfg.advice.lacking(a.Gaps))
	r := j.report(inv, a, (*riskdb.Judge).Rest)
	r.TellLater(int(j.later.Load()))
	var written error
	if handed > 0 {
		written = out.close(r, inv)
	} else {
		out.result.add(r, j.cfg.failOn)
		written = writeOutputs(out.env, j.cfg, inv, r)
	}
	if written == nil {
		written = j.since.commit()
	}
	if result := out.result.error(ctx.Err() != nil, &r.Verdict, stale); written == nil || exitCode(result) > exitCode(written) {
		return errors.Join(result, written)
	}
	return written
}

// gapSums unites gaps of judgements of single devices that differ in how many things they count.
type gapSums struct {
	at   map[[6]string]int
	list []inventory.Gap
}

// shownSamples is how many of the things counted a gap names.
const shownSamples = 5

func (s *gapSums) add(gaps []inventory.Gap) {
	if s.at == nil {
		s.at = map[[6]string]int{}
	}
	for _, g := range gaps {
		key := [6]string{g.Scanner, g.Device, g.Subject, string(g.Kind), g.Detail, g.Next}
		i, ok := s.at[key]
		if !ok {
			s.at[key] = len(s.list)
			g.Samples = slices.Clone(g.Samples)
			s.list = append(s.list, g)
			continue
		}
		sum := &s.list[i]
		sum.Count += g.Count
		for _, name := range g.Samples {
			if len(sum.Samples) < shownSamples && !slices.Contains(sum.Samples, name) {
				sum.Samples = append(sum.Samples, name)
			}
		}
	}
}

// outcome is what the exit code is made of.
type outcome struct {
	failing    int    // findings at or above --fail-on
	incomplete int    // gaps that make a scan incomplete
	first      string // of these, the one that weighs most
	unopened   bool   // it is about something that could not be opened
}

// add counts what a report holds, of everything or of a device.
func (o *outcome) add(r *reports.Report, limit riskdb.Severity) {
	for i := range r.Findings {
		if f := &r.Findings[i]; limit != "" && f.Exception == nil && riskdb.Severity(f.Severity).Rank() >= limit.Rank() {
			o.failing++
		}
	}
	for i := range r.Gaps {
		g := &r.Gaps[i]
		if !g.Incomplete {
			continue
		}
		if opened := g.Kind != string(inventory.GapUnreadable); o.incomplete == 0 || !o.unopened && !opened {
			o.unopened = !opened
			o.first = fmt.Sprintf("%q: %s", g.Subject, strings.TrimSuffix(g.Detail, "."))
		}
		o.incomplete++
	}
}

// error turns it into an exit code. Verdict is that on everything.
func (o *outcome) error(interrupted bool, verdict *reports.Verdict, stale string) error {
	switch {
	case interrupted:
		return &exitError{code: ExitInterrupted, err: errors.New("interrupted; the report holds what was done until then")}
	case stale != "":
		return &exitError{code: ExitDatabase, err: errors.New(stale)}
	case !verdict.Complete:
		return &exitError{code: ExitIncomplete, err: fmt.Errorf("incomplete: %s", o.why(verdict))}
	case o.failing > 0:
		return &exitError{code: ExitFindings}
	}
	return nil
}

func (o *outcome) why(verdict *reports.Verdict) string {
	switch {
	case o.incomplete == 0 && verdict.Stale > 0:
		return "no device has reported to its management within the time of --stale-after; let the devices report and export again"
	case o.incomplete == 0 && verdict.Devices > 0:
		return "only changes are told of a device, which say nothing of what had not changed; hand in the log from its beginning, or query with snapshots"
	case o.incomplete == 0:
		return "nothing was collected; name a target that holds something"
	case o.incomplete == 1:
		return o.first
	}
	return fmt.Sprintf("%s (and %d more, see the report)", o.first, o.incomplete-1)
}
