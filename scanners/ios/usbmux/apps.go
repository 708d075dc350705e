package usbmux

import (
	"errors"
	"slices"

	"quaestor/scanners/internal/installproxy"
	"quaestor/scanners/internal/lockdown"
	"quaestor/scanners/inventory"
)

// storeAttributes have to be asked for by name.
var storeAttributes = []string{"CFBundleIdentifier", "iTunesMetadata"}

// listApps reads every app, and in a second pass what the store noted of each, without which the list is whole.
func (c *collector) listApps() error {
	nameless := 0
	err := c.phone.Apps(c.ctx, nil, func(d map[string]any) {
		if a := c.app(d); a == nil {
			nameless++
		} else if installproxy.Describe(a, d) {
			c.limits[a.Identifier]++
		}
	})
	c.told(nameless)
	if errors.Is(err, lockdown.ErrLimit) {
		w := standing(err)
		c.gap(inventory.Gap{Subject: c.name, Kind: inventory.GapLimit, Detail: "The list of apps is not whole: " + err.Error() + ".", Next: w.next})
		err = nil
	}
	if err != nil {
		return err
	}
	return c.part("notes of the App Store on its apps", c.store)
}

// app is the app of a bundle identifier, or nil where d has none.
func (c *collector) app(d map[string]any) *inventory.App {
	id := installproxy.Identifier(d)
	if id == "" {
		return nil
	}
	at, ok := c.apps[id]
	if !ok {
		at = len(c.inv.Apps)
		c.apps[id] = at
		c.inv.Apps = append(c.inv.Apps, inventory.App{ID: inventory.AppID(c.device.ID, inventory.IOSBundle, id), Device: c.device.ID, Platform: inventory.IOS,
			IdentifierKind: inventory.IOSBundle, Identifier: id, Origins: []inventory.Origin{c.origin("installation_proxy")}})
	}
	return &c.inv.Apps[at]
}

// told states what of the list is missing or was cut.
func (c *collector) told(nameless int) {
	if nameless > 0 {
		c.gap(inventory.Gap{Subject: c.name, Kind: inventory.GapMalformed, Count: nameless,
			Detail: "Entries of the list of apps bear no valid bundle identifier.", Next: "Look at the apps on the phone by hand."})
	}
	if len(c.limits) > 0 {
		g := inventory.Gap{Subject: c.name, Kind: inventory.GapLimit, Count: len(c.limits),
			Detail: "Apps state more purposes, groups or background modes than are kept.", Next: "Look at these apps by hand."}
		for id := range c.limits {
			g.Samples = append(g.Samples, id)
		}
		slices.Sort(g.Samples)
		g.Samples = g.Samples[:min(len(g.Samples), 5)]
		c.gap(g)
	}
	if len(c.inv.Apps) == 0 {
		c.gap(inventory.Gap{Subject: c.name, Kind: inventory.GapEmpty, Detail: "The phone lists no app at all.",
			Next: "Unlock the phone, plug it in again and scan it again."})
	}
}

// store reads what the App Store noted of its apps.
func (c *collector) store() error {
	broken := 0
	err := c.phone.Apps(c.ctx, storeAttributes, func(d map[string]any) {
		at, ok := c.apps[installproxy.Identifier(d)]
		if ok && d["iTunesMetadata"] != nil && installproxy.DescribeStore(&c.inv.Apps[at], d["iTunesMetadata"]) != nil {
			broken++
		}
	})
	if broken > 0 {
		c.gap(inventory.Gap{Subject: c.name, Kind: inventory.GapMalformed, Count: broken, Detail: "What the App Store noted of apps does not parse.",
			Next: "Look at these apps by hand."})
	}
	return err
}
