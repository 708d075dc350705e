package html

import (
	"strings"

	"quaestor/reports"
	"quaestor/reports/safetext"
)

// way is a chain as it is drawn: from the product over its owners to a state, and the laws of that state. What is on record beside the
// way stands in the list in words.
type way struct {
	from  string
	steps []reports.ChainLink // to a vendor, owner or state, one after the other
	laws  []reports.ChainLink
	rest  []reports.ChainLink
}

// wayOf takes the shortest way from the product to a state.
func wayOf(chain []reports.ChainLink) (w way, ok bool) {
	if len(chain) > maxLinks {
		chain = chain[:maxLinks]
	}
	if len(chain) == 0 {
		return w, false
	}
	w.from = chain[0].From
	came := map[string]int{w.from: -1}
	queue, end := []string{w.from}, -1
	for len(queue) > 0 && end < 0 {
		at := queue[0]
		queue = queue[1:]
		for i, l := range chain {
			if _, been := came[l.To]; been || l.From != at || l.Relation == "note" || l.Kind == "law" {
				continue
			}
			came[l.To] = i
			queue = append(queue, l.To)
			if l.Kind == "state" && end < 0 {
				end = i
			}
		}
	}
	if end < 0 {
		return w, false
	}
	on := map[int]bool{}
	for i := end; i >= 0; i = came[chain[i].From] {
		on[i] = true
		w.steps = append([]reports.ChainLink{chain[i]}, w.steps...)
	}
	for i, l := range chain {
		switch {
		case l.Kind == "law" && l.From == chain[end].To:
			w.laws = append(w.laws, l)
		case !on[i]:
			w.rest = append(w.rest, l)
		}
	}
	return w, true
}

// key is the same for ways that look the same behind the product.
func (w *way) key() string {
	var b strings.Builder
	for _, list := range [][]reports.ChainLink{w.steps, w.laws} {
		for _, l := range list {
			for _, s := range []string{l.Relation, l.To, l.Since, l.Until, l.Share, l.Confidence, map[bool]string{true: "v"}[l.Verified]} {
				b.WriteString(s)
				b.WriteByte(0)
			}
		}
	}
	return b.String()
}

// words is the way in one sentence, for those who do not see the picture.
func (p *page) words(w *way) string {
	parts := []string{w.from}
	for _, l := range w.steps {
		parts = append(parts, p.l.Word("relation", l.Relation)+" "+p.linkTo(&l))
	}
	if n := len(w.laws); n > 0 {
		parts = append(parts, p.l.Say("chain.laws", "n", n))
	}
	return strings.Join(parts, ", ")
}

func (p *page) linkTo(l *reports.ChainLink) string {
	if l.Kind == "state" {
		return p.state(l.To)
	}
	return l.To
}

// The measures of the picture, in units of its own: it is as wide as a telephone.
const (
	wide     = 380
	boxPad   = 14
	lineHigh = 18
	edgeHigh = 46
	perLine  = 46 // columns of text in a box
)

// picture draws the way. What is behind the product is drawn once for all who share it.
func (p *page) picture(w *way) {
	key := w.key()
	n, known := p.tails[key]
	if !known {
		n = len(p.tails) + 1
		p.tails[key] = n
		p.ways = append(p.ways, *w)
	}
	head := wrap(w.from, perLine, 2)
	top := boxHigh(len(head), false)
	high := top + tailHigh(w)
	p.raw(`<figure class="chain"><svg viewBox="0 0 `, itoa(wide), " ", itoa(high), `" role="img"`)
	p.attr("aria-label", p.words(w))
	p.raw(">")
	p.box(0, head, p.l.Say("chain.app"), "app")
	p.raw(`<use href="#way-`, itoa(n), `" y="`, itoa(top), `"/></svg><figcaption><a href="#owner-`, itoa(n), `">`)
	p.say("chain.sources")
	p.raw("</a></figcaption></figure>")
}

func boxHigh(lines int, list bool) int {
	if list {
		return 2*boxPad + lineHigh*(lines+1)
	}
	return 2*boxPad + lineHigh*lines + 14
}

const drawnLaws = 8

// lawLines are the laws as they stand in their box.
func lawLines(w *way) (lines []string, more int) {
	for i, l := range w.laws {
		if i == drawnLaws {
			return lines, len(w.laws) - i
		}
		lines = append(lines, wrap("• "+l.To, perLine+4, 2)...)
	}
	return lines, 0
}

func tailHigh(w *way) int {
	high := 0
	for _, l := range w.steps {
		high += edgeHigh + boxHigh(len(wrap(l.To, perLine, 2)), false)
	}
	if len(w.laws) > 0 {
		lines, more := lawLines(w)
		if more > 0 {
			lines = append(lines, "")
		}
		high += edgeHigh + boxHigh(len(lines), true)
	}
	return high + 2
}

// tail draws what is behind the product.
func (p *page) tail(n int, w *way) {
	p.raw(`<g id="way-`, itoa(n), `">`)
	y := 0
	for _, l := range w.steps {
		p.edge(y, &l)
		y += edgeHigh
		kind := p.l.Word("link", l.Kind)
		if l.Kind == "state" && l.ID != "" {
			kind += " · " + l.ID
		}
		lines := wrap(p.linkTo(&l), perLine, 2)
		p.box(y, lines, kind, class(l.Kind))
		y += boxHigh(len(lines), false)
	}
	if len(w.laws) > 0 {
		p.edge(y, &reports.ChainLink{Relation: w.laws[0].Relation, Verified: true})
		y += edgeHigh
		lines, more := lawLines(w)
		if more > 0 {
			lines = append(lines, p.l.Say("more", "n", more))
		}
		p.laws(y, lines, len(w.laws))
	}
	p.raw("</g>")
}

func (p *page) box(y int, lines []string, kind, style string) {
	p.raw(`<rect class="box `, style, `" x="1" y="`, itoa(y+1), `" width="`, itoa(wide-2), `" height="`, itoa(boxHigh(len(lines), false)-2), `" rx="6"/>`)
	at := y + boxPad + 12
	for _, s := range lines {
		p.line(boxPad, at, "t-name", s)
		at += lineHigh
	}
	p.line(boxPad, at, "t-kind", kind)
}

func (p *page) laws(y int, lines []string, n int) {
	p.raw(`<rect class="box law" x="1" y="`, itoa(y+1), `" width="`, itoa(wide-2), `" height="`, itoa(boxHigh(len(lines), true)-2), `" rx="6"/>`)
	at := y + boxPad + 12
	p.line(boxPad, at, "t-kind", p.l.Say("chain.lawbox", "n", n))
	for _, s := range lines {
		at += lineHigh
		p.line(boxPad, at, "t-law", s)
	}
}

// edge is the arrow between two boxes with what is known of the step. It is broken where no source was verified.
func (p *page) edge(y int, l *reports.ChainLink) {
	style := "edge"
	if !l.Verified || l.Confidence == "low" {
		style += " weak"
	}
	p.raw(`<path class="`, style, `" d="M28 `, itoa(y), "V", itoa(y+edgeHigh-8), `"/><path class="tip" d="M22 `, itoa(y+edgeHigh-10), `h12l-6 9z"/>`)
	first := p.l.Word("relation", l.Relation)
	if l.Share != "" {
		first += " · " + l.Share
	}
	if l.Since != "" {
		first += " · " + p.l.Say("since", "date", l.Since)
	}
	p.line(48, y+19, "t-rel", safetext.Cut(first, perLine))
	if l.Confidence == "" {
		return
	}
	second := p.l.Say("chain.confidence", "confidence", p.l.Word("confidence", l.Confidence))
	if !l.Verified {
		second += " · " + p.l.Say("chain.unverified")
	}
	p.line(48, y+34, "t-kind", second)
}

func (p *page) line(x, y int, style, s string) {
	p.raw(`<text class="`, style, `" x="`, itoa(x), `" y="`, itoa(y), `">`)
	p.text(s)
	p.raw("</text>")
}

// wrap cuts text into lines of so many columns. What does not fit into the last ends in dots.
func wrap(s string, columns, most int) []string {
	s = visible(s, maxName)
	var lines []string
	line := ""
	for _, word := range strings.Fields(s) {
		switch {
		case line == "":
			line = word
		case safetext.Width(line)+1+safetext.Width(word) <= columns:
			line += " " + word
		case len(lines)+1 == most:
			return append(lines, safetext.Cut(line+" "+word+" …", columns))
		default:
			lines, line = append(lines, safetext.Cut(line, columns)), word
		}
	}
	return append(lines, safetext.Cut(line, columns))
}

// owners is the list of all ways in words, with the sources of each step.
func (p *page) owners() {
	if len(p.ways) == 0 {
		return
	}
	p.section("owners", "owners.title", "owners.intro")
	for i := range p.ways {
		w := &p.ways[i]
		p.raw(`<section class="owner" id="owner-`, itoa(i+1), `"><h3>`)
		p.foreign(w.steps[0].To)
		p.raw("</h3><ol>")
		for _, l := range w.steps {
			p.step(&l)
		}
		for _, l := range w.laws {
			p.step(&l)
		}
		p.raw("</ol>")
		if len(w.rest) > 0 {
			p.el("p", "label", "owners.beside")
			p.raw("<ul>")
			for _, l := range w.rest {
				p.step(&l)
			}
			p.raw("</ul>")
		}
		p.raw("</section>")
	}
	p.raw(`</section><svg class="defs" aria-hidden="true" focusable="false" width="0" height="0">`)
	for i := range p.ways {
		p.tail(i+1, &p.ways[i])
	}
	p.raw("</svg>")
}

func (p *page) step(l *reports.ChainLink) {
	p.raw("<li>")
	if l.Relation == "note" {
		p.foreign(l.From)
		p.raw(" – ")
	} else {
		p.text(p.l.Word("relation", l.Relation) + " ")
	}
	p.raw("<b>")
	p.foreign(p.linkTo(l))
	p.raw("</b>")
	for _, s := range []string{l.Share, p.dated(l.Since, l.Until), p.l.Say("chain.confidence", "confidence", p.l.Word("confidence", l.Confidence))} {
		if s != "" {
			p.text(" · " + s)
		}
	}
	if !l.Verified {
		p.text(" · " + p.l.Say("chain.unverified"))
	}
	if l.Note != "" {
		p.raw(`<br><span class="quiet">`)
		p.prose(l.Note)
		p.raw("</span>")
	}
	p.refs(l.Sources)
	p.raw("</li>")
}

func (p *page) dated(since, until string) string {
	switch {
	case since != "" && until != "":
		return p.l.Say("fromto", "since", since, "until", until)
	case until != "":
		return p.l.Say("until", "date", until)
	case since != "":
		return p.l.Say("since", "date", since)
	}
	return ""
}
