package scanners

import (
	"cmp"
	"fmt"
	"maps"
	"net/netip"
	"path"
	"slices"
	"strings"

	"quaestor/scanners/inventory"
)

// Fragment is implemented by scanners of files each of which is a part of one computer where several that lie in one folder
// are named together, such as the hives of a registry.
type Fragment interface {
	Fragment() bool
}

// joinDevices makes one device of those that the sources say are one.
func joinDevices(list []reading) { renameDevices(list, sameDevices(list)) }

// sameDevices finds the devices that the sources give one serial number, and the computers that they call by one name: the registry of
// a computer has a number that a list of its programs does not have. Two that differ in a number stay two, and so do two of one name
// that one source tells apart: it is less bad to tell of a device twice than to lay the programs of one to another.
func sameDevices(list []reading) []*sighting {
	nodes := joinSerials(sightings(list))
	nodes = joinBy(nodes, func(n *sighting) string { return n.key(shortName(n.name), n.targets()[0]) })
	nodes = joinBy(nodes, func(n *sighting) string { return n.key(fullName(n.name), -1) })
	nodes = joinFolders(nodes)
	return joinFragments(nodes)
}

// place is a device as one target has it: two organisations may both have a computer of one name.
type place struct {
	target int
	id     string
}

// sighting is a device in one target or, when it was joined, in several.
type sighting struct {
	platform inventory.Platform
	places   []place
	name     string
	full     []string // names with a domain
	numbers  []string // IDs that are made from a number of the computer
	serials  []string
	readings []int
	folders  []string // that the files lie in
	list     string   // the folder that stands for the computer, as lists in it name none
	nowhere  bool     // only the place of a file stands for it
	part     bool     // a fragment whose file was named by itself
	bySerial bool     // its ID is made from its serial number
	joined   string   // how it was joined
}

// key groups computers; "" for one that is not to be joined.
func (n *sighting) key(name string, target int) string {
	if name == "" || n.nowhere || n.list != "" || !slices.Contains(Computers(), n.platform) {
		return ""
	}
	return fmt.Sprint(n.platform, " ", target, " ", name)
}

func (n *sighting) targets() []int {
	var out []int
	for _, p := range n.places {
		out = append(out, p.target)
	}
	return out
}

// sightings are the devices of the readings, in their order.
func sightings(list []reading) []*sighting {
	at := map[place]*sighting{}
	var nodes []*sighting
	for i, r := range list {
		see := func(d identity) {
			p := place{r.target, d.id}
			n := at[p]
			if n == nil {
				n = &sighting{platform: d.platform, places: []place{p}, name: d.name}
				at[p] = n
				nodes = append(nodes, n)
			}
			n.see(i, r, d)
		}
		for _, d := range r.called {
			see(d)
		}
		if r.inv != nil {
			for j := range r.inv.Devices {
				see(identityOf(&r.inv.Devices[j]))
			}
		}
	}
	return nodes
}

// see notes what a reading tells of the computer.
func (n *sighting) see(i int, r reading, d identity) {
	n.readings = with(n.readings, i)
	n.folders = with(n.folders, r.folder())
	n.part = n.part || r.part
	if s := strings.ToLower(inventory.UsableSerial(d.serial)); s != "" {
		n.serials = with(n.serials, s)
	}
	switch is := func(parts ...string) bool { return d.id == inventory.DeviceID(d.platform, parts...) }; {
	case is("folder", path.Dir(r.source)):
		n.list = path.Dir(r.source)
	case is("hive", r.source), is("list", r.source), is("registry export", r.source), is("browser profile", r.source):
		n.nowhere = true
	case is(d.serial), is("serial", d.serial), is("serial", strings.ToUpper(d.serial)):
		n.bySerial = true
		n.named(d.name)
	case is("host-name", strings.ToLower(d.name)), is("name", d.name):
		n.named(d.name)
	default:
		n.numbers = with(n.numbers, d.id)
		if d.name != path.Base(r.source) {
			n.named(d.name)
		}
	}
}

func (n *sighting) named(name string) {
	n.name = name
	if f := fullName(name); f != shortName(name) {
		n.full = with(n.full, f)
	}
}

func with[T comparable](list []T, more ...T) []T {
	for _, m := range more {
		if !slices.Contains(list, m) {
			list = append(list, m)
		}
	}
	return list
}

// shortName is the first part of a full name, by which a computer is called within one network.
func shortName(name string) string {
	name = fullName(name)
	if _, err := netip.ParseAddr(name); err == nil {
		return name
	}
	short, _, _ := strings.Cut(name, ".")
	return short
}

// fullName is a name as it is compared; "" for one that any computer may have.
func fullName(name string) string {
	name = strings.TrimSuffix(strings.ToLower(strings.TrimSpace(name)), ".")
	switch name {
	case "localhost", "localhost.localdomain", "(none)", "unknown":
		return ""
	}
	return name
}

// joinSerials joins devices that sources give one serial number, whatever they call them.
func joinSerials(nodes []*sighting) []*sighting {
	groups := map[string][]*sighting{}
	var order []string
	for _, n := range nodes {
		if len(n.serials) != 1 {
			continue
		}
		key := string(n.platform) + " " + n.serials[0]
		if groups[key] == nil {
			order = append(order, key)
		}
		groups[key] = append(groups[key], n)
	}
	gone := map[*sighting]bool{}
	for _, key := range order {
		var numbers []string
		group := groups[key]
		for _, n := range group {
			numbers = with(numbers, n.numbers...)
		}
		if len(group) < 2 || len(numbers) > 1 {
			continue
		}
		left := join(slices.Clone(group), group, bySerial)
		for _, n := range group {
			gone[n] = n != left[0]
		}
	}
	return slices.DeleteFunc(nodes, func(n *sighting) bool { return gone[n] })
}

// bySerial is how devices were joined of which there is no doubt.
const bySerial = "The sources give %q one serial number."

// joinBy joins the computers that have a key in common, where nothing speaks against it.
func joinBy(nodes []*sighting, key func(*sighting) string) []*sighting {
	groups := map[string][]*sighting{}
	for _, n := range nodes {
		if k := key(n); k != "" {
			groups[k] = append(groups[k], n)
		}
	}
	for _, k := range slices.Sorted(maps.Keys(groups)) {
		if group := groups[k]; !unitable(group) { // whose the lists are that have only the name, nobody knows
			groups[k] = slices.DeleteFunc(group, func(n *sighting) bool { return len(n.numbers) > 0 })
		}
		if group := groups[k]; unitable(group) {
			nodes = join(nodes, group, "The sources call it by the name %q, and it is taken for one computer: no number of a computer and no other name speaks against it.")
		}
	}
	return nodes
}

// unitable reports whether nothing tells the computers apart: numbers, serials, domains, or a source that has several of them.
func unitable(group []*sighting) bool {
	var numbers, serials, full []string
	var readings []int
	for i, n := range group {
		if slices.ContainsFunc(n.readings, func(r int) bool { return slices.Contains(readings, r) }) && !sameDevice(group[:i], n) {
			return false
		}
		numbers, serials, full, readings = with(numbers, n.numbers...), with(serials, n.serials...), with(full, n.full...), with(readings, n.readings...)
	}
	return len(group) > 1 && len(numbers) < 2 && len(serials) < 2 && len(full) < 2
}

func sameDevice(group []*sighting, n *sighting) bool {
	return slices.ContainsFunc(group, func(g *sighting) bool { return g.places[0].id == n.places[0].id })
}

// joinFolders gives lists that name no computer to the only one whose registry or volume lies beside them.
func joinFolders(nodes []*sighting) []*sighting {
	for _, n := range slices.Clone(nodes) {
		if n.list == "" {
			continue
		}
		beside := slices.DeleteFunc(slices.Clone(nodes), func(o *sighting) bool {
			return o == n || o.platform != n.platform || !slices.Contains(o.folders, n.list) || !slices.Contains(o.targets(), n.targets()[0])
		})
		if len(beside) == 1 && unitable([]*sighting{beside[0], n}) {
			nodes = join(nodes, []*sighting{beside[0], n}, "Lists that do not say of which computer they are lie beside what is of %q, and are taken for that computer's.")
		}
	}
	return nodes
}

// joinFragments joins files that were named one by one and lie in one folder.
func joinFragments(nodes []*sighting) []*sighting {
	groups := map[string][]*sighting{}
	for _, n := range nodes {
		if n.part && len(n.folders) == 1 {
			groups[n.folders[0]] = append(groups[n.folders[0]], n)
		}
	}
	for _, dir := range slices.Sorted(maps.Keys(groups)) {
		group := groups[dir]
		names := 0
		for _, n := range group {
			if !n.nowhere && len(n.numbers) == 0 {
				names++ // known by a name that a hive states
			}
		}
		if names < 2 && unitable(group) {
			nodes = join(nodes, group, "Hives that lie in one folder are taken for those of one computer, %q.")
		}
	}
	return nodes
}

// join makes one of a group: the one with a number leads, else one known by its serial number, else the first with a name.
func join(nodes, group []*sighting, how string) []*sighting {
	lead := group[0]
	for _, n := range group[1:] {
		switch more := cmp.Compare(len(n.numbers), len(lead.numbers)); {
		case more > 0, more == 0 && lead.nowhere && !n.nowhere, more == 0 && n.bySerial && !lead.bySerial:
			lead = n
		}
	}
	for _, n := range group {
		if n == lead {
			continue
		}
		if n.places[0].id != lead.places[0].id || n.joined != "" {
			for _, h := range []string{n.joined, how} {
				if lead.joined == "" || lead.joined == bySerial && h != "" {
					lead.joined = h
				}
			}
		}
		if lead.part && len(lead.numbers) > 0 && !n.nowhere {
			lead.name = n.name // a hive of programs does not have it
		}
		lead.places, lead.full, lead.numbers = with(lead.places, n.places...), with(lead.full, n.full...), with(lead.numbers, n.numbers...)
		lead.serials, lead.readings, lead.folders = with(lead.serials, n.serials...), with(lead.readings, n.readings...), with(lead.folders, n.folders...)
	}
	return slices.DeleteFunc(nodes, func(n *sighting) bool { return n != lead && slices.Contains(group, n) })
}
