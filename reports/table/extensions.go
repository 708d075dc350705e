package table

import (
	"cmp"
	"slices"
	"strings"

	"quaestor/reports"
	"quaestor/reports/safetext"
)

// shownExtensions is how many extensions of a kind the short form names, and shownIn in how many places.
const (
	shownExtensions = 4
	shownIn         = 3
)

// sourceWords are the words for how an extension came; the store of the program needs none.
var sourceWords = map[string]string{"other-store": "from another store", "sideloaded": "sideloaded", "package": "brought by a package of the system", "policy": "installed by an administrator's policy",
	"developer": "an unpacked folder", "built-in": "comes with the program"}

// installLines say where an extension is and what it may see there: one line for each program and what is the same in it.
func (v *view) installLines(installs []reports.Install) []string {
	type place struct{ program, say string }
	var order []place
	in := map[place][]string{}
	for _, x := range installs {
		p := place{cmp.Or(x.ProgramName, x.Program), installWords(x)}
		if in[p] == nil {
			order = append(order, p)
			in[p] = []string{}
		}
		if where := joined(" ", x.User, x.Profile); where != "" {
			in[p] = append(in[p], where)
		}
	}
	var out []string
	for _, p := range order {
		list := in[p]
		out = append(out, joined(": ", withParens("in "+p.program, v.few(list, shownIn, len(list))...), p.say))
	}
	return out
}

// installWords is "disabled, sideloaded, reads and changes every web site".
func installWords(x reports.Install) string {
	hosts := ""
	switch n := len(x.Hosts); {
	case x.AllSites:
		hosts = "reads and changes every web site"
	case n > 0:
		hosts = "reads and changes " + some(x.Hosts, shownNames)
	}
	state := x.State
	if state == "enabled" {
		state = ""
	}
	return joined(", ", state, sourceWords[x.Source], hosts, map[bool]string{true: "in private windows too"}[x.Private])
}

// installs are the places of the app that a group is about.
func (v *view) installs(a *appGroup) []reports.Install {
	var ids []string
	for _, g := range a.findings {
		for _, f := range g.all {
			ids = append(ids, f.Subject.App)
		}
	}
	var out []reports.Install
	for i := range v.r.Apps {
		if x := &v.r.Apps[i]; len(x.Installs) > 0 && slices.Contains(ids, x.ID) {
			out = append(out, x.Installs...)
		}
	}
	return out
}

// plugged says in short which extensions of browsers and editors a device has, and names those that see every web site
// or did not come from a store.
func (v *view) plugged() {
	told := 0
	for _, d := range v.r.Devices {
		var list []*reports.App
		for i := range v.r.Apps {
			if a := &v.r.Apps[i]; a.Device == d.ID && len(a.Installs) > 0 {
				list = append(list, a)
			}
		}
		if len(list) == 0 {
			continue
		}
		if told++; told > shownDevices && !v.details {
			v.blank()
			v.text("", dim, "Extensions on more devices: shown with --details.")
			return
		}
		v.pluggedIn(d, list)
	}
}

func (v *view) pluggedIn(d reports.Device, list []*reports.App) {
	title := "EXTENSIONS"
	if len(v.r.Devices) > 1 {
		title += " on " + safetext.Line(cmp.Or(d.Name, d.ID), 60)
	}
	v.heading(title)
	var programs []string
	for _, a := range list {
		for _, in := range a.Installs {
			if name := cmp.Or(in.ProgramName, in.Program); !slices.Contains(programs, name) {
				programs = append(programs, name)
			}
		}
	}
	slices.Sort(programs)
	v.text("  ", normal, count(len(list), "extension")+" in "+joinedAnd(programs)+".")
	if text := v.those(list, " may read and change every web site", func(in reports.Install) bool { return in.AllSites && in.Source != "built-in" }); text != "" {
		v.label("  ", strong, "Every site", text)
	}
	for _, source := range []string{"sideloaded", "developer", "other-store", "policy", "package"} {
		if text := v.those(list, "", func(in reports.Install) bool { return in.Source == source }); text != "" {
			v.label("  ", strong, map[string]string{"sideloaded": "Sideloaded", "developer": "Unpacked", "other-store": "Other store", "policy": "By policy", "package": "Packages"}[source], text)
		}
	}
}

// those counts and names the extensions of which an install is as asked, those with findings first.
func (v *view) those(list []*reports.App, what string, is func(reports.Install) bool) string {
	var judged, others []string
	n := 0
	for _, a := range list {
		name := safetext.Line(cmp.Or(a.Name, a.ProductName, a.Identifier), 40)
		if !slices.ContainsFunc(a.Installs, is) {
			continue
		}
		n++
		switch {
		case slices.Contains(judged, name) || slices.Contains(others, name): // the same for another browser
		case len(a.Findings) > 0:
			judged = append(judged, name)
		default:
			others = append(others, name)
		}
	}
	names := append(judged, others...)
	if n == 0 {
		return ""
	}
	return number(n) + what + ": " + strings.Join(v.few(names, shownExtensions, len(names)), ", ")
}
