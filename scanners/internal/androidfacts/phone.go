// Package androidfacts turns what the parsers of Android dumps read into inventory facts, so that every way of
// acquiring a phone — a package list, a dumpsys, an androidqf folder, a bug report — states the same facts in
// the same words.
//
// What the package cannot see: the device. It trusts no text further than its format: package names are
// checked, all other foreign text is cut and kept as it is.
package androidfacts

import (
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"quaestor/scanners/internal/dumpsys"
	"quaestor/scanners/internal/tally"
	"quaestor/scanners/inventory"
)

// MaxApps is the most different packages of one phone. Real phones have 150 to 800; the limit keeps a made-up
// dump from filling the memory.
const MaxApps = 250_000

// The most facts of a kind, for the same reason. Phones have a dozen users and a few dozen privileged services.
const (
	maxUsers    = 500 // of the device, and of one app
	maxServices = 5000
)

// Phone collects the facts of one device. Apps are made under their package name; they get their identifier
// when [Phone.Inventory] knows the device.
type Phone struct {
	Device inventory.Device

	scanner  string
	most     int // different packages
	entries  int // of the lists of one dump
	apps     map[string]*inventory.App
	names    []string
	profiles []inventory.Profile
	products []inventory.SecurityProduct
	vpns     []inventory.VPN
	trusted  []inventory.Certificate
	ops      []dumpsys.Op
	tunnels  []tunnel
	system   dumpsys.System
	opsTold  bool // app ops were read: one that is not among them is at its default
	binaries []inventory.Binary
	hashes   map[string]bool // of the binaries
	gaps     []inventory.Gap
	sums     map[string]string // SHA-256 by file
	// described is that a dump of the package service was read: it tells all that a listing may leave out.
	described bool
	dropped   tally.Tally // packages
	extra     tally.Tally // users and services
}

// New starts a phone; scanner is the ID of the scanner that reads it.
func New(scanner string) *Phone {
	return &Phone{scanner: scanner, most: MaxApps, entries: maxEntries, apps: map[string]*inventory.App{}, sums: map[string]string{}, hashes: map[string]bool{},
		Device: inventory.Device{Platform: inventory.Android, OSName: "Android"}}
}

// Limit sets the most different packages that are kept, and the most permissions and users in their lists, for a source that
// may have fewer than a dump.
func (p *Phone) Limit(apps, entries int) { p.most, p.entries = apps, entries }

// app returns the app of a package, new or known; nil when there are too many.
func (p *Phone) app(name string) *inventory.App {
	if a, ok := p.apps[name]; ok {
		return a
	}
	if len(p.apps) >= p.most {
		p.dropped.Add(name)
		return nil
	}
	a := &inventory.App{Platform: inventory.Android, IdentifierKind: inventory.AndroidPackage, Identifier: inventory.Text(name)}
	p.apps[name] = a
	p.names = append(p.names, name)
	return a
}

// Apps is the number of different packages so far.
func (p *Phone) Apps() int { return len(p.apps) }

// Gap records something that was not looked at.
func (p *Phone) Gap(g inventory.Gap) {
	for i, s := range g.Samples {
		g.Samples[i] = inventory.Text(s)
	}
	p.gaps = append(p.gaps, g)
}

// Hashed notes the SHA-256 of a file that facts were read from.
func (p *Phone) Hashed(path, sha256 string) { p.sums[path] = sha256 }

// Property states a fact about the device under its platform's own name, where nothing told it before.
func (p *Phone) Property(name, value string) {
	if value != "" {
		p.property(name, value)
	}
}

// AddCertificate states a certificate authority that a user installed.
func (p *Phone) AddCertificate(c inventory.Certificate) {
	if len(p.trusted) >= maxServices {
		p.extra.Add(c.Subject)
		return
	}
	p.trusted = append(p.trusted, c)
}

// origin makes an Origin in a file.
func (p *Phone) origin(path string, line int) inventory.Origin {
	return inventory.Origin{Scanner: p.scanner, Path: path, Line: line}
}

// Inventory gives everything collected for the phone, which is called name. The device is told from others by
// its serial number where the dumps tell it, else by the path and the hash of what was read: two phones may have
// the same apps, and then only the places of their lists differ.
func (p *Phone) Inventory(name, file, hash string) *inventory.Inventory {
	p.decisions()
	p.leaveOpen()
	p.connected()
	p.stateSystem()
	d := &p.Device
	if d.Name == "" {
		d.Name = inventory.Text(name)
	}
	if serial := inventory.UsableSerial(d.Serial); serial != "" {
		d.ID = inventory.DeviceID(inventory.Android, serial)
	} else {
		d.ID = inventory.DeviceID(inventory.Android, place(file), hash)
	}
	if p.dropped.Count > 0 {
		p.Gap(inventory.Gap{Subject: name, Kind: inventory.GapLimit, Count: p.dropped.Count, Samples: p.dropped.Samples,
			Detail: fmt.Sprintf("More than %d different packages: the rest was not kept.", p.most),
			Next:   "Check where this dump comes from: no real phone has so many packages."})
	}
	if p.extra.Count > 0 {
		p.Gap(inventory.Gap{Subject: name, Kind: inventory.GapLimit, Count: p.extra.Count, Samples: p.extra.Samples,
			Detail: "More users or privileged services than a phone can have: the rest was not kept.", Next: "Check where this dump comes from."})
	}
	inv := inventory.New()
	p.sumOrigins(d.Origins)
	inv.Devices = []inventory.Device{*d}
	inv.Apps = make([]inventory.App, 0, len(p.names))
	for _, n := range p.names {
		a := p.apps[n]
		a.Device = d.ID
		a.ID = inventory.AppID(d.ID, inventory.AndroidPackage, a.Identifier)
		p.sumOrigins(a.Origins)
		inv.Apps = append(inv.Apps, *a)
	}
	inv.Binaries = p.binaries
	for _, b := range inv.Binaries {
		p.sumOrigins(b.Origins)
	}
	p.attach(inv, d.ID)
	return inv
}

// place is a path as it was given, in its shortest form, so that "./a" and "a" are one.
func place(name string) string { return path.Clean(name) }

// attach adds the facts that name the device and, by package, an app.
func (p *Phone) attach(inv *inventory.Inventory, device string) {
	for _, f := range p.profiles {
		f.Device, f.ID = device, inventory.FactID("profile", device, f.Kind, f.User, f.Identifier)
		p.sumOrigins(f.Origins)
		inv.Profiles = append(inv.Profiles, f)
	}
	for _, f := range p.products {
		f.Device, f.ID = device, inventory.FactID("product", device, f.Kind, f.Service)
		if _, ok := p.apps[f.App]; ok {
			f.App = inventory.AppID(device, inventory.AndroidPackage, f.App)
		} else {
			f.App = ""
		}
		p.sumOrigins(f.Origins)
		inv.SecurityProducts = append(inv.SecurityProducts, f)
	}
	for _, f := range p.vpns {
		f.Device, f.ID = device, inventory.FactID("vpn", device, f.User, f.App)
		p.sumOrigins(f.Origins)
		inv.VPNs = append(inv.VPNs, f)
	}
	for _, f := range p.trusted {
		f.Device, f.ID = device, inventory.FactID("certificate", device, f.User, f.SHA256)
		p.sumOrigins(f.Origins)
		inv.Certificates = append(inv.Certificates, f)
	}
	for _, g := range p.gaps {
		g.Device = device
		inv.Gaps = append(inv.Gaps, g)
	}
}

func (p *Phone) sumOrigins(origins []inventory.Origin) {
	for i := range origins {
		origins[i].SHA256 = p.sums[origins[i].Path]
	}
}

// setUser adds a user's state to an app, or gives it to change when it is there.
func setUser(a *inventory.App, user string) *inventory.AppUser {
	at := slices.IndexFunc(a.Users, func(u inventory.AppUser) bool { return u.User == user })
	if at < 0 && len(a.Users) >= maxUsers {
		return &inventory.AppUser{}
	}
	if at < 0 {
		a.Users = append(a.Users, inventory.AppUser{User: user})
		at = len(a.Users) - 1
	}
	return &a.Users[at]
}

// addOrigin keeps one origin a file, so that a package listed many times does not collect many.
func addOrigin(a *inventory.App, o inventory.Origin) {
	if !slices.ContainsFunc(a.Origins, func(x inventory.Origin) bool { return x.Path == o.Path }) {
		a.Origins = append(a.Origins, o)
	}
}

func addPath(a *inventory.App, path string) {
	if path = inventory.Text(path); path != "" && !slices.Contains(a.Paths, path) && len(a.Paths) < 100 {
		a.Paths = append(a.Paths, path)
	}
}

// User splits an Android uid into the user and the app id that the platform made it from.
func User(uid int) (user string, appID int) { return strconv.Itoa(uid / 100000), uid % 100000 }

// FirstAppID is the lowest app id of an app that is not part of the system's own identities.
const FirstAppID = 10000

// systemRoots are the partitions of a system image; the last ones are vendors' own.
var systemRoots = []string{"system", "system_ext", "product", "vendor", "odm", "oem", "apex",
	"prism", "optics", "cust", "hw_product", "my_product", "my_region", "my_stock", "my_heytap", "my_carrier",
	"my_bigball", "my_company", "my_preload", "my_manifest", "my_engineering"}

// pathFacts states what the place of an app's code tells.
func pathFacts(a *inventory.App, path string) {
	root, _, ok := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	if ok && strings.HasPrefix(path, "/") && slices.Contains(systemRoots, root) {
		a.System = true
		a.Privileged = a.Privileged || strings.Contains(path, "/priv-app/")
	}
	if strings.HasSuffix(path, ".apex") || strings.HasSuffix(path, ".capex") {
		a.Apex = true
	}
}
