package scanners

import (
	"fmt"

	"quaestor/scanners/inventory"
)

// placeholders takes away serial numbers that are none: what makers and systems write where there is no number would make one device
// of many. The scanners know such a device by its next identifier.
func placeholders(inv *inventory.Inventory) {
	for i := range inv.Devices {
		d := &inv.Devices[i]
		if d.Serial == "" || inventory.UsableSerial(d.Serial) != "" {
			continue
		}
		name := d.Name
		if name == "" {
			name = d.ID
		}
		inv.Gaps = append(inv.Gaps, inventory.Gap{Scanner: joinID, Device: d.ID, Subject: inventory.Text(name), Kind: inventory.GapBlind,
			Detail: inventory.Text(fmt.Sprintf("What stands for its serial number, %q, is written where there is none; the device is told from others by its next identifier.", d.Serial)),
			Next:   "Compare it with other records of the device by hand; what another system tells of it may be told as of another device."})
		d.Serial = ""
	}
}
