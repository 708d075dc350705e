package riskdb

import (
	"fmt"
	"slices"
	"strings"

	"quaestor/riskdb/resolve"
	"quaestor/scanners/inventory"
)

// resolve finds what an app may be whose identifier is not listed. Only where the source gives nothing better than
// a name does a name make a product, and then only one that is alone and free of doubt.
func (a *assessor) resolve(f *facts) {
	if f.app.Name == "" && f.app.Publisher == "" && len(f.signers) == 0 {
		return
	}
	if a.names == nil {
		a.names = a.db.Names().Session()
	}
	f.resolved = a.names.Resolve(query(f))
	id := f.resolved.Product()
	if id == "" || !nameIsAll(f.app) && !a.guardOfMaker(f, id) {
		return
	}
	f.product, f.byNameOnly = a.db.Product(id), true
	f.makerStated = f.resolved[0].Publisher == resolve.PublisherAgrees || !nameIsAll(f.app)
	e := nameEvidence(f.app, f.resolved[0])
	e.Detail += " " + a.nearNames(f.app, id)
	f.identity = append(f.identity, e)
}

// query says what an inventory tells of an app beside its identifier, which was looked up before.
func query(f *facts) resolve.Query {
	q := resolve.Query{Platform: f.app.Platform, Kind: f.app.IdentifierKind, Name: f.app.Name, Publisher: f.app.Publisher}
	if f.app.Platform != inventory.Windows && f.app.Platform != inventory.MacOS {
		return q // elsewhere whoever signs writes the certificate himself
	}
	for _, s := range f.signers {
		if s.Verified && s.Subject != "" && q.Subject == "" {
			q.Subject, q.TeamID = s.Subject, teamOf(s.Subject)
		}
	}
	return q
}

// teamOf reads Apple's Team ID from "Developer ID Application: Maker (ABCDE12345)".
func teamOf(subject string) string {
	s, ok := strings.CutSuffix(strings.TrimSpace(subject), ")")
	if i := strings.LastIndexByte(s, '('); ok && len(s)-i == 11 {
		return s[i+1:]
	}
	return ""
}

// nameIsAll reports whether an app has no identifier but its name. The keys of Windows' list of programs are none that would
// tell of another product: the maker of an installer writes what he likes, and a product code is another with each version.
// Nor does a number of the Microsoft Store, which winget lists beside identifiers that name their publisher.
func nameIsAll(app *inventory.App) bool {
	switch app.IdentifierKind {
	case inventory.NameOnly, inventory.DesktopEntry, inventory.UninstallKey, inventory.MSIProductCode:
		return true
	case inventory.WingetID:
		return !strings.Contains(app.Identifier, ".")
	}
	return false
}

// guardOfMaker reports security software of a maker under whom its winget identifier stands: an edition that is not listed has
// another identifier and the same name, and what it may do on the computer is the same.
func (a *assessor) guardOfMaker(f *facts, product string) bool {
	p := a.db.Product(product)
	w := asWinget(f.app)
	return w != nil && p.Kind == SecurityProduct && a.db.namespaceOwner(inventory.WingetID, w.Identifier) == p.Vendor
}

func nameEvidence(app *inventory.App, c resolve.Candidate) Evidence {
	return Evidence{Kind: ByName, Supports: true, Reliability: 'D', Credibility: 4, Origin: origin(app),
		Detail: fmt.Sprintf("It bears the name %q, and %s. %s", app.Name, noIdentifier(app), c.Reason)}
}

// mostNear is how many products of near names are told.
const mostNear = 3

// nearNames says with which other products one may be mixed up that only its name shows.
func (a *assessor) nearNames(app *inventory.App, product string) string {
	near := a.db.Names().Near(product, app.Platform)
	if len(near) == 0 {
		return "No other product that is on record for this system has a near name."
	}
	var told []string
	for _, n := range near[:min(len(near), mostNear)] {
		told = append(told, fmt.Sprintf("%s (%s) %s", a.db.Product(n.Product).Name, n.Product, n.Why))
	}
	if more := len(near) - len(told); more > 0 {
		told = append(told, fmt.Sprintf("and %d more", more))
	}
	return "Others on record that it may be: " + strings.Join(told, "; ") + "."
}

// noIdentifier says why a name is all that there is.
func noIdentifier(app *inventory.App) string {
	switch app.IdentifierKind {
	case inventory.UninstallKey, inventory.MSIProductCode, inventory.WingetID:
		return fmt.Sprintf("its %s %q is not listed", kindWord(app.IdentifierKind), app.Identifier)
	}
	return "the source gives no identifier"
}

// lookalike asks about an app that bears a notable product's name under another identifier, whose name has letters
// that only look like it, or whose name is that of several products.
func (a *assessor) lookalike(f *facts) {
	if f.product != nil || f.app.System || len(f.resolved) == 0 {
		return
	}
	var asked []resolve.Candidate
	for _, c := range slices.Concat(f.resolved.Best(), f.resolved.Questions()) {
		if a.worthAsking(f, c) {
			asked = append(asked, c)
		}
	}
	if len(asked) == 0 {
		return
	}
	names, ids := a.candidateNames(asked)
	e := nameEvidence(f.app, asked[0])
	fd := Finding{Rule: RuleNameOnly, Axis: Security, Severity: Low, Action: Review, Confidence: ConfidenceLow,
		Title: fmt.Sprintf("An app calls itself %s under another identifier", names),
		Reason: fmt.Sprintf("%s The %s %q is not one of those listed for %s. It may be a variant that is not listed, a modified copy, or an unrelated app of the same name.",
			asked[0].Reason, kindWord(f.app.IdentifierKind), f.app.Identifier, names),
		Params: map[string]string{"name": names, "identifier": f.app.Identifier, "product": ids}}
	switch {
	case !nameIsAll(f.app):
		e.Detail = fmt.Sprintf("Its label is %q; its %s %q is not listed for %s. %s", f.app.Name, kindWord(f.app.IdentifierKind), f.app.Identifier, names, asked[0].Reason)
	case asked[0].Doubt != "":
		fd.Title = fmt.Sprintf("An app bears the name %s and may be another one", names)
		fd.Reason = fmt.Sprintf("%s %s The source gives no identifier, so that it may be %s under a disguise, or an unrelated app.", asked[0].Reason, asked[0].Doubt, names)
	default:
		fd.Reason = fmt.Sprintf("Its name is that of %s, and the source gives no identifier that would tell which.", names)
	}
	switch {
	case asked[0].How == resolve.Lookalike:
		fd.Title = fmt.Sprintf("An app's name only looks like that of %s", names)
	case len(asked) > 1:
		fd.Title = fmt.Sprintf("An app's name is that of %s", names)
	}
	if len(asked) == 1 {
		e.Detail += " " + a.nearNames(f.app, asked[0].Product)
	}
	fd.Evidence = []Evidence{e}
	a.sameMaker(f, asked, &fd)
	a.add(f, fd)
}

// sameMaker says of an app whose identifier begins as the others of the product's maker do that it may be another
// edition: old versions and those for one store or country are seldom listed.
func (a *assessor) sameMaker(f *facts, asked []resolve.Candidate, fd *Finding) {
	owner := a.db.namespaceOwner(f.app.IdentifierKind, f.app.Identifier)
	i := slices.IndexFunc(asked, func(c resolve.Candidate) bool { return c.Vendor == owner && c.How != resolve.Lookalike })
	if owner == "" || i < 0 {
		return
	}
	name, _ := a.candidateNames(asked[i : i+1])
	maker := a.db.name(owner)
	fd.Severity, fd.Action = Info, Inform
	fd.Title = fmt.Sprintf("An app bears the name %s and may be another edition by the same maker", name)
	fd.Reason = fmt.Sprintf("%s The %s %q is not listed for it, but begins as others of %s do: it may be another edition by the same maker.",
		asked[i].Reason, kindWord(f.app.IdentifierKind), f.app.Identifier, maker)
	fd.Caveat = "Anybody can choose such an identifier; the signature of the installed file would settle whose it is."
}

// worthAsking reports whether a name is worth a question: it is that of a notable product, and no ordinary word. Beside an
// identifier of the app's own, a short name is no reason either.
func (a *assessor) worthAsking(f *facts, c resolve.Candidate) bool {
	p := a.db.Product(c.Product)
	if p == nil || !a.notable(p) {
		return false
	}
	likeness := c.How == resolve.Lookalike
	if nameIsAll(f.app) {
		return likeness || !c.Common || c.Doubt == ""
	}
	return sameWorld(f.app, p) && (likeness || !c.Common && !c.Brief)
}

// candidateNames are the names of products for a sentence, and their IDs.
func (a *assessor) candidateNames(list []resolve.Candidate) (names, ids string) {
	var ns, is []string
	for _, c := range list {
		if p := a.db.Product(c.Product); !slices.Contains(is, p.ID) {
			name, _, _ := strings.Cut(p.Name, " / ") // one of the names that a catalogue writes as one
			ns, is = append(ns, name), append(is, p.ID)
		}
	}
	if len(ns) > 1 {
		return "one of " + strings.Join(ns, ", "), strings.Join(is, ", ")
	}
	return ns[0], is[0]
}

// sameWorld reports whether the product may be in the registry of the app at all: a Debian package that is called like a phone
// app is another thing. The identifier of a bundle or of a package of Windows is of the maker's own choice and in no registry, so
// that one that is not listed says nothing against a name, even where none of the product is known on that system.
func sameWorld(app *inventory.App, p *Product) bool {
	switch app.IdentifierKind {
	case inventory.MacBundle, inventory.IOSBundle, inventory.MSIXFamily:
		return true
	}
	return slices.ContainsFunc(p.Identifiers, func(id Identifier) bool {
		return id.Kind == app.IdentifierKind || app.IdentifierKind == inventory.WingetID && platformOf(&id) == inventory.Windows
	})
}

// makerReach reports an app that is no listed product, but whose signer or publisher is a vendor within the reach
// of a priority state.
func (a *assessor) makerReach(f *facts) {
	m, ok := f.resolved.Maker()
	if w := asWinget(f.app); !ok && w != nil && len(f.resolved) == 0 {
		if owner := a.db.namespaceOwner(w.IdentifierKind, w.Identifier); owner != "" {
			m, ok = resolve.Candidate{Vendor: owner, Via: resolve.ByPublisher, Confidence: resolve.Low,
				Reason: fmt.Sprintf("The winget identifier %q begins as those of %s do.", w.Identifier, a.db.name(owner))}, true
		}
	}
	if f.product != nil || f.app.System || !ok {
		return
	}
	chain := a.db.Chain(m.Vendor, a.asOf)
	state := a.db.Jurisdiction(chain.State)
	if !state.Priority() || chain.Allows() == ConfidenceLow {
		return
	}
	vendor := a.db.Vendor(m.Vendor)
	e := Evidence{Kind: ByRecord, Supports: true, Reliability: 'D', Credibility: 4, Origin: origin(f.app), Detail: m.Reason}
	severity, action := Info, Inform
	if m.Via == resolve.BySigner {
		e.Kind = BySigner
	}
	if m.Confidence == resolve.Moderate {
		e.Reliability, e.Credibility = 'B', 3
		severity, action = Low, Review
	}
	f.vendor = vendor
	a.add(f, Finding{Rule: RuleMakerReach, Axis: Espionage, Severity: severity, Action: action, Chain: chain.Links,
		Confidence: Combine([]Evidence{e}).Weaker(chain.Allows()).Weaker(ConfidenceModerate),
		Title:      fmt.Sprintf("%s: of %s, within reach of the law of %s; the product is not listed", calledBy(f.app), vendor.Name, theState(state)),
		Reason:     fmt.Sprintf("%s Which of its products this is, the database does not tell; a product may have an owner of its own.", m.Reason),
		Caveat:     "The name of the product in the database, or its identifier, would settle it.",
		Evidence:   []Evidence{e, chain.evidence("vendors/"+vendor.ID, fmt.Sprintf("Ownership chain from %s to %s.", vendor.Name, theState(state)))},
		Params:     map[string]string{"vendor": vendor.Name, "state": state.Code}})
}

// calledBy is what a title names an app by: the identifier, or the name where the identifier is only a key that its installer
// chose.
func calledBy(app *inventory.App) string {
	if nameIsAll(app) {
		return firstOf(app.Name, app.Identifier)
	}
	return app.Identifier
}
