package usbmux

import (
	"bytes"
	"strings"

	"quaestor/scanners/internal/plist"
	"quaestor/scanners/inventory"
)

// provisioning reads the profiles by which apps run that are not from the store.
func (c *collector) provisioning() error {
	list, err := c.phone.Provisioning(c.ctx)
	broken := 0
	for i, data := range list {
		v, ok := signedList(data)
		if !ok || i >= maxProfiles {
			broken++
			continue
		}
		c.inv.Profiles = append(c.inv.Profiles, c.provisioned(v))
	}
	if broken > 0 {
		c.gap(inventory.Gap{Subject: c.name, Kind: inventory.GapMalformed, Count: broken, Detail: "Provisioning profiles do not parse, or are too many.",
			Next: "Look at the apps that are not from the App Store by hand."})
	}
	return err
}

// signedList is the property list inside the signature that a provisioning profile is. The signature is not checked:
// the phone did, when it installed the profile.
func signedList(data []byte) (map[string]any, bool) {
	from, to := bytes.Index(data, []byte("<?xml")), bytes.LastIndex(data, []byte("</plist>"))
	if from < 0 || to < from {
		return nil, false
	}
	v, err := plist.Decode(data[from : to+len("</plist>")])
	d, ok := v.(map[string]any)
	return d, err == nil && ok
}

// provisioned is a provisioning profile as a fact of the phone.
func (c *collector) provisioned(v map[string]any) inventory.Profile {
	const kind = "provisioning-profile"
	uuid := plist.Text(v, "UUID")
	p := inventory.Profile{
		ID: inventory.FactID("profile", c.device.ID, kind, "", uuid), Device: c.device.ID, Kind: kind, Identifier: inventory.Text(uuid),
		Name: text(v["Name"]), Organization: text(v["TeamName"]), Origins: []inventory.Origin{c.origin("misagent")},
	}
	words := []string{reach(v)}
	if app := plist.Text(v, "Entitlements", "application-identifier"); app != "" {
		words = append(words, "for "+app)
	}
	if until := plist.Time(v, "ExpirationDate"); until != nil {
		words = append(words, "until "+until.Format("2006-01-02"))
	}
	p.Description = inventory.Text(strings.Join(words, ", "))
	return p
}

// reach says for which phones a provisioning profile lets apps run.
func reach(v map[string]any) string {
	switch {
	case plist.Bool(v, "ProvisionsAllDevices"):
		return "enterprise"
	case plist.Bool(v, "Entitlements", "get-task-allow"):
		return "development"
	case plist.List(v, "ProvisionedDevices") != nil:
		return "ad-hoc"
	}
	return "app-store"
}
