package html

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"quaestor/reports"
)

// table begins a table that can be scrolled sideways where it is too wide.
func (p *page) table(style string, heads ...string) {
	p.raw(`<div class="scroll" tabindex="0" role="group"`)
	p.attr("aria-label", p.l.Say("table."+style))
	p.raw(`><table class="`, style, `"><thead><tr>`)
	for _, h := range heads {
		p.raw(`<th scope="col">`)
		p.say(h)
		p.raw("</th>")
	}
	p.raw("</tr></thead><tbody>")
}

func (p *page) endTable() { p.raw("</tbody></table></div>") }

func (p *page) cell(s string) {
	p.raw("<td>")
	p.text(s)
	p.raw("</td>")
}

// security is the software with the deepest privilege: vendor, privilege, state.
func (p *page) security() {
	if len(p.g.security) == 0 && len(p.g.unknown) == 0 && len(p.g.devices) == 0 {
		return
	}
	p.section("security", "security.title", "security.intro")
	if len(p.g.security) == 0 {
		p.el("p", "", "security.none")
	} else {
		p.table("security", "security.software", "security.vendor", "security.privileges", "security.state", "security.device")
		for i := range p.g.security {
			p.guard(&p.g.security[i])
		}
		p.endTable()
	}
	p.more(p.g.moreSec)
	p.strangers()
	p.seen()
	p.raw("</section>")
}

func (p *page) guard(s *reports.SecuritySoftware) {
	p.raw("<tr")
	p.attr("id", s.ID)
	p.raw(`><th scope="row">`)
	p.foreign(s.Name)
	p.raw(`<br><span class="quiet">`)
	p.text(p.l.Word("security-kind", s.Kind))
	if s.State != "" {
		p.text(" · " + p.l.Word("security-state", s.State))
	}
	if s.Definitions != "" {
		p.text(" · " + p.l.Word("definitions", s.Definitions))
	}
	p.raw("</span></th><td>")
	switch {
	case s.VendorName != "":
		p.foreign(s.VendorName)
	case s.StatedVendor != "":
		p.foreign(s.StatedVendor)
		p.text(" (" + p.l.Say("security.stated") + ")")
	default:
		p.say("unknown")
	}
	if !s.Recognised {
		p.raw(`<br><span class="badge severity-medium">`)
		p.say("security.unrecognised")
		p.raw("</span>")
	}
	p.raw("</td><td><ul>")
	for _, x := range s.Privileges {
		p.raw("<li>")
		p.text(p.l.Word("privilege", x.Title))
		p.raw("</li>")
	}
	p.raw("</ul></td><td>")
	if s.Reach == nil {
		p.say("unknown")
	} else {
		p.text(p.state(s.Reach.Name) + " (" + s.Reach.State + ")")
		p.raw(`<br><span class="quiet">`)
		p.say("chain.confidence", "confidence", p.l.Word("confidence", s.Reach.Confidence))
		if s.Reach.Disputed {
			p.text(" · " + p.l.Say("disputed"))
		}
		p.raw("</span>")
	}
	p.raw("</td><td>")
	p.device(s.Device)
	p.raw(`<br><code class="quiet">`)
	p.text(s.ID)
	p.raw("</code></td></tr>")
}

// device is the name of a device by its id.
func (p *page) device(id string) {
	if i := slices.IndexFunc(p.g.devices, func(d reports.Device) bool { return d.ID == id }); i >= 0 && p.g.devices[i].Name != "" {
		p.foreign(p.g.devices[i].Name)
		return
	}
	p.code(id)
}

// strangers run with the rights of the system, and nobody knows them.
func (p *page) strangers() {
	if len(p.g.unknown) == 0 {
		return
	}
	p.el("h3", "", "strangers.title")
	p.raw("<ul>")
	for i := range p.g.unknown {
		u := &p.g.unknown[i]
		p.raw("<li>")
		p.device(u.Device)
		p.text(": ")
		for j := range u.Marks[:min(len(u.Marks), maxEvidence)] {
			m := &u.Marks[j]
			if j > 0 {
				p.raw(", ")
			}
			p.foreign(m.Name)
			p.raw(` <span class="quiet">(`)
			p.prose(m.Title)
			p.raw(")</span>")
		}
		if n := len(u.Marks) - maxEvidence; n > 0 {
			p.text(" " + p.l.Say("more", "n", n))
		}
		p.raw("</li>")
	}
	p.raw("</ul>")
	p.more(p.g.moreUnk)
}

// seen says of each device what the answer about security software rests on.
func (p *page) seen() {
	if len(p.g.devices) == 0 {
		return
	}
	p.raw("<details><summary>")
	p.say("seen.title")
	p.raw("</summary>")
	p.table("seen", "security.device", "seen.yes", "seen.no")
	for i := range p.g.devices {
		d := &p.g.devices[i]
		p.raw(`<tr><th scope="row">`)
		p.foreign(cmp.Or(d.Name, d.ID))
		p.raw("</th>")
		p.cell(p.wordsOf("seen", d.SecuritySeen))
		p.cell(p.wordsOf("seen", d.SecurityUnseen))
		p.raw("</tr>")
	}
	p.endTable()
	p.raw("</details>")
}

func (p *page) wordsOf(list string, words []string) string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = p.l.Word(list, w)
	}
	return strings.Join(out, ", ")
}

// inside is whose code runs inside the apps of a device, by state.
func (p *page) inside() {
	if len(p.g.reach) == 0 {
		return
	}
	p.section("inside", "inside.title", "inside.intro")
	for i := range p.g.reach {
		c := &p.g.reach[i]
		p.raw("<h3>")
		if name := cmp.Or(c.DeviceName, c.Device); name != "" {
			p.foreign(name)
		} else {
			p.say("inside.files")
		}
		p.raw("</h3>")
		p.raw(`<p class="quiet">`)
		p.say("inside.read", "n", c.Read)
		if c.Unread > 0 {
			p.text(" " + p.l.Say("inside.unread", "n", c.Unread))
		}
		p.raw("</p>")
		p.union(c.Vendors)
	}
	p.raw("</section>")
}

func (p *page) union(vendors []reports.VendorCode) {
	var order []string
	byState := map[string][]*reports.VendorCode{}
	for i := range vendors {
		v := &vendors[i]
		if _, ok := byState[v.State]; !ok {
			order = append(order, v.State)
		}
		byState[v.State] = append(byState[v.State], v)
	}
	slices.SortStableFunc(order, func(a, b string) int { return less(a != "", b != "") })
	p.raw(`<div class="union">`)
	for _, code := range order {
		list := byState[code]
		style := "country"
		if slices.ContainsFunc(list, func(v *reports.VendorCode) bool { return v.Priority }) {
			style += " priority"
		}
		p.raw(`<section class="`, style, `"><h4>`)
		if code == "" {
			p.say("kits.unknown")
		} else {
			p.text(p.stateOf(code))
		}
		p.raw("</h4><ul>")
		for _, v := range list {
			p.vendor(v)
		}
		p.raw("</ul></section>")
	}
	p.raw("</div>")
}

func (p *page) vendor(v *reports.VendorCode) {
	p.raw("<li><b>")
	p.foreign(v.Name)
	p.raw("</b> ")
	p.say("inside.apps", "n", len(v.Apps))
	if v.Own > 0 {
		p.text(" (" + p.l.Say("inside.own", "n", v.Own) + ")")
	}
	if len(v.Reach) > 0 {
		p.raw(`<br><span class="quiet">`)
		var parts []string
		for _, a := range v.Reach {
			parts = append(parts, p.l.Word("category", a.Category)+" "+strconv.Itoa(a.Granted)+"/"+strconv.Itoa(a.Asked))
		}
		p.text(strings.Join(parts, ", "))
		p.raw("</span>")
	}
	p.raw("</li>")
}

// gaps are what was not looked at, what makes the scan incomplete first.
func (p *page) gaps() {
	p.section("gaps", "gaps.title", "gaps.intro")
	if len(p.g.gaps) == 0 {
		p.el("p", "calm", "gaps.none")
		p.raw("</section>")
		return
	}
	p.raw(`<ul class="gaps">`)
	for i := range p.g.gaps {
		p.gap(&p.g.gaps[i])
	}
	p.raw("</ul>")
	p.more(p.g.moreGaps[0] + p.g.moreGaps[1])
	p.raw("</section>")
}

func (p *page) gap(x *reports.Gap) {
	style := "gap"
	if x.Incomplete {
		style += " missing"
	}
	p.raw(`<li class="`, style, `"><p>`)
	if x.Incomplete {
		p.raw("<b>")
		p.say("gaps.incomplete")
		p.raw("</b> ")
	}
	p.prose(x.Detail, x.Subject, x.DeviceName)
	if x.Next != "" {
		p.raw(` <span class="next">→ `)
		p.prose(x.Next)
		p.raw("</span>")
	}
	p.raw(`</p><p class="quiet">`)
	p.text(p.l.Word("gap", x.Kind) + " · " + x.Scanner + " · ")
	if x.DeviceName != "" {
		p.foreign(x.DeviceName)
		p.text(" · ")
	}
	p.foreign(x.Subject)
	if x.Count > 1 {
		p.text(" · " + p.l.Say("times", "n", x.Count))
	}
	for i, s := range x.Samples {
		if i == 5 {
			p.text(" …")
			break
		}
		p.raw(" ")
		p.code(s)
	}
	p.raw("</p></li>")
}

// devices are the devices with the verdict on each.
func (p *page) devices() {
	if len(p.g.devices) == 0 {
		return
	}
	p.section("devices", "devices.title", "")
	p.table("devices", "devices.device", "devices.verdict", "devices.system", "devices.apps", "devices.seen")
	for i := range p.g.devices {
		d := &p.g.devices[i]
		p.raw(`<tr><th scope="row">`)
		p.foreign(cmp.Or(d.Name, d.ID))
		p.raw(`<br><span class="quiet">`)
		p.text(d.Model)
		p.raw("</span></th><td>")
		p.text(p.l.Word("device-verdict", d.Verdict))
		if d.Stale {
			p.raw(`<br><span class="quiet">`)
			p.say("devices.stale", "n", d.StaleDays)
			p.raw("</span>")
		}
		p.raw("</td><td>")
		p.text(cmp.Or(d.OS, d.Platform))
		if d.SecurityPatch != "" {
			p.text(" · " + p.l.Say("patch", "date", d.SecurityPatch))
		}
		p.raw("</td><td>")
		p.text(p.l.Number(d.Apps))
		p.raw("</td><td>")
		p.text(day(cmp.Or(d.LastSeen, d.CollectedAt)))
		p.raw("</td></tr>")
	}
	p.endTable()
	p.more(p.g.moreDev)
	p.raw("</section>")
}

// day is the day of a moment.
func day(moment string) string {
	d, _, _ := strings.Cut(moment, "T")
	return d
}

// compared is what other policies would change.
func (p *page) compared() {
	if !p.g.compared {
		return
	}
	p.section("compared", "compared.title", "compared.intro")
	if len(p.g.changes) == 0 {
		p.el("p", "", "compared.none")
	} else {
		p.table("changes", "changes.what", "changes.before", "changes.after", "changes.device")
	}
	for i := range p.g.changes {
		c := &p.g.changes[i]
		p.raw(`<tr><th scope="row"><span class="quiet">`)
		p.text(p.l.Word("change", c.Kind))
		p.raw(`</span><br>`)
		p.prose(c.Title, c.Subject.Name, c.Subject.Identifier)
		p.raw("</th>")
		p.cell(p.graded(c.Before))
		p.cell(p.graded(c.After))
		p.raw("<td>")
		p.foreign(c.Subject.DeviceName)
		p.raw(`<br><code class="quiet">`)
		p.text(c.Finding)
		p.raw("</code></td></tr>")
	}
	if len(p.g.changes) > 0 {
		p.endTable()
	}
	p.more(p.g.moreChg)
	p.raw("</section>")
}

func (p *page) graded(g *reports.Graded) string {
	if g == nil {
		return "–"
	}
	return p.l.Word("severity", g.Severity) + ", " + p.l.Word("action", g.Action)
}

// apps lists everything that was looked at, also what has no finding.
func (p *page) apps() {
	if len(p.g.apps)+len(p.g.files)+p.g.moreApps == 0 {
		return
	}
	p.section("apps", "apps.title", "")
	p.raw("<details><summary>")
	p.say("apps.count", "n", len(p.g.apps)+len(p.g.files)+p.g.moreApps)
	p.raw("</summary>")
	p.table("apps", "apps.app", "apps.identifier", "apps.version", "apps.findings")
	for _, list := range [][]reports.App{p.g.apps, p.g.files} {
		for i := range list {
			a := &list[i]
			p.raw(`<tr><td>`)
			p.foreign(cmp.Or(a.Name, a.ProductName, a.Identifier))
			p.raw("</td><td>")
			p.code(a.Identifier)
			p.raw("</td><td>")
			p.foreign(a.Version)
			p.raw("</td><td>")
			if n := len(a.Findings); n > 0 {
				p.raw(itoa(n))
			}
			p.raw("</td></tr>")
		}
	}
	p.endTable()
	p.more(p.g.moreApps)
	p.raw("</details></section>")
}
