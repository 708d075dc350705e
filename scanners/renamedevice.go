package scanners

import (
	"fmt"
	"path"
	"strings"

	"quaestor/scanners/inventory"
)

// joinID is who says that computers were joined.
const joinID = "runner/computers"

// renameDevices writes the devices that were joined into the readings, and gives one ID to what several of them tell of.
func renameDevices(list []reading, nodes []*sighting) {
	to := renamings(nodes)
	if len(to) == 0 {
		return
	}
	for i := range list {
		if list[i].inv != nil {
			rename(list[i], i, to)
		}
	}
}

// renamings are the devices that were joined, by each place of theirs.
func renamings(nodes []*sighting) map[place]*renaming {
	to := map[place]*renaming{}
	for _, n := range nodes {
		if n.joined == "" {
			continue
		}
		r := &renaming{id: n.places[0].id, node: n, told: n.joined == bySerial, facts: map[string]string{}, apps: map[string][]known{}}
		for _, p := range n.places {
			to[p] = r
		}
	}
	return to
}

// renameDevice gives one device of an inventory another ID, and what is told of it IDs that go with that.
func renameDevice(inv *inventory.Inventory, d inventory.Device, id string) {
	r := &renaming{id: id, node: &sighting{name: d.Name}, told: true, facts: map[string]string{}, apps: map[string][]known{}}
	rename(reading{inv: inv}, 0, map[place]*renaming{{0, d.ID}: r})
}

// renaming is a device that takes in others.
type renaming struct {
	id    string
	node  *sighting
	told  bool
	best  inventory.Device
	facts map[string]string
	apps  map[string][]known
}

// known is an app of the device.
type known struct {
	id, arch, version string
	reading           int
}

// rename gives the facts of one reading their device.
func rename(r reading, at int, to map[place]*renaming) {
	of := func(id *string) *renaming {
		n := to[place{r.target, *id}]
		if n != nil {
			*id = n.id
		}
		return n
	}
	fact := func(device, id *string, kind string, parts ...string) {
		old := *device
		n := of(device)
		if n == nil {
			return
		}
		key := strings.ToLower(kind + "\x00" + strings.Join(parts, "\x00"))
		if first, ok := n.facts[key]; ok {
			*id = first
			return
		}
		if n.id != old { // its ID may be that of a fact on another computer of the name
			*id = inventory.FactID(kind, n.id, *id)
		}
		n.facts[key] = *id
	}
	inv, moved, changed := r.inv, map[string]string{}, false
	for i := range inv.Devices {
		d := &inv.Devices[i]
		if n := of(&d.ID); n != nil {
			changed = true
			n.describe(d)
			if !n.told {
				n.told = true
				inv.Gaps = append(inv.Gaps, n.gap())
			}
		}
	}
	if !changed {
		return
	}
	for i := range inv.Apps {
		a := &inv.Apps[i]
		id, device := a.ID, a.Device
		if n := of(&a.Device); n != nil {
			n.app(a, at, device != n.id)
			moved[id] = a.ID
		}
	}
	for i := range inv.SecurityProducts {
		p := &inv.SecurityProducts[i]
		if to, ok := moved[p.App]; ok {
			p.App = to
		}
		switch {
		case p.Service != "" && p.Kind != "built-in":
			fact(&p.Device, &p.ID, "security", p.Kind, p.Service)
		case strings.HasPrefix(p.Identifier, "{"):
			fact(&p.Device, &p.ID, "security", p.Kind, p.Identifier, p.User)
		default:
			fact(&p.Device, &p.ID, "security", p.Kind, p.Identifier, p.Name, p.Path, p.User)
		}
	}
	profiles := map[string]string{}
	for i := range inv.Profiles {
		p := &inv.Profiles[i]
		old := p.ID
		fact(&p.Device, &p.ID, "profile", p.Kind, p.User, p.Identifier, p.Name)
		profiles[old] = p.ID
	}
	for i := range inv.Certificates {
		c := &inv.Certificates[i]
		if to, ok := profiles[c.Profile]; ok {
			c.Profile = to
		}
		sum := c.SHA1
		if sum == "" {
			sum = c.SHA256
		}
		fact(&c.Device, &c.ID, "certificate", c.Store, c.User, sum)
	}
	for i := range inv.VPNs {
		v := &inv.VPNs[i]
		if to, ok := profiles[v.Profile]; ok {
			v.Profile = to
		}
		fact(&v.Device, &v.ID, "vpn", v.Kind, v.User, v.App, v.Name, v.Server)
	}
	for i := range inv.Components {
		c := &inv.Components[i]
		if to, ok := moved[c.App]; ok {
			c.App = to
		}
		fact(&c.Device, &c.ID, "component", c.Binary, c.App, c.PURL)
	}
	for i := range inv.Gaps {
		of(&inv.Gaps[i].Device)
	}
	for i := range inv.Runs {
		of(&inv.Runs[i].Device)
	}
	one := inventory.New() // what became one within the reading is united
	one.Merge(inv)
	*inv = *one
}

// app gives an app the ID of the one that is known already: of the same identifier, and not of another version or processor.
func (n *renaming) app(a *inventory.App, reading int, foreign bool) {
	key := strings.ToLower(string(a.IdentifierKind) + "\x00" + a.Identifier)
	var fits []string
	for _, k := range n.apps[key] {
		if k.reading != reading && agree(k.arch, a.Arch) && agree(k.version, a.Version) {
			fits = with(fits, k.id)
		}
	}
	switch {
	case len(fits) == 1:
		a.ID = fits[0]
	case foreign: // its ID may be that of an app on another computer of the name
		a.ID = inventory.AppID(n.id, a.IdentifierKind, a.Identifier, a.ID)
	}
	n.apps[key] = append(n.apps[key], known{a.ID, a.Arch, a.Version, reading})
}

// describe keeps of several descriptions of the computer the first, and of others what completes it.
func (n *renaming) describe(d *inventory.Device) {
	d.Name = n.node.name
	later := d.After(&n.best)
	for _, f := range []struct{ have, more *string }{{&n.best.OSName, &d.OSName}, {&n.best.OSVersion, &d.OSVersion}, {&n.best.OSBuild, &d.OSBuild},
		{&n.best.Manufacturer, &d.Manufacturer}, {&n.best.Model, &d.Model}, {&n.best.Arch, &d.Arch}} {
		switch {
		case *f.have == "":
			*f.have = *f.more
		case strings.Contains(strings.ToLower(*f.have), strings.ToLower(*f.more)), !later && strings.Contains(strings.ToLower(*f.more), strings.ToLower(*f.have)):
			*f.more = "" // the same, in other words or less exact
		}
	}
	if later || n.best.LastSeen == nil && n.best.CollectedAt == nil {
		n.best.LastSeen, n.best.CollectedAt = d.LastSeen, d.CollectedAt
	}
}

func (n *renaming) gap() inventory.Gap {
	return inventory.Gap{Scanner: joinID, Device: n.id, Subject: inventory.Text(n.node.name), Kind: inventory.GapSkipped,
		Detail: inventory.Text(fmt.Sprintf(n.node.joined, n.node.name)), Next: "If there are several computers of this name, scan what is of each by itself."}
}

// folder is the folder that a source lies in, or that it is.
func (r reading) folder() string {
	if r.isDir {
		return path.Clean(r.source)
	}
	return path.Dir(r.source)
}
