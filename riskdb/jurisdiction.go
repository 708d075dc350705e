package riskdb

import (
	"fmt"
	"slices"
	"strings"

	"quaestor/scanners/inventory"
)

// reachable is whose law can reach the vendor of a product, as of the day of the judgement.
type reachable struct {
	publisher Publisher
	chain     Chain
	state     *Jurisdiction
	holder    string // name of the owner that the state's law reaches
	priority  bool   // the state is one that the texts behind the database name as a priority concern
	allows    Confidence
	links     []Link // of the product's vendor, from the product on; see assessor.chain
}

func (a *assessor) reach(p *Product) *reachable {
	if r, ok := a.reached[p.ID]; ok {
		return r
	}
	r := &reachable{publisher: a.db.Publisher(p, a.asOf), allows: ConfidenceLow}
	a.reached[p.ID] = r
	if !r.publisher.Holds {
		return r
	}
	r.chain = a.db.Chain(p.Vendor, a.asOf)
	if r.state = a.db.Jurisdiction(r.chain.State); r.state != nil {
		r.priority = r.state.Priority()
		r.allows = r.chain.Allows().Weaker(r.publisher.Allows())
	}
	for _, l := range r.chain.Links {
		if l.Kind == "state" && l.ID == r.chain.State {
			r.holder = l.From
			break
		}
	}
	return r
}

// chain is the chain of the app's vendor, from the product on. It is shared by all findings about the product.
func (a *assessor) chain(f *facts) []Link {
	r := a.reach(f.product)
	if r.links != nil {
		return r.links
	}
	first := Link{From: f.product.Name, Relation: "published by", To: f.vendor.Name, Kind: "vendor", ID: f.vendor.ID,
		Since: r.publisher.Since, Until: r.publisher.Until, Verified: r.publisher.Verified, Confidence: r.publisher.Confidence,
		Sources: r.publisher.Sources, Catalogued: r.publisher.Catalogued}
	if first.Catalogued {
		first.Note = "publisher as catalogued with the identifier, without a source of its own"
	}
	r.links = slices.Clip(append([]Link{first}, r.chain.Links...))
	return r.links
}

// jurisdiction reports an owner within the reach of a priority state, and what that opens.
func (a *assessor) jurisdiction(f *facts) {
	if f.product == nil || f.vendor == nil {
		return
	}
	r := a.reach(f.product)
	security := f.product.Kind == SecurityProduct || f.product.Category == "security"
	if r.priority {
		switch {
		case r.allows == ConfidenceLow:
			a.unverified(f, r)
		case security:
			a.owner(f, r, RuleSecuritySoftware, High, Review)
		default:
			a.owner(f, r, RuleJurisdiction, Medium, Review)
			a.influence(f, r)
			a.permissions(f, r)
		}
	}
	if r.state.Linked() {
		a.linked(f, r)
	}
	if f.product.Kind == SecurityProduct {
		a.securityPresent(f)
	}
}

// linked tells of an owner under a state that is linked with one that the texts name, and of no owner in that one.
func (a *assessor) linked(f *facts, r *reachable) {
	a.add(f, Finding{Rule: RuleLinked, Axis: Espionage, Severity: Info, Action: Inform, Chain: a.chain(f),
		Confidence: Combine(f.identity).Weaker(r.allows),
		Title:      fmt.Sprintf("%s: owner in %s, linked with a state that the texts name", f.product.Name, theState(r.state)),
		Reason: fmt.Sprintf("%s. The database records %s as the state whose law reaches %s (%s). The texts behind the database name that other state, not this one, and no owner there is on record. No conclusion is drawn.",
			ownership(f, r), theState(r.state), r.holder, firstOf(r.state.GroupBasis, "linked with another state")),
		Caveat:   identityCaveat(f),
		Evidence: append(slices.Clone(f.identity), r.chain.evidence("vendors/"+f.vendor.ID, fmt.Sprintf("Ownership chain from %s to %s.", f.vendor.Name, theState(r.state)))),
		Params:   map[string]string{"product": f.product.Name, "vendor": f.vendor.Name, "state": r.state.Code}})
}

func (a *assessor) owner(f *facts, r *reachable, rule string, s Severity, act Action) {
	laws := lawNames(r.state, a.asOf)
	fd := Finding{Rule: rule, Axis: Espionage, Severity: s, Action: act, Chain: a.chain(f),
		Confidence: Combine(f.identity).Weaker(r.allows),
		Title:      fmt.Sprintf("%s: owner within reach of the law of %s", f.product.Name, theState(r.state)),
		Reason: fmt.Sprintf("%s. Laws of %s let the state demand help or data from those whom they address: %s. Whether each addresses this company was not examined, and nothing here says that it has been asked, or has complied.",
			ownership(f, r), theState(r.state), laws),
		Caveat:   joinSpace(identityCaveat(f), a.counterpoint(f, r.state)),
		Evidence: append(slices.Clone(f.identity), r.chain.evidence("vendors/"+f.vendor.ID, fmt.Sprintf("Ownership chain from %s to %s.", f.vendor.Name, theState(r.state)))),
		Params:   map[string]string{"product": f.product.Name, "vendor": f.vendor.Name, "state": r.state.Code, "laws": laws}}
	fd.Evidence = append(fd.Evidence, contactEvidence(f, a.contactsOf(f), func(x *codeOwner) bool { return a.ownCode(f, x) })...)
	if rule == RuleSecuritySoftware {
		fd.Title = fmt.Sprintf("%s: security software of an owner within reach of the law of %s", f.product.Name, theState(r.state))
		fd.Reason += " " + whatItSees(f.app)
	}
	for _, c := range r.state.CitedBy {
		fd.Sources = append(fd.Sources, c.Sources...)
	}
	a.add(f, fd)
}

func (a *assessor) unverified(f *facts, r *reachable) {
	fd := Finding{Rule: RuleUnverifiedJurisdiction, Axis: Espionage, Severity: Info, Action: Inform, Chain: a.chain(f),
		Confidence: ConfidenceLow,
		Title:      fmt.Sprintf("%s: owner's state not verified", f.product.Name),
		Reason:     fmt.Sprintf("The database records %s as the state whose law reaches %s, but not every step to it has a verified source. No conclusion is drawn.", theState(r.state), r.holder),
		Caveat:     "A company register, an annual report or a filing would settle it.",
		Evidence:   append(slices.Clone(f.identity), r.chain.evidence("vendors/"+f.vendor.ID, "Vendor record without a verified source.")),
		Params:     map[string]string{"product": f.product.Name, "vendor": f.vendor.Name, "state": r.state.Code}}
	if e := a.unsettledTie(f.product, r); e != nil {
		fd.Title = fmt.Sprintf("%s: owner of this day not settled", f.product.Name)
		fd.Reason = fmt.Sprintf("The database records %s as the state whose law reaches %s, but the tie between %s and %s is dated only %q, so that it may not have held on this day. No conclusion is drawn.",
			theState(r.state), r.holder, a.db.name(e.Parent), a.db.name(e.Child), strings.Trim(period(e.From, e.Until), " ()"))
		fd.Caveat = "A source with the day of the sale would settle it."
		fd.Evidence[len(fd.Evidence)-1].Detail = "Ownership record whose dates leave the day open."
	}
	a.add(f, fd)
}

// unsettledTie is the tie behind a product whose dates leave open whether it held on the day; nil where all did.
func (a *assessor) unsettledTie(p *Product, r *reachable) *Edge {
	if e := a.db.edge(p.PublisherEdge); e != nil && !e.Settled(a.asOf) {
		return e
	}
	return r.chain.Unsettled
}

// feeds are the categories whose apps choose what their users see.
var feeds = []string{"social", "video", "news", "short-video"}

func (a *assessor) influence(f *facts, r *reachable) {
	if !slices.Contains(feeds, f.product.Category) {
		return
	}
	a.add(f, Finding{Rule: RuleInfluence, Axis: Influence, Severity: Low, Action: Review, Chain: a.chain(f),
		Confidence: Combine(f.identity).Weaker(r.allows),
		Title:      fmt.Sprintf("%s: selection of content by an owner within reach of the law of %s", f.product.Name, theState(r.state)),
		Reason:     fmt.Sprintf("%s (category %s) selects what its users see, and its owner is within the reach of %s. This does not say that any content was steered.", f.product.Name, f.product.Category, theState(r.state)),
		Caveat:     identityCaveat(f),
		Evidence:   append(slices.Clone(f.identity), r.chain.evidence("vendors/"+f.vendor.ID, fmt.Sprintf("Ownership chain from %s to %s.", f.vendor.Name, theState(r.state)))),
		Params:     map[string]string{"product": f.product.Name, "vendor": f.vendor.Name, "state": r.state.Code, "category": f.product.Category}})
}

// permissions reports what an app with a jurisdiction finding can reach on the device.
func (a *assessor) permissions(f *facts, r *reachable) {
	reach := append(a.held(f), a.reachOf(f.permissions)...)
	if len(reach) == 0 {
		return
	}
	severity, action := Low, Restrict
	if !anyOpen(reach) { // nothing is open to be restricted
		severity, action = Info, Inform
	}
	if slices.ContainsFunc(reach, heavyHeld) {
		severity = Medium
	}
	context, beyond := a.byPurpose(f, reach)
	if !beyond && severity == Medium {
		severity = Low
		if a.isItsPurpose(f, reach) {
			action = Review
		}
	}
	access, categories := accessOf(reach, f.standing != nil)
	opens := "What these permissions open is"
	if f.standing != nil {
		opens = "What these permissions opened was"
	}
	evidence := slices.Clone(f.identity)
	for _, x := range reach {
		evidence = append(evidence, grantEvidence(f, x))
	}
	a.add(f, Finding{Rule: RuleReach, Axis: Espionage, Severity: severity, Action: action, Reach: reach, Chain: a.chain(f),
		Confidence: Combine(f.identity).Weaker(r.allows), Evidence: evidence, Context: context,
		Title:  fmt.Sprintf("%s %s", f.product.Name, access),
		Reason: fmt.Sprintf("%s within the reach of %s through the owner of the app. Many ordinary apps ask for the same; here they are context for the finding about the owner.", opens, theState(r.state)),
		Caveat: reachCaveat(reach),
		Params: map[string]string{"product": f.product.Name, "state": r.state.Code, "categories": strings.Join(categories, ", ")}})
}

// heavyHeld reports whether an access that weighs is held.
func heavyHeld(r Reach) bool { return r.Granted == grantYes && r.Weight >= heavy }

// accessOf says for a title what is held; else what is asked for and may be held; else what is asked for and was not given. Of an
// app of which only traces are known it says what was.
func accessOf(reach []Reach, past bool) (title string, categories []string) {
	verb, also, want := "asks for access to ", "", grantUnknown
	if past {
		verb = "asked for access to "
	}
	switch {
	case slices.ContainsFunc(reach, heavyHeld):
		verb, want = holding(past)+" access to ", grantYes
	case !anyOpen(reach):
		also, want = map[bool]string{true: ", and did not have it", false: ", and does not have it"}[past], grantNo
	}
	var words []string
	for _, r := range reach {
		if (r.Granted == want || want == grantUnknown && r.Granted == grantYes) && !slices.Contains(categories, r.Category) {
			categories, words = append(categories, r.Category), append(words, r.words())
		}
	}
	return verb + strings.Join(words, ", ") + also, categories
}

func holding(past bool) string { return map[bool]string{true: "held", false: "holds"}[past] }

// words names what is open: "photos", or "some photos" where it is only a part.
func (r *Reach) words() string {
	if r.Limited {
		return "some " + plainWords(r.Category)
	}
	return plainWords(r.Category)
}

func reachCaveat(reach []Reach) string {
	for _, x := range reach {
		if x.Granted == "unknown" {
			return "The source does not tell which permissions were granted; they are what the app asks for."
		}
	}
	return ""
}

// minWeight leaves out what nearly every app asks for: network state, vibration, notifications.
const minWeight = 3

func (a *assessor) reachOf(perms []inventory.Permission) []Reach { return a.db.Reach(perms) }

// Reach groups permissions by what they open, weightiest first, and leaves out what nearly every app asks for.
func (db *DB) Reach(perms []inventory.Permission) []Reach {
	at := map[string]int{}
	full := map[string]bool{}
	settled := db.decided(perms)
	var out []Reach
	for _, p := range perms {
		known := db.Permission(p.Name)
		if known == nil || known.Weight < minWeight {
			continue
		}
		if known.Kind == usageKey && settled[known.Category] {
			p.GrantKnown = true // the decision beside it tells
		}
		i, ok := at[known.Category]
		if !ok {
			i = len(out)
			at[known.Category] = i
			out = append(out, Reach{Category: known.Category, Granted: "no"})
		}
		out[i].Permissions = append(out[i].Permissions, p.Name)
		out[i].Weight = max(out[i].Weight, known.Weight)
		out[i].Granted = strongerGrant(out[i].Granted, p)
		full[known.Category] = full[known.Category] || p.Granted && !limited(&p)
	}
	slices.SortStableFunc(out, func(x, y Reach) int {
		if x.Weight != y.Weight {
			return y.Weight - x.Weight
		}
		return strings.Compare(x.Category, y.Category)
	})
	for i := range out {
		slices.Sort(out[i].Permissions)
		out[i].Limited = out[i].Granted == grantYes && !full[out[i].Category]
	}
	return out
}

func strongerGrant(have string, p inventory.Permission) string {
	switch {
	case p.Granted || have == "yes":
		return "yes"
	case !p.GrantKnown || have == "unknown":
		return "unknown"
	}
	return "no"
}

func (a *assessor) securityPresent(f *facts) {
	does := "It protects the device, and sees what is on it."
	if f.idle {
		does = "Its services are disabled, so that it protects nothing now."
	}
	a.add(f, Finding{Rule: RuleSecurityPresent, Axis: Security, Severity: Info, Action: Inform,
		Confidence: Combine(f.identity), Evidence: slices.Clone(f.identity),
		Title:  fmt.Sprintf("%s (%s) of %s", f.product.Name, f.product.SecurityKind, f.vendor.Name),
		Reason: "Known security software was recognised. " + does,
		Params: map[string]string{"product": f.product.Name, "vendor": f.vendor.Name, "kind": f.product.SecurityKind}})
}

// identityCaveat says what keeps the app from being surely the product, and what would settle it.
func identityCaveat(f *facts) string {
	switch {
	case f.unconfirmed:
		return "Not confirmed: recognised by one name of a service or program, which another program may bear too; its folder, its title or its signature would settle it."
	case f.byNameOnly && f.makerStated:
		return "Recognised by its name and its stated publisher, texts that any app may bear; an identifier or a signature would settle it."
	case f.byNameOnly:
		return "Recognised by its name alone, which any app may bear; an identifier or a signature would settle it."
	case f.foreign:
		return "The signer is not the publisher's, so that this may be another app under the product's " + markWord(f.app.IdentifierKind) + "."
	case f.unsigned():
		return "The file has no signature, so that this may be another app under the product's " + markWord(f.app.IdentifierKind) + "."
	case f.genuine:
		return ""
	case len(f.shown) > 0:
		return "Recognised by what the system states of it (" + strings.Join(f.shown, ", ") + "), names that another program could bear; a signature that was checked would settle it."
	case f.mislabelled:
		return fmt.Sprintf("Its label %q names something else, so that this may be another app under the product's %s; %s", f.app.Name, markWord(f.app.IdentifierKind), settles(f.app.IdentifierKind))
	case f.stated:
		return "Recognised by its " + markWord(f.app.IdentifierKind) + " and by the signer that the source states; the installed file itself would settle it."
	}
	return "Recognised by its " + markWord(f.app.IdentifierKind) + ", which " + copies(f.app.IdentifierKind) + "; " + settles(f.app.IdentifierKind)
}

// markWord is the word for an identifier where no value stands behind it.
func markWord(kind inventory.IdentifierKind) string {
	if word := kindWord(kind); word != "package" && word != "flatpak" && word != "snap" {
		return word
	}
	return "package name"
}

// copies says who could bear an identifier of a kind although it is something else.
func copies(kind inventory.IdentifierKind) string {
	switch {
	case isExtension(kind):
		return "one that does not come from the store could copy"
	case isPackage(kind):
		return "another package could bear"
	case kind == inventory.AndroidPackage || kind == inventory.IOSBundle:
		return "another app could copy"
	}
	return "another program could bear"
}

// settles says what would make sure that it is the product.
func settles(kind inventory.IdentifierKind) string {
	switch {
	case isExtension(kind):
		return "that it came from the store of its program would settle it."
	case isPackage(kind):
		return "the repository that it came from would settle it."
	case kind == inventory.AndroidPackage || kind == inventory.IOSBundle:
		return "the signing certificate of the installed file would settle it."
	}
	return "the signature of the installed file would settle it."
}

func isPackage(kind inventory.IdentifierKind) bool {
	switch kind {
	case inventory.DebPackage, inventory.RPMPackage, inventory.AlpinePackage, inventory.ArchPackage, inventory.FlatpakApp, inventory.SnapPackage, inventory.Homebrew, inventory.Chocolatey:
		return true
	}
	return false
}

// ownership says who publishes the product and whom the state's law reaches, which may be its owner.
func ownership(f *facts, r *reachable) string {
	by := f.vendor.Name
	if searchFold(by) == searchFold(f.product.Name) {
		by = "a company of the same name"
	}
	if r.holder == "" || r.holder == f.vendor.Name {
		return fmt.Sprintf("%s is published by %s", f.product.Name, by)
	}
	return fmt.Sprintf("%s is published by %s, which %s owns or controls", f.product.Name, by, r.holder)
}

// numbered reports whether a law's article field is a number and not a description.
func numbered(articles string) bool {
	return articles != "" && articles[0] >= '0' && articles[0] <= '9'
}

// theState names a state so that it reads in a sentence.
func theState(j *Jurisdiction) string {
	for _, with := range []string{"People's Republic", "Russian Federation", "United ", "Netherlands", "Cayman Islands", "British Virgin Islands"} {
		if strings.HasPrefix(j.Name, with) {
			return "the " + j.Name
		}
	}
	return j.Name
}

// demands reports whether the law, whose text was verified, lets the state demand help on the day.
func (l *Law) demands(asOf Date) bool { return l.Assist && l.Verified && l.Date.Begun(asOf) }

// counterpoint is the serious opinion against the reading of a law that a finding names. One that argues the case of a company
// is told of that company alone.
func (a *assessor) counterpoint(f *facts, j *Jurisdiction) string {
	return counterpoint(j, a.asOf, func(c *Citation) bool { return c.About == "" || a.sameHouse(f.product.Vendor, c.About) })
}

func counterpoint(j *Jurisdiction, asOf Date, fits func(*Citation) bool) string {
	for i := range j.Laws {
		if l := &j.Laws[i]; l.demands(asOf) && l.Counterpoint != nil && fits(l.Counterpoint) {
			return fmt.Sprintf("A contrary opinion on %s is on record: %s", l.Cite(), ensureStop(l.Counterpoint.Text))
		}
	}
	return ""
}

// whatItSees says what security software reaches: on a phone it lives in a sandbox as other apps do, in a browser it has
// what the browser gives it.
func whatItSees(app *inventory.App) string {
	switch {
	case isExtension(app.IdentifierKind):
		return "As an extension it sees what its permissions open, on the web sites that it may read."
	case app.Platform == inventory.Android || app.Platform == inventory.IOS:
		return "On a phone it sees what its permissions and special access open."
	}
	return "Security software sees everything on the device and updates itself with full rights."
}

// lawNames names the first law whose text was verified, with its articles, and counts the others: the chain
// lists them all.
func lawNames(j *Jurisdiction, asOf Date) string {
	var laws, articles []string
	for _, l := range j.Laws {
		if !l.demands(asOf) {
			continue
		}
		if !slices.Contains(laws, l.Name) {
			laws = append(laws, l.Name)
		}
		if l.Name == laws[0] && numbered(l.Articles) {
			articles = append(articles, l.Articles)
		}
	}
	if len(laws) == 0 {
		return "none with a verified text is recorded"
	}
	s := laws[0]
	if len(articles) > 0 {
		s += " art. " + strings.Join(articles, ", ")
	}
	switch more := len(laws) - 1; {
	case more == 1:
		s += " and 1 more law"
	case more > 1:
		s += fmt.Sprintf(" and %d more laws", more)
	}
	return s
}
