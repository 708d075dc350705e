package scanners

import (
	"context"
	"crypto/sha256"
	"fmt"
	"runtime"
	"slices"
	"sync"

	"quaestor/scanners/internal/shelf"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// DefaultTogether is how many devices of exports are kept until the end of a run and joined with everything else.
const DefaultTogether = 500

// apartID is who says that devices were not joined.
const apartID = "runner/devices"

// togetherApps is how many apps of exports are kept with them, so that what is kept has a size.
const togetherApps = 20_000

// Each scans the targets as [Run] does, for runs that may be of any number of devices. While few come out of exports, nothing
// is handed on, and the inventory that it returns is that of Run. Beyond Options.Together devices they are handed on one
// by one, and the inventory holds the rest: what belongs to none of them, and what other scanners found.
//
// Work is called with the facts of one device, sorted, by several goroutines at the same time. Yield gets what work returned,
// one after another in the order in which the exports tell of the devices, and never two at the same time. When yield fails the run
// ends with its error. The number is that of inventories handed on; with 0 the inventory is everything.
//
// What several sources or several places of an export tell of a device is joined all the same: where that may be, the exports are
// read once more beforehand for what identifies devices. It needs Options.Again, as that may turn out late; without it such a device is
// judged twice, the second time under an ID of its own, and Gaps say so. A device over which work panics is left out, and a Gap says so.
func Each[T any](ctx context.Context, targets []source.Target, o Options, work func(*inventory.Inventory) T, yield func(T) error) (*inventory.Inventory, int, error) {
	s := &stream{
		together: o.Together,
		void:     o.Again,
		work:     func(inv *inventory.Inventory) any { return work(inv) },
		yield:    func(v any) error { return yield(v.(T)) },
		seen:     map[deviceKey]int32{},
		systems:  map[string]bool{},
	}
	if s.together == 0 {
		s.together = DefaultTogether
	}
	defer s.shelf.Drop()
	inv := runAll(ctx, targets, o, s)
	return inv, s.handed, s.err
}

// stream takes the devices of exports, keeps the first of them, and hands them on when there are too many to keep. Its methods are
// called by the collector of a run alone.
type stream struct {
	together int          // devices to be kept; negative for all
	void     func() error // lets what was handed on be forgotten; nil where it cannot be
	several  bool         // other sources than the exports of one system may tell of the devices
	before   again
	roll     *roll // once devices came up again
	shelf    shelf.Shelf
	ready    []*sharing // every part of them came
	work     func(*inventory.Inventory) any
	yield    func(any) error

	held                  []heldPart
	heldDevices, heldApps int
	open                  bool // devices are handed on
	handed                int
	loose                 []*inventory.Inventory // of parts without a device, when devices are handed on
	seen                  map[deviceKey]int32    // the last number given to a device of the ID
	systems               map[string]bool        // scanners whose devices were handed on
	twice                 []string               // names of devices that came up again, the first few
	twiceCount            int
	panics                int
	panicked              []string // why work failed, of the first few
	err                   error    // of yield
}

// heldPart is what one part of an export told, and from which source.
type heldPart struct {
	from fleetUnit
	inv  *inventory.Inventory
}

// deviceKey stands for the ID of a device in a set of many.
type deviceKey [16]byte

func keyOf(id string) deviceKey {
	sum := sha256.Sum256([]byte(id))
	return deviceKey(sum[:16])
}

// take takes what one part told.
func (s *stream) take(p heldPart, one *piece) error {
	if s.err != nil {
		return s.err
	}
	if s.roll != nil && s.roll.calling {
		s.roll.note(p.from, p.inv)
		return nil
	}
	if s.roll == nil && s.together >= 0 && s.before.comes(p) {
		s.several = true
		if s.open && s.void != nil {
			s.err = errRoll
			return s.err
		}
	}
	if !s.open {
		s.held = append(s.held, p)
		s.heldDevices += len(p.inv.Devices)
		s.heldApps += len(p.inv.Apps)
		if s.together < 0 || s.heldDevices <= s.together && s.heldApps <= togetherApps {
			return nil
		}
		if s.several {
			s.err = errRoll
			return s.err
		}
		return s.handOver()
	}
	if s.roll != nil && s.roll.many(p.inv) {
		return s.handShared(p, one.packed)
	}
	return s.handPart(p, one.value, one.worked)
}

// anew forgets what was taken.
func (s *stream) anew() error {
	s.held, s.heldDevices, s.heldApps, s.loose, s.err, s.before = nil, 0, 0, nil, nil, again{}
	s.twice, s.twiceCount, s.panics, s.panicked = nil, 0, 0, nil
	clear(s.seen)
	clear(s.systems)
	if s.open && s.void != nil {
		s.err = s.void()
	}
	s.open, s.handed = true, 0
	return s.err
}

// handPart hands on what a part told, and notes what it is of.
func (s *stream) handPart(p heldPart, value any, worked bool) error {
	if info := p.from.unit().scanner.Info(); info.Kind != KindInventory && len(p.inv.Devices) > 0 {
		s.systems[info.ID] = true
	}
	return s.hand(p.inv, value, worked)
}

// failure is what comes of work that panicked.
type failure struct{ why string }

// works does the work on one device so that no panic gets out.
func (s *stream) works(inv *inventory.Inventory) (value any) {
	defer func() {
		if r := recover(); r != nil {
			value = failure{inventory.Text(fmt.Sprint(r))}
		}
	}()
	return s.work(alone(inv))
}

// handOver hands on what was held so far.
func (s *stream) handOver() error {
	s.open = true
	held := s.held
	s.held = nil
	values := beside(len(held), func(i int) any {
		if len(held[i].inv.Devices) == 0 {
			return nil
		}
		return s.works(held[i].inv)
	})
	for i := range held {
		if err := s.handPart(held[i], values[i], true); err != nil {
			return err
		}
		held[i], values[i] = heldPart{}, nil
	}
	return nil
}

// hand hands one inventory on.
func (s *stream) hand(inv *inventory.Inventory, value any, worked bool) error {
	if len(inv.Devices) == 0 {
		s.loose = append(s.loose, inv)
		return nil
	}
	if s.unique(inv) || !worked {
		value = s.works(inv)
	}
	if f, ok := value.(failure); ok {
		if s.panics++; len(s.panicked) < 5 {
			s.panicked = append(s.panicked, f.why)
		}
		return nil
	}
	s.handed++
	s.err = s.yield(value)
	return s.err
}

// unique gives devices whose ID came up before one of their own, and tells whether there were any.
func (s *stream) unique(inv *inventory.Inventory) (renamed bool) {
	for _, d := range slices.Clone(inv.Devices) {
		id := s.free(d.ID)
		if id == d.ID {
			continue
		}
		renamed = true
		name := d.Name
		if name == "" {
			name = d.ID
		}
		if s.twiceCount++; len(s.twice) < 5 {
			s.twice = append(s.twice, inventory.Text(name))
		}
		renameDevice(inv, d, id)
		inv.Gaps = append(inv.Gaps, inventory.Gap{Scanner: apartID, Device: id, Subject: inventory.Text(name), Kind: inventory.GapSkipped,
			Detail: inventory.Text(fmt.Sprintf("Two records bear one serial number or other identifier: told apart as %q, beside %q. They are not joined in a scan of this many devices.", id, d.ID)),
			Next:   "Remove the record that is out of date, or scan what is of the device together, without the others."})
	}
	return renamed
}

// free gives an ID that no device had yet, made of one that may be taken.
func (s *stream) free(id string) string {
	key := keyOf(id)
	n := s.seen[key]
	if n == 0 {
		s.seen[key] = 1
		return id
	}
	for {
		n++
		next := fmt.Sprintf("%s-%d", id, n)
		if other := keyOf(next); s.seen[other] == 0 {
			s.seen[key], s.seen[other] = n, 1
			return next
		}
	}
}

// alone makes of the facts of one device what a run makes of those of all.
func alone(inv *inventory.Inventory) *inventory.Inventory {
	onePrograms(inv)
	adopt(inv)
	inv.Sort()
	return inv
}

// rest tells the devices of other scanners apart from those handed on, and returns what the handing on makes to be said.
func (s *stream) rest(inv *inventory.Inventory) (gaps []inventory.Gap) {
	if !s.open {
		return nil
	}
	others := len(inv.Devices) > 0
	s.unique(inv)
	say := func(g inventory.Gap) {
		g.Scanner, g.Subject = apartID, fmt.Sprintf("%d devices", len(s.seen))
		gaps = append(gaps, g)
	}
	if s.twiceCount > 0 {
		say(inventory.Gap{Kind: inventory.GapSkipped, Count: s.twiceCount, Samples: s.twice,
			Detail: "Several sources or several places of an export tell of the same device. In a scan of this many devices they are not joined: each was judged by itself, under an ID of its own.",
			Next:   "Scan what is of one device together, without the others."})
	}
	if s.roll == nil && (len(s.systems) > 1 || len(s.systems) == 1 && others) {
		say(inventory.Gap{Kind: inventory.GapSkipped,
			Detail: fmt.Sprintf("What different systems tell of a device was not joined, because there are more than %d devices, or more than %d apps on them.", s.together, togetherApps),
			Next:   "Scan the export of each system by itself, or what is of fewer devices together."})
	}
	if s.panics > 0 {
		say(inventory.Gap{Kind: inventory.GapFailed, Count: s.panics, Samples: s.panicked,
			Detail: "Judging devices failed in the program; nothing is said of these.", Next: "Report it with the samples; the other devices were judged."})
	}
	return gaps
}

// beside returns in order what is done for every number below n, by several goroutines.
func beside[T any](n int, do func(int) T) []T {
	out := make([]T, n)
	at := make(chan int)
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for i := range at {
				out[i] = do(i)
			}
		})
	}
	for i := range n {
		at <- i
	}
	close(at)
	wg.Wait()
	return out
}
