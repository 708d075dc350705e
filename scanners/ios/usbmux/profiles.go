package usbmux

import (
	"maps"
	"slices"

	"quaestor/scanners/internal/iosfacts"
	"quaestor/scanners/internal/iosstate"
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
		c.profile(id, plist.Dict(metadata, id), plist.Text(manifest, id, "Description"))
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

// profile adds a configuration profile as the list of profiles tells it. Phones are known to leave out what is in it; where
// one tells it, what it brings is added too.
func (c *collector) profile(id string, metadata map[string]any, description string) {
	whole := map[string]any{"PayloadType": "Configuration"}
	maps.Copy(whole, metadata)
	whole["PayloadIdentifier"] = id
	p, ok := iosstate.ConfigurationProfile(whole)
	if !ok {
		return
	}
	origin := []inventory.Origin{c.from("MCInstall")}
	iosfacts.Fill(&p.Description, description)
	p.Origins = origin
	c.AddProfile(p.Profile)
	for _, authority := range p.Certificates {
		authority.Origins = origin
		c.AddCertificate(authority)
	}
	for _, network := range p.VPNs {
		network.Origins = origin
		c.AddVPN(network)
	}
	c.Property("MDM.ServerURL", p.Server)
}
