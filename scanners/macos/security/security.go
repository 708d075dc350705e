// Package security reads what macOS says of software with more rights than an app has: system and kernel extensions, launch
// daemons and agents, helpers with the rights of root, login items, input methods, plug-ins of the login, network filters and
// VPNs, what was allowed far-reaching access, roots that were added, and the state of its own protection.
//
// Which of it is security software, and whose, is for the risk database to say. Of programs that are started only the path is
// recorded, never their arguments.
//
// What the package cannot see: what runs; what only the running system tells, such as FileVault and System Integrity
// Protection; software that hides from the folders where macOS looks for it.
package security

import (
	"context"
	"path"
	"strings"

	"quaestor/scanners"
	"quaestor/scanners/internal/applecode"
	"quaestor/scanners/internal/codesign"
	"quaestor/scanners/internal/hostroot"
	"quaestor/scanners/internal/iosfacts"
	"quaestor/scanners/internal/machost"
	"quaestor/scanners/internal/plist"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// ID is the scanner's ID.
const ID = "macos/security"

const maxProducts = 20_000

// New returns the scanner.
func New() scanners.Scanner { return scanner{roots: codesign.Apple()} }

type scanner struct{ roots codesign.Roots }

// Info implements scanners.Scanner.
func (scanner) Info() scanners.Info {
	return scanners.Info{
		ID: ID, Kind: source.KindHost, Platforms: []inventory.Platform{inventory.MacOS}, Live: []inventory.Platform{inventory.MacOS}, Title: "software with special rights on a Mac, and the Mac's own protection",
		Reads: []string{"/Library/SystemExtensions/db.plist", "kernel extensions and KextPolicy", "launch daemons and agents, privileged helpers, background items",
			"input methods and login plug-ins", "VPNs and network filters", "TCC.db and MDMOverrides.plist", "roots of the system keychain and trust settings", "versions of XProtect and MRT, state of Gatekeeper and the firewall"},
		CannotSee: []string{
			"which programs run on a Mac, and which kernel extensions are loaded",
			"FileVault, System Integrity Protection and other states that only the running Mac tells: scan the output of system_profiler -json beside it",
			"the firewall's state from macOS 15 on, which keeps it in no file that is read",
		},
	}
}

// Recognise implements scanners.Scanner.
func (scanner) Recognise(src *source.Source) bool { return machost.Is(src) }

// Scan implements scanners.Scanner.
func (s scanner) Scan(ctx context.Context, src *source.Source) (*inventory.Inventory, error) {
	m, err := machost.Open(ctx, src, ID, s.roots)
	if err != nil {
		return nil, err
	}
	c := &collector{Mac: m, seen: map[string]int{}, told: map[string]bool{}}
	c.device()
	for _, part := range []func(){c.systemExtensions, c.kernelExtensions, c.jobs, c.helpers, c.backgroundItems, c.inputMethods, c.plugins, c.grants, c.networks,
		c.authorities, c.protection} {
		if ctx.Err() == nil {
			part()
		}
	}
	if c.dropped > 0 {
		g := m.Note(".", inventory.GapLimit, "The Mac has more software of this kind than is recorded.", "Look at it by hand: this is far more than usual.")
		g.Count = c.dropped
	}
	return m.Done()
}

type collector struct {
	*machost.Mac
	seen    map[string]int  // products by ID
	told    map[string]bool // certificates and networks by ID
	dropped int
}

// device adds the Mac's people and its serial number.
func (c *collector) device() {
	d := &c.Inv.Devices[0]
	d.Serial = inventory.Text(c.Serial())
	for _, u := range c.Users {
		d.Users = append(d.Users, inventory.DeviceUser{ID: inventory.Text(u.ID()), Name: inventory.Text(u.Name)})
	}
}

// property notes a further fact of the Mac.
func (c *collector) property(name, value string) {
	d := &c.Inv.Devices[0]
	if d.Properties == nil {
		d.Properties = map[string]string{}
	}
	d.Properties[name] = inventory.Text(value)
}

// add records a product once; file names what it was read from.
func (c *collector) add(p inventory.SecurityProduct, file string) {
	p.Device = c.Device
	marks := []string{p.Device, p.Kind, p.Name, p.Identifier, p.Path, p.User}
	if p.StateCode == machost.Managed { // beside what the user allowed
		marks = append(marks, p.StateCode)
	}
	p.ID = inventory.FactID("security", marks...)
	if _, known := c.seen[p.ID]; known {
		return
	}
	if len(c.Inv.SecurityProducts) == maxProducts {
		c.dropped++
		return
	}
	c.seen[p.ID] = len(c.Inv.SecurityProducts)
	p.Origins = c.From(file)
	c.Inv.SecurityProducts = append(c.Inv.SecurityProducts, p)
}

// signed adds who signed a program of the Mac, which is named by its path there, and what it claims.
func (c *collector) signed(p *inventory.SecurityProduct, program string) {
	name := strings.TrimPrefix(path.Clean("/"+program), "/")
	if name == "" {
		return
	}
	c.code(p, c.Code(c.Mac.Mac(name)))
}

func (c *collector) code(p *inventory.SecurityProduct, code *applecode.Code) {
	if code == nil {
		return
	}
	if iosfacts.IsTeam(code.Team) && p.Team == "" {
		p.Team = code.Team
	}
	if code.Signer != nil && p.Signer == nil {
		p.Signer = code.Signer
	}
	for _, right := range claims(code.Entitlements) {
		privilege(p, right)
	}
}

// privilege adds one privilege, once.
func privilege(p *inventory.SecurityProduct, what string) {
	for _, known := range p.Privileges {
		if known == what {
			return
		}
	}
	p.Privileges = append(p.Privileges, what)
}

// providers are the privileges that kinds of network extensions have, as entitlements and bundles name the kinds.
var providers = map[string]string{
	"packet-tunnel-provider": "vpn", "app-proxy-provider": "vpn", "content-filter-provider": "network-filter", "dns-proxy": "network-filter",
	"com.apple.networkextension.packet-tunnel": "vpn", "com.apple.networkextension.app-proxy": "vpn",
	"com.apple.networkextension.filter-data": "network-filter", "com.apple.networkextension.filter-packet": "network-filter", "com.apple.networkextension.dns-proxy": "network-filter",
}

// claims are the privileges for which a program holds the entitlement.
func claims(rights map[string]any) (out []string) {
	if plist.Bool(rights, "com.apple.developer.endpoint-security.client") {
		out = append(out, "endpoint-security")
	}
	for _, kind := range plist.Texts(rights, "com.apple.developer.networking.networkextension") {
		if what := providers[strings.TrimSuffix(kind, "-systemextension")]; what != "" {
			out = append(out, what)
		}
	}
	return out
}

// app is the identifier of the app in a bundle at a path of the Mac, as macos/applications makes it; empty where it is not there.
func (c *collector) app(bundle string) string {
	id := plist.Text(c.Plist(c.Mac.Mac(path.Join(strings.TrimPrefix(path.Clean("/"+bundle), "/"), "Contents/Info.plist"))), "CFBundleIdentifier")
	return c.appID(id)
}

// appID is the identifier of an app by the identifier of its bundle; empty where none of the apps of the Mac has it.
func (c *collector) appID(bundle string) string {
	if !c.HasBundle(bundle) {
		return ""
	}
	return inventory.AppID(c.Device, inventory.MacBundle, bundle)
}

// below is the path below the root folder of what a file URL names.
func below(url string) string {
	p := strings.TrimPrefix(url, "file://")
	p = strings.TrimSuffix(unescape(p), "/")
	return strings.TrimPrefix(path.Clean("/"+p), "/")
}

func shown(name string) string { return inventory.Text(hostroot.MacPath(name)) }
