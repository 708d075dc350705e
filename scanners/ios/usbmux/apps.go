package usbmux

import (
	"errors"
	"fmt"

	"quaestor/scanners/internal/installproxy"
	"quaestor/scanners/internal/lockdown"
	"quaestor/scanners/internal/plist"
	"quaestor/scanners/inventory"
)

// storeAttributes have to be asked for by name.
var storeAttributes = []string{"CFBundleIdentifier", "iTunesMetadata"}

// listApps reads every app, and in a second pass what the store noted of each, without which the list is whole.
func (c *collector) listApps() error {
	err := c.phone.Apps(c.ctx, nil, func(d map[string]any) {
		if a := c.App(plist.Text(d, "CFBundleIdentifier")); a != nil {
			c.Installed(a)
			c.From(a, c.file("installation_proxy"), 0)
			installproxy.Describe(a, d)
		}
	})
	switch {
	case errors.Is(err, lockdown.ErrLimit):
		c.gap(inventory.Gap{Kind: inventory.GapLimit, Detail: fmt.Sprintf("The list of apps is not whole: %v.", err),
			Next: "Make a backup of the phone and scan that."})
	case err != nil:
		return err
	case c.Apps() == 0:
		c.gap(inventory.Gap{Kind: inventory.GapEmpty, Detail: "The phone lists no app at all.", Next: "Unlock the phone, plug it in again and scan it again."})
	}
	return c.part("notes of the App Store on its apps", c.store)
}

// store reads what the App Store noted of its apps.
func (c *collector) store() error {
	broken := 0
	err := c.phone.Apps(c.ctx, storeAttributes, func(d map[string]any) {
		a := c.Known(plist.Text(d, "CFBundleIdentifier"))
		if a != nil && d["iTunesMetadata"] != nil && installproxy.DescribeStore(a, d["iTunesMetadata"]) != nil {
			broken++
		}
	})
	if broken > 0 {
		c.gap(inventory.Gap{Kind: inventory.GapMalformed, Count: broken, Detail: "What the App Store noted of apps does not parse.",
			Next: "Look at these apps by hand."})
	}
	return err
}
