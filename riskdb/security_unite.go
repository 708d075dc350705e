package riskdb

import (
	"cmp"
	"slices"
	"strings"

	"quaestor/riskdb/resolve"
	"quaestor/scanners/inventory"
)

// group is everything on one device that belongs to one product.
type group struct {
	device  string
	product *Product
	marks   []sighting
	apps    []*facts   // installed, as the device lists them
	beside  []sighting // of its maker, on the same programs
	against []Evidence // a signature of somebody else
	traces  []sighting // authorities that bear its name, where nothing else was seen of it
	extra   []Privilege
	// unconfirmed is true of one name of a service or program that nothing else speaks for.
	unconfirmed bool
	titled      bool // a name that others use too stands beside a title with the maker's or the product's
	idle        bool // all of its services are disabled
}

// facts lists the facts of the marks, each once.
func (g *group) facts() []*inventory.SecurityProduct {
	var out []*inventory.SecurityProduct
	for _, m := range g.marks {
		if m.fact != nil && !slices.Contains(out, m.fact) {
			out = append(out, m.fact)
		}
	}
	return out
}

// tells reports whether the marks are enough for the product: it is installed, or a mark is its own. Of marks that other
// products use too it takes two of different programs, or one whose program its maker's name or signature is on,
// or whose title bears the name.
func (g *group) tells() bool {
	if len(g.apps) > 0 || len(g.beside) > 0 || g.titled {
		return true
	}
	for i, m := range g.marks {
		if !m.match.Identifier.Shared {
			return true
		}
		for _, n := range g.marks[:i] {
			if n.value != m.value && n.file != m.file {
				return true
			}
		}
	}
	return false
}

// own reports whether something shows the product that shows no other.
func (g *group) own() bool {
	return len(g.apps) > 0 || len(g.beside) > 0 || g.titled || slices.ContainsFunc(g.marks, func(m sighting) bool { return !m.match.Identifier.Shared })
}

// onDevices is what was found on all devices, while it is united.
type onDevices struct {
	groups map[string]*group
	order  []string
	loose  []*inventory.SecurityProduct              // registered, and nobody's that is known
	makers map[*inventory.SecurityProduct][]sighting // vendors of facts that no product was found for
}

func (s *onDevices) group(device string, p *Product) *group {
	k := device + "\x00" + p.ID
	g := s.groups[k]
	if g == nil {
		g = &group{device: device, product: p}
		s.groups[k] = g
		s.order = append(s.order, k)
	}
	return g
}

// tie reports whether everything that shows a product shows another just as well.
func (s *onDevices) tie(g *group) bool {
	if g.own() {
		return false
	}
	mine := g.facts()
	for _, k := range s.order {
		h := s.groups[k]
		if h == g || h.device != g.device {
			continue
		}
		theirs := h.facts()
		if !slices.ContainsFunc(mine, func(sp *inventory.SecurityProduct) bool { return !slices.Contains(theirs, sp) }) {
			return true
		}
	}
	return false
}

// protective unites the marks of each product on each device, and judges each product once.
func (a *assessor) protective() {
	s := &onDevices{groups: map[string]*group{}, makers: map[*inventory.SecurityProduct][]sighting{}}
	apps := map[string]*facts{}
	for _, f := range a.guards {
		g := s.group(f.app.Device, f.product)
		g.apps = append(g.apps, f)
		apps[f.app.ID] = f
	}
	for i := range a.inv.SecurityProducts {
		a.sort(s, &a.inv.SecurityProducts[i], apps)
	}
	a.sameMakers(s)
	a.addedRoots(s)
	a.tunnels(s)
	a.managers(s, apps)
	for _, g := range s.groups {
		g.titled = !g.own() && a.titled(g)
		if g.unconfirmed = !a.confirmed(g); g.unconfirmed {
			g.unconfirm()
		}
		g.idle = g.disabled()
	}
	for _, k := range s.order {
		switch g := s.groups[k]; {
		case s.decided(g):
			a.united(g)
		case len(g.traces) > 0 && len(g.marks) == 0:
			a.traced(g)
		default:
			a.undecided(s, g)
		}
	}
	a.unrecognised(s)
	a.unexplained(s)
	slices.SortStableFunc(a.out.Security, func(x, y SecuritySoftware) int {
		return cmp.Or(cmp.Compare(x.Device, y.Device), cmp.Compare(slices.Index(SecurityKinds, x.Kind), slices.Index(SecurityKinds, y.Kind)),
			cmp.Compare(x.Name, y.Name), cmp.Compare(x.ID, y.ID))
	})
	a.protection(s)
}

// sort puts a fact to the products that it is a mark of.
func (a *assessor) sort(s *onDevices, sp *inventory.SecurityProduct, apps map[string]*facts) {
	if f := apps[sp.App]; f != nil && sp.App != "" { // what an app holds needs no other mark
		g := s.group(sp.Device, f.product)
		g.marks = append(g.marks, sighting{match: Match{Product: f.product, Identifier: &Identifier{Shared: true}}, fact: sp, value: sp.ID, file: f.app.Identifier, proof: heldEvidence(sp)})
		return
	}
	found := a.marksOf(sp)
	var makers []sighting
	for _, m := range found {
		if m.match.Vendor != nil {
			makers = append(makers, m)
		}
	}
	products := 0
	for _, m := range found {
		if m.match.Product == nil {
			continue
		}
		products++
		g := s.group(sp.Device, m.match.Product)
		g.marks = append(g.marks, m)
		a.madeBy(g, sp, makers)
	}
	if products == 0 && len(makers) > 0 {
		s.makers[sp] = makers
	}
	if products == 0 && standsAlone(sp) {
		s.loose = append(s.loose, sp)
	}
}

// madeBy adds what the signature or the stated vendor of a program says for its being of the product's maker, or against it.
func (a *assessor) madeBy(g *group, sp *inventory.SecurityProduct, makers []sighting) {
	if slices.ContainsFunc(g.beside, func(m sighting) bool { return m.fact == sp }) {
		return
	}
	other := false
	for _, m := range makers {
		if a.sameHouse(g.product.Vendor, m.match.Vendor.ID) {
			g.beside = append(g.beside, m)
		} else {
			other = other || m.proof.Kind == BySigner
		}
	}
	if other || a.foreignSigned(g.product, sp, makers) {
		g.against = append(g.against, signedByOther(sp))
	}
}

// foreignSigned reports a program whose signature holds and is of none of the names that the product's maker is known to
// sign under.
func (a *assessor) foreignSigned(p *Product, sp *inventory.SecurityProduct, makers []sighting) bool {
	if sp.Signer == nil || !sp.Signer.Verified || sp.Signer.Subject == "" || slices.ContainsFunc(makers, func(m sighting) bool { return m.proof.Kind == BySigner }) {
		return false
	}
	v := a.db.Vendor(p.Vendor)
	return v != nil && slices.ContainsFunc(v.Identifiers, func(id Identifier) bool { return id.Kind == AuthenticodeSubject || id.Kind == MacTeamID }) &&
		!a.db.bearsNameOf(attribute(sp.Signer.Subject, "O"), v)
}

// bearsNameOf reports whether a company's name in a certificate is one of the vendor.
func (db *DB) bearsNameOf(company string, v *Vendor) bool {
	m, ok := db.Names().Resolve(resolve.Query{Kind: inventory.NameOnly, Publisher: company}).Maker()
	return ok && m.Vendor == v.ID
}

// sameHouse reports whether one vendor is the other, or owns it on the day.
func (a *assessor) sameHouse(x, y string) bool {
	return x == y || slices.Contains(a.db.Ancestors(x, a.asOf), y) || slices.Contains(a.db.Ancestors(y, a.asOf), x)
}

// sameMakers puts programs of a maker whose product is not known to its only product on the device: drivers and services
// have many names.
func (a *assessor) sameMakers(s *onDevices) {
	for i := range a.inv.SecurityProducts {
		sp := &a.inv.SecurityProducts[i]
		var only *group
		several := false
		for _, m := range s.makers[sp] {
			if m.proof.Kind != BySigner {
				continue
			}
			for _, k := range s.order {
				g := s.groups[k]
				if g.device == sp.Device && g != only && securityKind(g.product) != "" && a.sameHouse(g.product.Vendor, m.match.Vendor.ID) {
					several = several || only != nil
					only = g
				}
			}
		}
		if only == nil || several {
			continue
		}
		for _, m := range s.makers[sp] {
			if m.proof.Kind == BySigner {
				m.match.Identifier = &Identifier{Shared: true}
				only.marks = append(only.marks, m)
			}
		}
		s.loose = slices.DeleteFunc(s.loose, func(x *inventory.SecurityProduct) bool { return x == sp })
	}
}

// undecided leaves marks that are not enough. What the system itself has registered is listed all the same.
func (a *assessor) undecided(s *onDevices, g *group) {
	for _, sp := range g.facts() {
		if standsAlone(sp) && !slices.Contains(s.loose, sp) && !a.claimed(s, sp) {
			s.loose = append(s.loose, sp)
		}
	}
}

// claimed reports whether a fact belongs to a product that was decided.
func (a *assessor) claimed(s *onDevices, sp *inventory.SecurityProduct) bool {
	for _, k := range s.order {
		if g := s.groups[k]; g.device == sp.Device && s.decided(g) && slices.Contains(g.facts(), sp) {
			return true
		}
	}
	return false
}

// securityKind is the kind of security software that a product is; empty for anything else.
func securityKind(p *Product) string {
	if p == nil {
		return ""
	}
	if p.Kind == SecurityProduct {
		if slices.Contains(SecurityKinds, p.SecurityKind) {
			return p.SecurityKind
		}
		return "other"
	}
	return kindOfCategory[p.Category]
}

var kindOfCategory = map[string]string{"security": "antivirus", "vpn": "vpn", "remote-access": "remote-access", "password-manager": "password-manager", "keyboard": "input-method",
	"mdm": "mdm-agent", "parental": "monitoring", "monitoring": "monitoring", "firewall": "firewall", "root-certificate": "certificate-authority"}

// holds reports whether an app is judged with everything else that shows its product on the device: on a computer one
// installation stands in several registries.
func (a *assessor) holds(f *facts) bool {
	if !a.guard(f) {
		return false
	}
	switch p := cmp.Or(a.platformOf(f.app.Device), f.app.Platform); p {
	case inventory.Windows, inventory.MacOS, inventory.Linux:
		return true
	}
	return false
}

// guard reports whether an app is security software that is installed on a device.
func (a *assessor) guard(f *facts) bool {
	return f.app.Device != "" && f.standing == nil && !f.app.NotInstalled && securityKind(f.product) != ""
}

// names of one spelling: what a system calls a program, without case and version.
func folded(name string) string { return strings.TrimRight(searchFold(name), " 0123456789.") }
