package riskdb

import (
	"fmt"
	"strings"
)

// Section is the part of an Entry that a fact belongs to, in the words of the JSON form.
type Section string

// The sections, in the order in which they are read. What the thing is has none.
const (
	SectionOwners        Section = "owners"        // who stands behind it, and whose law can reach them
	SectionMeasures      Section = "measures"      // what authorities have decided
	SectionMarks         Section = "marks"         // how it is recognised
	SectionPrivileges    Section = "privileges"    // of security software: what its marks show that it may do
	SectionDisagreements Section = "disagreements" // what the layers of the database say differently
	SectionAdvice        Section = "advice"        // of a vulnerability: what each advisory says
	SectionAsked         Section = "asked"         // of a vulnerability: the collections that were looked through, and those that are missing
	SectionChange        Section = "change"        // what would change the answer
)

// Decision is a measure as a reader of an entry needs it.
type Decision struct {
	ID           string   `json:"id"`
	Kind         BanKind  `json:"kind"`
	Binding      bool     `json:"binding"`
	State        BanState `json:"state"`
	Current      bool     `json:"current"`           // on the day asked for; a position without a ban is current while it stands
	NotYet       bool     `json:"not_yet,omitempty"` // begun after the day asked for
	Authority    string   `json:"authority"`
	AuthorityID  string   `json:"authority_id"`
	Jurisdiction string   `json:"jurisdiction"`
	Since        Date     `json:"since,omitempty"`     // of the first that it prolongs
	Prolonged    Date     `json:"prolonged,omitempty"` // of this one, where that is another day
	Until        Date     `json:"until,omitempty"`
	Checked      Date     `json:"checked,omitempty"`
	Review       Date     `json:"review,omitempty"`
	Via          string   `json:"via"`
	BindsNot     []string `json:"binds_not,omitempty"`
	Scope        string   `json:"scope,omitempty"`
	StateNote    string   `json:"state_note,omitempty"` // the state in the words of the record
	Layer        string   `json:"layer,omitempty"`      // the overlay that says so, empty for the base
	// Of names, in the entry of a vendor, the single products or the equipment that the measure is about: it is
	// then no measure about all its software.
	Of string `json:"of,omitempty"`
}

func (e *explainer) measureFact(m Measure) Fact {
	b := m.Ban
	d := Decision{ID: b.ID, Kind: b.Kind, State: b.State, Authority: b.Authority, AuthorityID: b.AuthorityID, Jurisdiction: b.Jurisdiction, Since: e.db.First(b), Until: b.Until,
		Binding: m.Binding(),
		Current: b.Stands(e.asOf) || saysNone(b, e.asOf), Checked: b.LastChecked, Review: b.Review, Via: m.Via, BindsNot: b.NotAppliesTo, Scope: b.Scope,
		NotYet: !b.Begins().Passed(e.asOf) && !saysNone(b, e.asOf), StateNote: b.StateNote}
	if l := e.db.Origin("bans", b.ID); l != nil {
		d.Layer = l.ID
	}
	if begins := b.Begins(); begins != d.Since {
		d.Prolonged = begins
	}
	label := "Position"
	switch {
	case !d.Current:
		label = "Not current"
	case d.Binding:
		label = "Measure"
	}
	f := e.fact(label, fmt.Sprintf("%s (%s, %s) %s, %s, by %s, reaching it by %s", b.ID, b.Jurisdiction, b.Begins(), plain(b.Kind), plain(b.State), b.Authority, m.Via), b.Basis)
	f.Section, f.Measure = SectionMeasures, &d
	return f
}

// vendorMeasure is a measure in the entry of a vendor. One of TikTok is none of all that its owner makes.
func (e *explainer) vendorMeasure(b *Ban, t *Target) Fact {
	f := e.measureFact(Measure{Ban: b, Via: via(t), Target: t})
	if t.Owner && t.Covers == CoversSoftware {
		return f
	}
	f.Measure.Of = t.Name
	if t.Covers != CoversSoftware {
		f.Measure.Of += " (" + string(t.Covers) + ")"
	}
	f.Text = fmt.Sprintf("%s (%s, %s) %s, %s, by %s, about %s alone", b.ID, b.Jurisdiction, b.Begins(), plain(b.Kind), plain(b.State), b.Authority, f.Measure.Of)
	return f
}

func (e *explainer) link(l Link) Fact {
	text := fmt.Sprintf("%s — %s — %s", l.From, l.Relation, l.To)
	if l.Relation == "note" {
		text = fmt.Sprintf("beside the chain: %s, %s", l.From, l.To)
	}
	text += period(l.Since, l.Until)
	if l.Note != "" {
		text += ". " + l.Note
	}
	f := Fact{Section: SectionOwners, Label: "Chain", Text: text, Verified: "no", Confidence: l.Allows(), Sources: e.sources(l.Sources), Link: &l}
	if l.Verified {
		f.Verified = "yes"
	}
	return f
}

func (e *explainer) mark(label, text string, b Basis) Fact {
	f := e.fact(label, text, b)
	f.Section = SectionMarks
	return f
}

// change says what would change the answer, from the facts it rests on.
func (e *explainer) change(facts []Fact) []Fact {
	var unverified []string
	var next Date
	overdue := 0
	binding, owners := false, false
	for _, f := range facts {
		if l := f.Link; l != nil && l.Relation != "note" {
			owners = true
			if !l.Verified && l.Kind != "law" {
				unverified = append(unverified, fmt.Sprintf("%s %s %s", l.From, l.Relation, l.To))
			}
		}
		if d := f.Measure; d != nil && d.Current {
			binding = binding || d.Binding
			switch {
			case d.Review == "":
			case d.Review.Ended(e.asOf):
				overdue++
			case next == "" || d.Review.Compare(next) < 0:
				next = d.Review
			}
		}
	}
	var out []Fact
	add := func(label, text string) {
		out = append(out, Fact{Section: SectionChange, Label: label, Text: text})
	}
	if owners {
		add("Ownership", "A sale or a loss of control changes the chain from its day on: --as-of DATE shows it as of any day.")
	}
	if len(unverified) > 0 {
		add("Not verified", "A register, a filing or an annual report would settle: "+strings.Join(unverified, "; ")+".")
	}
	if binding {
		text := "A measure ends when its authority revokes it or its term is over."
		if next != "" {
			text += fmt.Sprintf(" The next check of a state is due by %s.", next)
		}
		if overdue > 0 {
			text += fmt.Sprintf(" Past their review day: %d; nobody has checked since whether they hold.", overdue)
		}
		add("Measures", text)
	}
	if len(out) > 0 {
		add("Objection", "A record that is wrong can be contradicted in writing, with a source, by an overlay: see riskdb/README.md.")
	}
	return out
}
