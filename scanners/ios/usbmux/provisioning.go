package usbmux

import (
	"strings"

	"quaestor/scanners/internal/codesign"
	"quaestor/scanners/inventory"
)

// provisioning reads the profiles by which apps run that are not from the store.
func (c *collector) provisioning() error {
	list, err := c.phone.Provisioning(c.ctx)
	broken := 0
	for _, data := range list[:min(len(list), maxProfiles)] {
		p, problem, err := codesign.Profile(data, c.roots)
		if err != nil {
			broken++
			continue
		}
		c.AddProfile(c.provisioned(p, problem))
	}
	if broken > 0 {
		c.gap(inventory.Gap{Kind: inventory.GapMalformed, Count: broken, Detail: "Provisioning profiles do not parse.",
			Next: "Look at the apps that are not from the App Store by hand."})
	}
	c.cutAt(len(list))
	return err
}

// provisioned is a provisioning profile as a fact of the phone: for whom it lets which apps run, and until when.
func (c *collector) provisioned(p *inventory.Provisioning, problem error) inventory.Profile {
	var words []string
	if p.Kind != "" {
		words = append(words, p.Kind)
	}
	if p.AppID != "" {
		words = append(words, "for "+p.AppID)
	}
	if p.Expires != nil {
		words = append(words, "until "+p.Expires.Format("2006-01-02"))
	}
	if problem != nil {
		words = append(words, "its signature does not hold: "+problem.Error())
	}
	return inventory.Profile{Kind: "provisioning-profile", Identifier: p.UUID, Name: p.Name, Organization: p.TeamName,
		Description: inventory.Text(strings.Join(words, ", ")), Origins: []inventory.Origin{c.from("misagent")}}
}
