package table

import (
	"cmp"
	"slices"
	"strings"

	"quaestor/reports"
	"quaestor/reports/safetext"
)

// The short form shows so many of each of a device.
const (
	shownHosts    = 8
	shownSensors  = 6
	shownProfiles = 4
)

// phones says of each device who manages it, whom it trusts, what leaves it open, and what it noted of its apps.
func (v *view) phones() {
	told := 0
	for _, d := range v.r.Devices {
		if len(d.Profiles)+len(d.Authorities)+len(d.VPNs)+len(d.Posture)+len(d.Sensors)+len(d.Hosts)+d.VisitedCount == 0 && (len(d.Notes) == 0 || !v.details) {
			continue
		}
		if told++; told > shownDevices && !v.details {
			v.blank()
			v.text("", dim, "More devices say who manages them and what their apps did: shown with --details.")
			return
		}
		v.heading("ABOUT " + safetext.Line(cmp.Or(d.Name, d.ID), 60))
		v.labels("Managed", v.managers(d))
		v.labels("Profiles", v.profiles(d))
		v.labels("Authorities", authorities(d))
		v.labels("VPN", vpns(d))
		v.labels("Left open", v.open(d))
		if v.details {
			v.labels("Expected", d.Notes)
		}
		v.sensors(d)
		v.contacted(d)
	}
}

// labels shows a list below one name; the short form names the first few.
func (v *view) labels(name string, list []string) {
	for i, text := range v.few(list, shownProfiles, len(list)) {
		v.label("  ", strong, map[bool]string{true: name}[i == 0], text)
	}
}

// managers are the profiles by which somebody manages the device or a user of it.
func (v *view) managers(d reports.Device) []string {
	var out []string
	for _, p := range d.Profiles {
		whole := map[string]string{"device-owner": "the whole device", "profile-owner": "a profile"}[p.Kind]
		if whole == "" && !slices.Contains(p.Payloads, "com.apple.mdm") {
			continue
		}
		out = append(out, joined(", ", "by "+cmp.Or(p.Organization, p.Name, p.Identifier), cmp.Or(whole, "the device"), userOf(d, p.User)))
	}
	return out
}

// profiles are the others: with Details all, else those that change who sees the traffic.
func (v *view) profiles(d reports.Device) []string {
	var out []string
	for _, p := range d.Profiles {
		if p.Kind == "device-owner" || p.Kind == "profile-owner" || len(p.Sets) == 0 && !v.details {
			continue
		}
		text := withParens(cmp.Or(p.Name, p.Identifier), named("of", p.Organization), words(p.Kind))
		if v.details {
			text = joined(" · ", text, p.Identifier, p.Description, strings.Join(p.Payloads, ", "), named("installed", p.InstalledAt))
		}
		out = append(out, joined(": ", text, strings.Join(p.Sets, "; "))+map[bool]string{true: "; the user cannot remove it"}[p.Fixed])
	}
	return out
}

// userOf names the user of a device that something is for, where it has several.
func userOf(d reports.Device, id string) string {
	if id == "" || len(d.UserList) < 2 {
		return ""
	}
	for _, u := range d.UserList {
		if u.ID == id {
			return "for the " + userWords(u.ID, u.Name, u.Kind)
		}
	}
	return "for user " + id
}

func authorities(d reports.Device) []string {
	var out []string
	for _, a := range d.Authorities {
		trust := map[string]string{"yes": "trusted for web sites", "no": "not turned on"}[a.Trusted]
		out = append(out, withParens(cmp.Or(a.Subject, a.SHA256), trust, named("until", a.Until), userOf(d, a.User)))
	}
	return out
}

func vpns(d reports.Device) []string {
	var out []string
	for _, x := range d.VPNs {
		out = append(out, withParens(cmp.Or(x.Name, x.App, x.Server, words(x.Kind)), words(x.Kind), named("by", x.App), named("to", x.Server), map[bool]string{true: "always on"}[x.AlwaysOn], userOf(d, x.User)))
	}
	return out
}

// open lists the states that leave the device open; with Details what it said.
func (v *view) open(d reports.Device) []string {
	var out []string
	for _, p := range d.Posture {
		text := p.Title
		if v.details {
			text = withParens(text, strings.Join(p.Says, "; "))
		}
		out = append(out, text)
	}
	return out
}

func (v *view) sensors(d reports.Device) {
	if len(d.Sensors) == 0 {
		return
	}
	g := &grid{head: []string{"WHAT APPS USED", "WHO", "TIMES", "LAST"}, right: []int{2}}
	shown := d.Sensors
	if !v.details && len(shown) > shownSensors+1 {
		shown = shown[:shownSensors]
	}
	for _, s := range shown {
		g.row(cell{[]para{{text: s.What, limit: 40}}}, plainCell(v.who(s.Apps)), plainCell(number(s.Count)), plainCell(day(s.Last)))
	}
	v.table("  ", g)
	if rest := len(d.Sensors) - len(shown); rest > 0 {
		v.text("  ", dim, "and "+number(rest)+" more, with --details")
	}
}

// shownWho is how many apps the short form names beside what they used.
const shownWho = 3

// who names apps by their ids, those with findings first.
func (v *view) who(ids []string) string {
	var judged, others []string
	for i := range v.r.Apps {
		a := &v.r.Apps[i]
		switch name := safetext.Line(cmp.Or(a.Name, a.Identifier), 30); {
		case !slices.Contains(ids, a.ID):
		case len(a.Findings) > 0:
			judged = append(judged, name)
		default:
			others = append(others, name)
		}
	}
	names := append(judged, others...)
	switch {
	case len(names) < len(ids): // an app of the list is not told of
		return count(len(ids), "app")
	case v.details:
		return strings.Join(names, ", ")
	}
	return some(names, shownWho)
}

// contacted are the servers that the device noted its apps to have exchanged data with.
func (v *view) contacted(d reports.Device) {
	defer v.visited(d.VisitedCount)
	if len(d.Hosts) == 0 {
		return
	}
	g := &grid{head: []string{"CONTACTED", "OWNER", "LAW OF", "APPS", "TIMES", "LAST"}, right: []int{3, 4}}
	shown := d.Hosts
	if !v.details && len(shown) > shownHosts+1 {
		shown = shown[:shownHosts]
	}
	stated := false
	for _, h := range shown {
		stated = stated || h.By == "device"
		g.row(hostCell(h), ownerCell(h), plainCell(h.Country), plainCell(number(h.Apps)), plainCell(number(h.Count)), plainCell(day(h.Last)))
	}
	v.table("  ", g)
	if rest := d.HostCount - len(shown); rest > 0 {
		more := "with --details"
		if v.details {
			more = "in the inventory"
		}
		v.text("  ", dim, "and "+number(rest)+" more hosts, "+more)
	}
	if stated {
		v.text("  ", dim, "* as the device says, which nobody has checked")
	}
}

// visited counts the servers that tell which sites a person opened.
func (v *view) visited(n int) {
	if n > 0 {
		v.text("  ", dim, "Not named: "+count(n, "host")+" that browsers contacted, or web pages that were opened in apps. They tell what a person visited, so that reports count them, unless a finding is about them.")
	}
}

func hostCell(h reports.Host) cell {
	c := cell{[]para{{text: h.Host, limit: 60}}}
	if h.Web {
		c.add(dim, "by web pages that were opened")
	}
	return c
}

func ownerCell(h reports.Host) cell {
	text := h.Owner
	if h.By == "device" {
		text += "*"
	}
	return cell{[]para{{text: text, limit: 40}}}
}

// day is the day of a point in time.
func day(moment string) string {
	d, _, _ := strings.Cut(moment, "T")
	return d
}

// noted says in short what the device noted of an app.
func noted(a reports.App) []string {
	var used, hosts []string
	for _, x := range a.Accesses {
		used = append(used, withTimes(x.What, x.Count))
	}
	for _, h := range a.Contacts[:min(len(a.Contacts), 5)] {
		hosts = append(hosts, withParens(withTimes(h.Host, h.Count), h.Owner, map[bool]string{true: "by web pages"}[h.Web]))
	}
	if rest := a.ContactCount - len(hosts); rest > 0 {
		hosts = append(hosts, number(rest)+" more")
	}
	if n := a.VisitedCount; n > 0 {
		hosts = append(hosts, count(n, "host")+" by web pages or as a browser, not named")
	}
	return []string{named("used", strings.Join(used, ", ")), named("contacted", strings.Join(hosts, ", ")), trafficText(a.Traffic)}
}

// trafficText says how much an app sent and received, and how much of it over the mobile network.
func trafficText(t *reports.Traffic) string {
	if t == nil {
		return ""
	}
	out, in := t.WifiOut+t.CellularOut, t.WifiIn+t.CellularIn
	if out+in == 0 {
		return ""
	}
	text := joined(", ", named("sent", size(out)), named("received", size(in)))
	if mobile := t.CellularOut + t.CellularIn; mobile > 0 {
		text += " (" + size(mobile) + " over the mobile network)"
	}
	return joined(", ", text, joined(" ", named("from", day(t.First)), named("to", day(t.Last))))
}

// withTimes is "camera 12×".
func withTimes(what string, n int) string {
	if n == 0 {
		return what
	}
	return what + " " + number(n) + "×"
}
