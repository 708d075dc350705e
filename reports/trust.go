package reports

import (
	"slices"
	"time"

	"quaestor/scanners/inventory"
)

// Profile is a management, configuration or provisioning profile of a device.
type Profile struct {
	Kind         string   `json:"kind" jsonschema:"device-owner, profile-owner, configuration-profile, provisioning-profile"`
	User         string   `json:"user,omitempty" jsonschema:"id of the user that it is for; absent for the whole device"`
	Name         string   `json:"name,omitempty" jsonschema:"as it calls itself"`
	Identifier   string   `json:"identifier,omitempty" jsonschema:"its identifier, or the component of the agent"`
	Organization string   `json:"organization,omitempty" jsonschema:"as the profile says of itself"`
	Description  string   `json:"description,omitempty" jsonschema:"what it says that it is for"`
	Sets         []string `json:"sets,omitempty" jsonschema:"what of it changes who sees the traffic or manages the device, in phrases"`
	Payloads     []string `json:"payloads,omitempty" jsonschema:"what it sets, as the platform names it"`
	Fixed        bool     `json:"fixed,omitempty" jsonschema:"the user cannot remove it"`
	InstalledAt  string   `json:"installed_at,omitempty" jsonschema:"as the device noted, RFC 3339"`
}

// Authority is a certificate authority that was added to a device.
type Authority struct {
	SHA256  string `json:"sha256" jsonschema:"of the certificate"`
	Subject string `json:"subject,omitempty" jsonschema:"as the certificate says; anybody can write one"`
	User    string `json:"user,omitempty" jsonschema:"id of the user that it is for; absent for the whole device"`
	Store   string `json:"store,omitempty" jsonschema:"where it is trusted: machine, user, policy, enterprise, firefox; absent where it is not told"`
	Trusted string `json:"trusted,omitempty" jsonschema:"yes, no (not turned on), or absent where it is not told"`
	Until   string `json:"until,omitempty" jsonschema:"until when it is valid"`
}

// VPN is a configured virtual private network, or something of the kind.
type VPN struct {
	User     string `json:"user,omitempty" jsonschema:"id of the user that it is for; absent for the whole device"`
	App      string `json:"app,omitempty" jsonschema:"package or bundle identifier of the app that provides it"`
	Name     string `json:"name,omitempty" jsonschema:"as the device calls it"`
	Kind     string `json:"kind,omitempty" jsonschema:"ikev2, app, per-app, dns, content-filter, relay, …"`
	Server   string `json:"server,omitempty" jsonschema:"where it leads"`
	AlwaysOn bool   `json:"always_on,omitempty" jsonschema:"the device keeps it up"`
}

// Posture is a state of a device that leaves it open.
type Posture struct {
	Check    string   `json:"check" jsonschema:"id of the check in the risk database"`
	Title    string   `json:"title" jsonschema:"the state in one line"`
	Severity string   `json:"severity" jsonschema:"of the finding about it"`
	Says     []string `json:"says" jsonschema:"property and value, as the device has them"`
}

// trust adds to a device who manages it, whom it trusts and how it protects itself.
func (b *builder) trust(d *Device, of *inventory.Device) {
	for i := range b.inv.Profiles {
		p := &b.inv.Profiles[i]
		if p.Device == d.ID {
			d.Profiles = append(d.Profiles, Profile{Kind: p.Kind, User: p.User, Name: p.Name, Identifier: p.Identifier, Organization: p.Organization,
				Description: p.Description, Sets: b.db.Sets(p), Payloads: p.Payloads, Fixed: p.Fixed, InstalledAt: moment(p.InstalledAt)})
		}
	}
	for i := range b.inv.Certificates {
		c := &b.inv.Certificates[i]
		if c.Device == d.ID && c.Store != "system" {
			a := Authority{SHA256: c.SHA256, Subject: c.Subject, User: c.User, Store: c.Store, Trusted: c.Trusted}
			if c.NotAfter != nil {
				a.Until = c.NotAfter.Format(time.DateOnly)
			}
			d.Authorities = append(d.Authorities, a)
		}
	}
	for i := range b.inv.VPNs {
		v := &b.inv.VPNs[i]
		if v.Device == d.ID {
			d.VPNs = append(d.VPNs, VPN{User: v.User, App: v.App, Name: v.Name, Kind: v.Kind, Server: v.Server, AlwaysOn: v.AlwaysOn})
		}
	}
	for _, p := range b.db.PostureOf(of) {
		d.Posture = append(d.Posture, Posture{Check: p.Check.ID, Title: p.Check.Title, Severity: string(p.Check.Severity), Says: p.Says})
	}
	d.Notes = expected(of)
}

// expected are the states that every phone has which is looked at over a cable: they are shown, and judged by nobody.
func expected(d *inventory.Device) []string {
	var out []string
	for _, x := range []struct{ property, text string }{
		{"settings.global.development_settings_enabled", "The developer options are on."},
		{"settings.global.adb_enabled", "USB debugging is on, which a scan over a cable needs; switch it off afterwards."},
	} {
		if d.Properties[x.property] == "1" {
			out = append(out, x.text)
		}
	}
	return out
}

// Extension is a part of an app that the system runs on its own.
type Extension struct {
	Identifier string `json:"identifier" jsonschema:"its bundle identifier"`
	Name       string `json:"name,omitempty" jsonschema:"as readers see it"`
	Point      string `json:"point,omitempty" jsonschema:"what it extends: com.apple.keyboard-service, …"`
}

// appleFacts adds what stores and devices tell of Apple's apps.
func (b *builder) appleFacts(out *App, a *inventory.App) {
	out.Team, out.StoreID, out.Genre, out.Distribution, out.Groups = a.Team, a.StoreID, a.Genre, a.Distribution, a.Groups
	extensions := a.Extensions
	var base *inventory.Binary
	if len(a.Binaries) > 0 {
		base = b.binaries[a.Binaries[0]]
	}
	if base != nil {
		extensions = slices.Concat(extensions, base.Extensions)
	}
	for _, e := range extensions {
		x := Extension{Identifier: e.Identifier, Name: e.Name, Point: e.Point}
		if !slices.Contains(out.Extensions, x) {
			out.Extensions = append(out.Extensions, x)
		}
	}
	if a.Platform != inventory.Android && (len(a.Permissions) > 0 || base != nil) {
		out.Asks = b.asks(b.db.Claims(a, base))
	}
}
