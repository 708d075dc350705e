package security

import (
	"cmp"
	"strings"

	"quaestor/scanners/internal/iosstate"
	"quaestor/scanners/internal/plist"
	"quaestor/scanners/inventory"
)

// networks reads what leads traffic elsewhere or filters it: network extensions of apps, and VPN services of macOS itself.
// Names of networks and accounts are not looked at.
func (c *collector) networks() {
	file := c.Mac.Mac("Library/Preferences/com.apple.networkextension.plist")
	if v := c.Plist(file); v != nil {
		all, err := iosstate.Networks(v)
		if err != nil {
			c.Note(file, inventory.GapMalformed, inventory.Text("The configurations of network extensions cannot be read: "+err.Error()+"."), "Look at the settings of the Mac (VPN & Filters).")
		}
		for _, v := range all {
			c.network(v, file)
		}
	}
	file = c.Mac.Mac("Library/Preferences/SystemConfiguration/preferences.plist")
	for _, v := range services(c.Plist(file)) {
		c.vpn(v, file)
	}
}

// network records a configuration, and the extension behind it as software with that right.
func (c *collector) network(v inventory.VPN, file string) {
	if v.Profile != "" {
		v.Profile = inventory.FactID("profile", c.Device, "configuration-profile", "", v.Profile)
	}
	c.vpn(v, file)
	if v.App == "" || strings.HasPrefix(v.App, "com.apple.") {
		return
	}
	p := inventory.SecurityProduct{Kind: "vpn", Name: cmp.Or(v.Name, inventory.Text(v.App)), Identifier: inventory.Text(v.App), App: c.appID(v.App), Privileges: []string{"vpn"}}
	switch v.Kind {
	case "content-filter", "dns", "url-filter":
		p.Kind, p.Privileges = "network-filter", []string{"network-filter"}
	}
	c.add(p, file)
}

func (c *collector) vpn(v inventory.VPN, file string) {
	v.Device = c.Device
	v.ID = inventory.FactID("vpn", v.Device, v.User, v.App, v.Kind, v.Name)
	v.Origins = c.From(file)
	if c.told[v.ID] {
		return
	}
	c.told[v.ID] = true
	c.Inv.VPNs = append(c.Inv.VPNs, v)
}

const maxServices = 1000

// services are the VPN services among the network services of a Mac.
func services(v any) (out []inventory.VPN) {
	all := plist.Dict(v, "NetworkServices")
	for _, id := range sortedKeys(all) {
		s := plist.Dict(all, id)
		n := inventory.VPN{Name: inventory.Text(plist.Text(s, "UserDefinedName"))}
		switch kind, sub := plist.Text(s, "Interface", "Type"), plist.Text(s, "Interface", "SubType"); {
		case kind == "PPP" && (sub == "L2TP" || sub == "PPTP"):
			n.Kind, n.Server = strings.ToLower(sub), inventory.Text(plist.Text(s, "PPP", "CommRemoteAddress"))
		case kind == "IPSec":
			n.Kind, n.Server = "ipsec", inventory.Text(plist.Text(s, "IPSec", "RemoteAddress"))
		case kind == "VPN":
			n.Kind, n.App, n.Server = "app", inventory.Text(sub), inventory.Text(plist.Text(s, "VPN", "RemoteAddress"))
		default:
			continue
		}
		if len(out) < maxServices {
			out = append(out, n)
		}
	}
	return out
}
