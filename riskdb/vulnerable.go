package riskdb

import (
	"cmp"
	"slices"
	"strings"

	"quaestor/scanners/inventory"
)

// RuleVulnerable is the rule on components that an advisory is about.
const RuleVulnerable = "vulnerable-component"

// Advise has the judge ask an adviser about the components of what it judges, from now on. It is for before the first
// judgement.
func (j *Judge) Advise(a Adviser) { j.adviser = a }

// AppsOf are the apps that a component is part of, by the places of the apps in the inventory: the one that it names, those
// that its file belongs to, and those whose file carries that one.
type appsOf struct {
	byID, byFile map[string][]int
	outer        map[string][]string // files that a file lies in
}

func newAppsOf(inv *inventory.Inventory) *appsOf {
	o := &appsOf{byID: map[string][]int{}, byFile: map[string][]int{}, outer: map[string][]string{}}
	for i := range inv.Apps {
		app := &inv.Apps[i]
		o.byID[app.ID] = append(o.byID[app.ID], i)
		for _, sha := range app.Binaries {
			o.byFile[sha] = append(o.byFile[sha], i)
		}
	}
	for i := range inv.Binaries {
		for _, p := range inv.Binaries[i].Inside {
			o.outer[inv.Binaries[i].SHA256] = append(o.outer[inv.Binaries[i].SHA256], p.Binary)
		}
	}
	return o
}

func (o *appsOf) component(c *inventory.Component) []int {
	if c.App != "" {
		return o.byID[c.App]
	}
	if c.Binary == "" {
		return nil
	}
	var out []int
	files := []string{c.Binary}
	for at := 0; at < len(files); at++ { // it grows: a file may lie in a file
		out = append(out, o.byFile[files[at]]...)
		for _, outer := range o.outer[files[at]] {
			if !slices.Contains(files, outer) {
				files = append(files, outer)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// vulnerable reports what advisories say of the components of apps and devices: one finding for each vulnerability of a
// component in an app. The same component twice in an app, at other places or in other versions, is one.
func (a *assessor) vulnerable() {
	if a.adviser == nil {
		return
	}
	a.out.Advice = a.adviser.Sources()
	if len(a.inv.Components) == 0 {
		return
	}
	known := a.adviser.Vulnerabilities(a.inv, a.asOf)
	a.out.Gaps = append(a.out.Gaps, known.Gaps...)
	a.out.Checked += known.Checked
	if len(known.Found) == 0 {
		return
	}
	apps, at, reach := newAppsOf(a.inv), map[string]int{}, map[int]*exposure{}
	for i := range known.Found {
		v := &known.Found[i]
		in := apps.component(v.Component)
		if len(in) == 0 {
			a.vulnerableIn(v, nil, a.device(v.Component.Device), &exposure{}, at)
			continue
		}
		for _, n := range in {
			if reach[n] == nil {
				reach[n] = a.exposureOf(&a.inv.Apps[n])
			}
			a.vulnerableIn(v, &a.inv.Apps[n], nil, reach[n], at)
		}
	}
}

// vulnerableIn records that a component of an app, or of a device, is vulnerable.
func (a *assessor) vulnerableIn(v *Vulnerable, app *inventory.App, d *inventory.Device, e *exposure, at map[string]int) {
	subject := Subject{App: app, Device: d}
	whose := v.Component.Binary
	switch {
	case app != nil:
		whose, subject.Product = app.ID, a.out.Products[app.ID]
	case d != nil:
		whose = d.ID
	}
	id := inventory.FactID("finding", RuleVulnerable, whose, packageKey(v.Component.PURL), v.Vulnerability.ID)
	shown := componentEvidence(v)
	n, twice := at[id]
	if twice {
		known := &a.out.Findings[n]
		if known.Vulnerable.Certain || !v.Certain {
			if len(known.Evidence) < maxVulnerableEvidence {
				known.Evidence = append(known.Evidence, shown)
			}
			return
		}
	}
	fd := vulnerableFinding(v, app, e, shown)
	fd.ID, fd.Subject = id, subject
	if twice { // what is certain of one place stands before what is possible of another
		fd.Evidence = append(fd.Evidence, a.out.Findings[n].Evidence...)
		fd.Evidence = fd.Evidence[:min(len(fd.Evidence), maxVulnerableEvidence)]
	}
	a.policies.override(&fd)
	if app != nil && app.NotInstalled {
		fd.Severity, fd.Action = Info, Inform
		fd.Caveat = strings.TrimSpace("The device knows the app, but it is installed for no user. " + fd.Caveat)
	}
	if twice {
		a.out.Findings[n] = fd
		return
	}
	at[id] = len(a.out.Findings)
	a.out.Findings = append(a.out.Findings, fd)
}

// maxVulnerableEvidence is how many places of one component in one app are told.
const maxVulnerableEvidence = 5

// componentEvidence is what shows that the component is there, in that version.
func componentEvidence(v *Vulnerable) Evidence {
	c := v.Component
	e := Evidence{Kind: ByComponent, Supports: true, Detail: componentWords(c)}
	e.Reliability, e.Credibility = grade(c)
	if len(c.Origins) > 0 {
		e.Origin = c.Origins[0]
	}
	if !v.Certain {
		e.Credibility = 4
	}
	return e
}

// grade is how far what tells of a component can be trusted.
func grade(c *inventory.Component) (reliability byte, credibility int) {
	switch {
	case !c.Exact, c.Basis == "name":
		return 'C', 4
	case c.Basis == "record":
		return 'A', 2
	case c.Basis == "metadata":
		return 'B', 2
	case c.Basis == "text":
		return 'B', 3
	}
	return 'C', 3
}

func componentWords(c *inventory.Component) string {
	told := map[string]string{"record": "the record of a package manager", "metadata": "what its build put beside it", "text": "a text in the code",
		"code": "the shape of the code", "name": "the names of files and makers, which may be another's", "list": "a list of components"}[c.Basis]
	s := cmp.Or(c.Name, c.PURL)
	switch {
	case c.Exact && c.Version != "":
		s += " " + c.Version
	case c.From != "" && c.To != "":
		s += ", a version from " + c.From + " to " + c.To
	case c.From != "":
		s += ", version " + c.From + " or later"
	case c.To != "":
		s += ", version " + c.To + " or earlier"
	case c.Version != "":
		s += ", probably " + c.Version
	}
	s += ", by " + cmp.Or(told, "what was read")
	if c.Text != "" && c.Text != c.Version {
		s += " (\"" + inventory.Text(c.Text) + "\")"
	}
	return s + "."
}
