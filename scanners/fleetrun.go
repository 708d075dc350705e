package scanners

import (
	"fmt"
	"slices"
	"strings"

	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// fleetUnit is a unit of a plan that a scanner of many devices recognised.
type fleetUnit struct {
	*planned
	at int
}

func (u fleetUnit) unit() unit { return u.units[u.at] }

// export is all that one scanner of many devices reads in a run.
type export struct {
	fleet Fleet
	units []fleetUnit
}

// exported is one source of an export, and what it told.
type exported struct {
	unit    fleetUnit
	src     *source.Source
	devices int
	first   string // ID of the first device
	facts   int
	partial bool
	err     error
}

// openAtOnce is how many sources of exports may be open at the same time before they are opened only while they are read.
const openAtOnce = 64

// fleetOf sets a unit aside if its scanner reads exports. Those of one scanner are read together.
func (r *run) fleetOf(u fleetUnit) bool {
	f, ok := u.unit().scanner.(Fleet)
	if !ok {
		return false
	}
	id := f.Info().ID
	for i := range r.exports {
		if r.exports[i].fleet.Info().ID == id {
			r.exports[i].units = append(r.exports[i].units, u)
			return true
		}
	}
	r.exports = append(r.exports, export{f, []fleetUnit{u}})
	return true
}

// fleets reads the exports, one after another: a second time where it turns out that devices come up again, after a reading in between
// that finds out which.
func (r *run) fleets() {
	s := r.stream
	s.several = len(r.exports) > 1 || r.scanned()
	ends := r.attempt()
	if s.err == errRoll {
		release(ends)
		s.roll, r.devices = newRoll(), 0
		if s.anew() == nil {
			release(r.attempt())
			s.roll.settle(r.plans)
			ends = r.attempt()
			s.flush()
		}
	}
	for i := range ends {
		ends[i].finish()
	}
}

// scanned reports whether other scanners found devices.
func (r *run) scanned() bool {
	return slices.ContainsFunc(r.plans, func(p *planned) bool {
		return slices.ContainsFunc(p.results, func(inv *inventory.Inventory) bool { return inv != nil && len(inv.Devices) > 0 })
	})
}

// attempt reads the exports until one cannot be handed on.
func (r *run) attempt() (ends []*ended) {
	for _, e := range r.exports {
		if r.ctx.Err() != nil || r.stream.err != nil {
			break // its units are told of as not begun
		}
		ends = append(ends, r.export(e))
	}
	return ends
}

// ended is an export that was read.
type ended struct {
	x         *exporting
	rest      *inventory.Inventory
	abandoned bool
}

// export reads what belongs to one scanner.
func (r *run) export(e export) *ended {
	list, srcs := open(e)
	x := &exporting{run: r, info: e.fleet.Info(), list: list, byName: map[string]int{}}
	for i := range list {
		x.byName[list[i].unit.unit().name()] = i
	}
	end := &ended{x: x, rest: inventory.New()}
	if len(srcs) > 0 {
		p := newPipe(r.ctx, x.info, r.stream, r.o)
		if p.people = peopleIn(x.info.Kind); p.people {
			p.sources = x.sources()
		}
		var err error
		end.rest, end.abandoned, err = p.split(e.fleet, srcs, x.take)
		p.close()
		x.failed(err)
	}
	return end
}

// finish keeps what belongs to no device, and closes the sources.
func (e *ended) finish() {
	e.x.rests = append(e.x.rests, e.x.finish(e.rest))
	for _, s := range e.x.list {
		e.x.closed(s, e.abandoned)
	}
}

// release closes the sources of exports that are to be read again.
func release(ends []*ended) {
	for _, e := range ends {
		for _, s := range e.x.list {
			p := s.unit.planned
			p.results[s.unit.at] = nil
			delete(p.parts, s.unit.at)
			if s.src != nil {
				s.unit.unit().done(s.src, e.abandoned)
			}
		}
	}
}

// open opens the sources of an export. What cannot be opened is told by its unit.
func open(e export) (list []exported, srcs []*source.Source) {
	for _, u := range e.units {
		src, err := u.unit().open()
		if err == nil && u.unit().rel != "" && len(e.units) > openAtOnce {
			err = src.Park()
		}
		u.results[u.at] = inventory.New() // begun
		list = append(list, exported{unit: u, src: src, err: err})
		if err == nil {
			srcs = append(srcs, src)
		}
	}
	return list, srcs
}

// closed closes what a unit opened, and the plan with its last one.
func (r *run) closed(s exported, abandoned bool) {
	p := s.unit.planned
	if s.src != nil {
		p.results[s.unit.at].Gaps = append(p.results[s.unit.at].Gaps, s.unit.unit().done(s.src, abandoned)...)
	}
	r.finished(p, s.unit.unit().name(), abandoned)
}

// exporting is an export that is being read.
type exporting struct {
	*run
	info     Info
	list     []exported
	byName   map[string]int
	devices  int
	panics   int
	panicked []string // why, of the first few
}

// take notes what one part told, and gives it to the stream.
func (x *exporting) take(one *piece) error {
	if one.panics != nil {
		if x.panics++; len(x.panicked) < 5 {
			x.panicked = append(x.panicked, inventory.Text(fmt.Sprint(one.panics)))
		}
	}
	if one.inv == nil {
		return nil
	}
	at := x.sourceOf(one.inv)
	s := &x.list[at]
	x.devices += len(one.inv.Devices)
	if len(one.inv.Devices) > 0 && s.devices == 0 {
		s.first = one.inv.Devices[0].ID
	}
	s.devices += len(one.inv.Devices)
	s.facts += facts(one.inv)
	s.partial = s.partial || incomplete(one.inv.Gaps)
	err := x.stream.take(heldPart{s.unit, one.inv}, one)
	x.told(len(one.inv.Devices), s.unit.unit().name())
	return err
}

// sourceOf finds the source that a part is of, by where its device was read.
func (x *exporting) sourceOf(inv *inventory.Inventory) int {
	if len(x.list) == 1 || len(inv.Devices) == 0 || len(inv.Devices[0].Origins) == 0 {
		return 0
	}
	for name := inv.Devices[0].Origins[0].Path; name != ""; {
		if at, ok := x.byName[name]; ok {
			return at
		}
		cut := strings.LastIndexAny(name, "!/")
		name = name[:max(cut, 0)]
	}
	return 0
}

// failed notes why a scanner stopped: of the sources that the error names, else of those that told of no device, or of all where
// each told of some.
func (x *exporting) failed(err error) {
	named, err := bySource(err)
	for name, e := range named {
		if at, ok := x.byName[name]; ok {
			x.list[at].err = e
		}
	}
	if err == nil {
		return
	}
	told := func(s exported) bool { return s.devices > 0 || s.err != nil }
	all := !slices.ContainsFunc(x.list, func(s exported) bool { return !told(s) })
	for i := range x.list {
		if s := &x.list[i]; s.err == nil && (all || !told(*s)) {
			s.err = err
		}
	}
}

// finish completes what belongs to no device: how the reading went, and what it can never show.
func (x *exporting) finish(rest *inventory.Inventory) *inventory.Inventory {
	if rest == nil {
		rest = inventory.New()
	}
	for i := range rest.Gaps {
		if rest.Gaps[i].Scanner == "" {
			rest.Gaps[i].Scanner = x.info.ID
		}
	}
	if x.panics > 0 {
		rest.Gaps = append(rest.Gaps, inventory.Gap{Scanner: x.info.ID, Subject: inventory.Text(x.name()), Kind: inventory.GapFailed, Count: x.panics, Samples: x.panicked,
			Detail: "The scanner panicked over devices of the export; nothing of these was read.", Next: "Report it with the samples; the other devices were read."})
	}
	x.runs(rest)
	x.blind(rest)
	if peopleIn(x.info.Kind) {
		impersonal(rest)
		for i := range rest.Gaps {
			impersonalSubject(&rest.Gaps[i], x.sources())
		}
	}
	return rest
}

// sources are the names of all sources.
func (x *exporting) sources() []string {
	names := make([]string, 0, len(x.list))
	for i := range x.list {
		names = append(names, x.list[i].unit.unit().name())
	}
	return names
}

// name is what to call all sources.
func (x *exporting) name() string {
	if len(x.list) == 1 {
		return x.list[0].unit.unit().name()
	}
	return fmt.Sprintf("%d sources of kind %q", len(x.list), x.info.Kind)
}

// runs tells of every source how its reading went. What a source tells besides of devices counts for the first.
func (x *exporting) runs(rest *inventory.Inventory) {
	extra := facts(rest)
	for i := range x.list {
		s := &x.list[i]
		run := inventory.Run{Scanner: x.info.ID, Target: inventory.Text(s.unit.unit().name()), Status: inventory.RunSucceeded, Facts: s.facts + extra}
		extra = 0
		if s.devices == 1 {
			run.Device = s.first
		}
		if s.partial || x.panics > 0 || incompleteIn(rest.Gaps, run.Target) {
			run.Status = inventory.RunPartial
		}
		if s.err != nil {
			run.Status, run.Detail = inventory.RunFailed, inventory.Text(s.err.Error())
			rest.Gaps = append(rest.Gaps, inventory.Gap{Scanner: x.info.ID, Device: run.Device, Subject: run.Target, Kind: gapKind(s.err),
				Detail: sentence(run.Detail), Next: nextStep(s.err, s.unit.unit().parent)})
		}
		if x.info.Kind != KindInventory || s.err != nil { // a saved inventory brings the runs of the scan that made it
			rest.Runs = append(rest.Runs, run)
		}
	}
}

// blind states what such exports never show: once in all, and how many devices that concerns.
func (x *exporting) blind(rest *inventory.Inventory) {
	if x.devices == 0 && facts(rest) == 0 || x.info.Kind == KindInventory {
		return
	}
	gap := inventory.Gap{Scanner: x.info.ID, Subject: inventory.Text(x.name()), Kind: inventory.GapBlind}
	if x.devices == 1 {
		gap.Device = x.only()
	} else {
		gap.Count = x.devices
	}
	for _, text := range x.info.CannotSee {
		gap.Detail = sentence(text)
		rest.Gaps = append(rest.Gaps, gap)
	}
}

// only is the ID of the only device.
func (x *exporting) only() string {
	for _, s := range x.list {
		if s.devices > 0 {
			return s.first
		}
	}
	return ""
}

func facts(inv *inventory.Inventory) int {
	return len(inv.Apps) + len(inv.Binaries) + len(inv.Components) + len(inv.SecurityProducts)
}

func incomplete(gaps []inventory.Gap) bool {
	return slices.ContainsFunc(gaps, func(g inventory.Gap) bool { return g.Kind.Incomplete() })
}

// incompleteIn reports whether something of a source was not read that should have been.
func incompleteIn(gaps []inventory.Gap, target string) bool {
	return slices.ContainsFunc(gaps, func(g inventory.Gap) bool { return g.Kind.Incomplete() && strings.HasPrefix(g.Subject, target) })
}
