package systemprofiler

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"quaestor/scanners/internal/iosfacts"
	"quaestor/scanners/internal/iosstate"
	"quaestor/scanners/internal/plist"
	"quaestor/scanners/inventory"
)

const maxProfiles = 2000

// profiles takes one group of configuration profiles: those of the Mac, or of a user.
func (c *collector) profiles(group any) {
	for _, p := range plist.List(group, "_items") {
		id := text(p, "spconfigprofile_profile_identifier")
		if id == "" || len(c.inv.Profiles) >= maxProfiles {
			continue
		}
		f := inventory.Profile{Device: c.id, Kind: "configuration-profile", Name: text(p, "_name"), Identifier: id, Organization: text(p, "spconfigprofile_organization"),
			Description: text(p, "spconfigprofile_description"), Fixed: plist.Text(p, "spconfigprofile_RemovalDisallowed") == "yes",
			InstalledAt: installed(plist.Text(p, "spconfigprofile_install_date")), Origins: c.origins}
		f.ID = inventory.FactID("profile", c.id, f.Kind, f.User, f.Identifier)
		for _, part := range plist.List(p, "_items") {
			if kind := text(part, "_name"); kind != "" && !slices.Contains(f.Payloads, kind) && len(f.Payloads) < 1000 {
				f.Payloads = append(f.Payloads, kind)
			}
			c.management(plist.Text(part, "_name"), plist.Text(part, "spconfigprofile_payload_data"))
		}
		c.inv.Profiles = append(c.inv.Profiles, f)
	}
}

var serverURL = regexp.MustCompile(`\bServerURL = "?(https://[^";\s]+)`)

// management notes the server in the settings of a part, which are text in the form of old lists.
func (c *collector) management(kind, settings string) {
	m := serverURL.FindStringSubmatch(settings)
	if kind != "com.apple.mdm" || m == nil {
		return
	}
	d := &c.inv.Devices[0]
	if d.Properties == nil {
		d.Properties = map[string]string{}
	}
	d.Properties["MDM.ServerURL"] = iosstate.Host(m[1])
}

var inBrackets = regexp.MustCompile(`\(([^()]+)\)\s*$`)

// installed is a date in words, "Tuesday, 3 May 2022 at 10:00:00 (2022-05-03 08:00:00 +0000)".
func installed(s string) *time.Time {
	if m := inBrackets.FindStringSubmatch(s); m != nil {
		s = m[1]
	}
	if t, err := time.Parse("2006-01-02 15:04:05 -0700", s); err == nil {
		return iosfacts.Valid(t)
	}
	return nil
}

// firewalls are the states of the application firewall.
var firewalls = map[string]string{"spfirewall_globalstate_limit_connections": "on", "spfirewall_globalstate_block_all": "on", "spfirewall_globalstate_allow_all": "off",
	"spfirewall_globalstate_off": "off"}

func (c *collector) firewall(item any) {
	state := plist.Text(item, "spfirewall_globalstate")
	if state == "" {
		return
	}
	c.product(inventory.SecurityProduct{Kind: "built-in", Name: "macOS Application Firewall", Identifier: "com.apple.alf", Vendor: "Apple", State: firewalls[state],
		StateCode: inventory.Text(strings.TrimPrefix(state, "spfirewall_globalstate_"))})
}

// network takes a network service that is a VPN. Addresses and names of others are not looked at.
func (c *collector) network(item any) {
	kind := plist.Text(item, "type")
	kinds := map[string]string{"VPN": "app", "IPSec": "ipsec", "L2TP": "l2tp", "PPP (L2TP)": "l2tp", "PPP (PPTP)": "pptp", "IKEv2": "ikev2"}
	if kinds[kind] == "" || len(c.inv.VPNs) >= maxProfiles {
		return
	}
	v := inventory.VPN{Device: c.id, Name: text(item, "_name"), Kind: kinds[kind], Origins: c.origins}
	v.ID = inventory.FactID("vpn", v.Device, v.User, v.App, v.Kind, v.Name)
	c.inv.VPNs = append(c.inv.VPNs, v)
}
