package riskdb

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"quaestor/scanners/inventory"
)

// united judges a product of a device once, by everything that shows it, and lists it where it is security software.
func (a *assessor) united(g *group) {
	proofs := g.evidence()
	if len(g.apps) == 0 || a.holds(g.apps[0]) {
		a.judged(g, proofs)
	}
	if securityKind(g.product) != "" {
		a.out.Security = append(a.out.Security, a.record(g, proofs))
	}
}

// judged makes the findings about a product that is on a computer.
func (a *assessor) judged(g *group, proofs []Evidence) {
	f := a.lead(g)
	f.product, f.vendor, f.identity = g.product, a.db.Vendor(g.product.Vendor), proofs
	f.byNameOnly = !slices.ContainsFunc(proofs, func(e Evidence) bool { return e.Supports && e.Kind != ByName })
	f.makerStated = f.makerStated || len(g.beside) > 0
	f.unconfirmed, f.idle = g.unconfirmed, g.idle
	if !f.byNameOnly {
		for _, x := range g.apps {
			a.out.Products[x.app.ID] = g.product
		}
	}
	f.parts = g.others(f.app)
	f.shown = g.shownBy(f)
	a.behind(f)
	a.disputed(f)
}

// lead is the app that the findings are about: the one that is surest, else one made of the first mark.
func (a *assessor) lead(g *group) *facts {
	if len(g.apps) > 0 {
		best := slices.MaxFunc(g.apps, func(x, y *facts) int {
			return cmp.Or(rank(!x.byNameOnly)-rank(!y.byNameOnly), Combine(x.identity).Rank()-Combine(y.identity).Rank(), rank(x.app.UninstallCommand != "")-rank(y.app.UninstallCommand != ""))
		})
		f := *best
		return &f
	}
	m := g.marks[0]
	for _, x := range g.marks[1:] { // one that is its own before a shared one
		if m.match.Identifier.Shared && !x.match.Identifier.Shared {
			m = x
		}
	}
	sp := m.fact
	app := &inventory.App{ID: sp.ID, Device: sp.Device, Platform: a.platformOf(sp.Device), IdentifierKind: inventory.Process, Identifier: sp.Process,
		Name: g.product.Name, Version: sp.Version, Origins: sp.Origins}
	if app.Identifier == "" {
		app.IdentifierKind, app.Identifier = ServiceName, firstOf(sp.Service, sp.Identifier, sp.Name)
	}
	return &facts{app: app}
}

// others are the apps of the product beside the one that the findings are about.
func (g *group) others(lead *inventory.App) []*facts {
	var out []*facts
	for _, f := range g.apps {
		if f.app.ID != lead.ID {
			out = append(out, f)
		}
	}
	return out
}

// shownBy says by what the system states of it a product was recognised whose app is not listed by its identifier, or that
// no app shows; nil where the app's own identifier shows it.
func (g *group) shownBy(lead *facts) []string {
	for _, f := range g.apps {
		if f.app.ID == lead.app.ID && slices.ContainsFunc(f.identity, func(e Evidence) bool { return e.Supports && e.Kind == ByIdentifier }) {
			return nil
		}
	}
	var out []string
	for _, m := range g.marks {
		if m.fact == nil || m.fact.Kind == "" || m.proof.Kind != ByIdentifier && m.proof.Kind != ByProcess {
			continue
		}
		word := "a " + plainWords(m.fact.Kind)
		if strings.ContainsAny(m.fact.Kind[:1], "aeiou") {
			word = "an " + plainWords(m.fact.Kind)
		}
		if m.proof.Kind == ByProcess {
			word = "the file name of a program"
		}
		if !slices.Contains(out, word) {
			out = append(out, word)
		}
	}
	slices.Sort(out)
	return out
}

// evidence is everything that shows the product, the strongest first.
func (g *group) evidence() []Evidence {
	var out []Evidence
	add := func(e Evidence) {
		if !slices.ContainsFunc(out, func(x Evidence) bool { return x.Detail == e.Detail }) {
			out = append(out, e)
		}
	}
	for _, f := range g.apps {
		for _, e := range f.identity {
			add(e)
		}
	}
	for _, m := range slices.Concat(g.marks, g.beside) {
		if m.proof.Kind == ByStatement { // what its app holds shows a privilege, not whose it is
			continue
		}
		add(m.proof)
	}
	for _, e := range g.against {
		add(e)
	}
	slices.SortStableFunc(out, func(x, y Evidence) int { return y.Confidence().Rank() - x.Confidence().Rank() })
	return out
}

// record writes what is known of a product on a device.
func (a *assessor) record(g *group, proofs []Evidence) SecuritySoftware {
	s := SecuritySoftware{ID: inventory.FactID("security-software", g.device, g.product.ID), Device: g.device, Product: g.product, Name: g.product.Name,
		Kind: securityKind(g.product), Vendor: g.product.Vendor, Marks: proofs, Recognised: true, Confidence: Combine(proofs)}
	var privileges held
	for _, f := range g.apps {
		s.Apps = append(s.Apps, f.app.ID)
		s.Version = cmp.Or(s.Version, f.app.Version)
		s.StatedVendor = cmp.Or(s.StatedVendor, f.app.Publisher)
		privileges.fromApp(f)
	}
	list := g.facts()
	for _, sp := range list {
		s.takes(sp)
		privileges.fromFact(sp)
	}
	for _, p := range g.extra {
		for _, e := range p.Evidence {
			privileges.add(p.Name, e)
		}
	}
	if g.idle {
		s.State = "disabled"
	}
	s.Users = usersOf(g.apps, list)
	s.Privileges = privileges.sorted()
	f := &facts{product: g.product, vendor: a.db.Vendor(g.product.Vendor), app: &inventory.App{}}
	r := a.reach(g.product)
	s.Chain = a.chain(f)
	s.Reach = reachOf(a.db, r.state, r.allows, s.Chain)
	if g.unconfirmed {
		s.Note = "Not confirmed: one name of a service or program is all that shows it, and another program may bear it too."
	} else if s.Confidence == ConfidenceLow {
		s.Note = "What it was recognised by may be another program's: a name, marks that other products use too, or a listing that nobody verified."
	}
	return s
}

// reachOf is the end of a chain; nil where no state is recorded.
func reachOf(db *DB, state *Jurisdiction, allows Confidence, chain []Link) *StateReach {
	if state == nil {
		return nil
	}
	return (&explainer{db: db}).reach(state, allows, chain)
}

// stateOrder puts what a system says of protection before what it says of any program.
var stateOrder = []string{"on", "snoozed", "expired", "off", "running", "enabled", "waiting", "installed", "disabled"}

// takes adds what a fact says, unless a better one said it. What is registered as antivirus goes before what is
// registered as anything else, and that before a mark.
func (s *SecuritySoftware) takes(sp *inventory.SecurityProduct) {
	s.Facts = append(s.Facts, sp.ID)
	s.StatedVendor = cmp.Or(s.StatedVendor, sp.Vendor, signedName(sp))
	s.Version = cmp.Or(s.Version, sp.Version)
	if sp.State != "" && (s.State == "" || betterState(sp.State, s.State)) {
		s.State = sp.State
	}
	if sp.Definitions != "" && (s.Definitions == "" || sp.Kind == "antivirus") {
		s.Definitions = sp.Definitions
	}
}

func betterState(x, than string) bool {
	i, j := slices.Index(stateOrder, x), slices.Index(stateOrder, than)
	return i >= 0 && (j < 0 || i < j)
}

// signedName is the organisation that signs a program, where the signature was checked.
func signedName(sp *inventory.SecurityProduct) string {
	if sp.Signer == nil || !sp.Signer.Verified {
		return ""
	}
	return firstOf(attribute(sp.Signer.Subject, "O"), attribute(sp.Signer.Subject, "CN"))
}

// usersOf are the accounts that it is there for; none where some of it is there for all.
func usersOf(apps []*facts, list []*inventory.SecurityProduct) []string {
	var out []string
	for _, f := range apps {
		if len(f.app.Users) == 0 {
			return nil
		}
		for _, u := range f.app.Users {
			if u.Installed {
				out = append(out, u.User)
			}
		}
	}
	for _, sp := range list {
		if sp.User == "" && sp.App == "" {
			return nil
		}
		if sp.User != "" {
			out = append(out, sp.User)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// unrecognised lists what the system has registered and nobody here knows: its names are its own, and who is behind it
// is what the system, or its signature, states.
func (a *assessor) unrecognised(s *onDevices) {
	at := map[string]int{}
	for _, sp := range s.loose {
		makers := s.makers[sp]
		if a.ofTheSystem(sp, makers) {
			continue
		}
		app := a.appByID(sp.App)
		if app != nil && (app.System || sp.Kind == "credential-provider" && packaged(app)) {
			continue
		}
		name := sp.Name
		if app != nil {
			name = firstOf(app.Name, app.Identifier)
		}
		key := strings.Join([]string{sp.Device, sp.App, folded(name)}, "\x00")
		i, ok := at[key]
		if !ok {
			i = len(a.out.Security)
			at[key] = i
			a.out.Security = append(a.out.Security, SecuritySoftware{ID: inventory.FactID("security-software", sp.Device, sp.App, folded(name)), Device: sp.Device, Name: name,
				Kind: kindOfFact(sp), Confidence: ConfidenceLow, Note: "The system has it registered, and the risk database does not know it."})
			if app != nil {
				a.out.Security[i].Apps = []string{app.ID}
				a.out.Security[i].StatedVendor = app.Publisher
			}
		}
		a.joins(&a.out.Security[i], sp, makers)
	}
}

// packaged reports whether an app is a package of a distribution of Linux, whose modules for signing in are many and ordinary.
func packaged(app *inventory.App) bool {
	switch app.IdentifierKind {
	case inventory.DebPackage, inventory.RPMPackage, inventory.AlpinePackage, inventory.ArchPackage:
		return true
	}
	return false
}

// joins adds a fact to software that was not recognised.
func (a *assessor) joins(s *SecuritySoftware, sp *inventory.SecurityProduct, makers []sighting) {
	s.takes(sp)
	if slices.Index(SecurityKinds, kindOfFact(sp)) < slices.Index(SecurityKinds, s.Kind) {
		s.Kind = kindOfFact(sp)
	}
	s.Marks = append(s.Marks, heldEvidence(sp))
	h := held(s.Privileges)
	h.fromFact(sp)
	s.Privileges = h.sorted()
	if sp.User != "" && !slices.Contains(s.Users, sp.User) {
		s.Users = append(s.Users, sp.User)
		slices.Sort(s.Users)
	}
	for _, m := range makers {
		s.Marks = append(s.Marks, m.proof)
		if s.Vendor == "" || m.proof.Kind == BySigner && s.Confidence == ConfidenceLow {
			s.Vendor = m.match.Vendor.ID
			chain := a.db.Chain(s.Vendor, a.asOf)
			s.Chain = chain.Links
			s.Reach = reachOf(a.db, a.db.Jurisdiction(chain.State), chain.Allows().Weaker(m.proof.Confidence()), chain.Links)
			s.Note = fmt.Sprintf("The system has it registered. Its maker is %s, by what it states or is signed with; which product it is, the risk database does not tell.", m.match.Vendor.Name)
		}
	}
}

// standsAlone reports whether a fact is worth a line although nobody knows it: the system itself says that it protects,
// filters, manages or takes part in what is typed.
func standsAlone(sp *inventory.SecurityProduct) bool {
	switch sp.Kind {
	case "system-extension":
		return !forOneDevice(sp)
	case "device-admin", "accessibility", "preload":
		return true
	}
	return registered[sp.Kind] != ""
}

// forOneDevice reports an extension of macOS that is the driver of a device or a camera made of software, and watches neither
// programs nor connections: most computers have one, and it protects nothing.
func forOneDevice(sp *inventory.SecurityProduct) bool {
	has := func(name string) bool { return slices.Contains(sp.Privileges, name) }
	return (has("driver") || has("camera")) && !has("endpoint-security") && !has("network-filter") && !has("vpn")
}

func kindOfFact(sp *inventory.SecurityProduct) string {
	switch sp.Kind {
	case "system-extension":
		if slices.Contains(sp.Privileges, "endpoint-security") {
			return "edr"
		}
		if slices.Contains(sp.Privileges, "network-filter") {
			return "firewall"
		}
		return "other"
	case "device-admin":
		return "mdm-agent"
	case "credential-provider":
		return "other"
	}
	return firstOf(registered[sp.Kind], "other")
}

// systemMakers make the systems themselves, whose own input methods and providers are no software that somebody added.
var systemMakers = []string{"microsoft", "apple", "google"}

// ofTheSystem reports whether a fact is a part of the system: of the system's maker, in a place or under an identifier that is
// the system's own. What the system registers as protection is never left out.
func (a *assessor) ofTheSystem(sp *inventory.SecurityProduct, makers []sighting) bool {
	if sp.Kind == "antivirus" || sp.Kind == "antispyware" || sp.Kind == "firewall" {
		return false
	}
	path := strings.ToLower(strings.ReplaceAll(sp.Path, `\`, "/"))
	switch {
	case strings.HasPrefix(sp.Identifier, "com.apple."), strings.HasPrefix(path, "/system/"):
		return true
	case strings.Contains(path, "/windows/system32/") || strings.Contains(path, "%systemroot%") || strings.Contains(path, "/windows/syswow64/"):
		return sp.Signer == nil || !sp.Signer.Verified || slices.ContainsFunc(makers, ofSystemMaker)
	}
	return slices.ContainsFunc(makers, ofSystemMaker)
}

func ofSystemMaker(m sighting) bool { return slices.Contains(systemMakers, m.match.Vendor.ID) }

func (a *assessor) appByID(id string) *inventory.App {
	if id == "" {
		return nil
	}
	if a.appsByID == nil {
		a.appsByID = make(map[string]*inventory.App, len(a.inv.Apps))
		for i := range a.inv.Apps {
			a.appsByID[a.inv.Apps[i].ID] = &a.inv.Apps[i]
		}
	}
	return a.appsByID[id]
}
