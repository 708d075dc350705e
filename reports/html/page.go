package html

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"slices"
	"strings"

	"quaestor/reports"
	"quaestor/reports/text"
)

//go:embed page.css
var style string

//go:embed page.js
var script string

// page is one report that is being written.
type page struct {
	markup
	r     *reports.Report // what belongs to no device, with the verdict on everything
	g     *gathered
	tails map[string]int // ways that were drawn
	ways  []way
	cites map[string]int // sources by what they are, and their numbers
	cited []reports.Source
	shown map[string]bool // evidence that the card has already
}

func newPage(l *text.Language, g *gathered, rest *reports.Report) *page {
	g.settle()
	p := &page{r: rest, g: g, tails: map[string]int{}, cites: map[string]int{}, shown: map[string]bool{}}
	p.l = l
	return p
}

func (p *page) bytes() []byte { return p.out.Bytes() }

// whole writes the page from its first to its last line.
func (p *page) whole() {
	p.head()
	p.top()
	p.verdict()
	p.cards()
	p.security()
	p.inside()
	p.gaps()
	p.devices()
	p.compared()
	p.apps()
	p.owners()
	p.method()
	p.sources()
	p.raw("</main>")
	p.foot()
	p.raw("<script>", script, "</script></body></html>\n")
}

// hash names a script or style in the policy of the page.
func hash(s string) string {
	sum := sha256.Sum256([]byte(s))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// policy is what the page may do: nothing but show its own style and run its own script.
func policy() string {
	return "default-src 'none'; style-src " + hash(style) + "; script-src " + hash(script) + "; base-uri 'none'; form-action 'none'"
}

func (p *page) head() {
	p.raw("<!DOCTYPE html>\n<html")
	p.attr("lang", p.l.Tag)
	p.raw("><head><meta charset=\"utf-8\">")
	p.open("meta", "", "http-equiv", "Content-Security-Policy", "content", policy())
	p.raw(`<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><meta name="referrer" content="no-referrer"><meta name="robots" content="noindex">`)
	p.open("meta", "", "name", "generator", "content", strings.TrimSpace(p.r.Tool.Name+" "+p.r.Tool.Version))
	p.raw("<title>")
	p.text(p.title())
	p.raw("</title><style>", style, "</style></head><body>\n")
}

func (p *page) title() string {
	about := ""
	if len(p.g.devices) == 1 && p.g.moreDev == 0 {
		about = p.short(p.g.devices[0].Name, 60)
	}
	if about == "" {
		return p.l.Say("title", "date", p.r.AsOf)
	}
	return p.l.Say("title.of", "what", about, "date", p.r.AsOf)
}

// top is the line above everything, with the way to the parts of the page.
func (p *page) top() {
	p.raw(`<a class="skip" href="#main">`)
	p.say("skip")
	p.raw(`</a><header class="top"><p class="brand">Quaestor</p><p class="about">`)
	p.text(p.title())
	p.raw(`</p></header><main id="main" tabindex="-1">`)
}

// section begins a part of the page. Whoever calls it ends it.
func (p *page) section(id, title, intro string) {
	p.raw(`<section class="part" id="`, id, `" aria-labelledby="`, id, `-h"><h2 id="`, id, `-h">`)
	p.say(title)
	p.raw("</h2>")
	if intro != "" {
		p.el("p", "intro", intro)
	}
}

// nav leads to the parts that the page has.
func (p *page) nav() {
	parts := []struct {
		id, title string
		there     bool
	}{
		{"findings", "findings.title", len(p.g.subjects) > 0},
		{"security", "security.title", len(p.g.devices) > 0 || len(p.g.security) > 0},
		{"inside", "inside.title", len(p.g.reach) > 0},
		{"gaps", "gaps.title", true},
		{"devices", "devices.title", len(p.g.devices) > 0},
		{"apps", "apps.title", len(p.g.apps)+len(p.g.files)+p.g.moreApps > 0},
		{"method", "method.title", true},
		{"sources", "sources.title", p.anySource()},
	}
	p.raw(`<nav class="toc"`)
	p.attr("aria-label", p.l.Say("nav"))
	p.raw("><ul>")
	for _, x := range parts {
		if x.there {
			p.raw(`<li><a href="#`, x.id, `">`)
			p.say(x.title)
			p.raw("</a></li>")
		}
	}
	p.raw("</ul></nav>")
}

func (p *page) anySource() bool {
	return slices.ContainsFunc(p.g.subjects, func(s *subject) bool {
		return slices.ContainsFunc(s.groups, func(x *group) bool { return len(x.Sources) > 0 })
	})
}

// state is the name of a state in the language of the page.
func (p *page) state(name string) string {
	if s, ok := p.l.Known("state", name); ok {
		return s
	}
	return name
}

// stateOf is a state by its code, with the code.
func (p *page) stateOf(code string) string {
	if code == "" {
		return ""
	}
	if s, ok := p.l.Known("country", code); ok {
		return s + " (" + code + ")"
	}
	if s := p.g.stateName[code]; s != "" {
		return p.state(s) + " (" + code + ")"
	}
	return code
}

// refs writes the numbers of sources, which lead to the list at the end.
func (p *page) refs(list []reports.Source) {
	for i, s := range list {
		if s.ID == "" && s.Title == "" {
			continue
		}
		key := s.ID + "\x00" + s.URL
		n, known := p.cites[key]
		if !known {
			n = len(p.cited) + 1
			p.cites[key] = n
			p.cited = append(p.cited, s)
		}
		if i == 0 {
			p.raw(" ")
		}
		p.raw(`<a class="ref" href="#s`, itoa(n), `">[`, itoa(n), `]</a>`)
	}
}

// sources lists everything that was cited.
func (p *page) sources() {
	if len(p.cited) == 0 {
		return
	}
	p.section("sources", "sources.title", "sources.intro")
	p.raw(`<ol class="sources">`)
	for i, s := range p.cited {
		p.raw(`<li id="s`, itoa(i+1), `">`)
		words := s.Title
		if words == "" {
			words = s.ID
		}
		p.link(s.URL, words)
		if s.Date != "" {
			p.text(" (" + s.Date + ")")
		}
		if s.URL != "" {
			p.raw(`<span class="url">`)
			p.text(s.URL)
			p.raw("</span>")
		}
		p.raw("</li>")
	}
	p.raw("</ol></section>")
}

func (p *page) foot() {
	p.raw("<footer><p>")
	p.prose(p.r.Disclaimer)
	p.raw("</p><p>")
	p.text(strings.TrimSpace(p.r.Tool.Name + " " + p.r.Tool.Version + " · " + p.r.AsOf + " · " + p.r.Schema))
	p.raw("</p></footer>")
}

// more says how many rows are left out.
func (p *page) more(n int) {
	if n > 0 {
		p.el("p", "quiet", "leftout", "n", n)
	}
}
