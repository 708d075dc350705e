package iosstate

import (
	"maps"
	"slices"

	"quaestor/scanners/internal/plist"
	"quaestor/scanners/inventory"
)

// maxNetworks is the most configurations that are told. Phones have a few.
const maxNetworks = 1000

// Networks reads com.apple.networkextension.plist, a keyed archive with one object for each configuration that leads traffic
// elsewhere or filters it. App is the bundle identifier of the app that made it or provides it, and Profile the identifier of the
// configuration profile that brought it.
func Networks(v any) (out []inventory.VPN, err error) {
	if plist.Archived(v) {
		if v, err = plist.Unarchive(v); err != nil {
			return nil, err
		}
	}
	top := plist.Dict(v)
	for _, key := range sortedKeys(top) {
		c := plist.Dict(top, key)
		if !isConfiguration(c) {
			continue
		}
		out = append(out, configuration(c)...)
		if len(out) > maxNetworks {
			return out[:maxNetworks], errRows
		}
	}
	return out, nil
}

func isConfiguration(c map[string]any) bool {
	class := plist.Text(c, "$class")
	return class == "NEConfiguration" || class == "" && c["Identifier"] != nil && c["Name"] != nil
}

// parts are what a configuration may hold, by the name of its kind in an inventory.
var parts = []struct{ field, kind string }{
	{"VPN", ""}, {"AlwaysOnVPN", "always-on"}, {"AppVPN", "per-app"}, {"ContentFilter", "content-filter"}, {"DNSProxy", "dns"},
	{"DNSSettings", "dns"}, {"Relay", "relay"}, {"URLFilter", "url-filter"},
}

// configuration tells each part of a configuration by itself.
func configuration(c map[string]any) (out []inventory.VPN) {
	for _, p := range parts {
		part := plist.Dict(c, p.field)
		if part == nil {
			continue
		}
		n := inventory.VPN{Name: inventory.Text(plist.Text(c, "Name")), Kind: p.kind}
		n.App = provider(c, part)
		n.AlwaysOn = p.field == "AlwaysOnVPN"
		n.Server = inventory.Text(server(part, 0))
		n.Profile = plist.Text(c, "ProfileInfo", "ProfileIdentifier")
		if p.kind == "" {
			n.Kind = protocol(plist.Dict(part, "Protocol"))
		}
		out = append(out, n)
	}
	return out
}

// protocols of a VPN by their number in Apple's framework.
var protocols = map[int64]string{1: "ipsec", 2: "l2tp", 3: "pptp", 4: "app", 5: "ikev2"}

func protocol(p map[string]any) string {
	switch plist.Text(p, "$class") {
	case "NETunnelProviderProtocol":
		return "app"
	case "NEVPNProtocolIKEv2":
		return "ikev2"
	case "NEVPNProtocolIPSec":
		return "ipsec"
	case "NEVPNProtocolL2TP":
		return "l2tp"
	}
	return protocols[plist.Int(p, "Type")]
}

// provider is the app behind a configuration: the one that made it, or the one that its protocol names.
func provider(c, part map[string]any) string {
	if app := plist.Text(c, "Application"); app != "" {
		return app
	}
	for _, at := range [][]string{{"Protocol", "PluginType"}, {"Provider", "PluginType"}, {"Protocol", "NEProviderBundleIdentifier"}, {"Provider", "NEProviderBundleIdentifier"}} {
		if id := plist.Text(part, at...); id != "" {
			return id
		}
	}
	return ""
}

// server is the first address in a part of a configuration. User names and what an app keeps for itself are not looked at.
func server(part map[string]any, depth int) string {
	for _, name := range []string{"ServerAddress", "ServerURL", "ServerName", "RelayURL", "HTTP3RelayURL", "HTTP2RelayURL"} {
		if s := plist.Text(part, name); s != "" {
			return s
		}
	}
	if all := plist.Texts(part, "ServerAddresses"); len(all) > 0 {
		return all[0]
	}
	if depth > 3 {
		return ""
	}
	for _, name := range []string{"Protocol", "Provider", "Settings", "Relays", "TunnelConfigurations"} {
		if s := server(plist.Dict(part, name), depth+1); s != "" {
			return s
		}
		for _, e := range plist.List(part, name) {
			if s := server(plist.Dict(e), depth+1); s != "" {
				return s
			}
		}
	}
	return ""
}

func sortedKeys(m map[string]any) []string { return slices.Sorted(maps.Keys(m)) }
