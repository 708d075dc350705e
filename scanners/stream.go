package scanners

import (
	"context"
	"crypto/sha256"
	"fmt"
	"runtime"
	"sync"

	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// DefaultTogether is how many devices of exports are kept until the end of a run and joined with everything else.
const DefaultTogether = 500

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
// Devices that are handed on are not joined with others. A device of which a run tells twice is judged twice, and a Gap says so.
func Each[T any](ctx context.Context, targets []source.Target, o Options, work func(*inventory.Inventory) T, yield func(T) error) (*inventory.Inventory, int, error) {
	s := &stream{
		together: o.Together,
		work:     func(inv *inventory.Inventory) any { return work(inv) },
		yield:    func(v any) error { return yield(v.(T)) },
		seen:     map[deviceKey]bool{},
	}
	if s.together == 0 {
		s.together = DefaultTogether
	}
	inv := runAll(ctx, targets, o, s)
	return inv, s.handed, s.err
}

// stream takes the devices of exports, keeps the first of them, and hands them on when there are too many to keep. Its methods are
// called by the collector of a run alone.
type stream struct {
	together int // devices to be kept; negative for all
	work     func(*inventory.Inventory) any
	yield    func(any) error

	held                  []heldPart
	heldDevices, heldApps int
	open                  bool // devices are handed on
	handed                int
	loose                 []*inventory.Inventory // of parts without a device, when devices are handed on
	seen                  map[deviceKey]bool
	twice                 []string // names of devices that came up again, the first few
	twiceCount            int
	err                   error // of yield
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

// take takes what one part told. Value is what work made of it, if that is done already.
func (s *stream) take(p heldPart, value any, worked bool) error {
	if s.err != nil {
		return s.err
	}
	if !s.open {
		s.held = append(s.held, p)
		s.heldDevices += len(p.inv.Devices)
		s.heldApps += len(p.inv.Apps)
		if s.together < 0 || s.heldDevices <= s.together && s.heldApps <= togetherApps {
			return nil
		}
		return s.handOver()
	}
	return s.hand(p.inv, value, worked)
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
		return s.work(alone(held[i].inv))
	})
	for i := range held {
		if err := s.hand(held[i].inv, values[i], true); err != nil {
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
	for i := range inv.Devices {
		s.see(&inv.Devices[i])
	}
	if !worked {
		value = s.work(alone(inv))
	}
	s.handed++
	s.err = s.yield(value)
	return s.err
}

// see notes a device, and that it came up before.
func (s *stream) see(d *inventory.Device) {
	key := keyOf(d.ID)
	if !s.seen[key] {
		s.seen[key] = true
		return
	}
	if s.twiceCount++; len(s.twice) < 5 {
		name := d.Name
		if name == "" {
			name = d.ID
		}
		s.twice = append(s.twice, inventory.Text(name))
	}
}

// alone makes of the facts of one device what a run makes of those of all.
func alone(inv *inventory.Inventory) *inventory.Inventory {
	onePrograms(inv)
	adopt(inv)
	inv.Sort()
	return inv
}

// rest notes the devices that other scanners told of, and returns what the handing on makes to be said.
func (s *stream) rest(inv *inventory.Inventory) []inventory.Gap {
	if !s.open {
		return nil
	}
	for i := range inv.Devices {
		s.see(&inv.Devices[i])
	}
	if s.twiceCount == 0 {
		return nil
	}
	return []inventory.Gap{{Scanner: planID, Subject: fmt.Sprintf("%d devices", len(s.seen)), Kind: inventory.GapSkipped, Count: s.twiceCount, Samples: s.twice,
		Detail: "Several sources or several places of an export tell of the same device. In a scan of this many devices they are not joined: each was judged by itself.",
		Next:   "Scan what is of one device together, without the others."}}
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
