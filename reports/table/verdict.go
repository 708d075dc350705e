package table

import (
	"cmp"
	"slices"
	"strings"

	"quaestor/reports"
	"quaestor/reports/internal/safetext"
)

// verdict says in words what was found, then what has to be done.
func (v *view) verdict() {
	v.text("", verdictStyle(v.r.Verdict.Status), v.r.Verdict.Sentence)
	v.blank()
	for _, action := range reports.Actions() {
		v.todo(action)
	}
	if gaps, runs := v.missed(); gaps+runs > 0 {
		v.label("  ", "33", "INCOMPLETE", v.missedText(gaps, runs))
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
	devices := map[string]bool{}
	for _, a := range v.apps {
		if a.action != action || a.onlyInfo() {
			continue
		}
		names = append(names, safetext.Line(a.name(), 40))
		for _, d := range a.devices() {
			devices[d] = true
		}
	}
	if len(names) == 0 {
		return
	}
	names = slices.Compact(names)
	text := some(names, 4)
	if len(v.r.Devices) > 1 {
		text += ", on " + count(len(devices), "device")
	}
	v.label("  ", severityStyle(map[string]string{"remove": "high", "replace": "high"}[action]), strings.ToUpper(action), text+": "+instruction(action)+".")
}

// missed counts the gaps that make the scan incomplete, and the runs that failed.
func (v *view) missed() (gaps, runs int) {
	for _, g := range v.r.Gaps {
		if g.Incomplete {
			gaps++
		}
	}
	for _, run := range v.r.Runs {
		if run.Status == "failed" {
			runs++
		}
	}
	return gaps, runs
}

func (v *view) missedText(gaps, runs int) string {
	var parts []string
	if gaps > 0 {
		parts = append(parts, count(gaps, "thing")+" could not be looked at")
	}
	if runs > 0 {
		parts = append(parts, count(runs, "run")+" of a scanner failed")
	}
	return strings.Join(parts, ", ") + ": see below, and repeat the scan."
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
	var parts []string
	for _, a := range v.r.Verdict.Axes {
		parts = append(parts, a.Axis+" "+a.Severity)
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
		if f.Severity != "info" {
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
	v.heading(strings.ToUpper(count(len(devices), "device")))
	g := &grid{head: []string{"DEVICE", "SYSTEM", "APPS", "FINDINGS"}, right: []int{2, 3}}
	for _, d := range shown {
		g.row(v.deviceCell(d), systemCell(d), plainCell(number(d.Apps)), plainCell(number(above[d.ID])))
	}
	v.table("  ", g)
	if rest := len(devices) - len(shown); rest > 0 {
		v.text("  ", dim, "and "+number(rest)+" more, with --details")
	}
}

func (v *view) deviceCell(d reports.Device) cell {
	c := cell{[]para{{text: cmp.Or(d.Name, d.ID), limit: 60}}}
	if v.details {
		c.add(dim, d.ID)
		c.add(dim, joined("", "serial ", d.Serial))
	}
	return c
}

func systemCell(d reports.Device) cell {
	system := joined(", ", d.Model, cmp.Or(d.OS, d.Platform))
	if d.SecurityPatch != "" {
		system += ", security patch " + d.SecurityPatch
	}
	c := cell{[]para{{text: system, limit: 160}}}
	if len(d.Users) > 1 {
		c.add(dim, "users "+some(d.Users, 4))
	}
	if d.CollectedAt != "" {
		c.add(dim, "collected "+d.CollectedAt)
	}
	return c
}
