package sbom

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"quaestor/scanners/internal/tally"
	"quaestor/scanners/inventory"
)

// Lists that this program wrote tell more than their formats have fields for: in properties of CycloneDX and annotations of SPDX, under names
// that begin with "quaestor:". So a device comes back as the device that it was, an app under its identifier, a component in its app
// and with what is known of its version.

// ownPrefix begins the names of such properties.
const ownPrefix = "quaestor:"

// maxOwn is how many of an item are kept, and maxEdges how many relations of a document.
const (
	maxOwn   = 30
	maxEdges = 4_000_000
)

// keep keeps a property that is one of ours. Of two of one name the first is kept.
func (it *item) keep(name, value string) {
	name, ok := strings.CutPrefix(name, ownPrefix)
	if !ok || len(it.own) >= maxOwn {
		return
	}
	if it.own == nil {
		it.own = map[string]string{}
	}
	if _, known := it.own[name]; !known {
		it.own[name] = value
	}
}

// keepAnnotation keeps an annotation that is a property.
func (it *item) keepAnnotation(comment string) {
	if name, value, ok := strings.Cut(comment, "="); ok {
		it.keep(name, value)
	}
}

// isOwnDevice reports whether an item is a device of a list of ours.
func (it *item) isOwnDevice() bool { return it.kind == "device" && it.own["device"] != "" }

// isOwnApp reports whether an item is an app of a list of ours.
func (it *item) isOwnApp() bool { return it.kind == "application" && it.own["identifier"] != "" }

// edge notes what is in what, of a list of ours.
func (d *document) edge(from string, to ...string) {
	if !d.mine {
		return
	}
	if d.edgeCount += len(to); d.edgeCount > maxEdges {
		d.lost += len(to)
		return
	}
	if d.edges == nil {
		d.edges = map[string][]string{}
	}
	d.edges[from] = append(d.edges[from], to...)
}

// apart takes a list of ours apart: a document for each device and for each app that is on none, each with what is in it.
// Any other list stays as it is.
func (d *document) apart() []*document {
	if len(d.edges) == 0 {
		return []*document{d}
	}
	d.settle()
	at := make(map[string]int, len(d.items))
	for i := range d.items {
		at[d.items[i].ref] = i
	}
	reached := make([]bool, len(d.items))
	var out []*document
	begin := func(root item) {
		part := &document{format: d.format, file: d.file, name: d.name, made: d.made, subject: &root}
		part.items = d.within(root.ref, at, reached)
		out = append(out, part)
	}
	if d.subject != nil && (d.subject.isOwnDevice() || d.subject.isOwnApp()) {
		begin(*d.subject)
	} else if d.subject != nil {
		for _, ref := range d.edges[d.subject.ref] {
			if i, ok := at[ref]; ok && !reached[i] && (d.items[i].isOwnDevice() || d.items[i].isOwnApp()) {
				reached[i] = true
				begin(d.items[i])
			}
		}
	}
	if len(out) == 0 {
		return []*document{d}
	}
	d.rest(out, reached)
	return out
}

// within lists what is in a thing, and in that, apps first.
func (d *document) within(root string, at map[string]int, reached []bool) (out []item) {
	type place struct{ ref, app string }
	seen := map[string]bool{root: true}
	for queue := []place{{ref: root}}; len(queue) > 0; queue = queue[1:] {
		for _, ref := range d.edges[queue[0].ref] {
			i, ok := at[ref]
			if !ok || seen[ref] {
				continue
			}
			seen[ref], reached[i] = true, true
			it := d.items[i]
			it.in = queue[0].app
			out = append(out, it)
			next := place{ref, queue[0].app}
			if it.isOwnApp() {
				next.app = ref
			}
			queue = append(queue, next)
		}
	}
	slices.SortStableFunc(out, func(a, b item) int { return yes(b.isOwnApp()) - yes(a.isOwnApp()) })
	return out
}

func yes(b bool) int {
	if b {
		return 1
	}
	return 0
}

// rest gives what is in no device and no app to the first, with what was not read.
func (d *document) rest(parts []*document, reached []bool) {
	first := parts[0]
	for i, it := range d.items {
		if !reached[i] {
			first.items = append(first.items, it)
		}
	}
	first.other, first.excluded, first.devices, first.nameless, first.deep, first.lost = d.other, d.excluded, d.devices, d.nameless, d.deep, d.lost
	d.other, d.excluded, d.devices = tally.Tally{}, tally.Tally{}, tally.Tally{}
}

var (
	ownID   = regexp.MustCompile(`^[a-z0-9-]{1,80}$`)
	ownKind = regexp.MustCompile(`^[a-z][a-z-]{1,30}$`)
)

// ownDevice gives a device what a list of ours tells of it.
func ownDevice(d *inventory.Device, own map[string]string) {
	if own["device"] == "" {
		return
	}
	if p := inventory.Platform(own["platform"]); p == "" || slices.Contains(platforms, p) {
		d.Platform = p
	}
	d.OSVersion = cmp.Or(d.OSVersion, inventory.Text(own["os_version"]))
	d.Model, d.Serial, d.SecurityPatch = inventory.Text(own["model"]), inventory.Text(own["serial"]), inventory.Text(own["security_patch"])
	if ownID.MatchString(own["device"]) {
		d.ID = own["device"]
	}
}

var platforms = []inventory.Platform{inventory.Android, inventory.IOS, inventory.Windows, inventory.MacOS, inventory.Linux}

// platformOf is that of an app by the kind of its identifier.
var platformOf = map[inventory.IdentifierKind]inventory.Platform{inventory.AndroidPackage: inventory.Android, inventory.IOSBundle: inventory.IOS, inventory.MacBundle: inventory.MacOS,
	inventory.UninstallKey: inventory.Windows, inventory.MSIXFamily: inventory.Windows, inventory.MSIProductCode: inventory.Windows}

// ownApp gives an app the identifier that a list of ours tells.
func ownApp(a *inventory.App, own map[string]string) {
	kind, id := own["identifier_kind"], inventory.Text(own["identifier"])
	if !ownKind.MatchString(kind) || id == "" {
		return
	}
	a.IdentifierKind, a.Identifier = inventory.IdentifierKind(kind), id
	a.Arch, a.Presence = inventory.Text(own["arch"]), inventory.Presence(inventory.Text(own["presence"]))
	if a.Device == "" {
		a.Platform = cmp.Or(a.Platform, platformOf[a.IdentifierKind])
	}
}

// ownVersion gives a component what a list of ours tells of a version that is not certain.
func ownVersion(c *inventory.Component, own map[string]string) {
	if c.Version == "" {
		c.Version = own["version_probable"]
	}
	c.From, c.To = inventory.Text(own["version_from"]), inventory.Text(own["version_to"])
	c.Text = inventory.Text(own["text"])
}
