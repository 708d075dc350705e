package inventory

import "slices"

// MergeAll returns one inventory of all in list, as if each were merged into the first one after another, at a cost that grows
// with what they hold and not with how many they are. Nil stands for nothing. The first is changed and returned; the elements
// of list are set to nil as they are taken over, so that no more than one is held twice.
func MergeAll(list []*Inventory) *Inventory {
	list = slices.DeleteFunc(list, func(inv *Inventory) bool { return inv == nil })
	if len(list) == 0 {
		return New()
	}
	inv := list[0]
	if len(list) == 1 {
		return inv
	}
	inv.room(list[1:])
	m := newMerger(inv)
	for i, from := range list[1:] {
		m.merge(from)
		list[1+i] = nil
	}
	m.finish()
	return inv
}

// room makes the lists long enough for what comes, so that they are not copied again and again.
func (inv *Inventory) room(list []*Inventory) {
	var count struct{ devices, apps, binaries, components, products, profiles, certificates, vpns, gaps, runs int }
	for _, from := range list {
		count.devices += len(from.Devices)
		count.apps += len(from.Apps)
		count.binaries += len(from.Binaries)
		count.components += len(from.Components)
		count.products += len(from.SecurityProducts)
		count.profiles += len(from.Profiles)
		count.certificates += len(from.Certificates)
		count.vpns += len(from.VPNs)
		count.gaps += len(from.Gaps)
		count.runs += len(from.Runs)
	}
	inv.Devices = slices.Grow(inv.Devices, count.devices)
	inv.Apps = slices.Grow(inv.Apps, count.apps)
	inv.Binaries = slices.Grow(inv.Binaries, count.binaries)
	inv.Components = slices.Grow(inv.Components, count.components)
	inv.SecurityProducts = slices.Grow(inv.SecurityProducts, count.products)
	inv.Profiles = slices.Grow(inv.Profiles, count.profiles)
	inv.Certificates = slices.Grow(inv.Certificates, count.certificates)
	inv.VPNs = slices.Grow(inv.VPNs, count.vpns)
	inv.Gaps = slices.Grow(inv.Gaps, count.gaps)
	inv.Runs = slices.Grow(inv.Runs, count.runs)
}
