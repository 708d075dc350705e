package scanners

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"

	"quaestor/scanners/internal/shelf"
	"quaestor/scanners/inventory"
)

// kept is one part of a device of which more is to come.
type kept struct {
	from  fleetUnit
	place shelf.Place
}

// packed is a part as it is put aside.
func packed(inv *inventory.Inventory) []byte {
	text, err := json.Marshal(inv)
	if err != nil {
		panic(fmt.Sprintf("facts are no plain data: %v", err)) // they are, by their types
	}
	return shelf.Pack(text)
}

// keep puts a part of a device aside until its other parts came, and hands the device on with the last.
func (s *stream) keep(p heldPart, blob []byte) error {
	group := s.roll.shared[keyOf(s.roll.final(place{p.from.index, p.inv.Devices[0].ID}))]
	if group.scanned {
		p.from.parts[p.from.at] = append(p.from.parts[p.from.at], p.inv)
		return nil
	}
	if blob == nil {
		blob = packed(p.inv)
	}
	at, err := s.shelf.Put(blob)
	if err != nil {
		s.err = fmt.Errorf("cannot keep what several sources tell of a device in the folder for temporary files: %w", err)
		return s.err
	}
	if len(group.parts) == 0 {
		s.roll.order = append(s.roll.order, group)
	}
	group.parts = append(group.parts, kept{p.from, at})
	if group.left--; group.left == 0 {
		s.ready = append(s.ready, group)
	}
	if len(s.ready) >= window {
		return s.gather()
	}
	return nil
}

// handShared hands on what is not of devices that others tell of too, and keeps the rest.
func (s *stream) handShared(p heldPart, blob []byte) error {
	if len(p.inv.Devices) == 1 {
		return s.keep(p, blob)
	}
	p.inv.Sort()
	parts, rest := byDevice(p.inv)
	s.loose = append(s.loose, rest)
	for _, inv := range parts {
		one := heldPart{p.from, inv}
		if s.roll.many(inv) {
			if err := s.keep(one, nil); err != nil {
				return err
			}
		} else if err := s.hand(inv, nil, false); err != nil {
			return err
		}
	}
	return nil
}

// gather hands on the devices of which every part came.
func (s *stream) gather() error {
	ready := s.ready
	s.ready = nil
	type whole struct {
		inv   *inventory.Inventory
		value any
		err   error
	}
	list := beside(len(ready), func(i int) whole {
		inv, err := s.joinParts(ready[i])
		if err != nil {
			return whole{err: err}
		}
		return whole{inv: inv, value: s.works(inv)}
	})
	for i := range list {
		if list[i].err != nil {
			s.err = fmt.Errorf("cannot read again what was kept in the folder for temporary files: %w", list[i].err)
			return s.err
		}
		if err := s.hand(list[i].inv, list[i].value, true); err != nil {
			return err
		}
		list[i], ready[i].parts = whole{}, nil
	}
	return nil
}

// flush hands on what is left: of devices of which a part did not come after all, too.
func (s *stream) flush() error {
	if s.roll == nil || s.err != nil {
		return s.err
	}
	for _, group := range s.roll.order {
		if group.left > 0 && len(group.parts) > 0 {
			s.ready = append(s.ready, group)
		}
		if len(s.ready) >= window {
			if err := s.gather(); err != nil {
				return err
			}
		}
	}
	return s.gather()
}

// joinParts joins the parts of one device as a run joins those of all: what one source tells, then the sources in their order.
func (s *stream) joinParts(group *sharing) (*inventory.Inventory, error) {
	parts := slices.Clone(group.parts)
	slices.SortStableFunc(parts, func(x, y kept) int {
		return cmp.Or(cmp.Compare(x.from.index, y.from.index), cmp.Compare(x.from.at, y.from.at))
	})
	var readings, results []reading
	for from := 0; from < len(parts); {
		unit, list := parts[from].from, []*inventory.Inventory(nil)
		for ; from < len(parts) && parts[from].from == unit; from++ {
			text, err := s.shelf.Get(parts[from].place)
			if err != nil {
				return nil, err
			}
			inv := &inventory.Inventory{}
			if err := json.Unmarshal(text, inv); err != nil {
				return nil, err
			}
			list = append(list, inv)
		}
		r := unit.unit().reading(inventory.MergeAll(list), unit.index)
		if results = append(results, r); unit.unit().scanner.Info().Kind != KindInventory {
			readings = append(readings, r)
		}
	}
	if group.node != nil {
		renameDevices(readings, []*sighting{group.node})
	}
	var all []*inventory.Inventory
	for _, r := range results {
		all = append(all, r.inv)
	}
	return inventory.MergeAll(all), nil
}
