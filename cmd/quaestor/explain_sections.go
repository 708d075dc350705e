package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"quaestor/riskdb"
)

// owners draws the chain from the thing to the laws, a step a line, and then the ties beside it.
func (p *page) owners(facts []riskdb.Fact) {
	var beside, ties []riskdb.Fact
	first, laws := true, false
	for _, f := range facts {
		l := f.Link
		switch {
		case l == nil:
			ties = append(ties, f)
			continue
		case l.Relation == "note":
			beside = append(beside, f)
			continue
		case first:
			fmt.Fprintln(p.w, "  "+wrapFirst(l.From))
			first = false
		}
		if l.Kind == "law" {
			if !laws {
				fmt.Fprintln(p.w, "  subject to")
				laws = true
			}
			p.hang("    ", l.To+since(l.Since, l.Until)+p.standing(f))
			if l.Note != "" {
				p.hang("      ", l.Note)
			}
			continue
		}
		share := ""
		if l.Share > 0 {
			share = fmt.Sprintf(", %g %%", l.Share)
		}
		p.hang("  ", l.Relation+" "+l.To+share+since(l.Since, l.Until)+p.standing(f))
		if l.Note != "" {
			p.hang("      ", l.Note)
		}
	}
	p.beside(beside)
	p.ties(ties)
}

func wrapFirst(s string) string { return strings.TrimLeft(wrap(s, 2, pageWidth), " ") }

func (p *page) beside(facts []riskdb.Fact) {
	if len(facts) > 0 {
		fmt.Fprintln(p.w, "  beside the chain, deciding nothing")
	}
	for _, f := range facts {
		l := f.Link
		share := ""
		if l.Share > 0 {
			share = fmt.Sprintf(", %g %%", l.Share)
		}
		p.hang("    ", l.From+" and "+l.To+share+since(l.Since, l.Until)+": "+l.Note+p.standing(f))
	}
}

// ties lists the recorded ties of an owner; without --details as names only.
func (p *page) ties(facts []riskdb.Fact) {
	if len(facts) == 0 {
		return
	}
	if p.details {
		fmt.Fprintln(p.w, "  every recorded tie")
		for _, f := range facts {
			p.hang("    ", f.Text+p.standing(f))
		}
		return
	}
	fmt.Fprintf(p.w, "  %d recorded ties; --details lists them\n", len(facts))
}

func since(from, until riskdb.Date) string {
	switch {
	case from == "" && until == "":
		return ""
	case until == "":
		return ", since " + string(from)
	case from == "":
		return ", until " + string(until)
	}
	return fmt.Sprintf(", %s to %s", from, until)
}

// measures tells those of the reader's own authorities in full, and of the others who decided what.
func (p *page) measures(facts []riskdb.Fact) {
	var far []riskdb.Fact
	place := ""
	slices.SortStableFunc(facts, func(a, b riskdb.Fact) int {
		return cmp.Or(p.place(a.Measure)-p.place(b.Measure), boolRank(b.Measure.Current)-boolRank(a.Measure.Current), boolRank(b.Measure.Binding)-boolRank(a.Measure.Binding))
	})
	for _, f := range facts {
		d := f.Measure
		if !p.details && !p.isNear(d.Jurisdiction) {
			far = append(far, f)
			continue
		}
		if d.Jurisdiction != place {
			place = d.Jurisdiction
			fmt.Fprintln(p.w, "  "+place)
		}
		p.measure(f)
	}
	p.elsewhere(far)
}

func (p *page) isNear(code string) bool { return slices.Contains(p.near, code) }

// place puts the nearest jurisdictions first, the others by their code after them.
func (p *page) place(d *riskdb.Decision) int {
	if i := slices.Index(p.near, d.Jurisdiction); i >= 0 {
		return i
	}
	n := len(p.near)
	for _, r := range (d.Jurisdiction + "     ")[:5] {
		n = n*128 + int(r)
	}
	return n
}

func boolRank(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (p *page) measure(f riskdb.Fact) {
	d := f.Measure
	head := decisionWord(d)
	if d.Since != "" {
		head += ", " + string(d.Since)
	}
	if d.Prolonged != "" {
		head += ", prolonged " + string(d.Prolonged)
	}
	if d.Until != "" {
		head += ", until " + string(d.Until)
	}
	head += ": " + d.Authority + " [" + strings.Join([]string{string(d.Kind), string(d.State)}, ", ") + "]"
	p.hang("    ", head)
	if d.Scope != "" {
		p.hang("      ", "For: "+d.Scope)
	}
	if len(d.BindsNot) > 0 {
		p.hang("      ", "Does not bind: "+strings.ReplaceAll(strings.Join(d.BindsNot, ", "), "-", " "))
	}
	reach := ""
	switch {
	case d.Of != "":
		reach = ", about " + d.Of + " alone"
	case d.Via != "product":
		reach = ", reaching it by " + d.Via
	}
	if d.Checked != "" {
		reach += ", state checked " + string(d.Checked)
	}
	if d.StateNote != "" && (!d.Current || d.Kind == riskdb.PositionNoBan) {
		p.hang("      ", "State: "+d.StateNote)
	}
	if d.Layer != "" {
		reach += ", from overlay " + d.Layer
	}
	p.hang("      ", d.ID+reach+p.standing(f))
}

// decisionWord says whether it is a ban or something less, and whether it holds.
func decisionWord(d *riskdb.Decision) string {
	kind := strings.ReplaceAll(string(d.Kind), "-", " ")
	switch {
	case d.NotYet:
		return "Not yet on this day: " + kind
	case d.Kind == riskdb.PositionNoBan && d.State == riskdb.StateUnknown:
		return "No ban: position of the authority, not confirmed since"
	case d.Kind == riskdb.PositionNoBan:
		return "No ban: position of the authority"
	case d.Current && d.Via == "example":
		return upperFirst(kind) + " by criteria, of which this is named as an example"
	case d.Current && d.Via == "successor":
		return upperFirst(kind) + " of another product, which this may succeed"
	case d.Current && d.Via == "affiliate":
		return upperFirst(kind) + " that names its owner, and says nothing of companies under it"
	case d.Current && d.Binding && !d.Kind.Forbids():
		return upperFirst(kind) + ", binding, and no ban of the app"
	case d.Current && d.Binding && d.State == riskdb.InForceWhenReported && d.Checked != "":
		return "Binding " + kind + " when last checked (" + string(d.Checked) + ")"
	case d.Kind == riskdb.NoneFound:
		return "None found, which is no permission"
	case d.Current && d.Binding:
		return "Binding " + kind
	case d.Current:
		return "Not a ban: " + kind
	}
	return upperFirst(map[riskdb.BanState]string{
		riskdb.Superseded: "superseded " + kind, riskdb.Revoked: "revoked " + kind, riskdb.Expired: "expired " + kind, riskdb.Suspended: "suspended " + kind,
		riskdb.CourtSuspended: kind + ", suspended by a court", riskdb.Announced: kind + ", announced only", riskdb.StateUnknown: kind + ", and whether it still holds is not known",
		riskdb.InForce: kind + ", not in force on this day", riskdb.InForceWhenReported: kind + ", not in force on this day", riskdb.Advisory: kind + ", not in force on this day",
	}[d.State])
}

func upperFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// short answers the question that brings most readers: is it forbidden, and whose is it.
func (p *page) short(e riskdb.Entry) {
	var near, noBan, single, other, none []string
	far, farNoBan, farSingle := 0, 0, 0
	for _, f := range e.Facts {
		d := f.Measure
		if d == nil || !d.Current {
			continue
		}
		switch where := joinWords(d.Jurisdiction, "("+joinComma(d.ID, lastChecked(d))+")"); {
		case d.Binding && d.Of != "" && p.isNear(d.Jurisdiction):
			single = append(single, where)
		case d.Binding && d.Of != "":
			farSingle++
		case d.Binding && !d.Kind.Forbids() && p.isNear(d.Jurisdiction):
			noBan = append(noBan, where)
		case d.Binding && !d.Kind.Forbids():
			farNoBan++
		case d.Binding && p.isNear(d.Jurisdiction):
			near = append(near, where)
		case d.Binding:
			far++
		case d.Kind == riskdb.PositionNoBan && p.isNear(d.Jurisdiction):
			none = append(none, where)
		case p.isNear(d.Jurisdiction):
			other = append(other, where)
		}
	}
	if len(near)+len(noBan)+farNoBan+len(single)+len(other)+len(none)+far+farSingle == 0 && e.Reach == nil {
		return
	}
	p.heading("IN SHORT, as of " + string(p.asOf))
	p.point("Binding measures", near)
	p.point("Binding measures that ban no app on devices", noBan)
	p.point("Warnings, advice, resolutions: no bans", other)
	p.point("Positions that there is no ban", none)
	if far > 0 {
		p.hang("  ", fmt.Sprintf("Binding measures of other authorities: %d", far))
	}
	if farNoBan > 0 {
		p.hang("  ", fmt.Sprintf("Of other authorities, binding and no ban on devices: %d", farNoBan))
	}
	p.point("Binding measures about single products or equipment", single)
	if farSingle > 0 {
		p.hang("  ", fmt.Sprintf("Binding measures of other authorities about single products or equipment: %d", farSingle))
	}
	if len(near)+len(noBan)+far+farNoBan == 0 {
		p.hang("  ", map[bool]string{true: "No binding measure about all its software is on record.", false: "No binding measure is on record."}[len(single)+farSingle > 0])
	}
	if e.Reach != nil {
		p.hang("  ", fmt.Sprintf("Law that can reach its owner: %s (%s confidence in the way to it%s)", e.Reach.Name, e.Reach.Confidence,
			map[bool]string{true: "; disputed, see below"}[e.Reach.Disputed]))
	}
}

func (p *page) point(label string, list []string) {
	if len(list) > 0 {
		slices.SortStableFunc(list, func(a, b string) int { return p.nearPlace(a) - p.nearPlace(b) })
		p.hang("  ", label+": "+strings.Join(list, ", "))
	}
}

func (p *page) nearPlace(where string) int {
	code, _, _ := strings.Cut(where, " ")
	return slices.Index(p.near, code)
}

// elsewhere names the measures of other authorities, a line each kind.
func (p *page) elsewhere(facts []riskdb.Fact) {
	groups := []struct {
		title string
		list  []string
	}{{title: "Binding elsewhere, or when last checked"}, {title: "Elsewhere, and no ban"}, {title: "Elsewhere, by criteria or as a successor"}, {title: "Elsewhere, not current"}}
	for _, f := range facts {
		d := f.Measure
		at := 1
		switch {
		case !d.Current:
			at = 3
		case d.Via == "example", d.Via == "successor":
			at = 2
		case d.Binding:
			at = 0
		}
		groups[at].list = append(groups[at].list, joinWords(d.AuthorityID, string(d.Since), strings.ReplaceAll(string(d.Kind), "-", " "), ofWhat(d)))
	}
	for _, g := range groups {
		if len(g.list) > 0 {
			p.hang("  ", fmt.Sprintf("%s (%d): %s", g.title, len(g.list), strings.Join(g.list, "; ")))
		}
	}
	if len(facts) > 0 {
		fmt.Fprintln(p.w, "  --details tells these in full, with their sources.")
	}
}

// lastChecked tells of a measure that was in force when reported until when that was looked at.
func lastChecked(d *riskdb.Decision) string {
	switch {
	case d.Kind == riskdb.PositionNoBan && d.Since != "":
		return "of " + string(d.Since)
	case d.State == riskdb.InForceWhenReported && d.Checked != "":
		return "last checked " + string(d.Checked)
	}
	return ""
}

func joinComma(words ...string) string {
	return strings.Join(slices.DeleteFunc(words, func(s string) bool { return s == "" }), ", ")
}

func ofWhat(d *riskdb.Decision) string {
	if d.Of == "" {
		return ""
	}
	return "of " + d.Of
}

func joinWords(words ...string) string {
	return strings.Join(slices.DeleteFunc(words, func(s string) bool { return s == "" }), " ")
}

// marks lists identifiers by kind; without --details, certificates are counted.
func (p *page) marks(facts []riskdb.Fact) {
	if p.details {
		for _, f := range facts {
			p.fact(f)
		}
		return
	}
	type group struct {
		label, standing string
		values          []string
	}
	var groups []group
	signers := 0
	for _, f := range facts {
		if f.Label == "Signer" {
			signers++
			continue
		}
		kind, value, _ := strings.Cut(f.Text, " ")
		label := kind
		if f.Label == "Shared mark" {
			label += ", shared with others"
		}
		standing := "verified, " + string(f.Confidence)
		if f.Verified == "no" {
			standing = "not verified"
		}
		at := slices.IndexFunc(groups, func(g group) bool { return g.label == label && g.standing == standing })
		if at < 0 {
			at = len(groups)
			groups = append(groups, group{label: label, standing: standing})
		}
		groups[at].values = append(groups[at].values, value)
	}
	for _, g := range groups {
		p.hang("  ", fmt.Sprintf("%s: %s (%s)", g.label, strings.Join(g.values, ", "), g.standing))
	}
	if signers > 0 {
		fmt.Fprintf(p.w, "  signing certificates on record: %d; --details lists them\n", signers)
	}
}
