package table

import (
	"cmp"
	"slices"
	"strings"

	"quaestor/reports"
	"quaestor/reports/safetext"
)

// verdict says in words what was found, then what has to be done.
func (v *view) verdict() {
	v.text("", verdictStyle(v.r.Verdict.Status), v.r.Verdict.Sentence)
	v.blank()
	for _, action := range reports.Actions() {
		v.todo(action)
		if action == "update" {
			v.mend()
		}
	}
	old := v.stale()
	if len(old) > 0 {
		v.label("  ", warning, "TOO OLD", "the risk database, and so the answer: see THE RISK DATABASE IS TOO OLD below")
	}
	advice := v.unadvised()
	if len(advice) > 0 {
		v.label("  ", warning, "ADVISORIES", v.lacksText(advice))
	}
	if gaps, closed := v.missed(); gaps+len(closed) > 0 || !v.r.Verdict.Complete && len(old) == 0 && !slices.ContainsFunc(advice, func(g reports.Gap) bool { return g.Incomplete }) {
		v.label("  ", warning, "INCOMPLETE", v.missedText(gaps, closed))
	}
	if v.fleet != nil && v.fleet.noApps > 0 {
		v.label("  ", warning, "NO APPS", "of "+count(v.r.Verdict.Devices, "device")+" "+number(v.fleet.noApps)+" list no app: nothing is known of what is on them.")
	}
	if v.r.Verdict.Status == "clean" {
		v.label("  ", strong, "NOTHING", "to remove or to decide. What was not looked at is listed below.")
	}
	v.blank()
	v.text("  ", dim, v.severities())
	v.text("  ", dim, v.axes())
}

func verdictStyle(status string) style {
	if status == "findings" {
		return alarm
	}
	return strong
}

// todo is one line for an action: "REMOVE  TikTok from 3 devices".
func (v *view) todo(action string) {
	var names []string
	devices, limits := map[string]bool{}, map[string]bool{}
	themselves, only := true, ""
	for _, a := range v.apps {
		if a.action != action || a.onlyInfo() {
			continue
		}
		names = append(names, v.toDecide(a)+a.askedOn())
		limits[a.limited(action)] = true
		themselves = themselves && a.isDevice()
		if countedOnly(a) != "" { // on devices that nobody names, and not on the one that stands for them
			continue
		}
		for _, d := range a.on() {
			devices[d.id], only = true, d.name
		}
	}
	if len(names) == 0 {
		return
	}
	names = once(names)
	text := some(names, 4)
	switch {
	case v.fleet != nil || len(v.r.Devices) < 2 || len(devices) == 0 || themselves:
	case len(devices) == 1:
		text += ", on " + safetext.Line(only, 40)
	default:
		text += ", on " + count(len(devices), "device")
	}
	v.label("  ", actionStyle(action), strings.ToUpper(action), text+" ("+joined(", ", instruction(action), onlyLimit(limits))+")")
}

// once leaves out what was there before.
func once(names []string) (out []string) {
	for _, n := range names {
		if !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	return out
}

// toDecide names what an action is about; of a device as a whole also the software that the system names, such as protection
// that nobody here knows.
func (v *view) toDecide(a *appGroup) string {
	name := lineWhole(a.name(), 40)
	if !a.isDevice() {
		return name
	}
	for _, g := range a.above() {
		if of := g.Params["software"]; of != "" {
			return "“" + safetext.Line(of, 40) + "” on " + name
		}
	}
	return name
}

// lineWhole cuts a name to a width. Of what stands in brackets at its end all is shown or nothing.
func lineWhole(name string, width int) string {
	if at := strings.LastIndex(name, " ("); at > 0 && safetext.Width(name) > width {
		name = name[:at]
	}
	return safetext.Line(name, width)
}

// limited says of whom the findings about an app do not ask the action.
func (a *appGroup) limited(action string) string {
	var findings []*reports.Finding
	for _, f := range a.findings {
		findings = append(findings, f.Finding)
	}
	return reports.Limited(reports.NotFor(findings, action))
}

// onlyLimit is what holds for all the apps of a line; where it differs, that a limit is with each.
func onlyLimit(limits map[string]bool) string {
	if len(limits) > 1 {
		return "each where its measure applies, see below"
	}
	for limit := range limits {
		return limit
	}
	return ""
}

func actionStyle(action string) style {
	if action == "remove" || action == "replace" {
		return alarm
	}
	return warning
}

// missed counts the gaps that make the scan incomplete, the age of the risk database and those of sources that were not read
// apart, and names these: sources of which a scanner failed.
func (v *view) missed() (gaps int, closed []string) {
	if v.fleet != nil {
		gaps = v.fleet.partly
	}
	for _, run := range v.r.Runs {
		if run.Status == "failed" && !slices.Contains(closed, run.Target) {
			closed = append(closed, run.Target)
		}
	}
	for _, g := range v.r.Gaps {
		if v.fleet == nil && g.Incomplete && g.Kind != staleDatabase && !ofAdvisories(&g) && !slices.Contains(closed, g.Subject) {
			gaps++
		}
	}
	return gaps, closed
}

// lacksText says of how many components it is not known, or not by newer advisories, what is wrong with them.
func (v *view) lacksText(gaps []reports.Gap) string {
	n, missing, old := 0, false, false
	for _, g := range gaps {
		n += g.Count
		aged := g.Kind == "limit"
		missing, old = missing || !aged, old || aged
	}
	what := "missing for " + count(n, "component") + ", whose vulnerabilities are not known"
	switch {
	case missing && old:
		what = "missing or too old for " + count(n, "component") + ", whose vulnerabilities are not known, or not all"
	case old:
		what = "too old for " + count(n, "component") + ", whose newer vulnerabilities are not known"
	}
	return what + ": see " + unadvisedHeading + " below"
}

// unopened is the first gap of something that could not be opened, as the first sentence says it.
func (v *view) unopened(closed []string) string {
	for _, g := range v.r.Gaps {
		if g.Kind == "unreadable" && !slices.Contains(closed, g.Subject) {
			first, _, _ := strings.Cut(g.Detail, ". ")
			return " (" + safetext.Line(g.Subject, 60) + ": " + strings.TrimSuffix(first, ".") + ")"
		}
	}
	return ""
}

func (v *view) missedText(gaps int, closed []string) string {
	var parts []string
	if len(closed) > 0 {
		targets, whole := map[string]bool{}, ""
		for _, run := range v.r.Runs {
			if targets[run.Target] = true; run.Status == "failed" && run.Facts > 0 {
				whole = ", or not whole"
			}
		}
		parts = append(parts, number(len(closed))+" of "+count(len(targets), "source")+" could not be read"+whole+" ("+some(closed, 3)+")")
	}
	if gaps > 0 {
		parts = append(parts, count(gaps, "thing")+" could not be looked at"+v.unopened(closed))
	}
	if len(parts) == 0 && v.r.Verdict.Stale > 0 {
		return "no device has reported to its management for more than " + count(v.r.StaleAfter, "day") + ": see NOT REPORTING below."
	}
	if len(parts) == 0 {
		parts = append(parts, "nothing was collected, or not all of it")
	}
	return strings.Join(parts, ", ") + ": see NOT LOOKED AT below, where each says what to do."
}

func (v *view) severities() string {
	var parts []string
	for _, s := range reports.Severities() {
		if n := v.r.Verdict.BySeverity[s]; n > 0 {
			parts = append(parts, number(n)+" "+s)
		}
	}
	if len(parts) == 0 {
		return "Findings: none"
	}
	return "Findings: " + strings.Join(parts, " · ")
}

func (v *view) axes() string {
	if v.r.Verdict.Apps+v.r.Verdict.Files == 0 && v.r.Verdict.Findings == 0 {
		return "Nothing was judged, on any axis."
	}
	var parts, none []string
	for _, a := range v.r.Verdict.Axes {
		if a.Severity == "none" {
			none = append(none, a.Axis)
		} else {
			parts = append(parts, a.Axis+" "+a.Severity)
		}
	}
	if len(none) > 0 {
		parts = append(parts, "none on "+strings.Join(none, ", "))
	}
	return "Worst on each axis: " + strings.Join(parts, " · ")
}

// shownDevices is how many devices the short form lists.
const shownDevices = 5

// devices lists the devices, those with most findings first.
func (v *view) devices() {
	if len(v.r.Devices) == 0 {
		return
	}
	above := map[string]int{}
	for _, f := range v.r.Findings {
		if f.Severity != "info" && f.Exception == nil {
			above[f.Subject.Device]++
		}
	}
	devices := slices.Clone(v.r.Devices)
	slices.SortStableFunc(devices, func(a, b reports.Device) int {
		return cmp.Or(cmp.Compare(above[b.ID], above[a.ID]), cmp.Compare(a.Name, b.Name))
	})
	shown := devices
	if !v.details && len(devices) > shownDevices+1 {
		shown = devices[:shownDevices]
	}
	v.heading(strings.ToUpper(v.deviceCount(devices)))
	v.table("  ", v.deviceGrid(shown, above))
	if rest := len(devices) - len(shown); rest > 0 {
		v.text("  ", dim, "and "+number(rest)+" more, with --details")
	}
	v.perhapsOne()
}

// deviceCount counts the devices, and apart from them exports that name none.
func (v *view) deviceCount(devices []reports.Device) string {
	fleets := 0
	for _, d := range devices {
		fleets += yes(d.Fleet)
	}
	switch {
	case fleets == 0:
		return count(len(devices), "device")
	case fleets == len(devices):
		return "devices that an export counts and does not name"
	}
	return count(len(devices)-fleets, "device") + " and counts of others"
}

// deviceGrid has a column for the security patch where one of the devices has such a thing: computers have none.
func (v *view) deviceGrid(devices []reports.Device, above map[string]int) *grid {
	g := &grid{head: []string{"NAME", "SYSTEM", "PATCH", "APPS", "FINDINGS"}, right: []int{3, 4}}
	patched := slices.ContainsFunc(devices, func(d reports.Device) bool { return d.SecurityPatch != "" || isPhone(d.Platform) })
	if !patched {
		g.head, g.right = slices.Delete(g.head, 2, 3), []int{2, 3}
	}
	for _, d := range devices {
		patch := plainCell(cmp.Or(d.SecurityPatch, map[bool]string{true: "unknown"}[isPhone(d.Platform)]))
		row := []cell{v.deviceCell(d), v.systemCell(d), patch, appsCell(d), plainCell(number(above[d.ID]))}
		if !patched {
			row = slices.Delete(row, 2, 3)
		}
		g.row(row...)
	}
	return g
}

// perhapsOne says that phones which are counted one by one may be one, where their sources do not name them.
func (v *view) perhapsOne() {
	for _, platform := range []string{"android", "ios"} {
		all, unknown := 0, 0
		for _, d := range v.r.Devices {
			if d.Platform == platform {
				all++
				if d.Unidentified {
					unknown++
				}
			}
		}
		if all < 2 || unknown == 0 {
			continue
		}
		of := map[string]string{"android": "Android", "ios": "iOS"}[platform]
		v.text("  ", dim, number(unknown)+" of "+count(all, of+" device")+" are told only by the file that was read, which names neither a serial number nor a UDID: these may be one device, or one of the others.")
	}
}

func (v *view) deviceCell(d reports.Device) cell {
	c := cell{[]para{{text: cmp.Or(d.Name, d.ID), limit: 60}}}
	if v.details {
		c.add(dim, d.ID)
		c.add(dim, named("serial", d.Serial))
	}
	return c
}

// appsCell counts the apps that a source lists as installed, and below them those of which only traces are known.
func appsCell(d reports.Device) cell {
	c := plainCell(number(d.Apps - d.Traces))
	if d.Traces > 0 {
		c.add(dim, "+"+count(d.Traces, "trace"))
	}
	return c
}

// platformNames are the names of platforms where no source tells the system's own.
var platformNames = map[string]string{"windows": "Windows", "macos": "macOS", "linux": "Linux", "android": "Android", "ios": "iOS"}

func (v *view) systemCell(d reports.Device) cell {
	c := cell{[]para{{text: joined(", ", d.Model, cmp.Or(d.OS, platformNames[d.Platform], d.Platform)), limit: 160}}}
	users, collected := "", d.CollectedAt
	list := d.Users
	if len(d.UserList) > 1 {
		list = nil
		for _, u := range d.UserList {
			name := strings.TrimPrefix(userWords(u.ID, u.Name, u.Kind), "user ")
			list = append(list, withParens(name, words(unlessRunning(u.State))))
		}
	}
	if len(list) > 1 {
		users = some(list, 4)
	}
	if v.details {
		users = strings.Join(list, ", ")
	} else if day, _, ok := strings.Cut(collected, "T"); ok {
		collected = day
	}
	seen := day(d.LastSeen)
	c.add(dim, joined(" · ", named("users", users), named("collected", collected), named("last report on", seen)))
	c.add(map[bool]style{true: warning, false: dim}[d.Stale], joined(", ", map[bool]string{true: "stale: " + noReport(d.StaleDays)}[d.Stale], managementWords(d.Management)))
	if d.Fleet {
		c.add(dim, "no device: what an export counts over all devices, without saying on which")
	}
	return c
}

// unlessRunning is the state of a user where it is worth a word.
func unlessRunning(state string) string {
	if state == "running" {
		return ""
	}
	return state
}
