package scanners

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// Options say how to run. The zero value is not useful; Scanners and Limits must be set.
type Options struct {
	Scanners []Scanner
	Limits   source.Limits
	Workers  int           // sources scanned at the same time; 0 means one per processor
	Timeout  time.Duration // for one scanner on one source, or until an export tells of its next device; 0 means DefaultTimeout
	Progress func(Progress)
	// Together is how many devices of exports [Each] keeps to join them with everything else; 0 means DefaultTogether.
	Together int
	// Again lets what [Each] handed on be forgotten, when devices come up again that were handed on: they are then read anew and
	// joined. Nil where that cannot be undone: such devices stay apart.
	Again func() error
	// Now is the moment of the run. It becomes the collection time of a running computer, which is read at that
	// moment and says no other, and of a phone that is plugged in; a copy or a dump has its own or none. Zero leaves it out.
	Now time.Time
}

// DefaultTimeout is ample for a large bug report on a slow disk; what runs longer is a Gap.
const DefaultTimeout = 10 * time.Minute

// grace is how long after its deadline a scanner may take to notice; then it is left behind.
const grace = 2 * time.Second

// Progress tells how far a run is.
type Progress struct {
	Done, Total int
	Name        string // the source just finished, or the export that is being read
	Devices     int    // that exports told of so far
}

// Kinds lists the target prefixes of the scanners, in their order.
func Kinds(list []Scanner) []string {
	var kinds []string
	seen := map[string]bool{}
	for _, s := range list {
		if k := s.Info().Kind; !seen[k] {
			seen[k] = true
			kinds = append(kinds, k)
		}
	}
	return kinds
}

// Run scans the targets and returns everything found, sorted. It never fails as a whole: what could not be
// scanned is a Gap and a failed Run. When ctx ends early the inventory holds what was done until then, and a
// Gap for what was not. One target is scanned while the next is looked through.
func Run(ctx context.Context, targets []source.Target, o Options) *inventory.Inventory {
	return runAll(ctx, targets, o, &stream{together: -1})
}

// runAll scans the targets, and hands the devices of exports to the stream.
func runAll(ctx context.Context, targets []source.Target, o Options, s *stream) *inventory.Inventory {
	r := &run{ctx: ctx, o: o, stream: s}
	r.targets(targets)
	r.targets(r.next)
	for _, done := range r.fetched {
		done()
	}
	r.fleets()
	for _, p := range s.held { // few enough to be joined with everything else
		p.from.parts[p.from.at] = append(p.from.parts[p.from.at], p.inv)
	}
	inv := r.together()
	for _, p := range r.plans {
		inv.Merge(&inventory.Inventory{Gaps: p.gaps, Runs: p.runs})
	}
	onePrograms(inv)
	adopt(inv)
	inv.Merge(&inventory.Inventory{Gaps: blindGaps(o.Scanners, inv.Runs)})
	inv.Sort()
	inv = s.spread(inv)
	if gaps := s.rest(inv); len(gaps) > 0 {
		inv.Merge(&inventory.Inventory{Gaps: gaps})
		inv.Sort()
	}
	return inv
}

// together joins what the sources told.
func (r *run) together() *inventory.Inventory {
	results := slices.Concat(r.stream.loose, r.rests)
	var readings []reading
	for at, p := range r.plans {
		for i, list := range p.parts {
			p.results[i] = inventory.MergeAll(append([]*inventory.Inventory{p.results[i]}, list...))
		}
		results = append(results, p.results...)
		for i, found := range p.results {
			if u := p.units[i]; u.scanner.Info().Kind != KindInventory {
				readings = append(readings, u.reading(found, at))
			}
		}
		p.interrupted()
	}
	if roll := r.stream.roll; roll != nil {
		renameDevices(readings, roll.nodes)
	} else {
		joinDevices(readings)
	}
	settle(readings)
	return inventory.MergeAll(results)
}

// reading is what the unit found, as one of a target.
func (u unit) reading(found *inventory.Inventory, target int) reading {
	f, ok := u.scanner.(Fragment)
	alone := u.rel == "" && !u.parent.IsDir()
	return reading{scanner: u.scanner.Info().ID, source: u.name(), inv: found, target: target, isDir: u.rel == "" && u.parent.IsDir(), part: ok && f.Fragment() && alone}
}

// blindGaps states what the sources that were read can never show: once a device, and once in all for sources
// that belong to no device.
func blindGaps(list []Scanner, runs []inventory.Run) []inventory.Gap {
	infos, exports := map[string]Info{}, map[string]bool{}
	for _, s := range list {
		infos[s.Info().ID] = s.Info()
		_, exports[s.Info().ID] = s.(Fleet) // says it by itself
	}
	subjects := map[[2]string][]string{} // scanner and device
	var order [][2]string
	for _, r := range runs {
		info := infos[r.Scanner]
		if r.Status == inventory.RunFailed || len(info.CannotSee) == 0 || info.Kind == KindInventory || exports[r.Scanner] {
			continue
		}
		key := [2]string{r.Scanner, r.Device}
		if subjects[key] == nil {
			order = append(order, key)
		}
		subjects[key] = append(subjects[key], r.Target)
	}
	var gaps []inventory.Gap
	for _, key := range order {
		subject := subjects[key][0]
		if n := len(subjects[key]); n > 1 {
			subject = fmt.Sprintf("%d sources of kind %q", n, infos[key[0]].Kind)
		}
		for _, text := range infos[key[0]].CannotSee {
			gaps = append(gaps, inventory.Gap{Scanner: key[0], Device: key[1], Subject: subject, Kind: inventory.GapBlind, Detail: sentence(text)})
		}
	}
	return gaps
}

// planned is a plan that is being carried out.
type planned struct {
	*plan
	results   []*inventory.Inventory         // of each unit; nil when it was not begun
	parts     map[int][]*inventory.Inventory // of units of exports: what was kept of their devices
	left      int                            // units to do
	index     int                            // of its target
	abandoned bool
}

// run carries out plans.
type run struct {
	ctx         context.Context
	o           Options
	plans       []*planned
	mu          sync.Mutex
	done, total int
	devices     int
	next        []source.Target // what followers fetched
	fetched     []func()        // take that away
	exports     []export
	stream      *stream
	rests       []*inventory.Inventory // of exports: what belongs to no device
}

// job is one unit of a plan.
type job struct {
	*planned
	at int
}

// targets plans one target after another and hands the units to the workers.
func (r *run) targets(targets []source.Target) {
	workers := r.o.Workers
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	jobs := make(chan job)
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for j := range jobs {
				r.do(j)
			}
		})
	}
	for _, t := range targets {
		p := planTarget(r.ctx, t, r.o)
		next := &planned{plan: p, results: make([]*inventory.Inventory, len(p.units)), parts: map[int][]*inventory.Inventory{}, left: len(p.units), index: len(r.plans)}
		r.plans = append(r.plans, next)
		if next.left == 0 {
			p.close()
			continue
		}
		r.mu.Lock()
		r.total += len(p.units)
		r.mu.Unlock()
		for i := range p.units {
			if !r.fleetOf(fleetUnit{next, i}) {
				jobs <- job{next, i}
			} else if len(targets) > openAtOnce && len(p.units) == 1 && p.units[i].rel == "" {
				_ = p.units[i].parent.Park() // it has waited for nothing yet that could be lost
			}
		}
	}
	close(jobs)
	wg.Wait()
}

func (r *run) do(j job) {
	u := j.units[j.at]
	inv, abandoned := runUnit(r.ctx, u, r.o)
	if !abandoned {
		r.follow(u, inv)
	}
	r.mu.Lock()
	j.results[j.at] = inv
	r.mu.Unlock()
	r.finished(j.planned, u.name(), abandoned)
}

// finished notes that a unit of a plan is done, and closes the plan after its last.
func (r *run) finished(p *planned, name string, abandoned bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	p.abandoned = p.abandoned || abandoned
	if p.left--; p.left == 0 && !p.abandoned { // a scanner left behind may still read from an open source
		p.close()
	}
	r.done++
	r.show(name)
}

// told notes how many more devices an export told of.
func (r *run) told(devices int, name string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.devices += devices
	r.show(name)
}

func (r *run) show(name string) {
	if r.o.Progress != nil {
		r.o.Progress(Progress{Done: r.done, Total: r.total, Name: name, Devices: r.devices})
	}
}

// interrupted reports the units that were not begun.
func (p *planned) interrupted() {
	var names []string
	for i, inv := range p.results {
		if inv == nil {
			names = append(names, p.units[i].name())
		}
	}
	if len(names) == 0 {
		return
	}
	subject := p.units[0].parent.Name()
	if len(names) == 1 {
		subject = names[0]
	}
	p.gaps = append(p.gaps, inventory.Gap{Scanner: planID, Subject: inventory.Text(subject), Kind: inventory.GapFailed, Count: len(names), Samples: samples(names),
		Detail: "Interrupted before these sources were scanned.", Next: nextInterrupted})
}

const nextInterrupted = "The scan was interrupted; run it again."

// runUnit runs one scanner on one source and turns every way it can fail into a Run and a Gap. It returns
// nothing for a unit that was interrupted before it began.
func runUnit(ctx context.Context, u unit, o Options) (inv *inventory.Inventory, abandoned bool) {
	if ctx.Err() != nil {
		return nil, false
	}
	info := u.scanner.Info()
	run := inventory.Run{Scanner: info.ID, Target: inventory.Text(u.name()), Status: inventory.RunSucceeded}
	src, err := u.open()
	inv = inventory.New()
	if err == nil {
		inv, abandoned, err = guarded(ctx, u.scanner, src, o.Timeout)
		inv.Gaps = append(inv.Gaps, u.done(src, abandoned)...)
	}
	if len(inv.Devices) > 0 {
		run.Device = inv.Devices[0].ID
	}
	if (u.parent.Live() || u.parent.Attached()) && !o.Now.IsZero() {
		for i := range inv.Devices {
			inv.Devices[i].CollectedAt = &o.Now
		}
	}
	if err != nil {
		run.Status, run.Detail = inventory.RunFailed, inventory.Text(err.Error())
		inv.Gaps = append(inv.Gaps, inventory.Gap{Scanner: info.ID, Device: run.Device, Subject: run.Target, Kind: gapKind(err),
			Detail: sentence(run.Detail), Next: nextStep(err, u.parent)})
	}
	if info.Kind != KindInventory {
		placeholders(inv)
	}
	for i := range inv.Gaps {
		if inv.Gaps[i].Scanner == "" {
			inv.Gaps[i].Scanner = info.ID
		}
		if run.Status == inventory.RunSucceeded && inv.Gaps[i].Kind.Incomplete() {
			run.Status = inventory.RunPartial
		}
	}
	run.Facts = facts(inv)
	if info.Kind != KindInventory { // a saved inventory brings the runs of the scan that made it
		inv.Runs = append(inv.Runs, run)
	} else if err != nil {
		inv.Runs = append(inv.Runs, run)
	}
	return inv, abandoned
}

// KindInventory is the kind of a saved inventory.
const KindInventory = "inventory"

var errInterrupted = errors.New("interrupted while this was scanned")

var errTimeout = errors.New("the scanner ran out of time")

// guarded calls the scanner so that neither a panic nor a hang gets out.
func guarded(ctx context.Context, s Scanner, src *source.Source, timeout time.Duration) (inv *inventory.Inventory, abandoned bool, err error) {
	if err := ctx.Err(); err != nil {
		return inventory.New(), false, err
	}
	if timeout <= 0 {
		timeout = DefaultTimeout
	}
	limited, cancel := context.WithTimeoutCause(ctx, timeout, errTimeout)
	defer cancel()
	type result struct {
		inv *inventory.Inventory
		err error
	}
	ch := make(chan result, 1)
	go func() {
		defer func() {
			if r := recover(); r != nil {
				ch <- result{nil, fmt.Errorf("the scanner panicked: %v", r)}
			}
		}()
		inv, err := s.Scan(limited, src)
		ch <- result{inv, err}
	}()
	var r result
	select {
	case r = <-ch:
	case <-limited.Done():
		select {
		case r = <-ch:
		case <-time.After(grace):
			r, abandoned = result{nil, context.Cause(limited)}, true
		}
	}
	if errors.Is(r.err, context.Canceled) {
		r.err = errInterrupted
	}
	if errors.Is(r.err, context.DeadlineExceeded) {
		r.err = fmt.Errorf("%w after %v", errTimeout, timeout)
	}
	if r.inv == nil {
		r.inv = inventory.New()
	}
	return r.inv, abandoned, r.err
}

func gapKind(err error) inventory.GapKind {
	var limit *source.LimitError
	if errors.As(err, &limit) {
		return inventory.GapLimit
	}
	return inventory.GapFailed
}

func nextStep(err error, src *source.Source) string {
	var own interface{ Next() string }
	switch {
	case errors.As(err, &own) && own.Next() != "":
		return own.Next()
	case errors.Is(err, errInterrupted):
		return nextInterrupted
	case errors.Is(err, errTimeout):
		return "Scan this source alone, or give it more time with --timeout."
	}
	if src != nil && src.Attached() {
		return "Unlock the phone, plug it in again, see `quaestor devices`, and scan it again."
	}
	return "Get a fresh copy of the source, or scan it with another kind."
}

// sentence makes an error text fit to stand in a Gap.
func sentence(s string) string {
	if s == "" {
		return s
	}
	if !strings.HasSuffix(s, ".") {
		s += "."
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
