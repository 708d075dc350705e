package scanners

import (
	"errors"
	"path"
	"slices"
	"strings"

	"quaestor/scanners/inventory"
)

// errRoll ends a reading of exports that has to begin anew, after one that only notes which devices there are: some come up again.
var errRoll = errors.New("devices come up again")

// identity is what devices are joined by.
type identity struct {
	id, name, serial string
	platform         inventory.Platform
}

func identityOf(d *inventory.Device) identity { return identity{d.ID, d.Name, d.Serial, d.Platform} }

// roll knows of exports that are to be handed on device by device which devices several parts or sources tell of.
type roll struct {
	calling bool // it is being called: parts are read for what identifies their devices alone
	units   []answers
	unitAt  map[fleetUnit]int
	joined  map[place]*sighting // devices of several identifiers
	nodes   []*sighting
	shared  map[deviceKey]*sharing // by the ID that they get
	touched map[deviceKey]bool     // IDs of parts of such devices
	order   []*sharing             // as their first parts came
}

// answers are the devices that one source told of.
type answers struct {
	unit    fleetUnit
	devices []identity
	parts   []int32 // that tell of each
	at      map[string]int
}

// sharing is a device of which several parts tell.
type sharing struct {
	left    int32 // parts still to come
	scanned bool  // other scanners tell of it too: it is kept with what they found
	parts   []kept
	node    *sighting
}

func newRoll() *roll {
	return &roll{calling: true, unitAt: map[fleetUnit]int{}, joined: map[place]*sighting{}, shared: map[deviceKey]*sharing{}, touched: map[deviceKey]bool{}}
}

// identities leaves of a part what its devices are joined by, and where they were read.
func identities(inv *inventory.Inventory) *inventory.Inventory {
	out := &inventory.Inventory{Devices: make([]inventory.Device, len(inv.Devices))}
	for i := range inv.Devices {
		d := &inv.Devices[i]
		out.Devices[i] = inventory.Device{ID: d.ID, Platform: d.Platform, Name: strings.Clone(d.Name), Serial: strings.Clone(d.Serial), Origins: d.Origins[:min(len(d.Origins), 1)]}
	}
	return out
}

// note takes the devices of one part.
func (r *roll) note(u fleetUnit, inv *inventory.Inventory) {
	at, ok := r.unitAt[u]
	if !ok {
		at = len(r.units)
		r.unitAt[u] = at
		r.units = append(r.units, answers{unit: u, at: map[string]int{}})
	}
	c := &r.units[at]
	for i := range inv.Devices {
		d := identityOf(&inv.Devices[i])
		j, ok := c.at[d.id]
		if !ok {
			c.at[d.id] = len(c.devices)
			c.devices, c.parts = append(c.devices, d), append(c.parts, 1)
			continue
		}
		have := &c.devices[j]
		c.parts[j]++
		for _, f := range []struct{ into, from *string }{{&have.name, &d.name}, {&have.serial, &d.serial}} {
			if *f.into == "" {
				*f.into = *f.from
			}
		}
	}
}

// settle finds out which devices are one, with those that other scanners found.
func (r *roll) settle(plans []*planned) {
	r.calling = false
	var list []reading
	var devices [][]identity
	for _, p := range plans {
		for i, u := range p.units {
			if at, ok := r.unitAt[fleetUnit{p, i}]; ok {
				if u.scanner.Info().Kind != KindInventory {
					list = append(list, u.reading(nil, p.index))
					devices = append(devices, r.units[at].devices)
				}
			} else if p.results[i] != nil {
				list = append(list, u.reading(p.results[i], p.index))
				devices = append(devices, nil)
			}
		}
	}
	for i := range list {
		list[i].called = devices[i]
	}
	for _, n := range sameDevices(list) {
		if n.joined == "" {
			continue
		}
		r.nodes = append(r.nodes, n)
		for _, p := range n.places {
			r.joined[p] = n
		}
	}
	r.count(plans)
	r.units, r.unitAt = nil, nil
}

// count finds the devices of which several parts tell, or other scanners too.
func (r *roll) count(plans []*planned) {
	all := map[deviceKey]int32{}
	each := func(do func(p place, key deviceKey, parts int32)) {
		for i := range r.units {
			u := &r.units[i]
			for j := range u.devices {
				p := place{u.unit.index, u.devices[j].id}
				do(p, keyOf(r.final(p)), u.parts[j])
			}
		}
	}
	each(func(_ place, key deviceKey, parts int32) { all[key] += parts })
	for _, p := range plans {
		for _, inv := range p.results {
			if inv == nil {
				continue
			}
			for _, d := range inv.Devices {
				if key := keyOf(r.final(place{p.index, d.ID})); all[key] > 0 && r.shared[key] == nil {
					r.shared[key] = &sharing{scanned: true}
				}
			}
		}
	}
	each(func(p place, key deviceKey, _ int32) {
		if r.shared[key] == nil && all[key] > 1 {
			r.shared[key] = &sharing{left: all[key]}
		}
		if s := r.shared[key]; s != nil {
			s.node = r.joined[p]
			r.touched[keyOf(p.id)] = true
		}
	})
}

// final is the ID that a device gets.
func (r *roll) final(p place) string {
	if n := r.joined[p]; n != nil {
		return n.places[0].id
	}
	return p.id
}

// many reports whether a part tells of a device of which others tell too.
func (r *roll) many(inv *inventory.Inventory) bool {
	return slices.ContainsFunc(inv.Devices, func(d inventory.Device) bool { return r.touched[keyOf(d.ID)] })
}

// again notices devices that come up again in the exports of one system, while they are handed on as they come.
type again struct {
	units  map[fleetUnit]int32
	places map[deviceKey]int32 // the unit that told of an identifier last
}

// comes tells whether a device of the part may have come up before, or belongs to one that may come.
func (a *again) comes(p heldPart) bool {
	if a.places == nil {
		a.units, a.places = map[fleetUnit]int32{}, map[deviceKey]int32{}
	}
	if a.units[p.from] == 0 {
		a.units[p.from] = int32(len(a.units) + 1)
	}
	unit, kind, found := a.units[p.from], p.from.unit().scanner.Info().Kind, false
	meet := func(what, text string, same bool) {
		key := keyOf(what + text)
		if last := a.places[key]; last != 0 && (same || last != unit) {
			found = true
		}
		a.places[key] = unit
	}
	for i := range p.inv.Devices {
		d := &p.inv.Devices[i]
		meet("id ", d.ID, true)
		if kind == KindInventory {
			continue
		}
		if d.Serial != "" {
			meet("serial ", string(d.Platform)+" "+strings.ToLower(d.Serial), true)
		}
		if !slices.Contains(Computers(), d.Platform) || len(p.from.units) == 1 {
			continue
		}
		if name := shortName(d.Name); name != "" {
			meet("name ", string(d.Platform)+" "+name, false)
		}
		found = found || d.ID == inventory.DeviceID(d.Platform, "folder", path.Dir(p.from.unit().name()))
	}
	return found
}
