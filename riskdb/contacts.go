package riskdb

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"quaestor/scanners/inventory"
)

// RuleContact is the rule on servers that an app exchanged data with.
const RuleContact = "contacted-hosts"

// ByContact is evidence from exchanges of data that a device noted.
const ByContact EvidenceKind = "contact"

// contact is what a device noted of an app and the servers of one company within reach of a state that the texts name: of
// what the app did by itself, or else of what the web pages did that its user opened in it.
type contact struct {
	owner  *codeOwner
	web    bool
	hosts  []string
	count  int
	last   *time.Time
	allows Confidence // that the hosts are the company's
}

// HostOwner is whose server a host is, as the database knows it.
type HostOwner struct {
	Name      string
	Vendor    string // Vendor.ID; empty where the company is no record
	State     string // Jurisdiction.Code of the state whose law reaches the company; empty where none is recorded
	Certainty Confidence
	Priority  bool // the state is one that the texts behind the database name
}

// HostOwners finds whose servers hosts are, as of one day. It is for one goroutine.
type HostOwners struct {
	a     assessor
	known map[*VendorDomains]*HostOwner
}

// HostOwners prepares to look up hosts.
func (db *DB) HostOwners(asOf Date) *HostOwners {
	return &HostOwners{a: assessor{db: db, asOf: asOf, learned: newLearned()}, known: map[*VendorDomains]*HostOwner{}}
}

// Of is whose server a host is; nil when nobody's that is known.
func (h *HostOwners) Of(host string) *HostOwner {
	d := h.a.db.MatchDomain(host)
	if d == nil {
		return nil
	}
	if o := h.known[d]; o != nil {
		return o
	}
	owner := h.a.domainOwner(d)
	o := &HostOwner{Name: owner.name, Certainty: owner.allows.Weaker(d.Allows()), Priority: owner.priority}
	if owner.vendor != nil {
		o.Vendor = owner.vendor.ID
	}
	if owner.state != nil {
		o.State = owner.state.Code
	}
	h.known[d] = o
	return o
}

// browserCategory is the category of products that open whatever page their user asks for.
const browserCategory = "browser"

// IsBrowser reports an app whose exchanges of data tell which sites a person visited, and not what the app does by itself.
// Product is the one that it was recognised as; nil where it was not. Apple's own browser is no product of the database.
func IsBrowser(app *inventory.App, product *Product) bool {
	if product != nil && product.Category == browserCategory {
		return true
	}
	if app.IdentifierKind != inventory.IOSBundle {
		return false
	}
	return slices.Contains(applesBrowser, app.Identifier) || slices.ContainsFunc(app.Permissions, func(p inventory.Permission) bool { return p.Name == browserRight })
}

// browserRight is the right that Apple gives to apps which may be the default browser.
const browserRight = "com.apple.developer.web-browser"

// applesBrowser are Safari, the views of pages that it lends to apps, and pages on the home screen.
var applesBrowser = []string{"com.apple.mobilesafari", "com.apple.SafariViewService", "com.apple.webapp"}

// contactsOf gathers them, those by the app itself first.
func (a *assessor) contactsOf(f *facts) []contact {
	var out []contact
	for i := range f.app.Connections {
		c := &f.app.Connections[i]
		d := a.db.MatchDomain(c.Host)
		if d == nil {
			continue
		}
		o := a.domainOwner(d)
		if !o.priority {
			continue
		}
		web := c.Via != "" || IsBrowser(f.app, f.product) && !a.ownCode(f, o)
		at := slices.IndexFunc(out, func(x contact) bool { return x.owner == o && x.web == web })
		if at < 0 {
			out = append(out, contact{owner: o, web: web, allows: ConfidenceHigh})
			at = len(out) - 1
		}
		out[at].add(c, d.Allows())
	}
	for i := range out {
		slices.Sort(out[i].hosts)
		out[i].hosts = slices.Compact(out[i].hosts)
	}
	slices.SortFunc(out, func(x, y contact) int {
		return cmp.Or(compareBool(x.web, y.web), strings.Compare(x.owner.key, y.owner.key))
	})
	return out
}

func (c *contact) add(n *inventory.Connection, allows Confidence) {
	c.hosts = append(c.hosts, n.Host)
	c.count += max(n.Count, 1)
	if n.Last != nil && (c.last == nil || n.Last.After(*c.last)) {
		c.last = n.Last
	}
	c.allows = c.allows.Weaker(allows)
}

// times is "41 times, last on 2026-11-20".
func (c *contact) times() string {
	s := countOf(c.count, "time")
	if c.last != nil {
		s += ", last on " + string(DateOf(*c.last))
	}
	return s
}

func (c *contact) evidence(f *facts) Evidence {
	names := c.hosts[:min(len(c.hosts), maxHosts)]
	e := Evidence{Kind: ByContact, Supports: true, Reliability: 'B', Credibility: 2, Origin: origin(f.app), Hosts: names,
		Detail: fmt.Sprintf("The device noted that it contacted %s of %s by itself, %s: %s", countOf(len(c.hosts), "host"), c.owner.name, c.times(), strings.Join(names, ", "))}
	if c.web {
		e.Credibility = 4
		e.Detail = fmt.Sprintf("The device noted that web content opened in it contacted %s of %s, %s: %s", countOf(len(c.hosts), "host"), c.owner.name, c.times(), strings.Join(names, ", "))
	}
	if more := len(c.hosts) - len(names); more > 0 {
		e.Detail += fmt.Sprintf(" and %d more", more)
	}
	e.Detail += "."
	return e
}

// contactEvidence is what was noted of the app and one company, or of the companies of its own group.
func contactEvidence(f *facts, contacts []contact, of func(*codeOwner) bool) []Evidence {
	var out []Evidence
	for i := range contacts {
		if of(contacts[i].owner) {
			out = append(out, contacts[i].evidence(f))
		}
	}
	return out
}

// contacted reports the companies whose servers an app exchanged data with, each once. Those of its own group are evidence of
// the finding about its owner.
func (a *assessor) contacted(f *facts) {
	told := map[*codeOwner]bool{}
	for _, c := range a.contactsOf(f) {
		if told[c.owner] || a.ownCode(f, c.owner) || a.sameState(f, c.owner) {
			continue
		}
		told[c.owner] = true
		a.contactFinding(f, &c)
	}
}

func (a *assessor) contactFinding(f *facts, c *contact) {
	o := c.owner
	e := c.evidence(f)
	fd := Finding{Rule: RuleContact, Axis: Espionage, Severity: Low, Action: Review, Evidence: []Evidence{e, o.basis.evidence(o.record(), fmt.Sprintf("%s is recorded as within reach of %s.", o.name, theState(o.state)))},
		Confidence: Combine([]Evidence{e}).Weaker(o.allows).Weaker(c.allows),
		Title:      fmt.Sprintf("%s contacted servers of %s, within reach of the law of %s", a.label(f), o.name, theState(o.state)),
		Reason: fmt.Sprintf("The device noted that the app exchanged data with servers of %s (%s). Laws of %s let the state demand help or data from those whom they address: %s. What was sent is not known, and nothing here says that anything was asked for, or given.",
			o.name, c.times(), theState(o.state), lawNames(o.state, a.asOf)),
		Caveat: "Such a record says that data was exchanged, not what. Who runs a server for whom, a name does not tell.",
		Params: map[string]string{"package": f.app.Identifier, "vendor": o.name, "state": o.state.Code, "hosts": strings.Join(c.hosts[:min(len(c.hosts), maxHosts)], ", "), "count": fmt.Sprint(c.count)}}
	fd.Chain = o.links
	switch {
	case c.web:
		fd.Title = fmt.Sprintf("Web content opened in %s contacted servers of %s", a.label(f), o.name)
		fd.Reason = fmt.Sprintf("The device noted that web pages which were opened in the app loaded content from servers of %s (%s). That is the doing of the pages, not of the app.", o.name, c.times())
		fd.Severity, fd.Action = Info, Inform
	case fd.Confidence == ConfidenceLow:
		fd.Severity, fd.Action = Info, Inform
	}
	a.add(f, fd)
	a.ownID("contact/" + o.key)
}
