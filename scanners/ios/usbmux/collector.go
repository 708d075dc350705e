package usbmux

import (
	"context"

	"quaestor/scanners/internal/lockdown"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// collector gathers the facts of one phone.
type collector struct {
	ctx    context.Context
	phone  *lockdown.Phone
	inv    *inventory.Inventory
	name   string // of the phone, as a user would write it
	device *inventory.Device
	apps   map[string]int // index of an app by its bundle identifier
	limits map[string]int // what was cut short
}

func newCollector(ctx context.Context, phone *lockdown.Phone, udid string) *collector {
	inv := inventory.New()
	inv.Devices = []inventory.Device{{ID: deviceID(udid), Platform: inventory.IOS, Manufacturer: "Apple", Properties: map[string]string{"UniqueDeviceID": udid}}}
	return &collector{ctx: ctx, phone: phone, inv: inv, name: source.KindIPhone + ":" + udid, device: &inv.Devices[0], apps: map[string]int{}, limits: map[string]int{}}
}

func deviceID(udid string) string { return inventory.DeviceID(inventory.IOS, plain(udid)) }

// collect reads one thing after the other. What fails is a gap; without the list of apps it is an error.
func (c *collector) collect() (*inventory.Inventory, error) {
	c.device.Origins = []inventory.Origin{c.origin("lockdownd")}
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
	return c.inv, refused(err)
}

// part reads something without which the rest is worth having. The end of the scan or of the connection ends it all.
func (c *collector) part(what string, read func() error) error {
	err := read()
	if err == nil {
		return nil
	}
	if interrupted(err) {
		return err
	}
	w := standing(err)
	c.gap(inventory.Gap{Subject: c.name, Kind: w.kind, Detail: "The " + what + " could not be read: " + lower(w.detail), Next: w.next})
	return nil
}

func (c *collector) gap(g inventory.Gap) {
	g.Device = c.device.ID
	c.inv.Gaps = append(c.inv.Gaps, g)
}

// origin says which service of the phone told a fact.
func (c *collector) origin(service string) inventory.Origin {
	return inventory.Origin{Scanner: ID, Path: inventory.Text(c.name + "!" + service)}
}

// finish states what concerns the phone as a whole.
func (c *collector) finish() {
	if !c.phone.Proved() {
		c.gap(inventory.Gap{Subject: c.name, Kind: inventory.GapBlind,
			Detail: "The phone showed another key than that of the pairing: what it says may come from somebody between it and this computer.",
			Next:   "Unpair the phone (`idevicepair unpair`, or forget it in Finder or iTunes), pair it again by cable and scan it again."})
	}
}
