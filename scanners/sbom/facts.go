package sbom

import (
	"cmp"
	"strings"

	"quaestor/scanners/internal/components"
	"quaestor/scanners/internal/ospurl"
	"quaestor/scanners/internal/tally"
	"quaestor/scanners/inventory"
)

// facts makes an inventory of a document.
func (d *document) facts() *inventory.Inventory {
	d.settle()
	b := builder{document: d, inv: inventory.New(), seen: map[string]bool{}, same: map[string]string{}, apps: map[string]string{}}
	if d.isDevice() {
		b.makeDevice()
	} else {
		b.makeApp()
	}
	for _, it := range d.items {
		b.item(it)
	}
	b.left()
	return b.inv
}

// deviceKinds are the kinds of what a document describes that are devices, or as good as one.
var deviceKinds = map[string]bool{"operating-system": true, "device": true, "container": true, "firmware": true}

// isDevice reports whether a document describes a device: it says so, or lists packages of an operating system.
func (d *document) isDevice() bool {
	if d.subject != nil && deviceKinds[d.subject.kind] {
		return true
	}
	if d.subject != nil && d.subject.isOwnApp() {
		return false
	}
	for _, it := range d.items {
		if it.kind == "operating-system" || it.kind == "device" {
			return true
		}
		if p, ok := parse(it.purl); ok && (p.kind == "deb" || p.kind == "rpm" || p.kind == "apk" || p.kind == "alpm") {
			return true
		}
	}
	return false
}

// builder makes the facts of one document.
type builder struct {
	*document
	inv      *inventory.Inventory
	device   string
	platform inventory.Platform
	app      string
	binary   string
	seen     map[string]bool
	same     map[string]string // id of an app, with all that it is known by → the id that it has
	apps     map[string]string // of a list that this program wrote: IDs by references
}

func (b *builder) origin(line int) []inventory.Origin {
	return []inventory.Origin{{Scanner: ID, Path: b.file, Line: line}}
}

// about is what the document describes, as far as it says.
func (b *builder) about() item {
	if b.subject != nil && b.subject.name != "" {
		return *b.subject
	}
	return item{name: b.name, line: 1}
}

func (b *builder) makeDevice() {
	about := b.about()
	d := inventory.Device{Name: inventory.Text(about.name), Platform: inventory.Linux, CollectedAt: b.made, Origins: b.origin(about.line),
		Properties: map[string]string{"sbom.format": inventory.Text(b.format)}}
	system := about
	for _, it := range b.items {
		if it.kind == "operating-system" && system.kind != "operating-system" {
			system = it
		}
	}
	if system.kind == "operating-system" {
		d.OSName, d.OSVersion = inventory.Text(system.name), inventory.Text(system.version)
	}
	switch low := strings.ToLower(d.OSName); {
	case strings.Contains(low, "windows"):
		d.Platform = inventory.Windows
	case strings.Contains(low, "macos"), strings.Contains(low, "mac os"):
		d.Platform = inventory.MacOS
	case strings.Contains(low, "android"):
		d.Platform = inventory.Android
	case low == "ios", low == "ipados":
		d.Platform = inventory.IOS
	}
	for name, value := range map[string]string{"sbom.subject.type": about.kind, "sbom.subject.version": about.version, "sbom.subject.purl": about.purl} {
		if value != "" {
			d.Properties[name] = inventory.Text(value)
		}
	}
	d.ID = inventory.DeviceID(d.Platform, "sbom", about.name, about.version)
	ownDevice(&d, about.own)
	b.device, b.platform = d.ID, d.Platform
	b.inv.Devices = []inventory.Device{d}
}

func (b *builder) makeApp() {
	about := b.about()
	a := b.appOf(about)
	a.ID = inventory.AppID("", a.IdentifierKind, a.Identifier, cmp.Or(about.sha256, "sbom "+about.version))
	if about.sha256 != "" {
		a.Binaries = []string{about.sha256}
		b.binary = about.sha256
	}
	b.app = a.ID
	b.inv.Apps = []inventory.App{a}
}

// appOf describes an app, under the identifier that its package URL tells, else its name.
func (b *builder) appOf(it item) inventory.App {
	a := inventory.App{Device: b.device, Platform: b.platform, IdentifierKind: inventory.NameOnly, Identifier: inventory.Text(it.name), Name: inventory.Text(it.name), Version: inventory.Text(it.version),
		Publisher: inventory.Text(it.maker), Origins: b.origin(it.line)}
	p, ok := parse(it.purl)
	if !ok {
		ownApp(&a, it.own)
		return a
	}
	if kind, known := systemKinds[p.kind]; known {
		a.IdentifierKind, a.Identifier, a.Arch = kind, inventory.Text(p.name), inventory.Text(p.arch)
		if p.kind != "brew" && p.kind != "chocolatey" {
			a.Platform, a.Name = inventory.Linux, ""
		}
		a.Version = inventory.Text(cmp.Or(it.version, p.version))
		if p.kind == "rpm" && p.epoch != "" && p.epoch != "0" && !strings.Contains(a.Version, ":") {
			a.Version = inventory.Text(p.epoch + ":" + a.Version)
		}
	}
	if a.Version == "" {
		a.Version = inventory.Text(p.version)
	}
	return a
}

// item adds what a document lists: a package of the system and a program as an app of the device, anything else as a component.
func (b *builder) item(it item) {
	p, ok := parse(it.purl)
	if !ok {
		it.purl = ""
	}
	_, system := systemKinds[p.kind]
	switch {
	case it.name == "" && !ok:
		b.nameless++
	case noSoftware[it.kind]:
		b.other.Add(it.kind + ": " + it.name)
	case it.kind == "operating-system" && b.device != "":
	case it.kind == "device": // one of several that the document is about, or a piece of hardware
		b.devices.Add(it.name)
	case p.arch == "source" || p.arch == "src":
		b.other.Add("source package: " + p.name)
	case b.device != "" && (system || it.kind == "application" && (!ok || p.kind == "generic")):
		b.installed(b.appOf(it), it)
	default:
		b.component(it, p)
	}
}

// installed adds an app of the device, and the package that it is as a component.
func (b *builder) installed(a inventory.App, it item) {
	if a.Identifier == "" {
		b.nameless++
		return
	}
	a.ID = b.appID(a, it.purl)
	if it.in == "" && it.own != nil {
		b.apps[it.ref] = a.ID
	}
	if !b.seen[a.ID] {
		b.seen[a.ID] = true
		b.inv.Apps = append(b.inv.Apps, a)
		distro := ospurl.Of(b.inv.Devices[0])
		if c, ok := distro.Component(&a); ok && !(it.isOwnApp() && it.purl == "") { // of those, components stand beside
			if u, ok := onDistro(it.purl, distro); ok {
				c.PURL = inventory.Text(u)
				c.ID = inventory.FactID("component", a.Device, a.ID, c.PURL)
			}
			c.Basis = "list"
			b.inv.Components = append(b.inv.Components, c)
		}
	}
}

// appID is the first id of an app that nothing else of the device has: of the same name, architecture and version there may be
// packages of several distributions in one SBOM. What is the same in all of these has the id of the one before it.
func (b *builder) appID(a inventory.App, purl string) string {
	from := collection(purl)
	whole := inventory.AppID(b.device, a.IdentifierKind, a.Identifier, a.Arch, a.Version, from)
	if id := b.same[whole]; id != "" {
		return id
	}
	for _, id := range []string{inventory.AppID(b.device, a.IdentifierKind, a.Identifier), inventory.AppID(b.device, a.IdentifierKind, a.Identifier, a.Arch, a.Version)} {
		if !b.seen[id] {
			b.same[whole] = id
			return id
		}
	}
	return whole
}

func (b *builder) component(it item, p purl) {
	c := inventory.Component{Device: b.device, App: b.app, Binary: b.binary, PURL: cmp.Or(ofSystem(it.purl, p), bare(it.purl)), Basis: "list", Name: it.name, Version: cmp.Or(it.version, p.version), Origins: b.origin(it.line)}
	if it.name == "" {
		it.group, it.name = p.namespace, p.name
		c.Name = it.name
	}
	if p.kind == "maven" {
		it.group = cmp.Or(it.group, p.namespace)
	}
	if it.group != "" && !strings.HasPrefix(it.name, it.group+":") && !strings.HasPrefix(it.name, it.group+"/") {
		c.Name = it.group + "/" + it.name
		if p.kind == "maven" {
			c.Name = it.group + ":" + it.name
		}
	}
	c.Exact = c.Version != ""
	ownVersion(&c, it.own)
	if app := b.apps[it.in]; app != "" {
		c.App = app
	}
	switch {
	case c.PURL == "":
		c.PURL = components.Of("generic", c.Name, c.Version, "").PURL
	case p.version == "" && c.Version != "":
		c.PURL += "@" + strings.TrimPrefix(components.Of("x", "x", c.Version, "").PURL, "pkg:x/x@")
	}
	c.PURL, c.Name, c.Version = inventory.Text(c.PURL), inventory.Text(c.Name), inventory.Text(c.Version)
	c.ID = inventory.FactID("component", cmp.Or(b.apps[it.in], b.device, b.app), c.PURL)
	if !b.seen[c.ID] {
		b.seen[c.ID] = true
		b.inv.Components = append(b.inv.Components, c)
	}
}

// left says what of a document was left out.
func (b *builder) left() {
	gap := func(kind inventory.GapKind, t tally.Tally, detail, next string) {
		if t.Count == 0 {
			return
		}
		g := inventory.Gap{Scanner: ID, Device: b.device, Subject: b.file, Kind: kind, Detail: detail, Next: next, Count: t.Count}
		for _, s := range t.Samples {
			g.Samples = append(g.Samples, inventory.Text(s))
		}
		b.inv.Gaps = append(b.inv.Gaps, g)
	}
	gap(inventory.GapLimit, tally.Tally{Count: b.lost}, "The SBOM lists more than is kept of one.", "Make SBOMs of its parts.")
	gap(inventory.GapLimit, tally.Tally{Count: b.deep}, "Components lie too deep in each other, and were not read.", "Make an SBOM without nesting.")
	gap(inventory.GapMalformed, tally.Tally{Count: b.nameless}, "Entries of the SBOM have no name.", "Make it again, with another tool.")
	gap(inventory.GapBlind, b.devices, "The SBOM lists devices. Which of them has what of the software is not read.", "Make an SBOM of each device, or scan the source that it was made from.")
	gap(inventory.GapSkipped, b.other, "Entries that are no software, or sources of it, are not listed.", "")
	gap(inventory.GapSkipped, b.excluded, "Components that the SBOM says are no part of what it describes are not listed.", "")
	if len(b.items) == 0 {
		gap(inventory.GapEmpty, tally.Tally{Count: 1}, "The SBOM lists no component.", "Make it again, of what is installed or built, or with another tool.")
	}
}
