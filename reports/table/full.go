package table

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"quaestor/reports"
	"quaestor/reports/safetext"
)

// everyFinding shows everything about every finding. What is said alike of many devices is said once, with
// the evidence of each device below it.
func (v *view) everyFinding() {
	for _, a := range slices.Concat(v.apps, v.excepted) {
		for _, g := range a.findings {
			for _, same := range splitByContent(g.all) {
				v.fullFinding(same)
				if g.spread != nil {
					v.label("  ", strong, "Also", joined("; ", g.spread.words(), "the one above is an example"))
				}
			}
		}
	}
	v.everySource()
}

// splitByContent puts findings together that differ in nothing but the device, its users and the evidence.
func splitByContent(findings []*reports.Finding) [][]*reports.Finding {
	var out [][]*reports.Finding
	at := map[string]int{}
	for _, f := range findings {
		shared := *f
		shared.ID, shared.Evidence, shared.Removal, shared.Removable = "", nil, nil, nil
		shared.Subject = reports.Subject{Name: f.Subject.Name, Kind: f.Subject.Kind, Identifier: f.Subject.Identifier, Product: f.Subject.Product, Vendor: f.Subject.Vendor}
		text, err := json.Marshal(shared)
		if err != nil { // plain data always marshals; should it not, the finding stands alone
			text = []byte(f.ID)
		}
		i, ok := at[string(text)]
		if !ok {
			i = len(out)
			at[string(text)] = i
			out = append(out, nil)
		}
		out[i] = append(out[i], f)
	}
	return out
}

// fullFinding shows a finding.
func (v *view) fullFinding(same []*reports.Finding) {
	f := same[0]
	v.blank()
	v.text("", severityStyle(f.Severity), strings.ToUpper(f.Severity)+"  "+f.Title)
	about := "App"
	if f.Subject.Kind == reports.DeviceKind {
		about = "About"
	}
	v.label("  ", strong, about, joined(" · ", f.Subject.Name, joined(" ", words(f.Subject.Kind), f.Subject.Identifier), named("product", f.Subject.Product), named("vendor", f.Subject.Vendor)))
	v.label("  ", strong, "Judged", joined(" · ", "rule "+f.Rule, f.PolicyRule, "axis "+f.Axis, f.Confidence+" confidence", "action "+f.Action))
	v.label("  ", strong, "Reason", f.Reason)
	if f.Caveat != "" {
		v.label("  ", strong, "Uncertain", f.Caveat)
	}
	if f.Exception != nil {
		v.label("  ", strong, "Excepted", approval(f.Exception))
	}
	for i, p := range f.Positions {
		v.label("  ", strong, map[bool]string{true: "Positions"}[i == 0], joined(" · ", p.Text, p.Measure, named("policies", strings.Join(p.Policies, ", "))))
	}
	for _, m := range f.Measures {
		v.measure("  ", m)
		v.label("  ", normal, "  id", joined(" · ", m.ID, m.Jurisdiction, sourceIDs(m.Sources)))
	}
	v.fullChain(f)
	for _, r := range f.Reach {
		v.label("  ", strong, "Reach", fmt.Sprintf("%s (granted: %s): %s", r.Category, r.Granted, strings.Join(r.Permissions, ", ")))
	}
	for _, c := range f.Context {
		v.label("  ", strong, cmp.Or(effectNames[c.Effect], "Beside it"), c.Text)
	}
	if len(same) == 1 {
		v.removal(f)
	}
	v.places(same)
	if len(f.Sources) > 0 {
		v.label("  ", strong, "Sources", strings.TrimPrefix(sourceIDs(f.Sources), "sources "))
	}
}

// fullChain shows a chain with all that is known of its links. A chain, and the laws of a state, that a finding above
// told are not told again.
func (v *view) fullChain(f *reports.Finding) {
	if len(f.Chain) == 0 {
		return
	}
	if v.chains == nil {
		v.chains = map[string]string{}
	}
	if title, ok := v.toldBefore(f.Chain, f.Title); ok {
		v.label("  ", strong, "Chain", "as for the finding \""+title+"\" above")
		return
	}
	laws := map[string][]reports.ChainLink{}
	var states []string
	for _, l := range f.Chain {
		if l.Kind == "law" {
			if laws[l.From] == nil {
				states = append(states, l.From)
			}
			laws[l.From] = append(laws[l.From], l)
		}
	}
	above := map[string]string{} // states whose laws were told, and with which finding
	for _, state := range states {
		if title, ok := v.toldBefore(laws[state], f.Title); ok {
			above[state] = title
		}
	}
	links := slices.DeleteFunc(slices.Clone(f.Chain), func(l reports.ChainLink) bool { return l.Kind == "law" && above[l.From] != "" })
	reaching, others := drawChain(links, 0)
	for i, line := range append(reaching, others...) {
		v.label("  ", strong, map[bool]string{true: "Chain"}[i == 0], line)
	}
	for _, l := range links {
		text := joined(" ", l.From, l.Relation, l.To)
		v.label("  ", normal, "  link", joined(" · ", text, l.ID, l.Share, when(l), named("confidence", l.Confidence), verified(l), l.Note, sourceIDs(l.Sources)))
	}
	for _, state := range states {
		if above[state] != "" {
			v.label("  ", normal, "  laws", "of "+state+": as for the finding \""+above[state]+"\" above")
		}
	}
}

// toldBefore gives the title of the finding that told these links first; where none did, this one does.
func (v *view) toldBefore(links []reports.ChainLink, title string) (string, bool) {
	key, err := json.Marshal(links)
	if err != nil { // plain data always marshals; should it not, it is told again
		return "", false
	}
	if first, ok := v.chains[string(key)]; ok {
		return first, true
	}
	v.chains[string(key)] = title
	return "", false
}

func sourceIDs(sources []reports.Source) string {
	ids := make([]string, len(sources))
	for i, s := range sources {
		ids[i] = s.ID
	}
	return named("sources", strings.Join(ids, ", "))
}

// places shows where the app is, and the evidence found there.
func (v *view) places(same []*reports.Finding) {
	for _, f := range same {
		s := f.Subject
		where := cmp.Or(s.DeviceName, s.Device, "a file")
		v.label("  ", strong, "Found on", joined(" · ", where, named("version", s.Version), named("users", strings.Join(v.accounts(s.Device, s.Users), ", ")), named("id", f.ID), s.App))
		if len(same) > 1 {
			v.removal(f)
		}
		for _, e := range f.Evidence {
			name := "  for"
			if !e.Supports {
				name = "  against"
			}
			v.label("  ", normal, name, withParens(e.Kind+": "+e.Detail, admiralty(e))+named(" ·", joined(" ", e.Scanner, place(e), named("sha256", e.SHA256))))
			for _, p := range placesIn(e) {
				v.label("  ", normal, "    in", p)
			}
		}
	}
}

func place(e reports.Evidence) string {
	if e.Line > 0 {
		return e.Path + ":" + strconv.Itoa(e.Line)
	}
	return e.Path
}

// admiralty is the code of a piece of evidence: reliability of its source, credibility of what it says.
func admiralty(e reports.Evidence) string {
	if e.Reliability == "" {
		return ""
	}
	return e.Reliability + strconv.Itoa(e.Credibility)
}

// everySource shows each source that a finding, a measure or a chain rests on, once.
func (v *view) everySource() {
	byID := map[string][]reports.Source{}
	add := func(sources []reports.Source) {
		for _, s := range sources {
			if !slices.Contains(byID[s.ID], s) {
				byID[s.ID] = append(byID[s.ID], s)
			}
		}
	}
	for _, f := range v.r.Findings {
		add(f.Sources)
		for _, m := range f.Measures {
			add(m.Sources)
		}
		for _, l := range f.Chain {
			add(l.Sources)
		}
	}
	for _, x := range v.r.SecuritySoftware {
		for _, l := range x.Chain {
			add(l.Sources)
		}
	}
	if len(byID) == 0 {
		return
	}
	v.heading("SOURCES OF THE FINDINGS")
	for _, id := range slices.Sorted(maps.Keys(byID)) {
		for _, s := range byID[id] {
			v.text("  - ", normal, joined(" · ", s.ID, withParens(s.Title, s.Date)))
			if s.URL != "" {
				v.url("    ", s.URL)
			}
		}
	}
}

// everyRun shows what each scanner looked at.
func (v *view) everyRun() {
	if len(v.r.Runs) == 0 {
		return
	}
	v.heading("WHAT WAS LOOKED AT")
	g := &grid{head: []string{"SCANNER", "STATUS", "FACTS", "TARGET"}, right: []int{2}}
	for _, run := range v.r.Runs {
		target := plainCell(run.Target)
		target.add(dim, run.Device)
		target.add(normal, run.Detail)
		g.row(plainCell(run.Scanner), plainCell(run.Status), plainCell(number(run.Facts)), target)
	}
	v.table("  ", g)
}

// everyApp lists the apps that were looked at, with or without findings.
func (v *view) everyApp() {
	if len(v.r.Apps) == 0 {
		return
	}
	v.heading(strings.ToUpper(looked(v.r.Apps)))
	names := map[string]string{}
	for _, d := range v.r.Devices {
		names[d.ID] = cmp.Or(d.Name, d.ID)
	}
	g := &grid{head: []string{"APP", "VERSION", "WHERE", "FINDINGS"}, right: []int{3}}
	listed, packages := unremarkable(v.r.Apps)
	for _, a := range listed {
		app := cell{[]para{{text: cmp.Or(a.Name, a.Identifier), limit: 60}}}
		app.add(dim, joined(" ", words(a.Kind), a.Identifier))
		app.add(dim, named("product", a.Product))
		for _, sum := range a.SHA256 {
			app.add(dim, "sha256 "+sum)
		}
		where := plainCell(cmp.Or(names[a.Device], a.Device, "file"))
		where.add(dim, named("users", strings.Join(v.accounts(a.Device, a.Users), ", ")))
		where.add(dim, map[bool]string{true: "part of the system"}[a.System])
		where.add(dim, named("installed by", a.Installer))
		where.add(dim, named("came by", words(a.Distribution)))
		where.add(dim, named("team", a.Team))
		where.add(dim, named("publisher", safetext.Line(a.Publisher, 60)))
		for _, line := range v.installLines(a.Installs) {
			where.add(dim, line)
		}
		for _, t := range a.Traces {
			where.add(dim, traceWords(a, t))
		}
		for _, text := range noted(a) {
			where.add(dim, text)
		}
		g.row(app, cell{[]para{{text: a.Version, limit: 40}}}, where, plainCell(number(len(a.Findings))))
	}
	v.table("  ", g)
	for _, kind := range slices.Sorted(maps.Keys(packages)) {
		v.text("  ", dim, "and "+number(packages[kind])+" more of the kind "+words(kind)+", without findings: in -o json and -o inventory")
	}
}

// shownPackages is from how many on the packages of a distribution about which there is nothing to say are counted.
const shownPackages = 200

// unremarkable leaves out the packages of which a computer has thousands, and counts them by kind: those without a
// finding and without a product of the risk database, where they are many.
func unremarkable(apps []reports.App) (listed []reports.App, packages map[string]int) {
	packages = map[string]int{}
	plain := func(a *reports.App) bool {
		return len(a.Findings) == 0 && a.Product == "" && slices.Contains([]string{"deb", "rpm", "alpine", "arch"}, a.Kind)
	}
	for i := range apps {
		if plain(&apps[i]) {
			packages[apps[i].Kind]++
		}
	}
	maps.DeleteFunc(packages, func(_ string, n int) bool { return n <= shownPackages })
	for _, a := range apps {
		if packages[a.Kind] == 0 || !plain(&a) {
			listed = append(listed, a)
		}
	}
	return listed, packages
}

// looked counts the apps that sources list as installed, and apart from them those of which traces are known.
func looked(apps []reports.App) string {
	traces := 0
	for _, a := range apps {
		traces += map[bool]int{true: 1}[a.Presence != ""]
	}
	if traces == 0 {
		return count(len(apps), "app") + " looked at"
	}
	return count(len(apps)-traces, "app") + " looked at, traces of " + number(traces)
}

// traceWords is a trace in one line; that of an app which is listed as installed says so.
func traceWords(a reports.App, t reports.Trace) string {
	name := cmp.Or(t.Text, t.Kind)
	if a.Presence != "" {
		name = "trace: " + name
	}
	day, _, _ := strings.Cut(t.Last, "T")
	return joined(", ", name, day, t.Detail)
}
