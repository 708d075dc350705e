package table

import (
	"cmp"
	"slices"
	"strings"

	"quaestor/reports"
	"quaestor/reports/safetext"
)

// wide is the width from which axis, confidence and authority have columns of their own.
const wide = 110

// Where nothing has to leave the device, more than so many apps with the same findings share a row in the
// short form, which names the first few.
const (
	alike     = 2
	namedApps = 6
)

// findings shows one table for each action, with the apps for which it is the strongest one proposed.
func (v *view) findings() {
	for _, action := range reports.Actions() {
		var apps []*appGroup
		for _, a := range v.apps {
			if a.action == action && !a.onlyInfo() {
				apps = append(apps, a)
			}
		}
		if len(apps) == 0 {
			continue
		}
		v.heading(strings.ToUpper(action) + " (" + things(apps) + "): " + instruction(action))
		g := v.findingGrid(apps)
		for i, row := range v.rows(apps, action) {
			if i > 0 {
				g.row(make([]cell, len(g.head))...) // room between apps
			}
			v.addRows(g, row, action)
		}
		v.table("  ", g)
		if !v.details && slices.ContainsFunc(apps, (*appGroup).removable) {
			v.text("  ", dim, "How each is taken off, for whom, and with which command: with --details.")
		}
		if !v.details && slices.ContainsFunc(apps, (*appGroup).couldGo) {
			v.text("  ", dim, "How those of high severity are taken off, should it be decided: with --details.")
		}
	}
	v.info()
}

// removable reports whether it is known how the app is taken off.
func (a *appGroup) removable() bool {
	return slices.ContainsFunc(a.findings, func(g *findingGroup) bool {
		return slices.ContainsFunc(g.all, func(f *reports.Finding) bool { return len(f.Removal) > 0 })
	})
}

// couldGo reports whether it is known how the app would be taken off, which is left to people.
func (a *appGroup) couldGo() bool {
	return !a.removable() && slices.ContainsFunc(a.findings, func(g *findingGroup) bool {
		return slices.ContainsFunc(g.all, func(f *reports.Finding) bool { return len(f.Removable) > 0 })
	})
}

// rows puts apps together that may share a row: each list is one.
func (v *view) rows(apps []*appGroup, action string) [][]*appGroup {
	var rows [][]*appGroup
	at := map[string]int{}
	for _, a := range apps {
		s := a.signature()
		if i, ok := at[s]; ok {
			rows[i] = append(rows[i], a)
			continue
		}
		at[s] = len(rows)
		rows = append(rows, []*appGroup{a})
	}
	mustNameAll := v.details || action == "remove" || action == "replace"
	var out [][]*appGroup
	for _, row := range rows {
		if len(row) > alike && !mustNameAll {
			out = append(out, row)
			continue
		}
		for _, a := range row {
			out = append(out, []*appGroup{a})
		}
	}
	return out
}

func (v *view) findingGrid(apps []*appGroup) *grid {
	g := &grid{head: []string{"SEVERITY", "APP", "WHAT"}}
	if !slices.ContainsFunc(apps, func(a *appGroup) bool { return !a.isDevice() }) {
		g.head[1] = "DEVICE"
	}
	if v.width < wide {
		return g
	}
	g.head = append(g.head, "AXIS", "CONFIDENCE")
	if slices.ContainsFunc(apps, (*appGroup).measured) {
		g.head = append(g.head, "AUTHORITY")
	}
	return g
}

// measured reports whether an authority stands behind a finding about the app.
func (a *appGroup) measured() bool {
	return slices.ContainsFunc(a.above(), func(f *findingGroup) bool { return len(f.Measures) > 0 })
}

// addRows adds a row for each finding; the app stands beside the first.
func (v *view) addRows(g *grid, apps []*appGroup, action string) {
	who := v.appCell(apps)
	for _, f := range apps[0].above() {
		what := cell{[]para{{text: shortTitle(apps[0], f), limit: 300}}}
		if f.Action != action {
			what.add(dim, "on its own: "+f.Action)
		}
		what.add(dim, fewer(apps, f))
		what.add(dim, where(apps, f))
		what.add(dim, effects(apps, f))
		what.add(dim, bindsNot(f.Finding))
		what.add(dim, v.positions(f.Finding))
		row := []cell{styledCell(severityStyle(f.Severity), f.Severity), who, what}
		if v.width < wide {
			row[2].add(dim, joined(" · ", f.Axis, f.Confidence+" confidence", measureDates(f.Finding)))
		} else {
			row = append(row, plainCell(f.Axis), plainCell(f.Confidence), authorityCell(f.Finding))
		}
		g.row(row[:len(g.head)]...)
		who = cell{}
	}
}

// appCell names the app, or the first few of many, and the devices and users it is on.
func (v *view) appCell(apps []*appGroup) cell {
	if len(apps) > 1 {
		return v.manyApps(apps)
	}
	a := apps[0]
	c := cell{[]para{{text: a.name(), style: strong, limit: 60}}}
	if label := a.label(); label != "" {
		c.paras = append(c.paras, para{text: "label: " + label, style: dim, limit: 80})
	}
	if a.isDevice() {
		if a.spread != nil {
			c.add(dim, a.spread.words())
			return c
		}
		c.add(dim, "the device itself")
		return c
	}
	if a.identifier != "" && a.identifier != a.name() {
		c.paras = append(c.paras, para{text: a.identifier, limit: 120})
	}
	c.add(warning, a.trace())
	c.add(dim, v.inFiles(a.files()))
	for _, line := range v.installLines(v.installs(a)) {
		c.add(dim, line)
	}
	if a.spread != nil {
		c.add(dim, a.spread.words())
		return c
	}
	for _, line := range v.onEach(a) {
		c.add(dim, line)
	}
	c.add(warning, countedOnly(a))
	return c
}

// onlyOwner reports whether the users are none but the one that every phone has.
func onlyOwner(users []string) bool { return len(users) == 0 || len(users) == 1 && users[0] == "0" }

func (v *view) manyApps(apps []*appGroup) cell {
	c := styledCell(strong, things(apps))
	named := apps
	if len(apps) > namedApps+1 {
		named = apps[:namedApps]
	}
	devices, files := map[string]bool{}, 0
	for _, a := range apps {
		for _, d := range a.on() { // empty for files
			devices[d.id] = true
		}
		files += len(a.files())
	}
	for _, a := range named {
		name := para{text: a.name(), limit: 100}
		if a.identifier != a.name() && !a.isDevice() {
			name.text = withParens(name.text, a.identifier)
		}
		name.text += a.spreadShort()
		c.paras = append(c.paras, name)
	}
	if rest := len(apps) - len(named); rest > 0 {
		c.add(dim, "and "+number(rest)+" more, with --details")
	}
	if v.fleet == nil && len(v.r.Devices) > 1 && len(devices) > 0 && !apps[0].isDevice() {
		c.add(dim, "on "+count(len(devices), "device"))
	}
	if files > 0 {
		c.add(dim, "in "+count(files, "file"))
	}
	return c
}

// onDevices is "on phone-1, phone-2 and 998 more devices".
func (v *view) onDevices(names []string) string {
	few := 3
	if v.details {
		few = len(names)
	}
	switch {
	case len(names) == 0:
		return ""
	case len(names) > few+1:
		return "on " + count(len(names), "device") + ": " + some(names, few)
	}
	return "on " + strings.Join(names, ", ")
}

// inFiles is "in base.apk" or "in 14 files: a.apk, b.apk and 12 more".
func (v *view) inFiles(names []string) string {
	switch {
	case len(names) == 0:
		return ""
	case len(names) == 1:
		return "in " + names[0]
	case v.details:
		return "in " + count(len(names), "file") + ": " + strings.Join(names, ", ")
	}
	return "in " + count(len(names), "file") + ": " + some(names, 2)
}

// where names the first place in the file of the app in which the finding was seen.
func where(apps []*appGroup, f *findingGroup) string {
	if len(apps) > 1 {
		return ""
	}
	for _, e := range f.Evidence {
		if place := firstPlace(e); place != "" && e.Supports {
			return "in " + place
		}
	}
	return ""
}

// effects says what raised and what lowered the finding.
func effects(apps []*appGroup, f *findingGroup) string {
	if len(apps) > 1 || f.count() > 1 {
		return ""
	}
	var parts []string
	for _, c := range f.Context {
		if name := effectNames[c.Effect]; name != "" {
			parts = append(parts, strings.ToLower(name)+": "+c.Text)
		}
	}
	return strings.Join(parts, " ")
}

// effectNames are the words for what a circumstance does; of what does nothing the short form does not speak.
var effectNames = map[string]string{"raises": "Raised by", "lowers": "Lowered by"}

// bindsNot names those whom the leading measure does not bind, so that nobody reads the ban of others as theirs.
func bindsNot(f *reports.Finding) string {
	if len(f.Measures) == 0 || len(f.Measures[0].BindsNot) == 0 {
		return ""
	}
	return "does not bind: " + words(strings.Join(f.Measures[0].BindsNot, ", "))
}

// fewer says in how many places a finding is, where that is not all that have the app.
func fewer(apps []*appGroup, f *findingGroup) string {
	if f.spread != nil && apps[0].spread != nil && len(apps) == 1 && f.spread.devices < apps[0].spread.devices {
		return "on " + number(f.spread.devices) + " of these " + number(apps[0].spread.devices)
	}
	places := len(apps[0].devices()) + len(apps[0].files())
	if len(apps) > 1 || len(f.all) >= places {
		return ""
	}
	if len(f.all) > 2 {
		return "in " + number(len(f.all)) + " of these " + number(places)
	}
	var names []string
	for _, x := range f.all {
		if x.Subject.Device == "" {
			names = append(names, fileName(x))
		} else {
			names = append(names, cmp.Or(x.Subject.DeviceName, x.Subject.Device))
		}
	}
	return "only in " + strings.Join(names, " and ")
}

func (v *view) usersOfApp(a *appGroup) []string {
	var out []string
	for _, g := range a.findings {
		for _, f := range g.all {
			for _, u := range v.accounts(f.Subject.Device, f.Subject.Users) {
				if !slices.Contains(out, u) {
					out = append(out, u)
				}
			}
		}
	}
	return out
}

// measureDates tells when the leading measure began, ends and had to be carried out.
func measureDates(f *reports.Finding) string {
	if len(f.Measures) == 0 {
		return ""
	}
	m := f.Measures[0]
	return joined(", ", period(m.Since, m.Until), deadline(m))
}

func deadline(m reports.Measure) string {
	if m.Deadline == "" {
		return ""
	}
	return "deadline " + m.Deadline
}

func authorityCell(f *reports.Finding) cell {
	if len(f.Measures) == 0 {
		return plainCell("")
	}
	c := plainCell(f.Measures[0].Authority)
	c.add(dim, measureDates(f))
	return c
}

// info counts the findings that the short form leaves out.
func (v *view) info() {
	n, rules := 0, map[string]int{}
	var about []*appGroup
	var order []string
	for _, a := range v.apps {
		before := n
		for _, g := range a.findings {
			if g.Severity != "info" {
				continue
			}
			if rules[g.Rule] == 0 {
				order = append(order, g.Rule)
			}
			n += g.count()
			rules[g.Rule] += g.count()
		}
		if n > before {
			about = append(about, a)
		}
	}
	if n == 0 {
		return
	}
	if titles := v.infoTitles(about); titles != "" {
		v.blank()
		v.text("", dim, "For information only: "+titles+" ("+strings.Join(order, ", ")+"), with --details.")
		return
	}
	for i, rule := range order {
		order[i] = rule + ": " + number(rules[rule])
	}
	where := "shown with --details"
	if v.details {
		where = "shown below"
	}
	v.blank()
	v.text("", dim, "For information only: "+count(n, "finding")+" on "+things(about)+" ("+strings.Join(order, ", ")+"), "+where+".")
}

// fewInfo is how many findings for information are named in place of counted.
const fewInfo = 2

// infoTitles says what the findings for information about one app are, where they are few.
func (v *view) infoTitles(about []*appGroup) string {
	if len(about) != 1 || v.details {
		return ""
	}
	var titles []string
	for _, g := range about[0].findings {
		if g.Severity != "info" {
			continue
		}
		if len(titles) == fewInfo || g.count() > 1 {
			return ""
		}
		titles = append(titles, safetext.Line(about[0].name(), 40)+withParens("", about[0].trace())+" "+shortTitle(about[0], g))
	}
	return strings.Join(titles, "; ")
}
