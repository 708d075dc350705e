package usbmux

import (
	"maps"
	"slices"

	"quaestor/scanners/internal/iosfacts"
	"quaestor/scanners/internal/plist"
	"quaestor/scanners/inventory"
)

// maxProfiles limits the profiles of one kind that are kept.
const maxProfiles = 1000

// profiles reads the configuration profiles and the state of supervision.
func (c *collector) profiles() error {
	list, cloud, err := c.phone.Profiles(c.ctx)
	c.supervision(cloud)
	metadata, manifest := plist.Dict(list, "ProfileMetadata"), plist.Dict(list, "ProfileManifest")
	ids := append(slices.Collect(maps.Keys(metadata)), plist.Texts(list, "OrderedIdentifiers")...)
	slices.Sort(ids)
	ids = slices.Compact(ids)
	for _, id := range ids[:min(len(ids), maxProfiles)] {
		c.AddProfile(c.profile(id, plist.Dict(metadata, id), plist.Dict(manifest, id)))
	}
	c.cutAt(len(ids))
	return err
}

// cutAt states that there were more profiles than are kept.
func (c *collector) cutAt(n int) {
	if n > maxProfiles {
		c.gap(inventory.Gap{Kind: inventory.GapLimit, Count: n - maxProfiles, Detail: "The phone lists more profiles than are kept.",
			Next: "Look at its profiles by hand: Settings, General, VPN & Device Management."})
	}
}

// profile is a configuration profile as the list of profiles tells it.
func (c *collector) profile(id string, metadata, manifest map[string]any) inventory.Profile {
	p := inventory.Profile{Kind: "configuration-profile", Identifier: inventory.Text(id), Name: text(metadata["PayloadDisplayName"]),
		Organization: text(metadata["PayloadOrganization"]), Description: text(metadata["PayloadDescription"]),
		Fixed: plist.Bool(metadata, "PayloadRemovalDisallowed"), InstalledAt: plist.Time(metadata, "InstallDate"), Origins: []inventory.Origin{c.from("MCInstall")}}
	iosfacts.Fill(&p.Description, text(manifest["Description"]))
	for _, e := range plist.List(metadata, "PayloadContent") {
		iosfacts.AddText(&p.Payloads, plist.Text(e, "PayloadType"))
	}
	return p
}
