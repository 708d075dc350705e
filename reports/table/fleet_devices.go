package table

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"quaestor/reports"
	"quaestor/reports/safetext"
)

// staleDevice is the kind of the gap of a device that no longer reports.
const staleDevice = "stale-device"

// tally counts the devices of one system.
type tally struct{ all, findings, clean, stale, incomplete int }

// managed counts what management systems say.
type managed struct{ open, unlocked, tampered, personal int }

// silent counts the devices that no longer report.
type silent struct {
	all    int
	months [4]int // one to three, to twelve, more, never
	worst  []reported
}

// reported is a device in a list.
type reported struct {
	name, system, verdict, seen string
	findings, rank              int
}

func (f *fleet) device(d *reports.Device, partly bool, findings, rank int) {
	if d.Fleet {
		return
	}
	key := [2]string{cmp.Or(platformNames[d.Platform], d.Platform), managementName(d.Management)}
	t := f.systems[key]
	if t == nil {
		t = &tally{}
		f.systems[key] = t
	}
	t.add(d, partly)
	f.noApps += yes(d.Apps == 0)
	f.managed.add(d.Management)
	entry := reported{name: cmp.Or(d.Name, d.ID), system: joined(", ", d.Model, cmp.Or(d.OS, platformNames[d.Platform])), verdict: d.Verdict, seen: day(d.LastSeen), findings: findings, rank: rank}
	if d.Stale {
		f.silent.add(entry, d.StaleDays)
	}
	if f.details && d.Verdict != reports.DeviceClean {
		f.worst = keep(f.worst, entry, keptDevices, compareReported)
	}
}

func (t *tally) add(d *reports.Device, partly bool) {
	t.all++
	t.incomplete += yes(partly || d.Verdict == reports.DeviceIncomplete)
	if d.Stale {
		t.stale++
	}
	switch d.Verdict {
	case reports.DeviceFindings:
		t.findings++
	case reports.DeviceClean:
		t.clean++
	}
}

func (m *managed) add(x *reports.Management) {
	if x == nil {
		return
	}
	m.open += yes(x.Encrypted != nil && !*x.Encrypted)
	m.unlocked += yes(x.Passcode != nil && !*x.Passcode)
	m.tampered += yes(x.Tampered != nil && *x.Tampered)
	m.personal += yes(x.Ownership == "personal")
}

func yes(b bool) int { return map[bool]int{true: 1}[b] }

func (s *silent) add(d reported, days int) {
	s.all++
	switch {
	case days == 0:
		s.months[3]++
	case days > 365:
		s.months[2]++
	case days > 90:
		s.months[1]++
	default:
		s.months[0]++
	}
	s.worst = keep(s.worst, d, keptNames, func(x, y reported) int { return cmp.Or(cmp.Compare(x.seen, y.seen), cmp.Compare(x.name, y.name)) })
}

// keep adds to a list of which only the first few by an order are wanted.
func keep(list []reported, d reported, most int, order func(x, y reported) int) []reported {
	at, _ := slices.BinarySearchFunc(list, d, func(x, d reported) int { return cmp.Or(order(x, d), -1) })
	if at >= most {
		return list
	}
	list = slices.Insert(list, at, d)
	return list[:min(len(list), most)]
}

func compareReported(x, y reported) int {
	return cmp.Or(cmp.Compare(rank(reports.DeviceVerdicts(), x.verdict), rank(reports.DeviceVerdicts(), y.verdict)), cmp.Compare(x.rank, y.rank), cmp.Compare(y.findings, x.findings),
		cmp.Compare(x.name, y.name))
}

// fleetDevices counts the devices by their system and management.
func (v *view) fleetDevices() {
	f := v.fleet
	if len(f.systems) == 0 {
		return
	}
	v.heading(strings.ToUpper(count(v.r.Verdict.Devices, "device")))
	g := &grid{head: []string{"SYSTEM", "MANAGED BY", "DEVICES", "WITH FINDINGS", "CLEAN", "STALE", "INCOMPLETE"}, right: []int{2, 3, 4, 5, 6}}
	keys := slices.SortedFunc(maps.Keys(f.systems), func(x, y [2]string) int {
		return cmp.Or(cmp.Compare(f.systems[y].all, f.systems[x].all), slices.Compare(x[:], y[:]))
	})
	if !slices.ContainsFunc(keys, func(k [2]string) bool { return k[1] != "" }) {
		g.head, g.right = slices.Delete(g.head, 1, 2), []int{1, 2, 3, 4, 5}
	}
	for _, k := range keys {
		t := f.systems[k]
		row := []cell{plainCell(k[0]), plainCell(cmp.Or(k[1], "not told"))}
		for _, n := range []int{t.all, t.findings, t.clean, t.stale, t.incomplete} {
			row = append(row, plainCell(number(n)))
		}
		if len(g.head) < len(row) {
			row = slices.Delete(row, 1, 2)
		}
		g.row(row...)
	}
	v.table("  ", g)
	m := f.managed
	var said []string
	for _, p := range []struct {
		n    int
		text string
	}{{m.tampered, "held for rooted, jailbroken or compromised"}, {m.open, "without encryption"}, {m.unlocked, "without a screen lock"}, {m.personal, "that belong to persons"}} {
		if p.n > 0 {
			said = append(said, number(p.n)+" "+p.text)
		}
	}
	if len(said) > 0 {
		v.text("  ", dim, "By what their management says: "+strings.Join(said, ", ")+".")
	}
	if v.r.Verdict.Stale > 0 {
		v.text("  ", dim, "A stale device counts as stale beside its findings, and never as clean; an incomplete one likewise.")
	}
	v.worstDevices()
}

// worstDevices lists devices, those with the worst findings first; in the short form it says where they are.
func (v *view) worstDevices() {
	if !v.details {
		v.text("  ", dim, "Each device: -o json, -o ndjson; the first "+number(keptDevices)+" that are not clean: --details.")
		return
	}
	g := &grid{head: []string{"NAME", "SYSTEM", "VERDICT", "LAST REPORT", "FINDINGS"}, right: []int{4}}
	for _, d := range v.fleet.worst {
		g.row(cell{[]para{{text: d.name, limit: 60}}}, cell{[]para{{text: d.system, limit: 80}}}, plainCell(d.verdict), plainCell(d.seen), plainCell(number(d.findings)))
	}
	v.blank()
	v.table("  ", g)
	if rest := v.r.Verdict.Devices - v.r.Verdict.ByDevice[reports.DeviceClean] - len(v.fleet.worst); rest > 0 {
		v.text("  ", dim, "and "+number(rest)+" more that are not clean: -o json, -o ndjson")
	}
}

// notReporting tells of the devices that have not reported for too long.
func (v *view) notReporting() {
	s := v.fleet.silent
	if s.all == 0 {
		return
	}
	v.heading("NOT REPORTING (" + count(s.all, "device") + "): what is on them now is not known")
	for i, label := range []string{"for up to three months", "for up to a year", "for more than a year", "that have never reported"} {
		if s.months[i] > 0 {
			v.text("  - ", normal, number(s.months[i])+" "+label)
		}
	}
	var names []string
	for _, d := range s.worst {
		names = append(names, safetext.Line(d.name, 40)+" ("+reportedOn(d.seen)+")")
	}
	v.text("  ", normal, "Longest: "+strings.Join(names, ", ")+". Let them report, or take them out of the management, and export again.")
}

// reportedOn says when a device last reported, if it ever did.
func reportedOn(day string) string {
	if day == "" {
		return "never reported"
	}
	return "last report on " + day
}

// systemNames are the names of management systems.
var systemNames = map[string]string{"amapi": "Android Management API", "intune": "Intune", "apple-mdm": "an MDM of Apple's protocol", "jamf": "Jamf Pro", "workspace-one": "Workspace ONE",
	"google-workspace": "Google Workspace", "fleet": "Fleet", "osquery": "osquery"}

// managementName is the system and the mode in words.
func managementName(m *reports.Management) string {
	if m == nil {
		return ""
	}
	return joined(", ", cmp.Or(systemNames[m.System], m.System), words(m.Mode))
}

// managementWords is what a management says of one device.
func managementWords(m *reports.Management) string {
	if m == nil {
		return ""
	}
	parts := []string{named("managed by", cmp.Or(systemNames[m.System], m.System)), words(m.Mode), named("owned by the", m.Ownership), named("state", safetext.Line(m.State, 40))}
	if m.Ownership == "personal" {
		parts[2] = "personal device"
	}
	for _, x := range []struct {
		told     *bool
		yes, not string
	}{{m.Encrypted, "", "not encrypted"}, {m.Passcode, "", "no screen lock"}, {m.Compliant, "", "not compliant there"}, {m.Tampered, "held for rooted, jailbroken or compromised", ""}} {
		if x.told != nil {
			parts = append(parts, map[bool]string{true: x.yes, false: x.not}[*x.told])
		}
	}
	return joined(", ", parts...)
}

// silentDevices lists under a heading of their own the devices of a small report that no longer report.
func (v *view) silentDevices() {
	if v.fleet != nil || !slices.ContainsFunc(v.r.Devices, func(d reports.Device) bool { return d.Stale }) {
		return
	}
	v.heading("NOT REPORTING: what is on these devices now is not known")
	for _, d := range v.r.Devices {
		if d.Stale {
			v.text("  - ", normal, cmp.Or(d.Name, d.ID)+": "+reportedOn(day(d.LastSeen))+ago(d.StaleDays)+". Find out where it is, let it report, and export again.")
		}
	}
}

// ago is ", 34 days ago", and nothing where the days are not known.
func ago(days int) string {
	if days == 0 {
		return ""
	}
	return ", " + count(days, "day") + " ago"
}

// noReport says for how long a stale device has been silent.
func noReport(days int) string {
	if days == 0 {
		return "never reported"
	}
	return "no report for " + count(days, "day")
}
