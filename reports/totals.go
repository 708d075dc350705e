package reports

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"quaestor/riskdb"
	"quaestor/scanners/inventory"
)

// Totals sums reports up, whole ones or those of one device after the other. What it keeps grows with the number of products
// that are proposed to go, not with that of devices. The zero value is empty.
type Totals struct {
	v         Verdict // the counts
	worst     map[string]riskdb.Severity
	perAxis   map[string]int
	own       int // of the traces, those of Apple's own apps
	collected bool
	partly    bool // a gap says that something is missing
	missing   bool // the same, the age of the knowledge apart
	old       bool // the risk database is too old to rely on

	staleAfter int // days
	changed    int // devices of which only changes are told
	fleets     int // exports that count and name no device
	unadvised  int // components of which vulnerabilities were not looked up
	agedAdvice int // components that were looked up in advisories that are too old
	passedOver int // files that no scanner reads
	proposed   map[riskdb.Action]map[string]*proposal
}

// Add counts what a report holds. What its own Verdict says is not read.
func (t *Totals) Add(r *Report) {
	if t.v.BySeverity == nil {
		t.v.BySeverity, t.v.ByAction, t.v.ByDevice = map[string]int{}, map[string]int{}, map[string]int{}
		t.worst, t.perAxis = map[string]riskdb.Severity{}, map[string]int{}
		t.proposed = map[riskdb.Action]map[string]*proposal{}
	}
	for i := range r.Devices {
		t.device(&r.Devices[i])
	}
	t.staleAfter = max(t.staleAfter, r.StaleAfter)
	t.v.Apps += len(r.Apps)
	t.v.Files += len(r.Files)
	t.v.Findings += len(r.Findings)
	t.v.ComponentsChecked += r.ComponentsChecked
	t.collected = t.collected || len(r.Apps)+len(r.Devices)+len(r.Files)+len(r.SecuritySoftware)+len(r.UnknownPrivileged) > 0
	for i := range r.Apps {
		t.app(&r.Apps[i])
	}
	on := map[onDevice]bool{}
	for i := range r.Findings {
		t.finding(&r.Findings[i], on)
	}
	for i := range r.Gaps {
		t.gap(&r.Gaps[i])
	}
}

func (t *Totals) device(d *Device) {
	if d.Fleet {
		t.fleets++
		return
	}
	t.v.Devices++
	if d.Stale {
		t.v.Stale++
	}
	if d.Changes != nil {
		t.changed++
	}
	if d.Verdict != "" {
		t.v.ByDevice[d.Verdict]++
	}
}

func (t *Totals) app(a *App) {
	if a.Presence == "" {
		return
	}
	t.v.Traces++
	if riskdb.ApplesOwn(&inventory.App{IdentifierKind: inventory.IdentifierKind(a.Kind), Identifier: a.Identifier}) {
		t.own++
	}
}

func (t *Totals) finding(f *Finding, on map[onDevice]bool) {
	if f.Exception != nil {
		t.v.Excepted++
		return
	}
	t.v.BySeverity[f.Severity]++
	t.v.ByAction[f.Action]++
	t.perAxis[f.Axis]++
	if f.Vulnerability != nil && f.Severity != string(riskdb.Info) {
		t.v.Vulnerabilities++
	}
	if s := riskdb.Severity(f.Severity); s.Rank() > t.worst[f.Axis].Rank() {
		t.worst[f.Axis] = s
	}
	if action := riskdb.Action(f.Action); action == riskdb.Remove || action == riskdb.Replace {
		t.propose(action, f, on)
	}
}

func (t *Totals) gap(g *Gap) {
	t.partly = t.partly || g.Incomplete
	if g.Unadvised() {
		t.advice(g)
		return
	}
	switch {
	case g.Kind == string(inventory.GapStaleDatabase):
		t.old = true
	case g.Incomplete:
		t.missing = true
	case g.Scanner == "runner" && g.Kind == string(inventory.GapSkipped) && g.Detail == inventory.PassedOver:
		t.passedOver += g.Count
	}
}

// advice counts the components of which vulnerabilities were not looked up, or in old advisories.
func (t *Totals) advice(g *Gap) {
	if g.Kind == string(inventory.GapLimit) && g.Next != "" {
		t.agedAdvice += g.Count
		return
	}
	t.unadvised += g.Count
}

// Verdict is that on everything that was added.
func (t *Totals) Verdict() Verdict {
	v := t.v
	v.BySeverity, v.ByAction, v.ByDevice = maps.Clone(t.v.BySeverity), maps.Clone(t.v.ByAction), maps.Clone(t.v.ByDevice)
	if v.BySeverity == nil {
		v.BySeverity, v.ByAction = map[string]int{}, map[string]int{}
	}
	for _, axis := range riskdb.Axes {
		level := AxisLevel{Axis: string(axis), Severity: "none", Findings: t.perAxis[string(axis)]}
		if s := t.worst[string(axis)]; s != "" {
			level.Severity = string(s)
		}
		v.Axes = append(v.Axes, level)
	}
	v.Complete = t.collected && !t.partly && !(t.changed > 0 && t.above() == 0) && !(v.Devices > 0 && v.Stale == v.Devices)
	switch {
	case t.above() > 0:
		v.Status = StatusFindings
	case !v.Complete:
		v.Status = StatusIncomplete
	default:
		v.Status = StatusClean
	}
	v.Sentence = t.sentence(&v)
	return v
}

// above counts the findings above info that no exception covers.
func (t *Totals) above() int {
	return t.v.Findings - t.v.Excepted - t.v.BySeverity[string(riskdb.Info)]
}

// where names what was looked at: "7 devices and 2,310 apps".
func (t *Totals) where() string {
	var parts []string
	v := &t.v
	if v.Devices > 0 {
		parts = append(parts, count(v.Devices, "device"))
	}
	if v.Apps > v.Traces || v.Devices+v.Files+v.Traces == 0 {
		parts = append(parts, count(v.Apps-v.Traces, "app"))
	}
	if v.Traces > 0 {
		parts = append(parts, t.traces())
	}
	if v.Files > 0 {
		parts = append(parts, count(v.Files, "file")+" with code")
	}
	text := strings.Join(parts, " and ")
	if n := len(parts); n > 2 {
		text = strings.Join(parts[:n-1], ", ") + " and " + parts[n-1]
	}
	switch {
	case t.fleets == 0:
		return text
	case v.Devices == 0:
		return text + " that an export counts without naming the devices"
	}
	return text + ", some of them counted without naming the devices"
}

// traces counts the apps of which only traces are known, and among them those that may be parts of the system.
func (t *Totals) traces() string {
	all := "traces of " + count(t.v.Traces, "app")
	switch t.own {
	case 0:
		return all
	case t.v.Traces:
		return all + " of Apple's own"
	}
	return all + " (" + thousands(t.own) + " of Apple's own)"
}

// proposal is a product that is proposed to go.
type proposal struct {
	name    string
	first   *Finding // in the order of findings; only what orders them is kept
	at      int      // how many were proposed before it
	free    audience
	devices int
}

// onDevice is a product on a device.
type onDevice struct {
	proposal *proposal
	device   string
}

// propose notes a product, not the foreign label, for which a finding proposes an action.
func (t *Totals) propose(action riskdb.Action, f *Finding, on map[onDevice]bool) {
	name := cmp.Or(f.Params["product"], f.Subject.Identifier)
	if t.proposed[action] == nil {
		t.proposed[action] = map[string]*proposal{}
	}
	p := t.proposed[action][name]
	if p == nil {
		p = &proposal{name: name, first: place(f), at: len(t.proposed[action])}
		t.proposed[action][name] = p
	} else if compareFindings(f, p.first) < 0 {
		p.first = place(f)
	}
	p.free.add(f)
	if key := (onDevice{p, f.Subject.Device}); f.Subject.Device != "" && !on[key] {
		on[key] = true
		p.devices++
	}
}

// place is what orders a finding.
func place(f *Finding) *Finding {
	return &Finding{ID: f.ID, Rule: f.Rule, Severity: f.Severity, Axis: f.Axis, Subject: Subject{Device: f.Subject.Device, Identifier: f.Subject.Identifier}}
}

// compareFindings is the order of findings of one action in a report.
func compareFindings(x, y *Finding) int {
	return cmp.Or(cmp.Compare(riskdb.Severity(y.Severity).Rank(), riskdb.Severity(x.Severity).Rank()),
		cmp.Compare(slices.Index(riskdb.Axes, riskdb.Axis(x.Axis)), slices.Index(riskdb.Axes, riskdb.Axis(y.Axis))),
		cmp.Compare(x.Subject.Device, y.Subject.Device), cmp.Compare(x.Subject.Identifier, y.Subject.Identifier), cmp.Compare(x.Rule, y.Rule), cmp.Compare(x.ID, y.ID))
}

// manyDevices is from how many devices on the sentence says of each product on how many it is.
const manyDevices = 20

// namedProposals is how many products the sentence names of many devices.
const namedProposals = 12

// proposals are the sentences about what is proposed to go.
func (t *Totals) proposals() (s []string) {
	for _, p := range []struct {
		action riskdb.Action
		words  string
	}{{riskdb.Remove, "Proposed for removal: "}, {riskdb.Replace, "Proposed to be replaced: "}} {
		if names := t.names(t.proposed[p.action]); len(names) > 0 {
			s = append(s, p.words+strings.Join(names, ", ")+".")
		}
	}
	return s
}

// names are the products with, from many devices on, the number of them, and of whom it is not asked: once, where that is the
// same for all of them.
func (t *Totals) names(products map[string]*proposal) []string {
	list := slices.SortedFunc(maps.Values(products), func(x, y *proposal) int { return cmp.Or(compareFindings(x.first, y.first), cmp.Compare(x.at, y.at)) })
	many := t.v.Devices >= manyDevices
	if many {
		slices.SortStableFunc(list, func(x, y *proposal) int { return cmp.Compare(y.devices, x.devices) })
	}
	var names, limits []string
	for _, p := range list {
		name := p.name
		if many && p.devices > 0 {
			name += " on " + count(p.devices, "device")
		}
		names, limits = append(names, name), append(limits, Limited(p.free.of()))
	}
	rest := 0
	if many && len(names) > namedProposals+1 {
		rest = len(names) - namedProposals
		names = names[:namedProposals]
	}
	same := len(slices.Compact(slices.Clone(limits))) == 1
	for i := range names {
		if limits[i] != "" && (!same || i == len(names)-1) {
			names[i] += " (" + limits[i] + ")"
		}
	}
	if rest > 0 {
		names = append(names, "and "+thousands(rest)+" more")
	}
	return names
}
