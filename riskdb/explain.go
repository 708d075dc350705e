package riskdb

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"quaestor/scanners/inventory"
)

// Entry is what the database knows about one thing.
type Entry struct {
	Kind  string `json:"kind"` // rule, trace, product, vendor, owner, jurisdiction, measure, permission, signer, policy, authority, source, vulnerability
	ID    string `json:"id"`
	Title string `json:"title"`
	// Reach is the state whose law can reach the owner, with the doubt of every step to it.
	Reach *StateReach `json:"reach,omitempty"`
	Facts []Fact      `json:"facts"`
}

// StateReach is the end of a chain.
type StateReach struct {
	State      string     `json:"state"` // Jurisdiction.Code
	Name       string     `json:"name"`
	Confidence Confidence `json:"confidence"`         // of the whole way to it
	Disputed   bool       `json:"disputed,omitempty"` // the layers of the database disagree about a step
}

// Fact is one statement of an Entry.
type Fact struct {
	Section    Section    `json:"section,omitempty"` // empty for what the thing is
	Label      string     `json:"label"`
	Text       string     `json:"text"`
	Verified   string     `json:"verified,omitempty"`   // "yes", "no"; empty where it is no matter of verification
	Confidence Confidence `json:"confidence,omitempty"` // that the record allows
	Reason     string     `json:"unverified_reason,omitempty"`
	Sources    []Cited    `json:"sources,omitempty"`
	Link       *Link      `json:"-"`                 // of the section owners, for a writer that draws the chain
	Measure    *Decision  `json:"measure,omitempty"` // of the section measures
}

// Cited is a source as a reader needs it.
type Cited struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	URL   string `json:"url,omitempty"`
	Date  Date   `json:"date,omitempty"`
}

// Explain returns everything the database knows about id ("rules", "policies", "traces" and "privileges" list all of these, "confidence"
// tells how it is derived): a rule, product, vendor, owner, jurisdiction,
// measure, permission, policy, authority, source, or any identifier of a product, in that order. Names are
// tried, case-folded, when no identifier matches. It is empty when there is nothing; see [DB.Suggest].
func (db *DB) Explain(id string, asOf Date) []Entry {
	e := explainer{db: db, asOf: asOf}
	switch id {
	case "rules":
		for i := range Rules {
			e.rule(&Rules[i])
		}
		return e.out
	case "confidence":
		e.confidence()
		return e.out
	case privilegesQuery:
		e.privileges()
		return e.out
	case "policies":
		for i := range db.Policies {
			e.policy(&db.Policies[i])
		}
		return e.out
	}
	if r := RuleByID(id); r != nil {
		e.rule(r)
	}
	e.traces(id)
	for _, hit := range db.Search(id) {
		if hit.Exact && !e.told(hit) {
			e.hit(hit)
			e.foundBy(hit)
			e.watched(hit, id)
			e.code(hit, id)
			e.layers(hit)
		}
	}
	e.withdrawn(id)
	if len(e.out) == 0 {
		e.part(id)
	}
	return e.out
}

// part explains the code of a part of a state, such as BE-WAL, by its authorities.
func (e *explainer) part(code string) {
	for i := range e.db.Authorities {
		if a := &e.db.Authorities[i]; strings.EqualFold(a.Jurisdiction, strings.TrimSpace(code)) {
			e.authority(a)
		}
	}
}

// reach is the end of a chain, moderate at most where the layers of the database disagree about a step.
func (e *explainer) reach(j *Jurisdiction, c Confidence, chain []Link) *StateReach {
	r := &StateReach{State: j.Code, Name: j.Name, Confidence: c}
	if len(e.db.disputedRows(&Finding{Chain: chain})) > 0 {
		r.Disputed, r.Confidence = true, c.Weaker(ConfidenceModerate)
	}
	return r
}

// prolongs is the day from which the first of the measures that this one prolongs was in force.
func (e *explainer) prolongs(b *Ban) string {
	if first := e.db.First(b); first != b.Begins() {
		return "an earlier measure, in force since " + string(first)
	}
	return ""
}

// told reports whether an entry already written holds the row: the measures that name a product, and the
// certificates of its packages, stand with the product.
func (e *explainer) told(h Hit) bool {
	switch h.Table {
	case "ban":
		return h.By != "id" && len(e.out) > 0
	case "signer":
		return slices.ContainsFunc(e.out, func(en Entry) bool { return en.Kind == "product" })
	}
	return false
}

// Suggest lists IDs whose record contains the text, for a reader who mistyped; at most limit of them.
func (db *DB) Suggest(text string, limit int) []string {
	var out []string
	for _, hit := range db.Search(text) {
		if len(out) < limit && !slices.Contains(out, hit.ID) {
			out = append(out, hit.ID)
		}
	}
	return out
}

type explainer struct {
	db   *DB
	asOf Date
	out  []Entry
}

func (e *explainer) add(kind, id, title string, facts ...Fact) *Entry {
	facts = slices.DeleteFunc(facts, func(f Fact) bool { return f.Text == "" })
	e.out = append(e.out, Entry{Kind: kind, ID: id, Title: title, Facts: facts})
	return &e.out[len(e.out)-1]
}

// hit writes the entry of a row that a search found.
func (e *explainer) hit(h Hit) {
	db := e.db
	switch h.Table {
	case "product":
		e.product(db.Product(h.ID))
	case "vendor":
		e.vendor(db.Vendor(h.ID))
	case "entity":
		e.owner(db.Entity(h.ID))
	case "edge":
		d := db.edge(h.ID)
		e.add("edge", d.ID, fmt.Sprintf("%s and %s", db.name(d.Parent), db.name(d.Child)), e.fact("Tie", edgeText(db, d), d.Basis),
			Fact{Label: "Owner", Text: fmt.Sprintf("%s (%s)", firstOf(d.ParentNamed, db.name(d.Parent)), d.Parent)},
			Fact{Label: "Of", Text: fmt.Sprintf("%s (%s)", firstOf(d.ChildNamed, db.name(d.Child)), d.Child)})
	case "ban":
		e.measure(db.Ban(h.ID))
	case "jurisdiction":
		e.jurisdiction(db.Jurisdiction(h.ID))
	case "law":
		e.law(h.ID)
	case "authority":
		e.authority(db.Authority(h.ID))
	case "policy":
		e.policy(db.policy(h.ID))
	case "permission":
		e.permission(db.Permission(h.ID))
	case "combination":
		e.combination(h.ID)
	case "signer":
		e.signer(db.SignersOf(h.ID))
	case "installer":
		i := db.Installer(h.ID)
		e.add("installer", i.Package, i.Name, e.fact("Kind", string(i.Kind), i.Basis), Fact{Label: "Note", Text: i.Note})
	case "source":
		s := db.Source(h.ID)
		e.add("source", s.ID, s.Title, Fact{Label: "Address", Text: s.URL}, Fact{Label: "Date", Text: string(s.Date)},
			Fact{Label: "Licence", Text: s.Licence}, Fact{Label: "Note", Text: s.Note})
	}
}

// foundBy says first how a name in another spelling was understood.
func (e *explainer) foundBy(h Hit) {
	if h.How != "" && len(e.out) > 0 {
		last := &e.out[len(e.out)-1]
		last.Facts = slices.Insert(last.Facts, 0, Fact{Label: "Found by", Text: h.How})
	}
}

// fact states a recorded fact with what it rests on.
func (e *explainer) fact(label, text string, b Basis) Fact {
	f := Fact{Label: label, Text: text, Verified: "no", Confidence: b.Allows(), Reason: b.UnverifiedReason}
	if b.Verified {
		f.Verified = "yes"
	}
	f.Sources = e.sources(b.Sources)
	return f
}

func (e *explainer) sources(ids []string) []Cited {
	var out []Cited
	for _, id := range ids {
		if s := e.db.Source(id); s != nil {
			out = append(out, Cited{s.ID, s.Title, s.URL, s.Date})
		}
	}
	return out
}

func (e *explainer) rule(r *Rule) {
	en := e.add("rule", r.ID, r.Title, Fact{Label: "Axis", Text: string(r.Axis)}, Fact{Label: "Fires", Text: r.When},
		Fact{Label: "Limits", Text: r.Limits}, Fact{Label: "Ends", Text: r.WouldEnd})
	e.ruleParts(en)
}

func (e *explainer) product(p *Product) {
	vendor := e.db.Vendor(p.Vendor)
	kind := string(p.Kind)
	if p.SecurityKind != "" {
		kind += ", " + p.SecurityKind
	}
	en := e.add("product", p.ID, p.Name, Fact{Label: "Kind", Text: kind}, Fact{Label: "Category", Text: p.Category},
		Fact{Label: "Also called", Text: strings.Join(p.Aliases, ", ")}, Fact{Label: "Vendor", Text: fmt.Sprintf("%s (%s)", vendor.Name, vendor.ID)},
		Fact{Label: "Note", Text: p.Note})
	a := &assessor{db: e.db, asOf: e.asOf, learned: newLearned()}
	chain := a.chain(&facts{product: p, vendor: vendor})
	if r := a.reach(p); r.state != nil {
		en.Reach = e.reach(r.state, r.allows, chain)
	}
	for _, l := range chain {
		en.Facts = append(en.Facts, e.link(l))
	}
	for _, m := range e.measuresOf(p) {
		en.Facts = append(en.Facts, e.measureFact(m))
	}
	en.Facts = append(en.Facts, systemsOf(p)...)
	for _, id := range p.Identifiers {
		label := "Identifier"
		if id.Shared {
			label = "Shared mark"
		}
		en.Facts = append(en.Facts, e.mark(label, fmt.Sprintf("%s %s", id.Kind, id.Value), id.Basis))
		if id.Kind == inventory.AndroidPackage {
			if s := e.db.SignersOf(id.Value); s != nil {
				en.Facts = append(en.Facts, e.certs(s)...)
			}
		}
	}
	en.Facts = append(en.Facts, privilegesShown(p)...)
	en.Facts = append(en.Facts, e.change(en.Facts)...)
}

// measuresOf finds the measures of every authority and state about a product, those in force first.
func (e *explainer) measuresOf(p *Product) []Measure {
	a := &assessor{db: e.db, asOf: e.asOf, learned: newLearned()}
	var out []Measure
	for i := range e.db.Bans {
		if m, ok := a.covers(&e.db.Bans[i], p); ok {
			out = append(out, m)
		}
	}
	slices.SortStableFunc(out, func(x, y Measure) int {
		return cmp.Or(rank(y.Ban.Stands(e.asOf))-rank(x.Ban.Stands(e.asOf)), rank(y.Ban.Kind.Binding())-rank(x.Ban.Kind.Binding()),
			cmp.Compare(x.Ban.Jurisdiction, y.Ban.Jurisdiction), x.Ban.Begins().Compare(y.Ban.Begins()), cmp.Compare(x.Ban.ID, y.Ban.ID))
	})
	return out
}

func rank(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (e *explainer) certs(s *Signer) []Fact {
	var out []Fact
	for _, c := range s.Certs {
		text := fmt.Sprintf("%s signed with %s (%s", s.Package, c.SHA256, c.Build)
		if len(c.Channels) > 0 {
			text += ", " + strings.Join(c.Channels, ", ")
		}
		out = append(out, e.mark("Signer", text+")", c.Basis))
	}
	return out
}

func (e *explainer) signer(s *Signer) {
	e.add("signer", s.Package, firstOf(s.Name, s.Package), e.certs(s)...)
}

func (e *explainer) vendor(v *Vendor) {
	en := e.add("vendor", v.ID, v.Name, e.fact("State", firstOf(v.Jurisdiction, "none recorded"), v.Basis),
		Fact{Label: "Headquarters", Text: v.HQ}, Fact{Label: "Registered", Text: v.Seat},
		Fact{Label: "Linked with", Text: strings.Join(v.Links, ", ")}, Fact{Label: "Note", Text: v.Note})
	chain := e.db.Chain(v.ID, e.asOf)
	if j := e.db.Jurisdiction(chain.State); j != nil {
		en.Reach = e.reach(j, chain.Allows(), chain.Links)
	}
	for _, l := range chain.Links {
		en.Facts = append(en.Facts, e.link(l))
	}
	e.edges(en, v.ID)
	var names []string
	for i := range e.db.Products {
		if e.db.Products[i].Vendor == v.ID {
			names = append(names, e.db.Products[i].ID)
		}
	}
	en.Facts = append(en.Facts, Fact{Label: "Products", Text: strings.Join(names, ", ")})
	for i := range e.db.Bans {
		b := &e.db.Bans[i]
		for j := range b.Targets {
			if b.Targets[j].Vendor == v.ID {
				en.Facts = append(en.Facts, e.vendorMeasure(b, &b.Targets[j]))
				break
			}
		}
	}
	en.Facts = append(en.Facts, e.change(en.Facts)...)
}

func via(t *Target) string {
	switch {
	case t.Covers != CoversSoftware:
		return string(t.Covers) + ", not an app"
	case t.Owner && t.NamedOnly:
		return "owner, not through those it controls"
	case t.Owner:
		return "owner"
	case t.Successors:
		return "product and successors"
	}
	return "product"
}

// edges lists every recorded tie, also those that have ended.
func (e *explainer) edges(en *Entry, id string) {
	for i := range e.db.Edges {
		if d := &e.db.Edges[i]; d.Child == id || d.Parent == id {
			f := e.fact("Tie", edgeText(e.db, d), d.Basis)
			f.Section = SectionOwners
			en.Facts = append(en.Facts, f)
		}
	}
}

func edgeText(db *DB, d *Edge) string {
	s := fmt.Sprintf("%s — %s — %s", db.name(d.Parent), d.Kind, db.name(d.Child))
	if d.Share > 0 {
		s += fmt.Sprintf(", %g %%", d.Share)
	}
	s += period(d.From, d.Until)
	if d.Note != "" {
		s += ". " + d.Note
	}
	return s
}

func (e *explainer) owner(o *Entity) {
	en := e.add("owner", o.ID, o.Name, e.fact("Kind", o.Kind, o.Basis), Fact{Label: "Country", Text: o.Country}, Fact{Label: "Note", Text: o.Note})
	e.edges(en, o.ID)
}

func (e *explainer) jurisdiction(j *Jurisdiction) {
	en := e.add("jurisdiction", j.Code, j.Name, Fact{Label: "Group", Text: j.Group}, Fact{Label: "Basis", Text: j.GroupBasis},
		e.fact("EU adequacy", j.Adequacy.Status+note(j.Adequacy.Note), j.Adequacy.Basis), Fact{Label: "Note", Text: j.Note})
	for i := range j.Laws {
		en.Facts = append(en.Facts, e.lawFacts(&j.Laws[i])...)
	}
	for _, c := range j.CitedBy {
		en.Facts = append(en.Facts, Fact{Label: "Cited by", Text: strings.TrimPrefix(c.Document+": "+c.Text, ": "), Sources: e.sources(c.Sources)})
	}
	en.Facts = slices.DeleteFunc(en.Facts, func(f Fact) bool { return f.Text == "" })
}

func (e *explainer) lawFacts(l *Law) []Fact {
	text := l.Cite()
	if l.Date != "" {
		text += fmt.Sprintf(" (%s)", l.Date)
	}
	facts := []Fact{e.fact("Law", text+": "+l.Effect, l.Basis),
		{Label: "  abroad", Text: l.Extraterritorial}, {Label: "  note", Text: l.Note}}
	if c := l.Counterpoint; c != nil {
		facts = append(facts, Fact{Label: "  but", Text: c.Text, Sources: e.sources(c.Sources)})
	}
	return facts
}

func (e *explainer) law(id string) {
	for i := range e.db.Jurisdictions {
		j := &e.db.Jurisdictions[i]
		for k := range j.Laws {
			if j.Laws[k].ID == id {
				e.add("law", id, fmt.Sprintf("%s (%s)", j.Laws[k].Name, j.Name), e.lawFacts(&j.Laws[k])...)
			}
		}
	}
}

func (e *explainer) combination(id string) {
	for _, c := range e.db.Combinations {
		if c.ID == id {
			e.add("combination", c.ID, c.Note, e.fact("Permissions", strings.Join(c.AllOf, ", "), c.Basis), Fact{Label: "Ordinary", Text: c.Ordinary})
		}
	}
}

func note(s string) string {
	if s == "" {
		return ""
	}
	return " (" + s + ")"
}

func (e *explainer) measure(b *Ban) {
	state := plain(b.State)
	if b.StateNote != "" {
		state += ": " + b.StateNote
	}
	bound := "not binding"
	if b.Kind.Binding() {
		bound = "binding for those in its scope"
	}
	en := e.add("measure", b.ID, firstOf(b.Instrument, b.ID), e.fact("Kind", fmt.Sprintf("%s; %s", plain(b.Kind), bound), b.Basis),
		Fact{Label: "State", Text: state}, Fact{Label: "Superseded by", Text: b.SupersededBy}, Fact{Label: "Last checked", Text: string(b.LastChecked)}, Fact{Label: "Check again", Text: string(b.Review)},
		Fact{Label: "Authority", Text: fmt.Sprintf("%s (%s)", b.Authority, b.Jurisdiction)}, Fact{Label: "Since", Text: string(b.Begins())},
		Fact{Label: "Prolongs", Text: e.prolongs(b)},
		Fact{Label: "Until", Text: string(b.Until)}, Fact{Label: "Deadline", Text: string(b.Deadline)}, Fact{Label: "Scope", Text: b.Scope},
		Fact{Label: "Binds not", Text: strings.Join(b.NotAppliesTo, ", ")}, Fact{Label: "Exceptions", Text: b.Exceptions}, Fact{Label: "Note", Text: b.Note})
	for _, s := range b.Steps {
		en.Facts = append(en.Facts, Fact{Label: "By " + string(s.By), Text: s.What})
	}
	for _, t := range b.Targets {
		text := firstOf(t.Name, t.Vendor, t.Category)
		if len(t.Products) > 0 {
			text += " (" + strings.Join(t.Products, ", ") + ")"
		}
		switch {
		case t.Owner && t.NamedOnly:
			text += ", with what " + t.Vendor + " publishes itself; the instrument says nothing of companies that it controls"
		case t.Owner:
			text += ", with everything that " + t.Vendor + " owns"
		}
		if t.Successors {
			text += ", and successors" + note(t.Clause)
		}
		if t.Covers != CoversSoftware {
			text += " (" + string(t.Covers) + ", not an app)"
		}
		en.Facts = append(en.Facts, Fact{Label: "Target", Text: text})
	}
}

func (e *explainer) permission(p *Permission) {
	e.add("permission", p.Name, firstOf(p.Relevance, p.Name), e.fact("Category", p.Category, p.Basis), Fact{Label: "Level", Text: p.Level},
		Fact{Label: "Weight", Text: fmt.Sprintf("%d of 5, an assessment", p.Weight)})
}

func (e *explainer) policy(p *Policy) {
	en := e.add("policy", p.ID, p.Title, Fact{Label: "Note", Text: p.Note, Sources: e.sources(p.Sources)})
	if p.All {
		en.Facts = append(en.Facts, Fact{Label: "Authority", Text: "every one in the database"})
	}
	for _, id := range p.Authorities {
		if a := e.db.Authority(id); a != nil {
			en.Facts = append(en.Facts, Fact{Label: "Authority", Text: fmt.Sprintf("%s (%s)", a.Name, a.ID)})
		}
	}
}

func (e *explainer) authority(a *Authority) {
	en := e.add("authority", a.ID, a.Name, Fact{Label: "Jurisdiction", Text: a.Jurisdiction}, Fact{Label: "Note", Text: a.Note})
	for i := range e.db.Bans {
		if b := &e.db.Bans[i]; b.AuthorityID == a.ID {
			en.Facts = append(en.Facts, Fact{Label: "Measure", Text: fmt.Sprintf("%s: %s, %s, %s", b.ID, b.Kind, b.State, b.Begins())})
		}
	}
}

// period is " (since 2017)", " (until 2020)" or " (2017–2020)".
func period(from, until Date) string {
	switch {
	case from == "" && until == "":
		return ""
	case until == "":
		return fmt.Sprintf(" (since %s)", from)
	case from == "":
		return fmt.Sprintf(" (until %s)", until)
	}
	return fmt.Sprintf(" (%s–%s)", from, until)
}

// plain writes a code of the data as words, with the code where they differ.
func plain[T ~string](code T) string {
	words := strings.ReplaceAll(string(code), "-", " ")
	if words == string(code) {
		return words
	}
	return words + " [" + string(code) + "]"
}
