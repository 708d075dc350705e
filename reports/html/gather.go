package html

import (
	"cmp"
	"slices"

	"quaestor/reports"
)

// Limits of the page. What is beyond them is counted.
const (
	maxDevices   = 500   // rows of devices, and devices that have cards of their own
	maxWhere     = 500   // devices that are named with one finding
	maxSubjects  = 3000  // cards
	maxGaps      = 2000  // rows of gaps
	maxRows      = 1000  // rows of other tables
	maxWeak      = 300   // vulnerabilities of one card
	maxApps      = 10000 // rows of apps
	maxText      = 6000  // characters of one text
	maxName      = 160   // characters of a name
	maxEvidence  = 40    // pieces of evidence of one finding
	maxLinks     = 40    // links of a chain
	manyFindings = 200   // cards, beyond which the page names apps without findings only by number
)

// blind is a gap of what a kind of source can never show; the others can be closed.
const blind = "blind"

// gathered is what the page tells, put together by what it is about.
type gathered struct {
	devices   []reports.Device
	moreDev   int
	subjects  []*subject
	byKey     map[string]*subject
	byGroup   map[groupKey]*group
	lost      int // findings of cards beyond the limit
	gaps      []reports.Gap
	moreGaps  [2]int // those that make the scan incomplete, and others
	missing   int
	reach     []reports.CodeReach
	security  []reports.SecuritySoftware
	moreSec   int
	unknown   []reports.UnknownPrivileged
	moreUnk   int
	apps      []reports.App
	byApp     map[string]*reports.App
	moreApps  int
	files     []reports.App
	runs      []reports.Run
	moreRuns  int
	against   []reports.Policy
	compared  bool
	changes   []reports.Change
	moreChg   int
	states    map[string]string // vendor: state whose law reaches it
	stateName map[string]string // code: name, as chains and reaches have it
}

// subject is what a card is about: an app or product wherever it is, or a device.
type subject struct {
	key      string
	device   bool
	first    reports.Subject
	name     string
	groups   []*group
	app      *reports.App
	action   int // place in reports.Actions of the strongest that counts
	severity int // place in reports.Severities of the worst that counts
	excepted bool
	devices  map[string]bool
	counted  int
}

// group is findings that say the same about the same subject.
type group struct {
	reports.Finding
	where []where
	more  int
}

// where is one finding of a group.
type where struct{ id, device, name, version, identifier string }

type groupKey struct{ subject, rule, title, grade, more string }

func newGathered() *gathered {
	return &gathered{byKey: map[string]*subject{}, byGroup: map[groupKey]*group{}, byApp: map[string]*reports.App{}, states: map[string]string{}, stateName: map[string]string{}}
}

// add takes a part of the report.
func (g *gathered) add(r *reports.Report) {
	g.devices, g.moreDev = limited(g.devices, r.Devices, maxDevices, g.moreDev)
	g.reach, _ = limited(g.reach, r.CodeReach, maxRows, 0)
	for _, c := range r.CodeReach {
		for _, v := range c.Vendors {
			if v.Vendor != "" && v.State != "" {
				g.states[v.Vendor] = v.State
			}
			if v.State != "" {
				g.states["name:"+v.Name] = v.State
			}
		}
	}
	g.security, g.moreSec = limited(g.security, r.SecuritySoftware, maxRows, g.moreSec)
	for _, s := range r.SecuritySoftware {
		if s.Reach != nil {
			g.stateName[s.Reach.State] = s.Reach.Name
		}
	}
	g.unknown, g.moreUnk = limited(g.unknown, r.UnknownPrivileged, maxRows, g.moreUnk)
	g.runs, g.moreRuns = limited(g.runs, r.Runs, maxRows, g.moreRuns)
	g.files, _ = limited(g.files, r.Files, maxRows, 0)
	g.addApps(r)
	for i := range r.Gaps {
		g.gap(&r.Gaps[i])
	}
	for i := range r.Findings {
		g.finding(&r.Findings[i])
	}
	if r.WhatIf != nil {
		g.compared, g.against = true, r.WhatIf.Against
		g.changes, g.moreChg = limited(g.changes, r.WhatIf.Changes, maxRows, g.moreChg)
	}
}

func limited[T any](to, from []T, limit, more int) ([]T, int) {
	n := min(len(from), max(0, limit-len(to)))
	return append(to, from[:n]...), more + len(from) - n
}

func (g *gathered) addApps(r *reports.Report) {
	for _, list := range [][]reports.App{r.Apps, r.Files} {
		for i := range list {
			if a := &list[i]; len(a.Findings) > 0 && len(g.byApp) < maxSubjects {
				one := *a // and not the whole list of its device
				g.byApp[a.ID] = &one
			}
		}
	}
	if len(g.devices) > maxDevices/10 { // of a fleet the lists of apps are in the JSON forms
		g.moreApps += len(r.Apps)
		return
	}
	g.apps, g.moreApps = limited(g.apps, r.Apps, maxApps, g.moreApps)
}

func (g *gathered) gap(x *reports.Gap) {
	if x.Incomplete {
		g.missing++
	}
	if len(g.gaps) < maxGaps {
		g.gaps = append(g.gaps, *x)
		return
	}
	at := 1
	if x.Incomplete {
		at = 0
	}
	g.moreGaps[at]++
}

// finding puts a finding to those that say the same.
func (g *gathered) finding(f *reports.Finding) {
	s := g.subject(f)
	if s == nil {
		g.lost++
		return
	}
	lead := ""
	if len(f.Measures) > 0 {
		lead = f.Measures[0].ID
	}
	if f.Exception != nil {
		lead += "\x00" + f.Exception.ID
	}
	key := groupKey{s.key, f.Rule, f.Title, f.Severity + "/" + f.Confidence + "/" + f.Axis + "/" + f.Action, lead}
	x := g.byGroup[key]
	if x == nil {
		x = &group{Finding: *f}
		g.byGroup[key] = x
		s.groups = append(s.groups, x)
	}
	if len(x.where) < maxWhere {
		x.where = append(x.where, where{f.ID, f.Subject.Device, f.Subject.DeviceName, f.Subject.Version, f.Subject.Identifier})
	} else {
		x.more++
	}
	if f.Subject.Device != "" && f.Subject.DeviceCount == 0 {
		s.devices[f.Subject.Device] = true
	}
	s.counted = max(s.counted, f.Subject.DeviceCount)
	if s.app == nil && f.Subject.App != "" {
		s.app = g.byApp[f.Subject.App]
	}
}

func (g *gathered) subject(f *reports.Finding) *subject {
	of := f.Subject
	device := of.Identifier == "" && of.Product == ""
	key := of.Kind + "\x00" + of.Identifier
	switch {
	case device && len(g.devices)+g.moreDev > maxDevices:
		key = "devices\x00" + f.Rule
	case device:
		key = "device\x00" + of.Device
	case of.Product != "":
		key = "product\x00" + of.Product
	}
	if s := g.byKey[key]; s != nil {
		return s
	}
	if len(g.byKey) >= maxSubjects {
		return nil
	}
	s := &subject{key: key, device: device, first: of, name: nameOf(f, device), devices: map[string]bool{}}
	g.byKey[key] = s
	g.subjects = append(g.subjects, s)
	return s
}

// nameOf is what a reader calls the subject.
func nameOf(f *reports.Finding, device bool) string {
	of := f.Subject
	if device {
		return cmp.Or(of.DeviceName, of.Device, of.Name)
	}
	return cmp.Or(f.Params["product"], of.Name, of.Identifier)
}

// settle sorts what was gathered: what asks most of the reader comes first.
func (g *gathered) settle() {
	for _, s := range g.subjects {
		s.settle()
	}
	slices.SortStableFunc(g.subjects, func(a, b *subject) int {
		return cmp.Or(less(b.excepted, a.excepted), cmp.Compare(a.action, b.action), cmp.Compare(a.severity, b.severity), cmp.Compare(a.name, b.name), cmp.Compare(a.key, b.key))
	})
	slices.SortStableFunc(g.gaps, func(a, b reports.Gap) int {
		return cmp.Or(less(a.Incomplete, b.Incomplete), less(a.Kind != blind, b.Kind != blind))
	})
}

// less sorts what holds first.
func less(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}

func (s *subject) settle() {
	s.action, s.severity, s.excepted = len(reports.Actions())-1, len(reports.Severities())-1, true
	if !slices.ContainsFunc(s.groups, func(x *group) bool { return x.Exception == nil }) {
		for _, x := range s.groups {
			s.severity = min(s.severity, slices.Index(reports.Severities(), x.Severity))
		}
	}
	for _, x := range s.groups {
		if x.Exception != nil {
			continue
		}
		s.excepted = false
		if x.Severity != "info" {
			s.action = min(s.action, slices.Index(reports.Actions(), x.Action))
		}
		s.severity = min(s.severity, slices.Index(reports.Severities(), x.Severity))
	}
	slices.SortStableFunc(s.groups, func(a, b *group) int {
		return cmp.Or(less(a.Exception == nil, b.Exception == nil), cmp.Compare(slices.Index(reports.Severities(), a.Severity), slices.Index(reports.Severities(), b.Severity)),
			cmp.Compare(slices.Index(reports.Actions(), a.Action), slices.Index(reports.Actions(), b.Action)))
	})
}

// counts reports whether the subject has a finding that asks for something.
func (s *subject) counts() bool {
	return !s.excepted && s.severity < len(reports.Severities())-1
}

func (s *subject) doing() string { return reports.Actions()[max(0, s.action)] }
func (s *subject) worst() string { return reports.Severities()[max(0, s.severity)] }
