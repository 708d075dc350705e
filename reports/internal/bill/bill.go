// Package bill gathers what a list of software (SBOM) says, whatever its format: devices, what they run, what that is made of,
// what is known to be wrong with it, and what was not looked at.
//
// The same app, and the same component of the same app, is one thing however many devices have it. What tells things
// apart is in their references, so that these are the same in every list.
//
// What the package cannot see: components that no scanner found. A version that is not certain is no version here; the
// bounds of it are told beside.
package bill

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"quaestor/reports"
)

// Kind is what a thing is.
type Kind int

// The kinds.
const (
	Component Kind = iota
	App
	System
	Device
	Fleet
)

// Thing is one entry of the list.
type Thing struct {
	Ref                            string
	Kind                           Kind
	Name, Version, PURL, Publisher string
	SHA256                         string
	Licences                       []string
	Basis                          string // what tells of a component; empty of others
	Exact                          bool
	Places                         []Place
	Properties                     []Property
}

// Place is where a thing was read.
type Place struct {
	Scanner, Path string
	Line          int
	Offset        int64
}

// Property is a fact that the formats have no field for.
type Property struct{ Name, Value string }

func (t *Thing) property(name, value string) {
	if value != "" {
		t.Properties = append(t.Properties, Property{"quaestor:" + name, value})
	}
}

// Edge says what a thing is made of.
type Edge struct {
	Of string
	On []string
}

// Note is something to be said of a thing: a gap, or the limits of the list. Without a reference it is about everything.
type Note struct {
	About      string
	Text       string
	Incomplete bool
}

// Part is what a device adds to a list.
type Part struct {
	Things []Thing // a device first
	Edges  []Edge
	Roots  []string // things that are part of no other
	Weak   []Weakness
	Notes  []Note
}

// Gatherer makes parts. It remembers the references of what it has given out, which are some bytes for each different thing.
type Gatherer struct {
	seen  map[[8]byte]struct{}
	other int // findings that are not told
}

// New begins a list.
func New() *Gatherer { return &Gatherer{seen: map[[8]byte]struct{}{}} }

// ref makes a reference of what tells a thing apart.
func ref(kind string, parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		h.Write([]byte(strconv.Itoa(len(p)) + ":" + p))
	}
	return kind + "-" + hex.EncodeToString(h.Sum(nil)[:10])
}

// once reports whether a reference is new.
func (g *Gatherer) once(ref string) bool {
	sum := sha256.Sum256([]byte(ref))
	key := [8]byte(sum[:8])
	_, known := g.seen[key]
	g.seen[key] = struct{}{}
	return !known
}

// part gathers one report.
type part struct {
	*Gatherer
	Part
	r         *reports.Report
	of        map[string][]*reports.ListedComponent // by app
	refs      map[string]string                     // of components and apps, by their ids
	excepted  map[string]string                     // what tells apart a component whose findings are excepted
	component map[string]bool                       // written in this part
}

// Part takes the report of a device, or what belongs to none.
func (g *Gatherer) Part(r *reports.Report) Part {
	p := &part{Gatherer: g, r: r, of: map[string][]*reports.ListedComponent{}, refs: map[string]string{}, excepted: map[string]string{}, component: map[string]bool{}}
	p.except()
	var alone []*reports.ListedComponent
	for i := range r.Components {
		c := &r.Components[i]
		for _, app := range c.Apps {
			p.of[app] = append(p.of[app], c)
		}
		if len(c.Apps) == 0 {
			alone = append(alone, c)
		}
	}
	var top []string
	for i := range r.Devices {
		top = append(top, p.device(&r.Devices[i])...)
	}
	for _, list := range [][]reports.App{r.Apps, r.Files} {
		for i := range list {
			top = append(top, p.app(&list[i]))
		}
	}
	for _, c := range alone {
		top = append(top, p.single(c, ""))
	}
	top = unique(top)
	if len(r.Devices) > 0 {
		p.Edges = append(p.Edges, Edge{p.Things[0].Ref, top})
		p.Roots = []string{p.Things[0].Ref}
	} else {
		p.Roots = top
	}
	p.weaknesses()
	p.gaps()
	return p.Part
}

func unique(refs []string) []string {
	slices.Sort(refs)
	return slices.Compact(refs)
}

func (p *part) device(d *reports.Device) (on []string) {
	t := Thing{Ref: ref("device", d.ID), Kind: Device, Name: cmp.Or(d.Name, d.ID)}
	t.property("device", d.ID)
	t.property("platform", d.Platform)
	t.property("model", d.Model)
	t.property("serial", d.Serial)
	t.property("security_patch", d.SecurityPatch)
	if d.OSName == "" {
		t.property("os_version", d.OSVersion)
		p.Things = append(p.Things, t)
		return nil
	}
	p.Things = append(p.Things, t)
	s := Thing{Ref: ref("system", d.OSName, d.OSVersion), Kind: System, Name: d.OSName, Version: d.OSVersion}
	if p.once(s.Ref) {
		p.Things = append(p.Things, s)
		p.Edges = append(p.Edges, Edge{Of: s.Ref})
	}
	return []string{s.Ref}
}

// app adds an app with what it is made of. A package of the system that is known by its package URL, and of which no parts are known, is
// itself the component.
func (p *part) app(a *reports.App) string {
	var on []string
	if list := p.of[a.ID]; len(list) == 1 && itself(a, list[0]) {
		p.refs[a.ID] = p.single(list[0], a.Publisher)
		return p.refs[a.ID]
	}
	identity := append([]string{a.Kind, a.Identifier, a.Version, a.Arch, a.Presence}, a.SHA256...)
	for _, c := range p.of[a.ID] {
		whose := cmp.Or(c.Binary, strings.Join(identity, "\x00"))
		on = append(on, p.partOf(c, whose))
	}
	on = unique(on)
	t := Thing{Ref: ref("app", append(identity, on...)...), Kind: App, Name: cmp.Or(a.Name, a.Identifier), Version: a.Version, Publisher: a.Publisher}
	p.refs[a.ID] = t.Ref
	if !p.once(t.Ref) {
		return t.Ref
	}
	if len(a.SHA256) > 0 {
		t.SHA256 = a.SHA256[0]
		for _, sha := range a.SHA256[1:] {
			t.property("file_sha256", sha)
		}
	}
	t.property("identifier", a.Identifier)
	t.property("identifier_kind", a.Kind)
	t.property("presence", a.Presence)
	t.property("arch", a.Arch)
	p.Things = append(p.Things, t)
	p.Edges = append(p.Edges, Edge{t.Ref, on})
	return t.Ref
}

// itself reports whether a component is the app as its package manager knows it.
func itself(a *reports.App, c *reports.ListedComponent) bool {
	return c.App == a.ID && c.Binary == "" && c.Name == a.Identifier && c.Version == a.Version && len(a.SHA256) == 0
}

// single adds a component that is not in a file: the same one on all devices that have it.
func (p *part) single(c *reports.ListedComponent, publisher string) string {
	return p.add(c, c.Binary, publisher)
}

func (p *part) partOf(c *reports.ListedComponent, whose string) string { return p.add(c, whose, "") }

func (p *part) add(c *reports.ListedComponent, whose, publisher string) string {
	t := Thing{Kind: Component, Name: cmp.Or(c.Name, c.PURL), PURL: c.PURL, Publisher: publisher, Licences: c.Licences, Basis: cmp.Or(c.Basis, "unknown"), Exact: c.Exact}
	t.Ref = ref("component", c.PURL, c.Name, c.Version, c.From, c.To, c.Basis, strconv.FormatBool(c.Exact), whose, p.excepted[c.ID])
	if p.refs[c.ID] == "" {
		p.refs[c.ID] = t.Ref
	}
	if !p.once(t.Ref) {
		return t.Ref
	}
	if c.Exact {
		t.Version = c.Version
	} else {
		t.PURL = versionless(c.PURL)
		t.property("version_probable", c.Version)
		t.property("version_from", c.From)
		t.property("version_to", c.To)
	}
	t.property("basis", c.Basis)
	if c.Text != c.Version {
		t.property("text", c.Text)
	}
	t.property("binary", c.Binary)
	for _, o := range c.Origins {
		t.Places = append(t.Places, Place{o.Scanner, o.Path, o.Line, o.Offset})
	}
	p.Things = append(p.Things, t)
	p.Edges = append(p.Edges, Edge{Of: t.Ref})
	return t.Ref
}

// versionless is a package URL without its version.
func versionless(u string) string {
	end := len(u)
	if at := strings.IndexAny(u, "?#"); at >= 0 {
		end = at
	}
	if at := strings.LastIndexByte(u[:end], '@'); at > strings.LastIndexByte(u[:end], '/') {
		return u[:at] + u[end:]
	}
	return u
}

// gaps tells what was not looked at.
func (p *part) gaps() {
	device := map[string]string{}
	for i := range p.r.Devices {
		device[p.r.Devices[i].ID] = p.Things[0].Ref
	}
	for _, g := range p.r.Gaps {
		text := fmt.Sprintf("Not looked at (%s): %s: %s", g.Kind, g.Subject, g.Detail)
		if g.Next != "" {
			text += " " + g.Next
		}
		if g.Count > 0 {
			text += fmt.Sprintf(" Count: %d.", g.Count)
		}
		if len(g.Samples) > 0 {
			text += " For example: " + strings.Join(g.Samples, ", ") + "."
		}
		p.Notes = append(p.Notes, Note{device[g.Device], text + " (" + g.Scanner + ")", g.Incomplete})
	}
}

// Limits says what the list is not, when all parts were taken.
func (g *Gatherer) Limits(r *reports.Report) []Note {
	var notes []Note
	if r.Disclaimer != "" {
		notes = append(notes, Note{Text: r.Disclaimer})
	}
	if g.other > 0 {
		notes = append(notes, Note{Text: fmt.Sprintf("Findings that are about other things than vulnerable components and are not in this list: %d. The report has them: -o json.", g.other)})
	}
	return notes
}
