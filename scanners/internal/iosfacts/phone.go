// Package iosfacts turns what the parsers of iPhone files read into inventory facts, so that every way of reading an
// iPhone — a backup, a list of paths, a database of the App Store, a listing of apps — states the same facts in the
// same words.
//
// What the package cannot see: the device. It trusts no text further than its format: bundle identifiers are
// checked, all other foreign text is cut and kept as it is. It keeps no account, address, telephone number or IMEI.
package iosfacts

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"time"
	"unicode"

	"quaestor/scanners/internal/tally"
	"quaestor/scanners/inventory"
)

// MaxApps is the most different apps of one device. Real ones have 100 to 800, those of the system included; the limit keeps a
// made-up file from filling the memory.
const MaxApps = 20_000

// maxOfApp is the most entries of one kind that are kept of an app: traces, paths, extensions, groups.
const maxOfApp = 1000

// Phone collects the facts of one device. Apps are made under their bundle identifier; they get their own identifier
// when [Phone.Inventory] knows the device.
type Phone struct {
	// Device is filled by the scanner, except for its ID.
	Device inventory.Device
	// UDID is the identifier of the device, where the source has one; [Phone.Inventory] keeps it as a property.
	UDID string

	scanner   string
	apps      map[string]*inventory.App
	names     []string
	installed map[*inventory.App]bool
	profiles  []inventory.Profile
	certs     []inventory.Certificate
	vpns      []inventory.VPN
	gaps      []inventory.Gap
	sums      map[string]string // SHA-256 by file
	invalid   tally.Tally       // bundle identifiers
	dropped   tally.Tally       // apps
}

// New starts a phone; scanner is the ID of the scanner that reads it.
func New(scanner string) *Phone {
	return &Phone{scanner: scanner, apps: map[string]*inventory.App{}, installed: map[*inventory.App]bool{}, sums: map[string]string{},
		Device: inventory.Device{Platform: inventory.IOS, OSName: "iOS"}}
}

// ValidBundleID reports whether s can be a bundle identifier: letters, digits, dots, hyphens and underscores. Apple
// allows no underscore in its store; apps that come otherwise have some, and some have no dot.
func ValidBundleID(s string) bool {
	if s == "" || len(s) > 255 || strings.HasPrefix(s, ".") || strings.Trim(s, ".-_") == "" {
		return false
	}
	return strings.IndexFunc(s, func(r rune) bool {
		return r != '.' && r != '-' && r != '_' && (r == unicode.ReplacementChar || !unicode.IsLetter(r) && !unicode.IsDigit(r))
	}) < 0
}

// App returns the app of a bundle identifier, new or known; nil when the identifier is not valid or there are too many apps,
// which [Phone.Inventory] states.
func (p *Phone) App(bundleID string) *inventory.App {
	if a, ok := p.apps[bundleID]; ok {
		return a
	}
	switch {
	case !ValidBundleID(bundleID):
		p.invalid.Add(bundleID)
		return nil
	case len(p.apps) >= MaxApps:
		p.dropped.Add(bundleID)
		return nil
	}
	a := &inventory.App{Platform: inventory.IOS, IdentifierKind: inventory.IOSBundle, Identifier: bundleID}
	p.apps[bundleID] = a
	p.names = append(p.names, bundleID)
	return a
}

// Known is the app of a bundle identifier that was there before; nil when it was not.
func (p *Phone) Known(bundleID string) *inventory.App { return p.apps[bundleID] }

// Apps is the number of different apps so far.
func (p *Phone) Apps() int { return len(p.apps) }

// Installed notes that the source lists an app as installed. An app with traces is otherwise one of which the source
// only shows that it was there, or was got, at some time; one without any needs no such note.
func (p *Phone) Installed(a *inventory.App) { p.installed[a] = true }

// Trace adds a trace to an app. One of the same kind and detail is widened to the times of both.
func (p *Phone) Trace(a *inventory.App, t inventory.Trace) {
	t.Detail = inventory.Text(t.Detail)
	at := slices.IndexFunc(a.Traces, func(x inventory.Trace) bool { return x.Kind == t.Kind && x.Detail == t.Detail })
	switch {
	case at >= 0:
		old := &a.Traces[at]
		if t.First != nil && (old.First == nil || t.First.Before(*old.First)) {
			old.First = t.First
		}
		if t.Last != nil && (old.Last == nil || t.Last.After(*old.Last)) {
			old.Last = t.Last
		}
	case len(a.Traces) < maxOfApp:
		a.Traces = append(a.Traces, t)
	}
}

// Gap records something that was not looked at.
func (p *Phone) Gap(g inventory.Gap) {
	g.Detail, g.Next = inventory.Text(g.Detail), inventory.Text(g.Next)
	for i, s := range g.Samples {
		g.Samples[i] = inventory.Text(s)
	}
	p.gaps = append(p.gaps, g)
}

// Hashed notes the SHA-256 of a file that facts were read from; origins in it bear it.
func (p *Phone) Hashed(path, sha256 string) { p.sums[path] = sha256 }

// Origin makes an origin in a file; line is 0 where there are no lines.
func (p *Phone) Origin(path string, line int) inventory.Origin {
	return inventory.Origin{Scanner: p.scanner, Path: inventory.Text(path), Line: line}
}

// From notes that facts of an app were read in a file, once a file.
func (p *Phone) From(a *inventory.App, file string, line int) {
	o := p.Origin(file, line)
	if !slices.ContainsFunc(a.Origins, func(x inventory.Origin) bool { return x.Path == o.Path }) && len(a.Origins) < maxOfApp {
		a.Origins = append(a.Origins, o)
	}
}

// AddProfile adds a profile; the device and the ID are set by [Phone.Inventory].
func (p *Phone) AddProfile(f inventory.Profile) { p.profiles = append(p.profiles, f) }

// AddCertificate adds a certificate authority; the device and the ID are set by [Phone.Inventory].
func (p *Phone) AddCertificate(c inventory.Certificate) { p.certs = append(p.certs, c) }

// AddVPN adds a virtual private network; the device and the ID are set by [Phone.Inventory].
func (p *Phone) AddVPN(v inventory.VPN) { p.vpns = append(p.vpns, v) }

// Fill sets a text that is not set yet, cut to what an inventory holds.
func Fill(dst *string, s string) {
	if *dst == "" {
		*dst = inventory.Text(strings.TrimSpace(s))
	}
}

// AddText adds a text to a list of an app, once, as long as the list is not too long.
func AddText(list *[]string, s string) {
	if s = inventory.Text(s); s != "" && !slices.Contains(*list, s) && len(*list) < maxOfApp {
		*list = append(*list, s)
	}
}

// Property notes a further fact of the device under its platform's own name.
func (p *Phone) Property(name, value string) {
	if p.Device.Properties == nil {
		p.Device.Properties = map[string]string{}
	}
	if value != "" && len(p.Device.Properties) < maxOfApp {
		p.Device.Properties[inventory.Text(name)] = inventory.Text(value)
	}
}

// epoch is the time from which Apple counts seconds.
var epoch = time.Date(2001, 1, 1, 0, 0, 0, 0, time.UTC)

// Time is the point in time that Apple writes as seconds since 2001: int64 or float64, as databases hold it. It is nil for 0, for
// what is no number, and outside of the years that an app of an iPhone can bear.
func Time(v any) *time.Time {
	var s float64
	switch n := v.(type) {
	case int64:
		s = float64(n)
	case float64:
		s = n
	}
	if !(s > 0 && s < 4e9) {
		return nil
	}
	return Valid(epoch.Add(time.Duration(int64(s)) * time.Second))
}

// Valid is a time in UTC, to the second, nil when it is none that an app of an iPhone can bear.
func Valid(t time.Time) *time.Time {
	if t = t.UTC().Truncate(time.Second); t.Year() < 2001 || t.Year() > 2120 {
		return nil
	}
	return &t
}

// Inventory gives everything collected for the device, which is called name. The device is told from others by its UDID where the
// source has it, else by its serial number, else by the path and the hash of what was read.
func (p *Phone) Inventory(name, file, hash string) *inventory.Inventory {
	d := &p.Device
	Fill(&d.Name, name)
	switch udid := strings.ToLower(strings.ReplaceAll(strings.TrimSpace(p.UDID), "-", "")); {
	case udid != "":
		d.ID = inventory.DeviceID(inventory.IOS, udid)
		p.Property("UniqueDeviceID", p.UDID)
	case inventory.UsableSerial(d.Serial) != "":
		d.ID = inventory.DeviceID(inventory.IOS, "serial", strings.ToUpper(inventory.UsableSerial(d.Serial)))
	default:
		d.ID = inventory.DeviceID(inventory.IOS, path.Clean(file), hash)
	}
	p.limits(file)
	inv := inventory.New()
	p.sum(d.Origins)
	inv.Devices = []inventory.Device{*d}
	inv.Apps = make([]inventory.App, 0, len(p.names))
	for _, n := range p.names {
		a := p.apps[n]
		a.Device, a.ID = d.ID, inventory.AppID(d.ID, inventory.IOSBundle, a.Identifier)
		if len(a.Traces) > 0 && !p.installed[a] {
			a.Presence = inventory.PresenceTrace
		}
		p.sum(a.Origins)
		inv.Apps = append(inv.Apps, *a)
	}
	p.attach(inv, d.ID)
	return inv
}

// limits states what was left out.
func (p *Phone) limits(file string) {
	if p.invalid.Count > 0 {
		p.Gap(inventory.Gap{Subject: file, Kind: inventory.GapMalformed, Count: p.invalid.Count, Samples: p.invalid.Samples,
			Detail: "Entries have no valid bundle identifier: they were left out.", Next: "Look at these entries by hand."})
	}
	if p.dropped.Count > 0 {
		p.Gap(inventory.Gap{Subject: file, Kind: inventory.GapLimit, Count: p.dropped.Count, Samples: p.dropped.Samples,
			Detail: fmt.Sprintf("More than %d different apps: the rest was not kept.", MaxApps), Next: "Check where this file comes from: no real device has so many apps."})
	}
}

// attach adds the facts that name the device.
func (p *Phone) attach(inv *inventory.Inventory, device string) {
	for _, f := range p.profiles {
		f.Device, f.ID = device, inventory.FactID("profile", device, f.Kind, f.User, f.Identifier)
		p.sum(f.Origins)
		inv.Profiles = append(inv.Profiles, f)
	}
	for _, c := range p.certs {
		c.Device, c.ID = device, inventory.FactID("certificate", device, c.User, c.SHA256)
		p.sum(c.Origins)
		inv.Certificates = append(inv.Certificates, c)
	}
	for _, v := range p.vpns {
		v.Device, v.ID = device, inventory.FactID("vpn", device, v.User, v.App, v.Name)
		p.sum(v.Origins)
		inv.VPNs = append(inv.VPNs, v)
	}
	for _, g := range p.gaps {
		g.Device = device
		inv.Gaps = append(inv.Gaps, g)
	}
}

func (p *Phone) sum(origins []inventory.Origin) {
	for i := range origins {
		if origins[i].SHA256 == "" {
			origins[i].SHA256 = p.sums[origins[i].Path]
		}
	}
}
