package usbmux

import (
	"context"
	"strings"

	"quaestor/scanners/internal/codesign"
	"quaestor/scanners/internal/iosfacts"
	"quaestor/scanners/internal/lockdown"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// collector gathers the facts of one phone.
type collector struct {
	*iosfacts.Phone
	ctx   context.Context
	phone *lockdown.Phone
	roots codesign.Roots
	name  string // as a user would write it
}

func (s Scanner) collector(ctx context.Context, phone *lockdown.Phone, udid string) *collector {
	c := &collector{Phone: iosfacts.New(ID), ctx: ctx, phone: phone, roots: s.roots, name: source.KindIPhone + ":" + udid}
	c.UDID = hyphened(udid)
	c.Device.Origins = []inventory.Origin{c.from("lockdownd")}
	return c
}

// hyphened writes the identifier of a phone as the phone does. Some computers leave out the hyphen of the newer ones.
func hyphened(udid string) string {
	if len(udid) == 24 && !strings.Contains(udid, "-") {
		return udid[:8] + "-" + udid[8:]
	}
	return udid
}

// collect reads one thing after the other. What fails is a gap; without the list of apps it is an error.
func (c *collector) collect() (*inventory.Inventory, error) {
	err := c.values()
	if err == nil {
		err = c.listApps()
	}
	if err == nil {
		err = c.part("configuration profiles and supervision", c.profiles)
	}
	if err == nil {
		err = c.part("provisioning profiles", c.provisioning)
	}
	c.finish()
	return c.Inventory("", c.name, ""), refused(err)
}

// part reads something without which the rest is worth having. The end of the scan ends it all.
func (c *collector) part(what string, read func() error) error {
	err := read()
	if err == nil || interrupted(err) {
		return err
	}
	w := standing(err)
	c.gap(inventory.Gap{Kind: w.kind, Detail: "The " + what + " could not be read, or not all: " + lower(w.detail), Next: w.next})
	return nil
}

// gap records something about the phone as a whole.
func (c *collector) gap(g inventory.Gap) {
	g.Subject = inventory.Text(c.name)
	c.Gap(g)
}

// from says which service of the phone told a fact.
func (c *collector) from(service string) inventory.Origin { return c.Origin(c.file(service), 0) }

// file is where a reader finds what a service told.
func (c *collector) file(service string) string { return c.name + "!" + service }

// finish states what concerns all that the phone told.
func (c *collector) finish() {
	if !c.phone.Proved() {
		c.gap(inventory.Gap{Kind: inventory.GapBlind,
			Detail: "The phone did not show the key of the pairing: what it says may come from somebody between it and this computer.",
			Next:   "Unpair the phone (`idevicepair unpair`, or forget it in Finder or iTunes), pair it again by cable and scan it again."})
	}
}
