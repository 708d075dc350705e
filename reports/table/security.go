package table

import (
	"cmp"
	"slices"
	"strings"

	"quaestor/reports"
	"quaestor/reports/safetext"
)

// The short form shows so much security software, and of each so many marks.
const (
	shownSecurity = 10
	shownBy       = 2
)

// securityGroup is the same software, on whatever devices it is.
type securityGroup struct {
	*reports.SecuritySoftware // the first
	all                       []*reports.SecuritySoftware
	action, severity          string // of the findings about it, the strongest and the worst; empty without one
}

// security shows the software with the deepest privilege: whose it is, whose law reaches its owner, what it may do.
func (v *view) security() {
	if len(v.r.Devices) == 0 {
		return
	}
	groups := v.securityGroups()
	if len(groups)+len(v.r.UnknownPrivileged) == 0 && !v.desks() && !v.details {
		return // a phone shows none by itself, and its gaps say so
	}
	title := "SECURITY SOFTWARE"
	if n := len(groups); n > 0 {
		title += " (" + number(n) + "): what protects or controls the device, and whose law reaches its owner"
	}
	v.heading(title)
	shown := groups
	if !v.details && len(groups) > shownSecurity+1 {
		shown = groups[:shownSecurity]
	}
	v.table("  ", v.securityGrid(shown))
	if rest := groups[len(shown):]; len(rest) > 0 {
		v.text("  ", dim, "and "+number(len(rest))+" more, with --details: "+strings.Join(v.few(names(rest), namedApps, len(rest)), ", "))
	}
	v.meanings(shown)
	v.unknownPrivileged()
	v.lookedFor()
}

// everySecurity shows the marks of each, behind the findings, which tell the way to the law.
func (v *view) everySecurity() {
	if len(v.r.SecuritySoftware) == 0 {
		return
	}
	v.heading("MARKS OF SECURITY SOFTWARE")
	for i, g := range v.securityGroups() {
		if i > 0 {
			v.blank()
		}
		v.securityInFull(g)
	}
}

// desks reports whether one of the devices is a computer.
func (v *view) desks() bool {
	return slices.ContainsFunc(v.r.Devices, func(d reports.Device) bool { return isComputer(d.Platform) })
}

func isPhone(platform string) bool { return platform == "android" || platform == "ios" }

func isComputer(platform string) bool {
	return platform == "windows" || platform == "macos" || platform == "linux"
}

// securityGroups puts the same software of several devices together: first that with findings, the worst first, then what
// nobody here knows, then the rest.
func (v *view) securityGroups() []*securityGroup {
	findings := map[string]*reports.Finding{}
	for i := range v.r.Findings {
		if f := &v.r.Findings[i]; f.Exception == nil && f.Severity != "info" {
			findings[f.ID] = f
		}
	}
	var out []*securityGroup
	at := map[[4]string]*securityGroup{}
	for i := range v.r.SecuritySoftware {
		s := &v.r.SecuritySoftware[i]
		key := [4]string{s.Product, s.Kind, s.Name, s.StatedVendor}
		if s.Product != "" && s.Recognised {
			key = [4]string{s.Product}
		}
		g := at[key]
		if g == nil {
			g = &securityGroup{SecuritySoftware: s}
			at[key] = g
			out = append(out, g)
		}
		g.all = append(g.all, s)
		for _, id := range s.Findings {
			g.judged(findings[id])
		}
	}
	slices.SortStableFunc(out, func(x, y *securityGroup) int {
		return cmp.Or(cmp.Compare(actionRank(x.action), actionRank(y.action)), cmp.Compare(severityRank(x.severity), severityRank(y.severity)),
			cmp.Compare(known(x), known(y)))
	})
	return out
}

// known puts protection that nobody here knows first, and other software that nobody knows last.
func known(g *securityGroup) int {
	switch {
	case g.Recognised:
		return 1
	case slices.Contains([]string{"antivirus", "edr", "firewall", "vpn", "remote-access", "mdm-agent", "certificate-authority", "monitoring"}, g.Kind):
		return 0
	}
	return 2
}

func (g *securityGroup) judged(f *reports.Finding) {
	if f == nil {
		return
	}
	if g.action == "" || actionRank(f.Action) < actionRank(g.action) {
		g.action = f.Action
	}
	if g.severity == "" || severityRank(f.Severity) < severityRank(g.severity) {
		g.severity = f.Severity
	}
}

func names(groups []*securityGroup) []string {
	var out []string
	for _, g := range groups {
		out = append(out, safetext.Line(g.Name, 40))
	}
	return out
}

func (v *view) securityGrid(groups []*securityGroup) *grid {
	g := &grid{head: []string{"SOFTWARE", "OWNER AND LAW", "MAY"}}
	if v.width >= wide {
		g.head = []string{"SOFTWARE", "STATE", "OWNER", "LAW OF", "MAY", "RECOGNISED BY"}
	}
	for i, s := range groups {
		if i > 0 && v.width < wide {
			g.row(make([]cell, len(g.head))...)
		}
		name := v.softwareCell(s)
		may := cell{}
		v.varied(&may, s, privilegeWords, func(*reports.SecuritySoftware) style { return normal })
		if v.width >= wide {
			state := cell{}
			v.varied(&state, s, stateWords, stateStyle)
			g.row(name, state, ownerOf(s), lawOf(s), may, plainCell(v.knownBy(s)))
			continue
		}
		v.varied(&name, s, stateWords, stateStyle)
		owner := ownerOf(s)
		owner.paras = append(owner.paras, lawOf(s).paras...)
		may.add(dim, named(map[bool]string{true: "recognised by:", false: "seen as:"}[s.Recognised], v.knownBy(s)))
		g.row(name, owner, may)
	}
	return g
}

// softwareCell names the software, what it is, where it is, and what is proposed.
func (v *view) softwareCell(s *securityGroup) cell {
	c := cell{[]para{{text: s.Name, style: strong, limit: 60}}}
	if !s.Recognised {
		c.add(warning, "not known here")
	}
	c.add(dim, joined(" ", kindWords(s.Kind), strings.Join(versions(s), ", ")))
	if len(v.r.Devices) > 1 {
		c.add(dim, v.onDevices(v.deviceNames(s)))
	}
	if users := v.usersOf(s); len(users) > 0 && len(s.all) == 1 {
		c.add(dim, "for "+strings.Join(v.few(users, shownNames, len(users)), ", "))
	}
	if s.action != "" && s.action != "inform" {
		c.add(severityStyle(s.severity), s.action+" ("+s.severity+"), see above")
	}
	return c
}

// securityKinds are plain words for what it is; others are shown as they are.
var securityKinds = map[string]string{"edr": "endpoint detection (EDR)", "mdm-agent": "device management", "input-method": "keyboard or input method", "vpn": "VPN",
	"other": "security software"}

func kindWords(kind string) string { return cmp.Or(securityKinds[kind], words(kind)) }

func versions(s *securityGroup) []string {
	var out []string
	for _, x := range s.all {
		if x.Version != "" && !slices.Contains(out, x.Version) {
			out = append(out, safetext.Line(x.Version, 20))
		}
	}
	if len(out) > 2 {
		return []string{number(len(out)) + " versions"}
	}
	return out
}

func (v *view) usersOf(s *securityGroup) []string {
	var out []string
	for _, x := range s.all {
		for _, u := range v.accounts(x.Device, x.Users) {
			if !slices.Contains(out, u) {
				out = append(out, u)
			}
		}
	}
	return out
}

func (v *view) deviceNames(s *securityGroup) []string {
	var out []string
	for _, x := range s.all {
		name := x.Device
		for _, d := range v.r.Devices {
			if d.ID == x.Device {
				name = cmp.Or(d.Name, d.ID)
			}
		}
		if !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// stateNames are plain words for the states; others are shown as they are.
var stateNames = map[string]string{"off": "switched off", "snoozed": "paused", "expired": "licence expired", "waiting": "waits for the user's consent"}

// stateWords says whether it is on and current.
func stateWords(x *reports.SecuritySoftware) string {
	text := joined(", ", cmp.Or(stateNames[x.State], words(x.State)), map[string]string{"outdated": "definitions outdated", "current": "definitions current"}[x.Definitions])
	return cmp.Or(text, "state not told")
}

// stateStyle marks protection that does not protect.
func stateStyle(x *reports.SecuritySoftware) style {
	if x.State == "off" || x.State == "snoozed" || x.State == "expired" || x.Definitions == "outdated" {
		return warning
	}
	return dim
}

// varied says what holds for the software on each device: once where they all agree, else with the devices of each, what
// needs a look first.
func (v *view) varied(c *cell, s *securityGroup, say func(*reports.SecuritySoftware) string, in func(*reports.SecuritySoftware) style) {
	var order []string
	on := map[string]*securityGroup{}
	for _, x := range s.all {
		text := say(x)
		if on[text] == nil {
			order = append(order, text)
			on[text] = &securityGroup{}
		}
		on[text].all = append(on[text].all, x)
	}
	slices.SortStableFunc(order, func(x, y string) int {
		return cmp.Compare(map[bool]int{true: 0, false: 1}[in(on[x].all[0]) == warning], map[bool]int{true: 0, false: 1}[in(on[y].all[0]) == warning])
	})
	for _, text := range order {
		where := ""
		if len(order) > 1 {
			where = strings.TrimPrefix(v.onDevices(v.deviceNames(on[text])), "on ")
		}
		c.add(in(on[text].all[0]), withParens(text, where))
	}
}

func ownerOf(s *securityGroup) cell {
	switch {
	case s.VendorName != "":
		return cell{[]para{{text: s.VendorName, limit: 60}}}
	case s.Vendor != "":
		return cell{[]para{{text: s.Vendor, limit: 60}}}
	case s.StatedVendor != "":
		stated, _, _ := strings.Cut(s.StatedVendor, " <") // a packager's address
		return cell{[]para{{text: "states: " + stated, limit: 60}}}
	}
	return plainCell("not known")
}

func lawOf(s *securityGroup) cell {
	r := s.Reach
	if r == nil {
		return styledCell(dim, "law not known")
	}
	c := plainCell(r.Name)
	if r.Confidence != "high" {
		c.add(dim, r.Confidence+" confidence")
	}
	if r.Disputed {
		c.add(dim, "disputed")
	}
	return c
}

// privilegeWords are the titles of what the software may do, the deepest first.
func privilegeWords(x *reports.SecuritySoftware) string {
	var out []string
	for _, p := range x.Privileges {
		out = append(out, inSentence(p.Title))
	}
	return cmp.Or(strings.Join(out, ", "), "not told")
}

// inSentence is a title in the middle of a sentence: "kernel", but "VPN".
func inSentence(title string) string {
	if len(title) > 1 && title[1] >= 'a' && title[1] <= 'z' {
		return strings.ToLower(title[:1]) + title[1:]
	}
	return title
}

// knownBy says by what it was recognised, the strongest first: of several devices that differ, on the one that tells most.
func (v *view) knownBy(s *securityGroup) string {
	s, where := v.bestKnown(s)
	var out []string
	for _, m := range s.Marks {
		if text := firstSentence(m.Detail); m.Supports && !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	few := v.few(out, shownBy, len(out))
	if v.width < wide && len(out) > 1 { // there is little room
		few = []string{out[0], "and " + number(len(out)-1) + " more"}
	}
	for i := range few {
		few[i] = safetext.Line(few[i], 120)
	}
	return where + withParens(strings.Join(few, "; "), s.Confidence+" confidence")
}

// bestKnown is the software on the device on which it is the surest and has the most marks, with the name of that device where
// the others differ.
func (v *view) bestKnown(s *securityGroup) (best *securityGroup, where string) {
	x := s.all[0]
	differ := false
	for _, y := range s.all[1:] {
		differ = differ || y.Confidence != x.Confidence || len(y.Marks) != len(x.Marks)
		if cmp.Or(cmp.Compare(confidenceRank(y.Confidence), confidenceRank(x.Confidence)), cmp.Compare(len(x.Marks), len(y.Marks))) < 0 {
			x = y
		}
	}
	best = &securityGroup{SecuritySoftware: x, all: []*reports.SecuritySoftware{x}}
	if differ {
		where = v.onDevices(v.deviceNames(best)) + ": "
	}
	return best, where
}

// firstSentence is what a mark is; what follows says how sure it is, which the confidence sums up.
func firstSentence(text string) string {
	if i := strings.Index(text, ". "); i > 0 {
		text = text[:i]
	}
	return strings.TrimSuffix(text, ".")
}

// meanings say in a sentence what the privileges let software do, the deepest first.
func (v *view) meanings(groups []*securityGroup) {
	told := map[string]bool{}
	var list []reports.Privilege
	for _, g := range groups {
		for _, x := range g.all {
			for _, p := range x.Privileges {
				if !told[p.Name] && p.Means != "" {
					told[p.Name] = true
					list = append(list, p)
				}
			}
		}
	}
	order := reports.PrivilegeNames()
	slices.SortStableFunc(list, func(x, y reports.Privilege) int { return cmp.Compare(rank(order, x.Name), rank(order, y.Name)) })
	for i, p := range list {
		if i == 0 {
			v.blank()
		}
		v.text("  "+p.Title+": ", dim, p.Means)
	}
}

// securityInFull shows all marks of a piece of software, and the way to the law.
func (v *view) securityInFull(g *securityGroup) {
	v.text("  ", strong, joined(" ", g.Name, g.Version)+withParens("", kindWords(g.Kind), named("product", g.Product)))
	if g.Note != "" {
		v.label("  ", strong, "Uncertain", g.Note)
	}
	v.fullChain(&reports.Finding{Title: g.Name, Chain: g.Chain})
	for _, x := range g.all {
		v.label("  ", strong, "Found on", joined(" · ", strings.Join(v.deviceNames(&securityGroup{all: []*reports.SecuritySoftware{x}}), ""), named("version", x.Version),
			named("state", words(x.State)), named("users", strings.Join(v.accounts(x.Device, x.Users), ", ")), named("id", x.ID), named("findings", strings.Join(x.Findings, ", "))))
		for _, m := range x.Marks {
			v.markLine(map[bool]string{true: "  for", false: "  against"}[m.Supports], "", m)
		}
		for _, p := range x.Privileges {
			for _, e := range p.Evidence {
				v.markLine("  may", inSentence(p.Title)+": ", e)
			}
		}
	}
}

func (v *view) markLine(name, lead string, e reports.Evidence) {
	v.label("  ", normal, name, lead+withParens(e.Detail, admiralty(e))+named(" ·", joined(" ", e.Scanner, place(e))))
}

// seenWords are the words for what sources tell.
var seenWords = map[string]string{
	reports.SeenRegister: "what is registered as protection", reports.SeenKernel: "drivers and modules of the kernel", reports.SeenStarted: "services and what starts by itself",
	reports.SeenStates: "running services and drivers", reports.SeenRunning: "what runs", reports.SeenAccess: "special rights", reports.SeenTrust: "certificate authorities", reports.SeenVPN: "VPNs", reports.SeenApps: "installed programs"}

// lookedFor says of each device what was looked at for it and what no source told; devices of which the same is to be
// said share a line.
func (v *view) lookedFor() {
	has := map[string]bool{}
	for _, s := range v.r.SecuritySoftware {
		has[s.Device] = true
	}
	var order []lookedAt
	on := map[lookedAt][]string{}
	for _, d := range v.r.Devices {
		at := lookedAtOn(d, has[d.ID])
		if on[at] == nil {
			order = append(order, at)
		}
		on[at] = append(on[at], cmp.Or(d.Name, d.ID))
	}
	v.blank()
	for _, at := range order {
		where := ""
		if len(v.r.Devices) > 1 {
			where = " " + v.onDevices(on[at])
		}
		v.text("  ", dim, at.words(where))
	}
}

// lookedAt is what sources told of a device, in words.
type lookedAt struct {
	found        bool
	seen, unseen string
}

func lookedAtOn(d reports.Device, found bool) lookedAt {
	inWords := func(list []string) string {
		var out []string
		for _, what := range list {
			text := cmp.Or(seenWords[what], words(what))
			if what == reports.SeenRunning && slices.Contains(d.SecuritySeen, reports.SeenStates) {
				text = "which other programs run"
			}
			out = append(out, text)
		}
		return joinedAnd(out)
	}
	return lookedAt{found, inWords(d.SecuritySeen), inWords(d.SecurityUnseen)}
}

func (at lookedAt) words(where string) string {
	if at.seen == "" {
		return "Security software was not looked for" + where + ": no source told of programs, services or drivers."
	}
	text := "Looked at" + where + ": " + at.seen + "."
	if !at.found {
		text = "No security software was recognised" + where + ". Looked at: " + at.seen + "."
	}
	if at.unseen != "" {
		text += " Not looked at, because no source told of it: " + at.unseen + "."
	}
	return text
}
