package iosstate

import (
	"encoding/pem"
	"net/url"
	"slices"
	"strings"

	"quaestor/scanners/internal/plist"
	"quaestor/scanners/inventory"
)

// Installed is a configuration profile that is, or was, on the phone. Profile fields of the parts bear its identifier.
type Installed struct {
	inventory.Profile
	Certificates []inventory.Certificate // authorities that it brings
	VPNs         []inventory.VPN         // networks that it sets up
	Server       string                  // of the management that it enrols the phone in
}

// maxPayloads is the most parts of a profile that are told.
const maxPayloads = 1000

// ConfigurationProfile reads a profile as iOS keeps it (profile-….stub), or as it was handed out without a signature.
func ConfigurationProfile(v any) (Installed, bool) {
	if plist.Text(v, "PayloadType") != "Configuration" && plist.List(v, "PayloadContent") == nil {
		return Installed{}, false
	}
	p := Installed{Profile: inventory.Profile{Kind: "configuration-profile"}}
	p.Identifier = inventory.Text(plist.Text(v, "PayloadIdentifier"))
	p.Name = inventory.Text(plist.Text(v, "PayloadDisplayName"))
	p.Organization = inventory.Text(plist.Text(v, "PayloadOrganization"))
	p.Description = inventory.Text(plist.Text(v, "PayloadDescription"))
	p.Fixed = plist.Bool(v, "PayloadRemovalDisallowed") || plist.Bool(v, "HasRemovalPasscode")
	p.InstalledAt = plist.Time(v, "InstallDate")
	payloads := plist.List(v, "PayloadContent")
	for _, e := range payloads[:min(len(payloads), maxPayloads)] {
		p.payload(e)
	}
	return p, p.Identifier != "" || p.Name != "" || len(p.Payloads) > 0
}

func (p *Installed) payload(e any) {
	kind := plist.Text(e, "PayloadType")
	if kind == "" {
		return
	}
	if kind = inventory.Text(kind); !slices.Contains(p.Payloads, kind) {
		p.Payloads = append(p.Payloads, kind)
	}
	switch kind {
	case "com.apple.security.root", "com.apple.security.pkcs1", "com.apple.security.pem":
		if der := certificate(plist.Bytes(e, "PayloadContent")); der != nil {
			c := Certificate(der)
			c.Profile = p.Identifier
			p.Certificates = append(p.Certificates, c)
		}
	case "com.apple.mdm":
		if p.Server == "" { // of two, the first that names one counts
			p.Server = Host(plist.Text(e, "ServerURL"))
		}
	case "com.apple.vpn.managed", "com.apple.vpn.managed.applayer", "com.apple.dnsSettings.managed", "com.apple.webcontent-filter", "com.apple.relay.managed":
		p.VPNs = append(p.VPNs, p.network(kind, e))
	}
}

// kinds of networks by the payload that sets them up.
var kinds = map[string]string{"com.apple.vpn.managed.applayer": "per-app", "com.apple.dnsSettings.managed": "dns",
	"com.apple.webcontent-filter": "content-filter", "com.apple.relay.managed": "relay"}

func (p *Installed) network(kind string, e any) inventory.VPN {
	n := inventory.VPN{Kind: kinds[kind], Profile: p.Identifier, Name: inventory.Text(plist.Text(e, "UserDefinedName"))}
	if n.Name == "" {
		n.Name = inventory.Text(plist.Text(e, "PayloadDisplayName"))
	}
	if kind == "com.apple.vpn.managed" {
		switch n.Kind = inventory.Text(strings.ToLower(plist.Text(e, "VPNType"))); n.Kind {
		case "vpn":
			n.Kind = "app"
		case "alwayson":
			n.Kind, n.AlwaysOn = "always-on", true
		}
	}
	if n.App = plist.Text(e, "VPNSubType"); n.App == "" {
		n.App = plist.Text(e, "PluginBundleID")
	}
	for _, at := range [][]string{{"VPN", "RemoteAddress"}, {"IKEv2", "RemoteAddress"}, {"IPSec", "RemoteAddress"}, {"PPP", "CommRemoteAddress"},
		{"DNSSettings", "ServerURL"}, {"DNSSettings", "ServerName"}, {"ServerAddress"}} {
		if n.Server == "" {
			n.Server = inventory.Text(plist.Text(e, at...))
		}
	}
	return n
}

// certificate is one in DER from what a payload holds: DER itself or PEM.
func certificate(data []byte) []byte {
	if block, _ := pem.Decode(data); block != nil {
		return block.Bytes
	}
	if len(data) == 0 {
		return nil
	}
	return data
}

// Host is the server in an address, without whatever in it may name a person or device.
func Host(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return inventory.Text(u.Host)
}
