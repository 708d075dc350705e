package table

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"quaestor/reports"
	"quaestor/reports/safetext"
)

// shownComponents is how many vulnerable components the short form names.
const shownComponents = 12

// keptVulnerabilities is how many different vulnerabilities of one component are told apart.
const keptVulnerabilities = 5_000

// vulnerableComponent is a component in one version, wherever it is, with its vulnerabilities.
type vulnerableComponent struct {
	name     string
	worst    *reports.Finding // the first in the order of findings
	severity map[string]int   // vulnerabilities by severity, of each the worst place
	known    map[string]*reports.Finding
	order    []string // ids, as they came
	apps     map[string]bool
	named    []string // apps, the first few
	devices  spread
	action   string // the strongest one proposed
	cut      bool   // there are more than are kept
}

// components gathers vulnerable components, and of each only what the page shows.
type components struct {
	at     map[string]*vulnerableComponent
	list   []*vulnerableComponent
	info   int                // vulnerabilities that are for information
	infos  []*reports.Finding // the first of those
	beyond int                // findings about components that are too many
}

// ofComponent reports whether a finding belongs to the section of vulnerable components.
func ofComponent(f *reports.Finding) bool {
	return f.Component != nil && f.Vulnerability != nil && f.Exception == nil
}

// withoutComponents keeps the findings that have a place of their own, and gathers those of components.
func withoutComponents(findings []reports.Finding, into *components) []reports.Finding {
	if !slices.ContainsFunc(findings, func(f reports.Finding) bool { return ofComponent(&f) }) {
		return findings
	}
	var rest []reports.Finding
	for i := range findings {
		if f := &findings[i]; ofComponent(f) {
			into.add(f)
		} else {
			rest = append(rest, *f)
		}
	}
	return rest
}

// componentKey is what makes components of several apps one.
func componentKey(c *reports.Component) string {
	if c.Exact && c.Version != "" {
		return c.PURL
	}
	return strings.Join([]string{c.PURL, c.Version, c.VersionFrom, c.VersionTo}, "\x00")
}

func (c *components) add(f *reports.Finding) {
	if f.Severity == "info" {
		if c.info++; len(c.infos) < keptVulnerabilities {
			c.infos = append(c.infos, kept(f))
		}
		return
	}
	if c.at == nil {
		c.at = map[string]*vulnerableComponent{}
	}
	key := componentKey(f.Component)
	x := c.at[key]
	if x == nil {
		if len(c.list) >= keptGroups {
			c.beyond++
			return
		}
		x = &vulnerableComponent{name: componentName(f.Component), severity: map[string]int{}, known: map[string]*reports.Finding{}, apps: map[string]bool{}}
		c.at[key] = x
		c.list = append(c.list, x)
	}
	x.add(f)
}

func (x *vulnerableComponent) add(f *reports.Finding) {
	id, f := f.Vulnerability.ID, kept(f)
	before := x.known[id]
	switch {
	case before == nil && len(x.order) >= keptVulnerabilities:
		x.cut = true
	case before == nil:
		x.order = append(x.order, id)
		x.known[id] = f
		x.severity[f.Severity]++
	case severityRank(f.Severity) < severityRank(before.Severity):
		x.severity[before.Severity]--
		x.severity[f.Severity]++
		x.known[id] = f
	}
	if x.worst == nil || severityRank(f.Severity) < severityRank(x.worst.Severity) {
		x.worst = f
	}
	if x.action == "" || actionRank(f.Action) < actionRank(x.action) {
		x.action = f.Action
	}
	x.devices.add(f.Subject.Device, f.Subject.DeviceName)
	if f.Subject.Kind == reports.DeviceKind {
		return
	}
	// The same app on many devices is one.
	if app := cmp.Or(f.Subject.Identifier, f.Subject.App); !x.apps[app] && len(x.apps) < keptGroups {
		x.apps[app] = true
		if len(x.named) <= keptNames {
			x.named = append(x.named, nameOf(f))
		}
	}
}

// kept is a copy of a finding without what the page does not show of it, so that the report which it is of can go.
func kept(f *reports.Finding) *reports.Finding {
	out := *f
	out.Params, out.Context, out.Sources = nil, nil, nil
	return &out
}

// componentName is "openssl 1.1.1k", or "openssl, 1.0.0 to 1.0.2".
func componentName(c *reports.Component) string {
	name := cmp.Or(c.Name, c.PURL)
	switch {
	case c.Exact && c.Version != "":
		return name + " " + c.Version
	case c.VersionFrom != "" && c.VersionTo != "":
		return name + ", " + c.VersionFrom + " to " + c.VersionTo
	case c.VersionFrom != "":
		return name + ", " + c.VersionFrom + " or later"
	case c.VersionTo != "":
		return name + ", " + c.VersionTo + " or earlier"
	case c.Version != "":
		return name + ", probably " + c.Version
	}
	return name + ", version not known"
}

// vulnerabilities is "12 vulnerabilities: 2 critical, 10 high".
func (x *vulnerableComponent) vulnerabilities() string {
	var parts []string
	for _, s := range reports.Severities() {
		if n := x.severity[s]; n > 0 {
			parts = append(parts, number(n)+" "+s)
		}
	}
	n := number(len(x.order))
	if x.cut {
		n = "more than " + n
	}
	if len(x.order) == 1 {
		return "1 vulnerability"
	}
	return n + " vulnerabilities: " + strings.Join(parts, ", ")
}

// where is in which apps, or on which devices, it is.
func (x *vulnerableComponent) where(many bool) string {
	var parts []string
	switch n := len(x.apps); {
	case n == 1 && x.named[0] == cmp.Or(x.worst.Component.Name, x.worst.Component.PURL): // a package of the system is its own app
	case n > 0 && n <= len(x.named):
		parts = append(parts, "in "+strings.Join(x.named, ", "))
	case n > 0:
		parts = append(parts, "in "+count(n, "app")+": "+strings.Join(x.named[:keptNames], ", ")+" and "+number(n-keptNames)+" more")
	}
	if many {
		parts = append(parts, x.devices.words())
	}
	return joined("; ", parts...)
}

// fixed is the version that mends the gravest.
func fixedIn(y *reports.Vulnerability) string {
	if len(y.Fixed) == 0 {
		return "no mended version is known"
	}
	return "mended in " + y.Fixed[0]
}

// rankReason is what explains the rank of a finding in one line, without what stands beside it.
func rankReason(f *reports.Finding) string {
	_, after, found := strings.Cut(f.Reason, f.Severity+": ")
	if !found {
		return ""
	}
	if line, _, cut := strings.Cut(after, ". "); cut {
		return line
	}
	return strings.TrimSuffix(after, ".")
}

// sort puts first what is worst, then what is exploited, then what is in most places.
func (c *components) sort() {
	exploited := func(x *vulnerableComponent) int {
		if x.worst.Vulnerability.KEV != nil {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(c.list, func(x, y *vulnerableComponent) int {
		return cmp.Or(cmp.Compare(severityRank(x.worst.Severity), severityRank(y.worst.Severity)), cmp.Compare(actionRank(x.action), actionRank(y.action)),
			cmp.Compare(exploited(x), exploited(y)), cmp.Compare(len(y.apps), len(x.apps)), cmp.Compare(y.devices.devices, x.devices.devices),
			cmp.Compare(len(y.order), len(x.order)), cmp.Compare(x.name, y.name))
	})
}

// vulnerable is the section of vulnerable components: one row for each, with the gravest that is known of it.
func (v *view) vulnerable() {
	c := &v.components
	if len(c.list) == 0 {
		if c.info > 0 {
			v.blank()
			v.text("", dim, "For information only: "+count(c.info, "finding")+" about known vulnerabilities of components, "+v.wherever())
			v.vulnerableInfo(c)
		}
		return
	}
	c.sort()
	v.heading("VULNERABLE COMPONENTS (" + number(len(c.list)) + "): update what carries them, those first that are exploited or in reach")
	shown := c.list
	if !v.details && len(shown) > shownComponents+1 {
		shown = shown[:shownComponents]
	}
	g := &grid{head: []string{"SEVERITY", "COMPONENT", "WHAT"}}
	many := v.fleet != nil || len(v.r.Devices) > 1
	for i, x := range shown {
		if i > 0 {
			g.row(make([]cell, len(g.head))...)
		}
		name := cell{[]para{{text: x.name, style: strong, limit: 80}}}
		name.paras = append(name.paras, para{text: x.where(many), style: dim, limit: 200})
		what := plainCell(x.vulnerabilities())
		y := x.worst.Vulnerability
		what.add(normal, map[bool]string{true: "", false: "worst: "}[len(x.order) == 1]+joined(", ", y.ID, fixedIn(y)))
		what.add(dim, rankReason(x.worst))
		if x.worst.Confidence == "low" {
			what.add(dim, "possible: low confidence, review")
		}
		g.row(styledCell(severityStyle(x.worst.Severity), x.worst.Severity), name, what)
	}
	v.table("  ", g)
	if rest := c.list[len(shown):]; len(rest) > 0 {
		n := 0
		for _, x := range rest {
			n += len(x.order)
		}
		v.text("  ", dim, fmt.Sprintf("and %s with %s, %s or less, with --details", count(len(rest), "more component"), inAll(n), rest[0].worst.Severity))
	}
	if c.info > 0 {
		v.text("  ", dim, "and "+count(c.info, "finding")+" for information, "+v.wherever())
		v.vulnerableInfo(c)
	}
	if c.beyond > 0 {
		v.text("", warning, count(c.beyond, "finding")+" about further components are too many for this page: -o json, -o ndjson hold them.")
	}
	v.text("  ", dim, "A component that is there is not shown to be used where it is faulty.")
}

// wherever says where findings for information are.
func (v *view) wherever() string {
	if v.details {
		return "which are:"
	}
	return "with --details or in -o json."
}

// vulnerableInfo lists the vulnerabilities that are for information, where all is asked for.
func (v *view) vulnerableInfo(c *components) {
	if !v.details {
		return
	}
	for _, f := range c.infos {
		v.text("    ", dim, joined(", ", f.Vulnerability.ID+" of "+componentName(f.Component), nameOf(f), f.Subject.DeviceName, f.ID))
	}
	if more := c.info - len(c.infos); more > 0 {
		v.text("    ", dim, "and "+count(more, "more finding")+" in -o json")
	}
}

func inAll(n int) string {
	if n == 1 {
		return "1 vulnerability"
	}
	return number(n) + " vulnerabilities"
}

// mend is the line of the verdict on vulnerable components.
func (v *view) mend() {
	c := &v.components
	if len(c.list) == 0 {
		return
	}
	c.sort()
	var names []string
	for _, x := range c.list {
		names = append(names, safetext.Line(x.name, 40))
	}
	v.label("  ", actionStyle("update"), "UPDATE", "what has vulnerable components: "+some(names, 4))
}

// everyVulnerability lists the vulnerabilities of each component, a line each and where it is said.
func (v *view) everyVulnerability() {
	for _, x := range v.components.list {
		v.heading("VULNERABILITIES OF " + x.name)
		slices.SortStableFunc(x.order, func(a, b string) int {
			return cmp.Or(cmp.Compare(severityRank(x.known[a].Severity), severityRank(x.known[b].Severity)), cmp.Compare(a, b))
		})
		v.label("  ", strong, "Package", x.worst.Component.PURL)
		for _, e := range x.worst.Evidence {
			v.label("  ", strong, "Evidence", withParens(e.Detail, admiralty(e))+named(" ·", joined(" ", e.Scanner, place(e))))
		}
		for _, id := range x.order {
			f := x.known[id]
			y := f.Vulnerability
			v.text("  - ", severityStyle(f.Severity), joined(" · ", f.Severity, y.ID, strings.Join(y.Aliases, ", "), rankReason(f), fixedIn(y), f.Confidence+" confidence"))
			if y.Summary != "" {
				v.text("      ", normal, y.Summary)
			}
			v.text("      ", dim, joined(" · ", named("affected", y.Affected), "id "+f.ID))
			if len(y.References) > 0 {
				v.url("      ", y.References[0])
			}
		}
	}
}

// advisories says which collections were asked, of which day.
func (v *view) advisories() {
	list := v.r.Database.Advisories
	if len(list) == 0 && v.r.Verdict.ComponentsChecked == 0 {
		return
	}
	oldest, newest, total := "", "", 0
	var names []string
	for _, s := range list {
		total += s.Advisories
		newest = max(newest, s.Newest)
		if s.Imported != "" && (oldest == "" || s.Imported < oldest) {
			oldest = s.Imported
		}
		names = append(names, withParens(s.Name, number(s.Advisories), named("newest", s.Newest)))
	}
	text := count(v.r.Verdict.ComponentsChecked, "component") + " looked up"
	if len(list) > 0 {
		text += joined(", ", " in "+count(len(list), "collection")+" with "+number(total)+" entries", named("newest of", newest), named("imported", oldest))
	}
	v.label("  ", strong, "Advisories", text)
	if v.details {
		for _, n := range names {
			v.label("  ", normal, "", n)
		}
	}
}
