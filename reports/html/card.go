package html

import (
	"cmp"
	"slices"
	"strings"

	"quaestor/reports"
)

// cards are the apps and devices with findings, what asks most first.
func (p *page) cards() {
	p.section("findings", "findings.title", "")
	if len(p.g.subjects) == 0 {
		p.el("p", "calm", "findings.none")
	} else {
		p.filter()
	}
	p.raw(`<div class="cards">`)
	for i, s := range p.g.subjects {
		p.card(i, s)
	}
	p.raw("</div>")
	p.el("p", "quiet none-left", "filter.nothing")
	p.more(p.g.lost)
	p.raw("</section>")
}

// filter is for readers with script. Without, it stays hidden and every card is there.
func (p *page) filter() {
	p.raw(`<form class="filter" id="filter" hidden><label>`)
	p.say("filter.text")
	p.raw(` <input type="search" name="text" autocomplete="off"></label><label>`)
	p.say("filter.action")
	p.raw(` <select name="action"><option value="">`)
	p.say("filter.all")
	p.raw("</option>")
	for _, action := range reports.Actions() {
		p.raw(`<option value="`, action, `">`)
		p.text(p.l.Word("action", action))
		p.raw("</option>")
	}
	p.raw("</select></label><label>")
	p.say("filter.axis")
	p.raw(` <select name="axis"><option value="">`)
	p.say("filter.all")
	p.raw("</option>")
	for _, axis := range reports.Axes() {
		p.raw(`<option value="`, axis, `">`)
		p.text(p.l.Word("axis", axis))
		p.raw("</option>")
	}
	p.raw("</select></label><label>")
	p.say("filter.sort")
	p.raw(` <select name="sort"><option value="rank">`)
	p.say("filter.rank")
	p.raw(`</option><option value="severity">`)
	p.say("filter.severity")
	p.raw(`</option><option value="name">`)
	p.say("filter.name")
	p.raw(`</option></select></label><output aria-live="polite"></output></form>`)
}

func (p *page) card(i int, s *subject) {
	clear(p.shown)
	var axes []string
	for _, x := range s.groups {
		if !slices.Contains(axes, x.Axis) {
			axes = append(axes, x.Axis)
		}
	}
	style := "card"
	if s.excepted {
		style += " excepted"
	}
	p.open("article", style, "id", "card-"+itoa(i+1), "aria-labelledby", "card-"+itoa(i+1)+"-h", "data-action", s.doing(), "data-axes", strings.Join(axes, " "),
		"data-severity", itoa(s.severity), "data-name", strings.ToLower(p.short(s.name, 60)))
	p.raw(`<header><h3 id="card-`, itoa(i+1), `-h">`)
	p.foreign(s.name)
	p.raw(`</h3><p class="tags">`)
	switch {
	case s.excepted:
		p.raw(`<span class="badge">`)
		p.say("excepted")
		p.raw("</span>")
	case s.counts():
		p.badge("action", s.doing())
	}
	p.badge("severity", s.worst())
	p.raw("</p>")
	p.who(s)
	p.raw("</header>")
	if limit := s.limit(); limit != "" && s.counts() {
		p.raw(`<p class="limit">`)
		p.prose(limit)
		p.raw("</p>")
	}
	p.raw(`<div class="body"><div class="main">`)
	p.groups(s)
	p.raw(`</div>`)
	p.aside(s)
	p.raw("</div></article>")
}

// who says what the subject is and where it was found.
func (p *page) who(s *subject) {
	p.raw(`<p class="who">`)
	if s.device {
		p.say("card.device")
		p.raw("</p>")
		return
	}
	var ids []string
	for _, x := range s.groups {
		for _, w := range x.where {
			if w.identifier != "" && !slices.Contains(ids, w.identifier) {
				ids = append(ids, w.identifier)
			}
		}
	}
	for i, id := range ids[:min(len(ids), 5)] {
		if i > 0 {
			p.raw(", ")
		}
		p.code(id)
	}
	if n := len(ids) - 5; n > 0 {
		p.text(" " + p.l.Say("more", "n", n))
	}
	if s.first.Version != "" && len(s.devices) < 2 {
		p.text(" · " + p.l.Say("version") + " ")
		p.foreign(s.first.Version)
	}
	if s.first.Presence == "trace" {
		p.text(" · " + p.l.Say("trace"))
	}
	if at := p.whereabouts(s); at != "" {
		p.text(" · ")
		p.raw("<bdi>")
		p.text(at)
		p.raw("</bdi>")
	}
	if s.counted > 0 {
		p.text(" · " + p.l.Say("counted", "n", s.counted))
	}
	p.raw("</p>")
}

// groups are the findings of a card; vulnerabilities are rows of one table.
func (p *page) groups(s *subject) {
	var weak []*group
	for _, x := range s.groups {
		if x.Vulnerability != nil && x.Component != nil {
			weak = append(weak, x)
			continue
		}
		p.finding(s, x)
	}
	if len(weak) > 0 {
		p.weak(weak)
	}
}

func (p *page) finding(s *subject, x *group) {
	p.raw(`<section class="finding">`)
	p.raw("<h4>")
	p.prose(x.Title, p.names(s, x)...)
	p.raw(`</h4><p class="tags">`)
	p.badge("severity", x.Severity)
	p.tag("axis", x.Axis)
	p.tag("confidence", x.Confidence)
	if x.Action != s.doing() && x.Severity != "info" {
		p.tag("action", x.Action)
	}
	p.raw("</p>")
	if x.Reason != "" {
		p.raw("<p>")
		p.prose(x.Reason, p.names(s, x)...)
		p.raw("</p>")
	}
	if x.Caveat != "" {
		p.raw(`<p class="caveat">`)
		p.prose(x.Caveat, p.names(s, x)...)
		p.raw("</p>")
	}
	p.exception(x)
	p.context(x)
	p.measures(x)
	p.evidence(x)
	p.raw("</section>")
}

// tag is a word of a list with what the list is.
func (p *page) tag(list, word string) {
	p.raw(`<span class="tag">`)
	p.say("tag."+list, "word", p.l.Word(list, word))
	p.raw("</span>")
}

// names are the foreign names in the texts of a finding.
func (p *page) names(s *subject, x *group) []string {
	out := []string{s.name, x.Subject.Name, x.Subject.Identifier, x.Subject.DeviceName}
	for _, key := range []string{"product", "vendor", "software", "package", "team", "profile", "installer", "manager", "hosts"} {
		if v := x.Params[key]; v != "" {
			out = append(out, v)
		}
	}
	return out
}

func (p *page) exception(x *group) {
	e := x.Exception
	if e == nil {
		return
	}
	p.raw(`<p class="approved"><b>`)
	p.say("exception.by", "by", e.ApprovedBy, "until", e.Until)
	p.raw("</b> ")
	p.foreign(e.Reason)
	p.text(" (" + e.ID)
	if e.Ticket != "" {
		p.text(", " + e.Ticket)
	}
	p.text(")")
	p.raw("</p>")
}

func (p *page) context(x *group) {
	if len(x.Context) == 0 {
		return
	}
	p.raw(`<ul class="context">`)
	for _, c := range x.Context {
		p.raw("<li>")
		p.text(p.l.Word("effect", c.Effect) + ": ")
		p.prose(c.Text)
		p.raw("</li>")
	}
	p.raw("</ul>")
}

// evidence is what the finding rests on, each piece with what its source is worth, and the numbers by which other formats and
// exceptions name the finding.
func (p *page) evidence(x *group) {
	p.raw("<details><summary>")
	p.say("evidence.count", "n", len(x.Evidence))
	if n := len(x.where) + x.more; n > 1 {
		p.text(" · " + p.l.Say("ids.many", "n", n))
	}
	p.raw("</summary>")
	again := 0
	p.raw(`<ul class="evidence">`)
	for i := range x.Evidence[:min(len(x.Evidence), maxEvidence)] {
		e := &x.Evidence[i]
		key := e.Detail + "\x00" + e.Path + "\x00" + itoa(e.Line)
		if p.shown[key] {
			again++
			continue
		}
		p.shown[key] = true
		p.piece(x, e)
	}
	if again > 0 {
		p.el("li", "quiet", "evidence.above", "n", again)
	}
	p.raw("</ul>")
	p.more(len(x.Evidence) - maxEvidence)
	p.places(x)
	p.raw("</details>")
}

func (p *page) piece(x *group, e *reports.Evidence) {
	p.raw("<li>")
	if !e.Supports {
		p.raw("<b>")
		p.say("evidence.against")
		p.raw("</b> ")
	}
	p.prose(e.Detail, x.Subject.Identifier, x.Subject.Name)
	p.raw(` <span class="grade">`)
	p.text(e.Reliability + itoa(e.Credibility))
	p.raw("</span>")
	if e.Path != "" {
		p.raw(` <span class="path">`)
		p.text(e.Scanner + " · " + p.short(e.Path, maxName))
		if e.Line > 0 {
			p.text(":" + itoa(e.Line))
		}
		p.raw("</span>")
	}
	p.raw("</li>")
}

// measures are what authorities decided or said.
func (p *page) measures(x *group) {
	if len(x.Measures) == 0 && len(x.Positions) == 0 {
		return
	}
	p.raw("<details><summary>")
	p.say("measures.count", "n", max(len(x.Measures), len(x.Positions)))
	p.raw(`</summary><ul class="measures">`)
	for _, m := range x.Measures {
		p.raw("<li><b>")
		p.text(p.l.Word("authority", m.Authority))
		p.raw("</b> · ")
		p.text(p.l.Word("measure", m.Kind))
		if m.Since != "" {
			p.text(" · " + p.l.Say("since", "date", m.Since))
		}
		if m.Until != "" {
			p.text(" · " + p.l.Say("until", "date", m.Until))
		}
		p.raw(`<br><span class="quiet">`)
		p.prose(m.Instrument)
		p.raw("</span>")
		p.refs(m.Sources)
		p.raw("</li>")
	}
	p.raw("</ul>")
	if len(x.Positions) > 0 {
		p.el("p", "label", "positions")
		p.raw("<ul>")
		for _, o := range x.Positions {
			p.raw("<li>")
			p.text(cmp.Or(o.Authority, strings.Join(o.Policies, ", ")) + ": " + p.l.Word("stance", o.Stance))
			if o.Since != "" {
				p.text(" · " + p.l.Say("since", "date", o.Since))
			}
			p.raw("</li>")
		}
		p.raw("</ul>")
	}
	p.raw("</details>")
}

// places are the devices that the finding is on, with its number on each.
func (p *page) places(x *group) {
	p.raw(`<p class="rule">`)
	p.say("rule")
	p.raw(" ")
	p.code(cmp.Or(x.PolicyRule, x.Rule))
	if len(x.where) == 1 && x.more == 0 {
		p.raw(" · <code>")
		p.text(x.where[0].id)
		p.raw("</code></p>")
		return
	}
	p.raw("</p><ul>")
	for _, w := range x.where {
		p.raw("<li>")
		if w.name != "" {
			p.foreign(w.name)
			p.text(" · ")
		}
		if w.version != "" {
			p.foreign(w.version)
			p.text(" · ")
		}
		p.code(w.id)
		p.raw("</li>")
	}
	p.raw("</ul>")
	p.more(x.more)
}

// weak lists vulnerabilities of components, one a row.
func (p *page) weak(list []*group) {
	p.raw(`<section class="finding">`)
	p.el("h4", "", "weak.title", "n", len(list))
	p.table("weak", "weak.id", "weak.component", "weak.severity", "weak.fixed", "weak.note")
	for _, x := range list[:min(len(list), maxWeak)] {
		v, c := x.Vulnerability, x.Component
		p.raw(`<tr><th scope="row">`)
		if len(v.References) > 0 {
			p.link(v.References[0], v.ID)
		} else {
			p.text(v.ID)
		}
		p.raw("</th><td>")
		p.foreign(c.Name)
		p.text(" ")
		p.foreign(c.Version)
		p.raw("</td><td>")
		p.badge("severity", x.Severity)
		p.raw("</td><td>")
		p.text(strings.Join(v.Fixed, ", "))
		p.raw("</td><td>")
		if v.KEV != nil {
			p.raw("<b>")
			p.say("weak.exploited")
			p.raw("</b> ")
		}
		if !v.Certain {
			p.say("weak.uncertain")
		}
		if x.Exception != nil {
			p.say("exception.by", "by", x.Exception.ApprovedBy, "until", x.Exception.Until)
		}
		for _, w := range x.where {
			p.raw(` <code class="quiet">`)
			p.text(w.id)
			p.raw("</code>")
		}
		p.raw("</td></tr>")
	}
	p.endTable()
	p.more(len(list) - maxWeak)
	p.raw("</section>")
}

// aside is what stands beside the findings of a card: whose it is, what it can reach, what is inside, how it goes.
func (p *page) aside(s *subject) {
	start := p.out.Len()
	p.raw(`<div class="side">`)
	empty := p.out.Len()
	p.chains(s)
	p.reach(s)
	p.kits(s)
	p.removal(s)
	if p.out.Len() == empty {
		p.out.Truncate(start)
		return
	}
	p.raw("</div>")
}

func (p *page) chains(s *subject) {
	drawn := map[string]bool{}
	for _, x := range s.groups {
		w, ok := wayOf(x.Chain)
		if !ok || drawn[w.key()] || len(drawn) == 2 {
			continue
		}
		if len(drawn) == 0 {
			p.el("h4", "", "chain.title")
		}
		drawn[w.key()] = true
		p.picture(&w)
	}
}

// reach is what the permissions open, by meaning.
func (p *page) reach(s *subject) {
	var list []reports.Reach
	for _, x := range s.groups {
		if len(x.Reach) > len(list) {
			list = x.Reach
		}
	}
	if len(list) == 0 && s.app != nil {
		list = s.app.Asks
		if len(list) == 0 && s.app.Inside != nil {
			list = s.app.Inside.Asks
		}
	}
	if len(list) == 0 {
		return
	}
	p.el("h4", "", "reach.title")
	p.raw(`<ul class="reach">`)
	for _, r := range list {
		p.raw(`<li class="granted-`, class(r.Granted), `"><b>`)
		p.text(p.l.Word("category", r.Category))
		p.raw(`</b> <span class="state">`)
		p.text(p.l.Word("granted", r.Granted))
		if r.Limited {
			p.text(", " + p.l.Say("reach.limited"))
		}
		p.raw("</span></li>")
	}
	p.raw("</ul>")
}

// kits are the vendors of code inside, by the state whose law reaches them.
func (p *page) kits(s *subject) {
	if s.app == nil || s.app.Inside == nil || len(s.app.Inside.SDKs) == 0 {
		return
	}
	byState := map[string][]string{}
	for _, k := range s.app.Inside.SDKs {
		code := cmp.Or(p.g.states[k.Vendor], p.g.states["name:"+k.Vendor])
		if !slices.Contains(byState[code], k.Name) {
			byState[code] = append(byState[code], k.Name)
		}
	}
	p.el("h4", "", "kits.title")
	p.raw(`<dl class="kits">`)
	codes := make([]string, 0, len(byState))
	for code := range byState {
		codes = append(codes, code)
	}
	slices.SortFunc(codes, func(a, b string) int { return cmp.Or(less(a != "", b != ""), cmp.Compare(a, b)) })
	for _, code := range codes {
		p.raw("<dt>")
		if code == "" {
			p.say("kits.unknown")
		} else {
			p.text(p.stateOf(code))
		}
		p.raw("</dt><dd>")
		p.text(p.short(strings.Join(byState[code], ", "), 4*maxName))
		p.raw("</dd>")
	}
	p.raw("</dl>")
}

// removal is how the app goes, for each user who has it.
func (p *page) removal(s *subject) {
	for _, x := range s.groups {
		steps, title := x.Removal, "removal.title"
		if len(steps) == 0 {
			steps, title = x.Removable, "removable.title"
		}
		if len(steps) == 0 || x.Exception != nil {
			continue
		}
		p.raw(`<details class="removal"`)
		if title == "removal.title" {
			p.raw(" open")
		}
		p.raw("><summary>")
		p.say(title)
		p.raw("</summary><ol>")
		for _, step := range steps[:min(len(steps), 12)] {
			p.removalStep(&step)
		}
		p.raw("</ol>")
		p.more(len(steps) - 12)
		p.el("p", "quiet", "removal.nothing")
		p.raw("</details>")
		return
	}
}

func (p *page) removalStep(step *reports.RemovalStep) {
	p.raw("<li><b>")
	p.text(p.l.Word("method", step.Method))
	p.raw("</b>")
	if who := cmp.Or(step.Name, step.User); who != "" {
		p.text(" · " + p.l.Say("removal.user") + " ")
		p.foreign(who)
	}
	if step.Program != "" {
		p.text(" · ")
		p.foreign(strings.Join(append([]string{step.Program}, step.Profiles...), ", "))
	}
	if len(step.Command) > 0 {
		p.raw(`<pre tabindex="0"><code>`)
		p.text(strings.Join(step.Command, " "))
		p.raw("</code></pre>")
	}
	if step.Policy != nil {
		p.raw(`<pre tabindex="0"><code>`)
		p.text(step.Policy.Name + " = " + step.Policy.Value)
		if step.Policy.Where != "" {
			p.text("\u00a0\u00a0(" + step.Policy.Where + ")")
		}
		p.raw("</code></pre>")
	}
	if step.Note != "" {
		if len(step.Command) == 0 && step.Policy == nil {
			p.raw("<br>")
		}
		p.raw(`<span class="quiet">`)
		p.prose(step.Note, step.User, step.Name)
		p.raw("</span>")
	}
	p.raw("</li>")
}
