package reports

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"quaestor/riskdb"
	"quaestor/scanners/inventory"
)

// Disclaimer goes with every result.
const Disclaimer = "No finding is no clean bill of health: this report covers what was looked at, with what was known on the date of the risk database. " +
	"Ownership and law show what a state may demand, not what a vendor has done. Findings are proposals; an authorised person decides."

// New makes the Report of an inventory and its assessment.
func New(tool Tool, db *riskdb.DB, inv *inventory.Inventory, a *riskdb.Assessment) *Report {
	return NewMaker(tool, db).Report(inv, a)
}

// Report makes the Report of an inventory and its assessment.
func (m *Maker) Report(inv *inventory.Inventory, a *riskdb.Assessment) *Report {
	db := m.db
	b := &builder{maker: m, db: db, inv: inv, a: a, devices: map[string]*inventory.Device{}}
	for i, name := range deviceNames(inv.Devices) {
		d := inv.Devices[i]
		d.Name = name
		b.devices[d.ID] = &d
	}
	b.index()
	b.judged = judgedHosts(a.Findings)
	r := &Report{
		Schema: Schema, Tool: m.tool, AsOf: string(a.AsOf), Disclaimer: Disclaimer,
		Database: m.database(), Policies: m.policies(a.Policies),
		Findings: []Finding{}, Gaps: []Gap{}, Runs: []Run{}, Devices: []Device{}, Apps: []App{},
	}
	r.ComponentsChecked, r.Database.Advisories = a.Checked, adviceSources(a.Advice)
	about, ofDevice := map[string][]string{}, map[string][]string{}
	for i := range a.Findings {
		f := b.finding(&a.Findings[i])
		r.Findings = append(r.Findings, f)
		switch f.Subject.Kind {
		case DeviceKind:
			ofDevice[f.Subject.Device] = append(ofDevice[f.Subject.Device], f.ID)
		case ExceptionKind:
		default:
			about[f.Subject.App] = append(about[f.Subject.App], f.ID)
		}
	}
	r.Apps = make([]App, 0, len(inv.Apps))
	counts, traced, fleets := map[string]int{}, map[string]int{}, map[string]bool{}
	for i := range inv.Apps {
		app := &inv.Apps[i]
		counts[app.Device]++
		if app.DeviceCount > 0 {
			fleets[app.Device] = true
		}
		if app.Presence != inventory.PresenceInstalled {
			traced[app.Device]++
		}
		r.Apps = append(r.Apps, b.app(app, about[app.ID]))
	}
	files := riskdb.CodeFiles(inv)
	for i := range files {
		r.Files = append(r.Files, b.app(&files[i], about[files[i].ID]))
	}
	r.Components = b.components(r)
	for i := range inv.Devices {
		d := b.device(b.devices[inv.Devices[i].ID], counts[inv.Devices[i].ID], ofDevice[inv.Devices[i].ID])
		d.Traces = traced[d.ID]
		b.trust(&d, &inv.Devices[i])
		b.noted(&d)
		b.managed(&d, &inv.Devices[i])
		d.Fleet = fleets[d.ID]
		d.SecuritySeen = b.securitySeen(&inv.Devices[i], d.Apps)
		d.SecurityUnseen = securityUnseen(inv.Devices[i].Platform, d.SecuritySeen)
		r.Devices = append(r.Devices, d)
	}
	for _, g := range slices.Concat(inv.Gaps, a.Gaps) {
		r.Gaps = append(r.Gaps, b.gap(g))
	}
	sortGaps(r.Gaps)
	for _, run := range inv.Runs {
		r.Runs = append(r.Runs, Run{Scanner: run.Scanner, Target: run.Target, Device: run.Device, Status: string(run.Status), Detail: run.Detail, Facts: run.Facts})
	}
	r.CodeReach = b.codeReach()
	r.SecuritySoftware, r.UnknownPrivileged = b.security(r.Findings), b.unknownPrivileged()
	r.judgeDevices()
	r.Verdict = verdict(r)
	return r
}

func compareBool(x, y bool) int {
	switch {
	case x == y:
		return 0
	case x:
		return 1
	}
	return -1
}

type builder struct {
	maker   *Maker
	db      *riskdb.DB
	inv     *inventory.Inventory
	a       *riskdb.Assessment
	devices map[string]*inventory.Device

	binaries  map[string]*inventory.Binary
	carried   map[string][]carried       // by the file that they lie in
	libraries map[string][]string        // components of each file, name and version
	units     map[string]Unit            // what files inside others show
	hosts     *riskdb.HostOwners         // prepared with the first host
	judged    map[string]map[string]bool // hosts that findings name, by app
}

func (b *builder) device(d *inventory.Device, apps int, findings []string) Device {
	out := Device{ID: d.ID, Name: d.Name, Platform: string(d.Platform), Model: join(d.Manufacturer, d.Model), OS: join(d.OSName, d.OSVersion),
		OSName: d.OSName, OSVersion: d.OSVersion, SecurityPatch: d.SecurityPatch, Serial: d.Serial, Unidentified: unidentified(d), UserList: users(d), Apps: apps, Findings: findings}
	if d.CollectedAt != nil {
		out.CollectedAt = d.CollectedAt.Format(time.RFC3339)
	}
	for _, u := range d.Users {
		out.Users = append(out.Users, cmp.Or(join(u.ID, u.Name), u.Kind))
	}
	return out
}

func join(a, b string) string {
	switch {
	case a == "":
		return b
	case b == "":
		return a
	}
	return a + " " + b
}

func (b *builder) app(a *inventory.App, findings []string) App {
	out := App{ID: a.ID, Device: a.Device, Kind: string(a.IdentifierKind), Identifier: a.Identifier, Name: a.Name, Version: a.Version,
		Installer: a.Installer, System: a.System, Presence: string(a.Presence), Traces: traces(a), Users: installedFor(a), SHA256: a.Binaries, Inside: b.inside(a), Findings: findings, DeviceCount: a.DeviceCount}
	b.appleFacts(&out, a)
	out.Accesses = accesses(a.Accesses)
	b.contacts(&out, a)
	out.Installs, out.UninstallCommand = installs(a), a.UninstallCommand
	if a.Platform != inventory.Android && a.Platform != inventory.IOS {
		out.Publisher, out.Arch = a.Publisher, a.Arch
	}
	out.Traffic = traffic(a.Traffic)
	if p := b.a.Products[a.ID]; p != nil {
		out.Product, out.ProductName, out.Vendor = p.ID, p.Name, p.Vendor
	}
	return out
}

// installedFor lists the users who have the app; nil when the source does not tell users apart.
func installedFor(a *inventory.App) []string {
	var out []string
	for _, u := range a.Users {
		if u.Installed {
			out = append(out, u.User)
		}
	}
	return out
}

func (b *builder) finding(f *riskdb.Finding) Finding {
	out := Finding{ID: f.ID, Rule: f.Rule, PolicyRule: f.PolicyRule, Title: f.Title, Reason: f.Reason, Caveat: f.Caveat, Axis: string(f.Axis), Severity: string(f.Severity),
		Confidence: string(f.Confidence), STIX: f.Confidence.STIX(), Action: string(f.Action), Params: f.Params, Evidence: evidence(f.Evidence), Sources: []Source{},
		Subject: b.subject(f.Subject), Exception: exception(f.Exception), Positions: positions(f.Positions), Removal: removal(f.Removal), Removable: removal(f.Removable)}
	out.Weak = f.Vulnerable
	for _, m := range f.Measures {
		out.Measures = append(out.Measures, b.measure(m))
	}
	out.Chain = b.links(f.Chain)
	for _, r := range f.Reach {
		out.Reach = append(out.Reach, Reach{Category: r.Category, Permissions: r.Permissions, Granted: r.Granted, Limited: r.Limited})
	}
	for _, c := range f.Context {
		out.Context = append(out.Context, Circumstance{Effect: string(c.Effect), Text: c.Text})
	}
	out.Sources = append(out.Sources, b.allSources(f)...)
	if f.Vulnerable != nil {
		vulnerable(&out, f.Vulnerable)
	}
	countedOnly(&out, f.Subject.App)
	return out
}

func evidence(list []riskdb.Evidence) []Evidence {
	out := []Evidence{}
	for _, e := range list {
		out = append(out, Evidence{Kind: string(e.Kind), Detail: e.Detail, Supports: e.Supports, Reliability: string(rune(e.Reliability)),
			Credibility: e.Credibility, Scanner: e.Origin.Scanner, Path: e.Origin.Path, Line: e.Origin.Line, SHA256: e.Origin.SHA256, Places: places(e.Places)})
	}
	return out
}

func places(list []riskdb.Place) []Place {
	var out []Place
	for _, p := range list {
		place := Place{Binary: p.Binary, File: p.File, Item: p.Item, Classes: p.Classes}
		if p.Item != "" { // a whole file is of no kind
			place.Kind = string(p.Kind)
		}
		out = append(out, place)
	}
	return out
}

// allSources gathers every source of a finding once: of its own, its measures and its chain.
func (b *builder) allSources(f *riskdb.Finding) []Source {
	ids := slices.Clone(f.Sources)
	for _, m := range f.Measures {
		ids = append(ids, m.Ban.Sources...)
	}
	for _, l := range f.Chain {
		ids = append(ids, l.Sources...)
	}
	return b.sources(ids)
}

func (b *builder) sources(ids []string) []Source {
	var out []Source
	for i, id := range ids {
		if slices.Contains(ids[:i], id) { // there are few
			continue
		}
		if s := b.source(id); s != nil {
			out = append(out, Source{ID: s.ID, Title: s.Title, URL: s.URL, Date: string(s.Date)})
		}
	}
	return out
}

func (b *builder) measure(m riskdb.Measure) Measure {
	ban := m.Ban
	out := Measure{ID: ban.ID, Kind: string(ban.Kind), Binding: m.Binding(), State: string(ban.State),
		Authority: ban.Authority, Jurisdiction: ban.Jurisdiction, Instrument: ban.Instrument, Since: string(b.db.First(ban)), Until: string(ban.Until),
		Deadline: string(ban.Deadline), Scope: ban.Scope, BindsNot: ban.NotAppliesTo, Review: string(ban.Review), Via: m.Via, Sources: b.sources(ban.Sources)}
	if l := b.db.Origin("bans", ban.ID); l != nil {
		out.Overlay = l.ID
	}
	if m.Target != nil {
		out.Clause = m.Target.Clause
	}
	if ban.State == riskdb.Superseded && ban.Stands(b.a.AsOf) {
		out.State = string(riskdb.InForce) // on the day of the judgement; Until says how long
	}
	if begins := string(ban.Begins()); begins != out.Since {
		out.Prolonged = begins
	}
	return out
}

// links are the steps of a chain. Findings share them, and nobody changes them.
func (b *builder) links(chain []riskdb.Link) []ChainLink {
	return b.maker.chain(chain, func() []ChainLink {
		out := make([]ChainLink, 0, len(chain))
		for _, l := range chain {
			out = append(out, b.link(l))
		}
		return out
	})
}

func (b *builder) link(l riskdb.Link) ChainLink {
	out := ChainLink{From: l.From, Relation: l.Relation, To: l.To, Kind: l.Kind, ID: l.ID, Since: string(l.Since), Until: string(l.Until),
		Verified: l.Verified, Confidence: string(l.Allows()), Note: l.Note, Sources: b.sources(l.Sources)}
	if l.Share > 0 {
		out.Share = fmt.Sprintf("%g %%", l.Share)
	}
	return out
}

func (b *builder) gap(g inventory.Gap) Gap {
	out := Gap{Scanner: g.Scanner, Device: g.Device, Subject: g.Subject, Kind: string(g.Kind), Incomplete: g.Kind.Incomplete(), Detail: g.Detail,
		Next: g.Next, Count: g.Count, Samples: g.Samples}
	if d := b.devices[g.Device]; d != nil {
		out.DeviceName = d.Name
	}
	return out
}
