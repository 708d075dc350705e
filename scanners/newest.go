package scanners

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"quaestor/scanners/inventory"
)

// reading is what one scanner found in one source.
type reading struct {
	scanner, source string
	inv             *inventory.Inventory
	target          int        // which of those that the user named
	isDir, part     bool       // the source is a folder; a fragment that the user named by itself
	called          []identity // its devices, where nothing else of them is held
}

// settle makes of several readings of one device by one scanner one that holds now: the newest decides what is installed and how
// it is set, and of the older ones only those apps remain which it does not list, as traces. It does so only where both say when
// they were collected, and where the newest is whole: what could not be read to its end proves nothing by its silence.
func settle(readings []reading) {
	type key struct{ scanner, device string }
	groups := map[key][]reading{}
	var order []key
	for _, r := range readings {
		if r.inv == nil || len(r.inv.Devices) != 1 || r.inv.Devices[0].CollectedAt == nil {
			continue
		}
		k := key{r.scanner, r.inv.Devices[0].ID}
		if groups[k] == nil {
			order = append(order, k)
		}
		groups[k] = append(groups[k], r)
	}
	for _, k := range order {
		if list := groups[k]; len(list) > 1 {
			slices.SortStableFunc(list, func(x, y reading) int { return y.at().Compare(x.at()) })
			if first := slices.IndexFunc(list, reading.whole); first >= 0 {
				outdate(list[first], list[first+1:])
			}
		}
	}
}

// at is when the device was read.
func (r reading) at() time.Time { return *r.inv.Devices[0].CollectedAt }

// whole reports whether a reading lists what is installed, to the end.
func (r reading) whole() bool {
	return slices.ContainsFunc(r.inv.Apps, func(a inventory.App) bool { return lists(&a) }) && !slices.ContainsFunc(r.inv.Gaps, func(g inventory.Gap) bool { return g.Kind.Incomplete() })
}

func lists(a *inventory.App) bool {
	return a.Device != "" && a.Presence == inventory.PresenceInstalled && !a.NotInstalled
}

// outdate takes from older readings, the latest first, what the newest has told.
func outdate(newest reading, older []reading) {
	known := map[string]*inventory.App{} // by ID; those that something newer tells of
	for i := range newest.inv.Apps {
		known[newest.inv.Apps[i].ID] = &newest.inv.Apps[i]
	}
	for _, r := range older {
		if !r.at().Before(newest.at()) {
			continue // of the same moment: two halves of one
		}
		traces := outdateApps(r, known)
		settings := outdateSettings(newest.inv, r.inv)
		r.inv.Gaps = append(r.inv.Gaps, oldGap(newest, r, traces, settings))
		outdateDevice(&newest.inv.Devices[0], &r.inv.Devices[0])
	}
}

// outdateApps leaves of an older reading the apps that nothing newer lists, as traces; it gives the names of those that it had as
// installed.
func outdateApps(r reading, known map[string]*inventory.App) (traces []string) {
	var kept []inventory.App
	for i := range r.inv.Apps {
		app := r.inv.Apps[i]
		newer := known[app.ID]
		if app.Device == "" {
			kept = append(kept, app)
			continue
		}
		if newer != nil && newer.Presence == inventory.PresenceInstalled {
			continue
		}
		if lists(&app) {
			traces = append(traces, cmp.Or(app.Name, app.Identifier))
			app.Presence = inventory.PresenceTrace
			at := r.at()
			app.Traces = append(slices.Clone(app.Traces), inventory.Trace{Kind: inventory.TraceListed, First: &at, Last: &at})
		}
		if newer != nil { // what it is was told; that it was there is new
			app = inventory.App{ID: app.ID, Device: app.Device, Platform: app.Platform, IdentifierKind: app.IdentifierKind, Identifier: app.Identifier,
				Presence: inventory.PresenceTrace, Traces: app.Traces, Origins: app.Origins}
		}
		kept = append(kept, app)
		if newer == nil {
			known[app.ID] = &kept[len(kept)-1]
		}
	}
	r.inv.Apps = kept
	return traces
}

// outdateSettings takes away what an older reading says of management, trust, tunnels and privileges: the newest tells what holds.
// It gives the names of what the newest does not have.
func outdateSettings(newest, old *inventory.Inventory) (gone []string) {
	note := func(id, name string, has bool) {
		if !has && id != "" {
			gone = append(gone, name)
		}
	}
	for _, p := range old.Profiles {
		note(p.ID, cmp.Or(p.Name, p.Identifier, p.Kind), slices.ContainsFunc(newest.Profiles, func(x inventory.Profile) bool { return x.ID == p.ID }))
	}
	for _, c := range old.Certificates {
		note(c.ID, cmp.Or(c.Subject, c.SHA256), slices.ContainsFunc(newest.Certificates, func(x inventory.Certificate) bool { return x.ID == c.ID }))
	}
	for _, n := range old.VPNs {
		note(n.ID, cmp.Or(n.Name, n.App, n.Kind), slices.ContainsFunc(newest.VPNs, func(x inventory.VPN) bool { return x.ID == n.ID }))
	}
	for _, p := range old.SecurityProducts {
		note(p.ID, cmp.Or(p.Name, p.Kind), slices.ContainsFunc(newest.SecurityProducts, func(x inventory.SecurityProduct) bool { return x.ID == p.ID }))
	}
	old.Profiles, old.Certificates, old.VPNs, old.SecurityProducts = nil, nil, nil, nil
	return gone
}

// outdateDevice leaves of what an older reading says of the device what does not change, where the newest does not tell it.
func outdateDevice(newest, old *inventory.Device) {
	kept := inventory.Device{ID: old.ID, Platform: old.Platform, Origins: old.Origins}
	for _, f := range []struct{ to, from, newer *string }{
		{&kept.Manufacturer, &old.Manufacturer, &newest.Manufacturer}, {&kept.Model, &old.Model, &newest.Model},
		{&kept.Serial, &old.Serial, &newest.Serial}, {&kept.Arch, &old.Arch, &newest.Arch},
	} {
		if *f.newer == "" {
			*f.to, *f.newer = *f.from, *f.from
		}
	}
	*old = kept
}

func oldGap(newest, old reading, traces, settings []string) inventory.Gap {
	detail := fmt.Sprintf("Of %s, and %q of %s is newer: that decides what is installed, allowed and set.", old.at().UTC().Format(time.DateOnly), newest.source, newest.at().UTC().Format(time.DateOnly))
	if n := len(traces); n > 0 {
		detail += fmt.Sprintf(" Apps that only the older one lists are told as traces (%d).", n)
	}
	if n := len(settings); n > 0 {
		detail += fmt.Sprintf(" Profiles, authorities, VPNs and privileges that only the older one has are left out (%d).", n)
	}
	return inventory.Gap{Scanner: old.scanner, Device: newest.inv.Devices[0].ID, Subject: inventory.Text(old.source), Kind: inventory.GapSkipped,
		Detail: inventory.Text(detail), Next: "Scan the older one alone to see it as it was.", Count: len(traces) + len(settings), Samples: samples(slices.Concat(traces, settings))}
}
