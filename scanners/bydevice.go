package scanners

import (
	"quaestor/scanners/inventory"
)

// window is how many devices are worked on before those that are ready are handed on.
const window = 64

// spread hands the devices of an inventory on one by one, if they are too many, and returns what belongs to none of them. The
// inventory is sorted.
func (s *stream) spread(inv *inventory.Inventory) *inventory.Inventory {
	if s.work == nil || s.err != nil || len(inv.Devices) <= s.together {
		return inv
	}
	s.open = true
	parts, rest := byDevice(inv)
	for len(parts) > 0 && s.err == nil {
		now := parts[:min(len(parts), window)]
		values := beside(len(now), func(i int) any { return s.works(now[i]) })
		for i := range now {
			if s.hand(now[i], values[i], true) != nil {
				break
			}
			now[i] = nil
		}
		parts = parts[len(now):]
	}
	return rest
}

// byDevice cuts a sorted inventory into those of its devices, in their order, and what belongs to none. A file that apps of several
// devices have is in the inventory of each. Runs belong to none.
func byDevice(inv *inventory.Inventory) (parts []*inventory.Inventory, rest *inventory.Inventory) {
	rest = inventory.New()
	rest.Runs = inv.Runs
	of := make(map[string]*inventory.Inventory, len(inv.Devices))
	for i := range inv.Devices {
		part := inventory.New()
		part.Devices = inv.Devices[i : i+1 : i+1]
		of[inv.Devices[i].ID] = part
		parts = append(parts, part)
	}
	at := func(device string) *inventory.Inventory {
		if part := of[device]; part != nil {
			return part
		}
		return rest
	}
	holders := map[string]*holding{}       // of files
	for from := 0; from < len(inv.Apps); { // they are sorted by device first
		to := from + 1
		for to < len(inv.Apps) && inv.Apps[to].Device == inv.Apps[from].Device {
			to++
		}
		part := at(inv.Apps[from].Device)
		if part.Apps == nil { // else apps of devices that nothing else is told of
			part.Apps = inv.Apps[from:to:to]
		} else {
			part.Apps = append(part.Apps, inv.Apps[from:to]...)
		}
		for _, app := range inv.Apps[from:to] {
			for _, sha := range app.Binaries {
				hold(holders, sha, part)
			}
		}
		from = to
	}
	deal(inv.SecurityProducts, func(p *inventory.SecurityProduct) *[]inventory.SecurityProduct { return &at(p.Device).SecurityProducts })
	deal(inv.Profiles, func(p *inventory.Profile) *[]inventory.Profile { return &at(p.Device).Profiles })
	deal(inv.Certificates, func(c *inventory.Certificate) *[]inventory.Certificate { return &at(c.Device).Certificates })
	deal(inv.VPNs, func(v *inventory.VPN) *[]inventory.VPN { return &at(v.Device).VPNs })
	deal(inv.Gaps, func(g *inventory.Gap) *[]inventory.Gap { return &at(g.Device).Gaps })
	dealFiles(inv, holders, rest)
	for i := range inv.Components {
		c := &inv.Components[i]
		if h := holders[c.Binary]; c.Device == "" && h != nil {
			for _, part := range h.parts {
				part.Components = append(part.Components, *c)
			}
			continue
		}
		part := at(c.Device)
		part.Components = append(part.Components, *c)
	}
	return parts, rest
}

// deal puts every fact where it belongs.
func deal[T any](list []T, to func(*T) *[]T) {
	for i := range list {
		l := to(&list[i])
		*l = append(*l, list[i])
	}
}

// dealFiles puts every file where the apps are that it is of, or that it lies in.
func dealFiles(inv *inventory.Inventory, holders map[string]*holding, rest *inventory.Inventory) {
	for more := true; more; { // a file may lie in a file that lies in another
		more = false
		for i := range inv.Binaries {
			for _, place := range inv.Binaries[i].Inside {
				if h := holders[place.Binary]; h != nil && place.Binary != inv.Binaries[i].SHA256 {
					for _, part := range h.parts {
						more = hold(holders, inv.Binaries[i].SHA256, part) || more
					}
				}
			}
		}
	}
	for i := range inv.Binaries {
		h := holders[inv.Binaries[i].SHA256]
		if h == nil {
			rest.Binaries = append(rest.Binaries, inv.Binaries[i])
			continue
		}
		for _, part := range h.parts {
			part.Binaries = append(part.Binaries, inv.Binaries[i])
		}
	}
}

// holding are the parts that have a file.
type holding struct {
	parts []*inventory.Inventory
	has   map[*inventory.Inventory]bool
}

// hold notes that a part has a file, and tells whether that is new.
func hold(holders map[string]*holding, sha string, part *inventory.Inventory) bool {
	h := holders[sha]
	if h == nil {
		h = &holding{has: map[*inventory.Inventory]bool{}}
		holders[sha] = h
	}
	if h.has[part] {
		return false
	}
	h.has[part] = true
	h.parts = append(h.parts, part)
	return true
}
