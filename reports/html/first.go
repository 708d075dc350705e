package html

import (
	"slices"
	"strings"

	"quaestor/reports"
)

// verdict is the first screen: what was found, what has to go today, the four axes, and what was not looked at.
func (p *page) verdict() {
	v := &p.r.Verdict
	p.raw(`<section class="first" id="verdict"><div class="said"><p class="status status-`, class(v.Status), `">`)
	p.text(p.l.Word("status", v.Status))
	p.raw(`</p><h1>`)
	p.text(p.headline())
	p.raw(`</h1><p class="sentence">`)
	p.prose(v.Sentence, p.subjectNames()...)
	p.raw("</p></div>")
	p.axes()
	p.raw(`<div class="two">`)
	p.today()
	p.notLooked()
	p.raw("</div>")
	p.nav()
	p.raw("</section>")
}

// headline is the verdict in as few words as it can be said.
func (p *page) headline() string {
	v := &p.r.Verdict
	remove, limited := 0, 0
	for _, s := range p.g.subjects {
		if s.counts() && (s.doing() == "remove" || s.doing() == "replace") {
			remove++
			if s.limit() != "" {
				limited++
			}
		}
	}
	decide := v.BySeverity["critical"] + v.BySeverity["high"] + v.BySeverity["medium"] + v.BySeverity["low"]
	switch {
	case v.Status == "findings" && remove > 0 && limited == remove:
		return p.l.Say("headline.limited", "n", remove)
	case v.Status == "findings" && remove > 0:
		return p.l.Say("headline.remove", "n", remove)
	case v.Status == "findings":
		return p.l.Say("headline.decide", "n", decide)
	case v.Status == "incomplete":
		return p.l.Say("headline.incomplete")
	}
	return p.l.Say("headline.clean")
}

// subjectNames are foreign names that stand in the sentence of the verdict.
func (p *page) subjectNames() []string {
	var out []string
	for _, s := range p.g.subjects {
		if len(out) == 50 {
			break
		}
		out = append(out, s.name)
	}
	return out
}

// axes stand side by side and are never added up.
func (p *page) axes() {
	p.raw(`<h2 class="unseen">`)
	p.say("axes.title")
	p.raw(`</h2><ul class="axes">`)
	for _, axis := range reports.Axes() {
		level := reports.AxisLevel{Axis: axis, Severity: "none"}
		if i := slices.IndexFunc(p.r.Verdict.Axes, func(a reports.AxisLevel) bool { return a.Axis == axis }); i >= 0 {
			level = p.r.Verdict.Axes[i]
		}
		p.raw(`<li class="axis level-`, class(level.Severity), `"><span class="what">`)
		p.text(p.l.Word("axis", axis))
		p.raw(`</span><span class="level">`)
		p.text(p.l.Word("severity", level.Severity))
		p.raw("</span>")
		p.meter(level.Severity)
		p.raw(`<span class="many">`)
		p.say("findings.count", "n", level.Findings)
		p.raw(`</span><span class="means">`)
		p.text(p.l.Word("axis-means", axis))
		p.raw("</span></li>")
	}
	p.raw("</ul>")
}

// meter draws a level as a row of five fields. The word stands above it.
func (p *page) meter(severity string) {
	at := slices.Index(reports.Severities(), severity)
	full := 0
	if at >= 0 {
		full = len(reports.Severities()) - at
	}
	p.raw(`<svg class="meter" viewBox="0 0 100 6" aria-hidden="true" focusable="false" preserveAspectRatio="none">`)
	for i := range len(reports.Severities()) {
		style := "off"
		if i < full {
			style = "on"
		}
		p.raw(`<rect class="`, style, `" x="`, itoa(i*20+i/5), `" y="0" width="18" height="6"/>`)
	}
	p.raw("</svg>")
}

const (
	namedToday = 8
	namedGaps  = 4
)

// today names what has to go, and counts what else is asked.
func (p *page) today() {
	p.raw(`<section class="today" aria-labelledby="today-h"><h2 id="today-h">`)
	p.say("today.title")
	p.raw("</h2>")
	var go_, rest []int
	for i, s := range p.g.subjects {
		switch {
		case !s.counts():
		case s.doing() == "remove" || s.doing() == "replace":
			go_ = append(go_, i)
		default:
			rest = append(rest, i)
		}
	}
	if len(go_) == 0 {
		p.el("p", "calm", "today.none")
	} else {
		p.raw(`<ul class="act">`)
		for _, i := range go_[:min(len(go_), namedToday)] {
			p.actLine(i)
		}
		p.raw("</ul>")
		if n := len(go_) - namedToday; n > 0 {
			p.raw(`<p><a href="#findings">`)
			p.say("more", "n", n)
			p.raw("</a></p>")
		}
	}
	p.otherActions(rest)
	p.raw("</section>")
}

// actLine is one thing that has to go: what, from where, and for whom it is not asked.
func (p *page) actLine(i int) {
	s := p.g.subjects[i]
	p.raw(`<li><a href="#card-`, itoa(i+1), `"><b>`)
	p.foreign(s.name)
	p.raw("</b></a> ")
	p.badge("severity", s.worst())
	p.raw(`<span class="from">`)
	p.text(p.l.Word("do", s.doing()))
	if at := p.whereabouts(s); at != "" {
		p.text(" · ")
		p.raw("<bdi>")
		p.text(at)
		p.raw("</bdi>")
	}
	p.raw("</span>")
	if limit := s.limit(); limit != "" {
		p.raw(`<span class="limit">`)
		p.prose(limit)
		p.raw("</span>")
	}
	p.raw("</li>")
}

// limit says for whom the proposal is not.
func (s *subject) limit() string {
	var list []*reports.Finding
	for _, x := range s.groups {
		list = append(list, &x.Finding)
	}
	return reports.Limited(reports.NotFor(list, s.doing()))
}

// whereabouts names the device, or counts the devices, of a subject.
func (p *page) whereabouts(s *subject) string {
	switch {
	case len(s.devices) == 1 && s.counted == 0:
		for _, x := range s.groups {
			for _, w := range x.where {
				if w.device != "" {
					return p.short(w.name, 60)
				}
			}
		}
	case len(s.devices) > 1:
		return p.l.Say("devices.count", "n", len(s.devices))
	case s.counted > 0:
		return p.l.Say("devices.count", "n", s.counted)
	}
	return ""
}

func (p *page) otherActions(rest []int) {
	if len(rest) == 0 {
		return
	}
	p.raw(`<p class="label">`)
	p.say("today.also")
	p.raw(`</p><ul class="also">`)
	for _, action := range reports.Actions()[2:5] {
		var names []string
		n, first := 0, 0
		for _, i := range rest {
			if s := p.g.subjects[i]; s.doing() == action {
				if n++; n == 1 {
					first = i
				}
				if len(names) < 3 {
					names = append(names, p.short(s.name, 40))
				}
			}
		}
		if n == 0 {
			continue
		}
		p.raw(`<li><a href="#card-`, itoa(first+1), `">`)
		p.text(p.l.Word("action", action))
		p.raw("</a> <b>", p.l.Number(n), "</b> <span class=\"quiet\"><bdi>")
		p.text(strings.Join(names, ", "))
		p.raw("</bdi>")
		if n > len(names) {
			p.text(" …")
		}
		p.raw("</span></li>")
	}
	p.raw("</ul>")
}

// notLooked says what was not looked at: nothing found is something else.
func (p *page) notLooked() {
	p.raw(`<section class="unlooked" aria-labelledby="unlooked-h"><h2 id="unlooked-h">`)
	p.say("unlooked.title")
	p.raw("</h2>")
	failed := 0
	for _, run := range p.g.runs {
		if run.Status == "failed" {
			failed++
		}
	}
	switch {
	case p.g.missing > 0 || failed > 0 || !p.r.Verdict.Complete:
		p.el("p", "warn", "unlooked.incomplete", "n", max(1, p.g.missing))
	default:
		p.el("p", "calm", "unlooked.complete")
	}
	p.raw("<ul>")
	shown := 0
	for i := range p.g.gaps {
		if shown == namedGaps {
			break
		}
		x := &p.g.gaps[i]
		if p.g.missing > 0 && !x.Incomplete {
			break
		}
		p.raw("<li>")
		p.prose(x.Detail)
		p.raw("</li>")
		shown++
	}
	p.raw(`</ul><p><a href="#gaps">`)
	p.say("unlooked.all", "n", len(p.g.gaps)+p.g.moreGaps[0]+p.g.moreGaps[1])
	p.raw("</a></p></section>")
}
