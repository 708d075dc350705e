package usbmux

import (
	"maps"
	"slices"

	"quaestor/scanners/internal/plist"
	"quaestor/scanners/inventory"
)

// maxProfiles limits the profiles that one phone may list.
const maxProfiles = 1000

// profiles reads the configuration profiles and the state of supervision.
func (c *collector) profiles() error {
	list, cloud, err := c.phone.Profiles(c.ctx)
	c.supervision(cloud)
	metadata, manifest := plist.Dict(list, "ProfileMetadata"), plist.Dict(list, "ProfileManifest")
	ids := append(slices.Collect(maps.Keys(metadata)), plist.Texts(list, "OrderedIdentifiers")...)
	slices.Sort(ids)
	for i, id := range slices.Compact(ids) {
		if i == maxProfiles {
			c.gap(inventory.Gap{Subject: c.name, Kind: inventory.GapLimit, Count: len(ids) - i, Detail: "The phone lists more profiles than are kept.",
				Next: "Look at its profiles by hand: Settings, General, VPN & Device Management."})
			break
		}
		c.inv.Profiles = append(c.inv.Profiles, c.profile(id, plist.Dict(metadata, id), plist.Dict(manifest, id)))
	}
	return err
}

// profile is a configuration profile as the list of profiles tells it.
func (c *collector) profile(id string, metadata, manifest map[string]any) inventory.Profile {
	const kind = "configuration-profile"
	p := inventory.Profile{
		ID: inventory.FactID("profile", c.device.ID, kind, "", id), Device: c.device.ID, Kind: kind, Identifier: inventory.Text(id),
		Name: text(metadata["PayloadDisplayName"]), Organization: text(metadata["PayloadOrganization"]), Description: text(metadata["PayloadDescription"]),
		Fixed: plist.Bool(metadata, "PayloadRemovalDisallowed"), InstalledAt: plist.Time(metadata, "InstallDate"), Origins: []inventory.Origin{c.origin("MCInstall")},
	}
	if p.Description == "" {
		p.Description = text(manifest["Description"])
	}
	for _, e := range plist.List(metadata, "PayloadContent") {
		if kind := plist.Text(e, "PayloadType"); kind != "" && len(p.Payloads) < 100 {
			p.Payloads = append(p.Payloads, inventory.Text(kind))
		}
	}
	slices.Sort(p.Payloads)
	p.Payloads = slices.Compact(p.Payloads)
	return p
}
