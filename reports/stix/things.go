package stix

import (
	"net/url"
	"strings"
	"time"

	"quaestor/reports"
	"quaestor/reports/internal/sentence"
)

// things are those of one part: its devices, and what was seen on each.
type things struct {
	b       *bundle
	devices []*reports.Device
	ids     map[string]string   // of the identities of devices
	seen    map[string][]string // software, by device
}

func newThings(b *bundle, _ *reports.Report) *things {
	return &things{b: b, ids: map[string]string{}, seen: map[string][]string{}}
}

func (t *things) device(d *reports.Device) {
	t.devices = append(t.devices, d)
	t.ids[d.ID] = t.b.add(t.b.domain("identity", id("identity", "device", d.ID), object{"name": nonEmpty(d.Name, d.ID), "identity_class": "system",
		"description": strings.TrimSpace(d.Platform + " " + d.OS), "labels": labels("platform:"+d.Platform, "device:"+d.ID)}))
}

// note is a text about objects.
func (t *things) note(id, abstract, content string, more object, about ...string) string {
	o := t.b.domain("note", id, object{"abstract": nonEmpty(abstract, "Note"), "content": nonEmpty(content, "(nothing)"), "object_refs": about})
	for k, v := range more {
		o[k] = v
	}
	return t.b.add(o)
}

// saw notes that software is on a device.
func (t *things) saw(device, software string) {
	if device == "" {
		return
	}
	for _, s := range t.seen[device] {
		if s == software {
			return
		}
	}
	t.seen[device] = append(t.seen[device], software)
}

func (t *things) finding(f *reports.Finding) {
	s := &f.Subject
	var about []string
	app := ""
	if s.Identifier != "" && s.Kind != reports.ExceptionKind {
		app = t.b.add(software(sentence.Name(f), s.Vendor, s.Version))
		about = append(about, app)
		t.saw(s.Device, app)
	}
	if d := t.ids[s.Device]; d != "" {
		about = append(about, d)
	}
	if len(about) == 0 {
		about = []string{t.b.tool}
	}
	more := object{"confidence": f.STIX, "authors": []string{"quaestor"},
		"labels": labels("finding:"+f.ID, "rule:"+f.Rule, "severity:"+f.Severity, "action:"+f.Action, "axis:"+f.Axis, "app:"+s.Identifier)}
	if refs := references(f); len(refs) > 0 {
		more["external_references"] = refs
	}
	note := t.note(id("note", f.ID), f.Title, content(f), more, about...)
	t.vendor(f, app)
	t.weakness(f, app)
	t.opinions(f, note)
}

// content is a finding with what it rests on.
func content(f *reports.Finding) string {
	lines := []string{sentence.Finding(f)}
	if f.Subject.Identifier != "" {
		lines = append(lines, "About: "+f.Subject.Kind+" "+f.Subject.Identifier)
	}
	for _, m := range f.Measures {
		lines = append(lines, "Measure "+m.ID+": "+m.Authority+", "+m.Instrument+", since "+m.Since)
	}
	for _, l := range f.Chain {
		lines = append(lines, "Chain: "+l.From+" "+l.Relation+" "+l.To+" ("+l.Confidence+")")
	}
	for _, e := range f.Evidence {
		if e.Supports {
			lines = append(lines, "Evidence ("+e.Reliability+string(rune('0'+e.Credibility%10))+"): "+e.Detail)
		}
	}
	return strings.Join(lines, "\n")
}

// vendor tells who publishes the app, as surely as the finding is made.
func (t *things) vendor(f *reports.Finding, app string) {
	if app == "" || f.Subject.Vendor == "" {
		return
	}
	name := f.Params["vendor"]
	for _, l := range f.Chain {
		if l.Kind == "vendor" && l.ID == f.Subject.Vendor {
			name = l.To
		}
	}
	vendor := t.b.add(t.b.domain("identity", id("identity", "vendor", f.Subject.Vendor), object{"name": nonEmpty(name, f.Subject.Vendor), "identity_class": "organization"}))
	t.b.add(t.b.domain("relationship", id("relationship", "published-by", app, vendor), object{"relationship_type": "related-to", "description": "published by", "source_ref": app, "target_ref": vendor, "confidence": f.STIX}))
}

func (t *things) weakness(f *reports.Finding, app string) {
	v := f.Vulnerability
	if v == nil {
		return
	}
	var refs []object
	for _, name := range append([]string{v.ID}, v.Aliases...) {
		refs = append(refs, object{"source_name": kindOfID(name), "external_id": name})
	}
	o := object{"name": v.ID, "external_references": refs}
	if v.Summary != "" {
		o["description"] = v.Summary
	}
	weak := t.b.add(t.b.domain("vulnerability", id("vulnerability", v.ID), o))
	from := app
	if f.Component != nil {
		from = t.b.add(software(nonEmpty(f.Component.Name, f.Component.PURL), "", f.Component.Version))
		t.saw(f.Subject.Device, from)
	}
	if from != "" {
		t.b.add(t.b.domain("relationship", id("relationship", "has", from, weak), object{"relationship_type": "has", "source_ref": from, "target_ref": weak, "confidence": f.STIX}))
	}
}

// kindOfID is the name of the list that an ID of a vulnerability is from, as the specification wants it for CVE.
func kindOfID(name string) string {
	if strings.HasPrefix(name, "CVE-") {
		return "cve"
	}
	kind, _, _ := strings.Cut(name, "-")
	return nonEmpty(strings.ToLower(kind), "advisory")
}

// opinions are what speaks against a finding, and who approved that it stays.
func (t *things) opinions(f *reports.Finding, note string) {
	var against []string
	for _, e := range f.Evidence {
		if !e.Supports {
			against = append(against, e.Detail)
		}
	}
	if len(against) > 0 {
		t.b.add(t.b.domain("opinion", id("opinion", "evidence", f.ID), object{"opinion": "disagree", "explanation": "Evidence against: " + strings.Join(against, " "), "object_refs": []string{note}}))
	}
	if e := f.Exception; e != nil {
		t.b.add(t.b.domain("opinion", id("opinion", "exception", f.ID, e.ID), object{"opinion": "neutral", "explanation": "Under exception " + sentence.Exception(e), "authors": []string{nonEmpty(e.ApprovedBy, "unknown")}, "object_refs": []string{note}}))
	}
}

func (t *things) security(s *reports.SecuritySoftware) {
	soft := t.b.add(software(s.Name, nonEmpty(s.VendorName, s.StatedVendor), s.Version))
	t.saw(s.Device, soft)
	about := []string{soft}
	if d := t.ids[s.Device]; d != "" {
		about = append(about, d)
	}
	text := "Security software (" + s.Kind + "), recognised with confidence " + s.Confidence + "."
	if s.Reach != nil {
		text += " The law of " + s.Reach.Name + " can reach its owner."
	}
	if s.State != "" {
		text += " State: " + s.State + "."
	}
	t.note(id("note", s.ID), s.Name, text, object{"labels": labels("security-software:" + s.ID)}, about...)
}

// observed says what was seen on each device, and when.
func (t *things) observed() {
	for _, d := range t.devices {
		list := t.seen[d.ID]
		if len(list) == 0 {
			continue
		}
		at := t.b.at
		for _, s := range []string{d.LastSeen, d.CollectedAt} {
			if when, err := time.Parse(time.RFC3339, s); err == nil {
				at = when.UTC().Format("2006-01-02T15:04:05.000Z")
				break
			}
		}
		o := t.b.add(t.b.domain("observed-data", id("observed-data", d.ID), object{"first_observed": at, "last_observed": at, "number_observed": 1, "object_refs": list}))
		t.b.add(t.b.domain("relationship", id("relationship", "observed-on", d.ID), object{"relationship_type": "related-to", "description": "observed on", "source_ref": o, "target_ref": t.ids[d.ID]}))
	}
}

func (t *things) gap(g *reports.Gap) {
	about := t.b.tool
	if d := t.ids[g.Device]; d != "" {
		about = d
	}
	abstract := "What the source cannot tell"
	if g.Incomplete {
		abstract = "Not looked at"
	}
	t.note(id("note", "gap", g.Scanner, g.Device, g.Subject, g.Kind, g.Detail), abstract, strings.Join(append([]string{sentence.Gap(g)}, g.Samples...), "\n"),
		object{"labels": labels("gap:" + g.Kind)}, about)
}

// labels are those that say something.
func labels(list ...string) []string {
	var out []string
	for _, s := range list {
		if !strings.HasSuffix(s, ":") {
			out = append(out, s)
		}
	}
	return out
}

// references are the sources of a finding. One without an address is told by its title.
func references(f *reports.Finding) []object {
	var out []object
	seen := map[string]bool{}
	add := func(list []reports.Source) {
		for _, s := range list {
			if seen[s.ID] {
				continue
			}
			seen[s.ID] = true
			o := object{"source_name": nonEmpty(s.ID, "source"), "description": nonEmpty(s.Title, s.ID)}
			if u, err := url.Parse(s.URL); err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" {
				o["url"] = u.String()
			}
			out = append(out, o)
		}
	}
	add(f.Sources)
	for _, m := range f.Measures {
		add(m.Sources)
	}
	return out
}
