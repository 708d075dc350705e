package table

import (
	"cmp"
	"io"
	"slices"
	"strings"

	"quaestor/reports"
)

// manyDevices is from how many devices on the page is about the fleet: numbers of devices in place of the devices.
const manyDevices = 100

// The page keeps so much of what devices say; what is beyond is counted.
const (
	keptGroups  = 20_000 // different findings, and different gaps
	keptWhole   = 400    // of them, findings with all that explains them
	keptNames   = 3      // devices by which a finding or gap is shown
	keptDevices = 200    // devices that the details list
)

// Begin begins a page about many devices. It keeps of each only that it has what others have too.
func (Writer) Begin(w io.Writer, o reports.Options) reports.Parts {
	return &fleet{page: newPage(w, o), details: o.Details, choice: choiceOf(o), findings: map[[8]string]*spread{}, apps: map[[3]string]*spread{}, asked: map[[2]string]*spread{}, gapsAt: map[[4]string]*gapSpread{},
		systems: map[[2]string]*tally{}, changes: map[string]*changeList{}, software: map[[2]string]*softwareSpread{}}
}

// fleet gathers the reports of devices.
type fleet struct {
	page       *page
	details    bool
	choice     choice
	findings   map[[8]string]*spread
	samples    []reports.Finding // the first of each
	apps       map[[3]string]*spread
	asked      map[[2]string]*spread // by action and product, and by action and kind for devices as a whole
	noApps     int                   // devices that list no app
	beyond     int                   // findings that differ from all that is kept
	gapsAt     map[[4]string]*gapSpread
	gaps       []*gapSpread
	partly     int // gaps that make the scan incomplete
	systems    map[[2]string]*tally
	managed    managed
	silent     silent
	worst      []reported
	changes    map[string]*changeList
	software   map[[2]string]*softwareSpread
	components components // that are vulnerable
	deep       int        // devices with programs of deep rights that nobody knows
}

// spread is on how many devices something is, and on which first.
type spread struct {
	devices, findings int
	names             []string
	last              string // the device counted last: those of one device come together
}

func (s *spread) add(device, name string) {
	s.findings++
	if device == "" || device == s.last {
		return
	}
	s.last = device
	s.devices++
	if len(s.names) < keptNames {
		s.names = append(s.names, cmp.Or(name, device))
	}
}

// words are "on 312 devices: a, b, c and 309 more".
func (s *spread) words() string {
	if s.devices == 0 {
		return ""
	}
	names := slices.Clone(s.names)
	if rest := s.devices - len(names); rest > 0 {
		return "on " + count(s.devices, "device") + ": " + joined(", ", names...) + " and " + number(rest) + " more"
	}
	return "on " + joined(", ", names...)
}

// Part takes the report of one device.
func (f *fleet) Part(r *reports.Report) error {
	above := map[string]int{}
	worst := map[string]int{}
	for i := range r.Findings {
		x := &r.Findings[i]
		if ofComponent(x) {
			f.components.add(x)
		} else {
			f.finding(x)
		}
		if x.Severity != "info" && x.Exception == nil {
			above[x.Subject.Device]++
			if rank := severityRank(x.Severity); above[x.Subject.Device] == 1 || rank < worst[x.Subject.Device] {
				worst[x.Subject.Device] = rank
			}
		}
	}
	partly := map[string]bool{}
	for i := range r.Gaps {
		if g := &r.Gaps[i]; g.Incomplete && g.Kind != staleDatabase && g.Kind != staleDevice {
			partly[g.Device] = true
		}
	}
	for i := range r.Devices {
		f.device(&r.Devices[i], partly[r.Devices[i].ID], above[r.Devices[i].ID], worst[r.Devices[i].ID])
	}
	for i := range r.Gaps {
		f.gap(&r.Gaps[i])
	}
	for i := range r.SecuritySoftware {
		f.program(&r.SecuritySoftware[i])
	}
	f.deep += len(r.UnknownPrivileged)
	if r.WhatIf != nil {
		for i := range r.WhatIf.Changes {
			f.change(&r.WhatIf.Changes[i])
		}
	}
	return f.page.err
}

// finding counts a finding with those that say the same of the same app, or of devices as a whole.
func (f *fleet) finding(x *reports.Finding) {
	sample := *x
	sample.Caveat, _, _ = strings.Cut(x.Caveat, " "+reports.StaleCaveat) // holds for the one device
	sample.Caveat = strings.TrimSpace(sample.Caveat)
	if strings.HasPrefix(sample.Caveat, reports.StaleCaveat) {
		sample.Caveat = ""
	}
	device, name := x.Subject.Device, x.Subject.DeviceName
	if x.Subject.Kind == reports.DeviceKind {
		sample.Subject.Device, sample.Subject.DeviceName = "", "the device itself"
	}
	app := appKey(&sample)
	if x.Exception != nil {
		app[2] += "\x00excepted"
	}
	key := findingKey(app, x)
	s := f.findings[key]
	if s == nil {
		if len(f.findings) >= keptGroups {
			f.beyond++
			return
		}
		s = &spread{}
		f.findings[key] = s
		f.samples = append(f.samples, lightened(sample, len(f.samples) < keptWhole || leavesBy(x.Action)))
	}
	s.add(device, name)
	if f.apps[app] == nil {
		f.apps[app] = &spread{}
	}
	f.apps[app].add(device, name)
	if x.Exception == nil && x.Severity != "info" {
		f.ask(x.Action, nameOf(&sample), device)
		if x.Subject.Kind == reports.DeviceKind {
			f.ask(x.Action, reports.DeviceKind, device)
		}
	}
}

// ask counts the devices of which an action is asked for a product.
func (f *fleet) ask(action, product, device string) {
	key := [2]string{action, product}
	if f.asked[key] == nil {
		f.asked[key] = &spread{}
	}
	f.asked[key].add(device, "")
}

func leavesBy(action string) bool { return action == "remove" || action == "replace" }

// lightened is a finding without what only explains it, unless it is kept whole.
func lightened(x reports.Finding, whole bool) reports.Finding {
	if !whole {
		x.Chain, x.Evidence, x.Sources, x.Positions, x.Context = nil, nil, nil, nil, nil
	}
	return x
}

// gapSpread is a gap, and what it is about.
type gapSpread struct {
	reports.Gap
	subjects spread // what it names
	devices  spread
}

func (f *fleet) gap(g *reports.Gap) {
	if g.Incomplete && g.Kind != staleDatabase {
		f.partly++
	}
	if g.Kind == staleDevice {
		return // has a section of its own
	}
	key := gapKey(g)
	s := f.gapsAt[key]
	if s == nil {
		if len(f.gaps) >= keptGroups {
			f.beyond++
			return
		}
		s = &gapSpread{Gap: *g}
		s.Count = 0
		f.gapsAt[key] = s
		f.gaps = append(f.gaps, s)
	}
	s.Count += g.Count
	s.subjects.add(g.Subject, g.Subject)
	s.devices.add(g.Device, g.DeviceName)
}

// about names what a gap of many devices is about.
func (g *gapSpread) about() string {
	names := joined(", ", g.subjects.names...)
	if rest := g.subjects.devices - len(g.subjects.names); rest > 0 {
		names += " and " + number(rest) + " more"
	}
	switch {
	case g.devices.devices == 0:
		return names
	case g.devices.devices == 1:
		return names + " on " + g.devices.names[0]
	}
	return names + " on " + count(g.devices.devices, "device")
}

// Close writes the page.
func (f *fleet) Close(rest *reports.Report) error {
	if err := f.Part(rest); err != nil {
		return err
	}
	v := f.view(rest)
	v.verdict()
	v.choose()
	v.fleetDevices()
	v.findings()
	if v.choice.shows("update") {
		v.vulnerable()
	}
	v.underException()
	v.whatIf()
	v.why()
	v.chosen()
	v.notReporting()
	if v.choice.all() {
		v.fleetSecurity()
	}
	if v.details {
		v.everyFinding()
		if v.choice.shows("update") {
			v.everyVulnerability()
		}
	}
	v.tooOld()
	v.withoutAdvice()
	v.gaps()
	v.about()
	if f.beyond > 0 {
		v.text("", warning, count(f.beyond, "finding")+" or gaps that say something else than all others are too many for this page: -o json, -o ndjson hold them.")
	}
	return v.page.flush()
}

// view is the page of the samples, each of which knows on how many devices it is.
func (f *fleet) view(rest *reports.Report) *view {
	r := *rest
	r.Findings, r.Gaps = f.samples, nil
	for _, g := range f.gaps {
		g.Subject, g.Device, g.DeviceName = g.about(), "", ""
		r.Gaps = append(r.Gaps, g.Gap)
	}
	slices.SortStableFunc(r.Gaps, func(x, y reports.Gap) int {
		return cmp.Or(cmp.Compare(x.Scanner, y.Scanner), cmp.Compare(x.Detail, y.Detail))
	})
	counted, excepted := byException(r.Findings)
	v := &view{page: f.page, r: &r, details: f.details, choice: f.choice, fleet: f, components: f.components, apps: groupApps(counted), excepted: groupApps(excepted)}
	for _, list := range [][]*appGroup{v.apps, v.excepted} {
		for _, a := range list {
			a.spread = f.apps[f.keyOf(a.findings[0].Finding)]
			a.asked = f.asked[[2]string{a.action, a.name()}]
			a.themselves = f.asked[[2]string{a.action, reports.DeviceKind}]
			for _, g := range a.findings {
				g.spread = f.findings[findingKey(f.keyOf(g.Finding), g.Finding)]
			}
		}
	}
	for _, list := range [][]*appGroup{v.apps, v.excepted} {
		slices.SortStableFunc(list, func(x, y *appGroup) int {
			return cmp.Or(cmp.Compare(x.level(), y.level()), cmp.Compare(actionRank(x.action), actionRank(y.action)), cmp.Compare(severityRank(x.severity), severityRank(y.severity)),
				cmp.Compare(y.spread.devices, x.spread.devices))
		})
	}
	return v
}

// keyOf is the app of a sample.
func (f *fleet) keyOf(x *reports.Finding) [3]string {
	app := appKey(x)
	if x.Exception != nil {
		app[2] += "\x00excepted"
	}
	return app
}

// spreadShort is " on 312 devices", of a page about many.
func (a *appGroup) spreadShort() string {
	return onDevices(a.spread)
}

// askedOn is on how many devices any of a product is of which the action is asked.
func (a *appGroup) askedOn() string {
	if a.asked != nil {
		return onDevices(a.asked)
	}
	return onDevices(a.spread)
}

func onDevices(s *spread) string {
	if s == nil || s.devices == 0 {
		return ""
	}
	return " on " + count(s.devices, "device")
}

// countedOnly says of an app that an export counts without naming the devices on how many it is.
func countedOnly(a *appGroup) string {
	if n := a.findings[0].Subject.DeviceCount; n > 0 {
		return "counted on " + count(n, "device") + ", which the export does not name"
	}
	return ""
}
