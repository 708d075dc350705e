package intune

import (
	"strings"

	"quaestor/scanners/internal/regroup"
	"quaestor/scanners/inventory"
)

// maxCounted is how many apps are kept of those that are counted.
const maxCounted = 100_000

// shown are the names of platforms for readers.
var shown = map[inventory.Platform]string{inventory.Windows: "Windows", inventory.MacOS: "macOS", inventory.IOS: "iOS", inventory.Android: "Android", inventory.Linux: "Linux"}

// fleet stands for all devices of a platform, of which the export counts apps.
func (s *split) fleet(g regroup.Group) *inventory.Inventory {
	p := inventory.Platform(g.Key)
	d := inventory.Device{Platform: p, ID: deviceID(p, "intune", "all devices"), Name: strings.Join(strings.Fields("Intune: all "+shown[p]+" devices"), " "),
		Management: &inventory.Management{System: "intune"}, Origins: []inventory.Origin{s.origin(g.Rows[0].Mark)}}
	inv := inventory.New()
	inv.Devices = []inventory.Device{d}
	apps := newApps(d.ID, p, min(len(g.Rows), maxCounted))
	var r record
	for _, row := range g.Rows {
		r.take(row.Text)
		apps.add(listingOf(p, &r), s.origin(row.Mark))
	}
	inv.Apps = apps.identified()
	inv.Gaps = append(apps.lost(maxCounted), inventory.Gap{Scanner: ID, Subject: d.Origins[0].Path, Kind: inventory.GapBlind,
		Detail: "The export counts the devices that an app is on, and does not say which.", Next: "Export the report AppInvRawData, or detectedApps with its managedDevices."})
	for i := range inv.Gaps {
		inv.Gaps[i].Device = d.ID
	}
	return inv
}
