package html

import (
	"cmp"
	"strings"

	"quaestor/reports"
)

// method says how the answer came about, and what it rests on.
func (p *page) method() {
	p.section("method", "method.title", "")
	p.raw(`<div class="prose">`)
	for _, id := range []string{"method.facts", "method.axes", "method.confidence", "method.chain", "method.people"} {
		p.el("p", "", id)
	}
	p.raw("<p><b>")
	p.prose(p.r.Disclaimer)
	p.raw("</b></p></div>")
	p.database()
	p.policies()
	p.runs()
	p.raw("</section>")
}

// pair is a row of a list of facts.
func (p *page) pair(id, value string) {
	if value == "" {
		return
	}
	p.raw("<dt>")
	p.say(id)
	p.raw("</dt><dd>")
	p.text(value)
	p.raw("</dd>")
}

func (p *page) database() {
	d := &p.r.Database
	p.el("h3", "", "database.title")
	p.raw(`<dl class="facts">`)
	p.pair("database.version", d.Version)
	p.pair("database.date", d.Date)
	if d.AgeDays != nil {
		p.pair("database.age", p.l.Say("days", "n", *d.AgeDays))
	}
	if d.Expired {
		p.pair("database.state", p.l.Say("database.expired"))
	}
	p.pair("database.sha256", d.SHA256)
	p.pair("database.holds", p.l.Say("database.counts", "products", d.Products, "vendors", d.Vendors, "bans", d.Bans, "sources", d.Sources))
	if d.Provenance != nil {
		p.pair("database.origin", p.l.Word("origin", d.Provenance.Origin))
		for _, b := range d.Provenance.Bundles {
			p.pair("database.signed", p.l.Say("database.bundle", "authority", b.Authority, "sequence", itoa(int(b.Sequence)), "expires", b.Expires, "signers", strings.Join(b.Signers, ", ")))
		}
		if len(d.Provenance.Bundles) == 0 {
			p.pair("database.signed", p.l.Say("database.unsigned"))
		}
	}
	for _, o := range d.Overlays {
		p.pair("database.overlay", o.Title+" ("+o.Authority+", "+o.Date+")")
		for _, s := range o.Disagreements {
			p.raw(`<dd class="quiet" lang="en">`)
			p.text(s)
			p.raw("</dd>")
		}
	}
	for _, a := range d.Advisories {
		p.pair("database.advisories", adviceLine(&a))
	}
	p.raw("</dl>")
}

func (p *page) policies() {
	if len(p.r.Policies) == 0 {
		return
	}
	p.el("h3", "", "policies.title")
	p.raw("<ul>")
	for _, x := range p.r.Policies {
		p.raw("<li><b>")
		p.foreign(cmp.Or(x.Title, x.ID))
		p.raw("</b> (")
		p.code(x.ID)
		if x.Version != "" {
			p.text(" " + x.Version)
		}
		p.raw(")")
		if len(x.Authorities) > 0 {
			p.raw(`<br><span class="quiet">`)
			p.text(strings.Join(x.Authorities, ", "))
			p.raw("</span>")
		}
		if x.Note != "" {
			p.raw(`<br><span class="quiet">`)
			p.prose(x.Note)
			p.raw("</span>")
		}
		p.raw("</li>")
	}
	p.raw("</ul>")
}

func (p *page) runs() {
	if len(p.g.runs) == 0 {
		return
	}
	p.raw("<details><summary>")
	p.say("runs.title", "n", len(p.g.runs)+p.g.moreRuns)
	p.raw("</summary>")
	p.table("runs", "runs.scanner", "runs.target", "runs.status", "runs.facts")
	for i := range p.g.runs {
		x := &p.g.runs[i]
		p.raw(`<tr><th scope="row">`)
		p.text(x.Scanner)
		p.raw("</th><td>")
		p.foreign(x.Target)
		p.raw("</td><td>")
		p.text(p.l.Word("run", x.Status))
		if x.Detail != "" {
			p.raw("<br>")
			p.prose(x.Detail)
		}
		p.raw("</td><td>")
		p.text(p.l.Number(x.Facts))
		p.raw("</td></tr>")
	}
	p.endTable()
	p.more(p.g.moreRuns)
	p.raw("</details>")
}

func adviceLine(a *reports.AdviceSource) string {
	return a.Name + ", " + cmp.Or(a.Newest, a.Imported)
}
