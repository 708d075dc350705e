package table

import (
	"cmp"
	"slices"
	"strings"

	"quaestor/reports"
)

// appGroup is one app, wherever it is installed, with all findings about it.
type appGroup struct {
	kind, identifier, product string
	findings                  []*findingGroup // worst first
	action                    string          // the strongest one proposed
	severity                  string          // the worst one
	spread                    *spread         // of many devices: on how many; nil where all findings are here
	asked, themselves         *spread         // of many devices: on how many its action is asked of the product, and of devices as a whole
}

// findingGroup is the same finding about the same app, once for every device that has it.
type findingGroup struct {
	*reports.Finding // the first
	all              []*reports.Finding
	spread           *spread // of many devices, of which all has one
}

// count is how many findings these are.
func (g *findingGroup) count() int {
	if g.spread != nil {
		return g.spread.findings
	}
	return len(g.all)
}

// groupApps puts findings together by app, and those of one app by what they say. The order is: strongest
// action, worst severity, name.
func groupApps(findings []reports.Finding) []*appGroup {
	var apps []*appGroup
	byApp := map[[3]string]*appGroup{}
	byFinding := map[[8]string]*findingGroup{}
	for i := range findings {
		f := &findings[i]
		app := appKey(f)
		a := byApp[app]
		if a == nil {
			a = &appGroup{kind: app[0], identifier: app[1], product: f.Subject.Product, action: f.Action, severity: f.Severity}
			byApp[app] = a
			apps = append(apps, a)
		}
		key := findingKey(app, f)
		g := byFinding[key]
		if g == nil {
			g = &findingGroup{Finding: f}
			byFinding[key] = g
			a.findings = append(a.findings, g)
		}
		g.all = append(g.all, f)
	}
	for _, a := range apps {
		a.sort()
	}
	slices.SortStableFunc(apps, compareApps)
	return apps
}

// findingKey is what makes two findings about an app say the same.
func findingKey(app [3]string, f *reports.Finding) [8]string {
	return [8]string{app[0], app[1], app[2], f.Rule, f.Title, f.Severity + "\x00" + f.Confidence, f.Axis + "\x00" + f.Action, leadMeasure(f)}
}

// appKey is what makes two findings be about one app. A finding about a device as a whole has no identifier and is grouped by
// its device and by what it asks for: to update the system of a device settles nothing of what else is found on it.
func appKey(f *reports.Finding) [3]string {
	if f.Subject.Identifier == "" {
		asks := f.Action
		if f.Severity == "info" {
			asks = "inform"
		}
		return [3]string{reports.DeviceKind, f.Subject.Device, asks + "\x00" + f.Subject.Name}
	}
	return [3]string{f.Subject.Kind, f.Subject.Identifier, f.Subject.Product}
}

func leadMeasure(f *reports.Finding) string {
	if len(f.Measures) == 0 {
		return ""
	}
	return f.Measures[0].ID
}

// sort orders the findings of an app and takes its action and severity from those above info; an app that has
// none above info is one for information.
func (a *appGroup) sort() {
	slices.SortStableFunc(a.findings, func(x, y *findingGroup) int {
		return cmp.Or(cmp.Compare(severityRank(x.Severity), severityRank(y.Severity)), cmp.Compare(actionRank(x.Action), actionRank(y.Action)),
			cmp.Compare(axisRank(x.Axis), axisRank(y.Axis)), cmp.Compare(x.Title, y.Title))
	})
	a.severity = a.findings[0].Severity
	a.action = a.findings[0].Action
	for _, f := range a.findings {
		if f.Severity != "info" && actionRank(f.Action) < actionRank(a.action) {
			a.action = f.Action
		}
	}
}

func compareApps(x, y *appGroup) int {
	return cmp.Or(cmp.Compare(x.level(), y.level()), cmp.Compare(actionRank(x.action), actionRank(y.action)),
		cmp.Compare(severityRank(x.severity), severityRank(y.severity)), cmp.Compare(strings.ToLower(x.name()), strings.ToLower(y.name())),
		cmp.Compare(x.identifier, y.identifier))
}

// level keeps the apps that have nothing above info behind all others, whatever their action.
func (a *appGroup) level() int {
	if a.onlyInfo() {
		return 1
	}
	return 0
}

func (a *appGroup) onlyInfo() bool { return a.severity == "info" }

// name is what to call the app: the product of the database where it was recognised, else its own label.
func (a *appGroup) name() string {
	return nameOf(a.findings[0].Finding)
}

// nameOf is what the subject of a finding is called.
func nameOf(f *reports.Finding) string {
	if f.Subject.Kind == reports.DeviceKind { // whatever the finding names besides
		return cmp.Or(f.Subject.DeviceName, "this device")
	}
	return cmp.Or(f.Params["product"], f.Subject.Name, f.Subject.Identifier, f.Subject.DeviceName, "this device")
}

// isDevice reports whether the findings are about a device as a whole.
func (a *appGroup) isDevice() bool { return a.kind == reports.DeviceKind }

// things counts apps, and what stands beside them: "3 apps", "1 app and 1 device".
func things(groups []*appGroup) string {
	apps, files, devices, exceptions, products, certificates := 0, 0, 0, 0, 0, 0
	var themselves *spread
	for _, a := range groups {
		switch {
		case a.isDevice():
			devices++
			themselves = a.themselves
		case a.kind == reports.ExceptionKind:
			exceptions++
		case a.kind == fileKind:
			files++
		case strings.HasPrefix(a.findings[0].Subject.App, "security-"): // registered, or at work, and no app that is listed
			products++
		case strings.HasPrefix(a.findings[0].Subject.App, "certificate-"):
			certificates++
		default:
			apps++
		}
	}
	if themselves != nil { // each group is of many devices
		devices = themselves.devices
	}
	var parts []string
	for _, p := range []struct {
		n    int
		noun string
	}{{apps, "app"}, {products, "security product"}, {certificates, "certificate"}, {files, "file"}, {devices, "device"}, {exceptions, "exception"}} {
		if p.n > 0 {
			parts = append(parts, count(p.n, p.noun))
		}
	}
	if n := len(parts); n > 2 {
		return strings.Join(parts[:n-1], ", ") + " and " + parts[n-1]
	}
	return strings.Join(parts, " and ")
}

// label is what the app calls itself, where that is not the name already.
func (a *appGroup) label() string {
	own := a.findings[0].Subject.Name
	if strings.EqualFold(own, a.name()) || own == a.identifier {
		return ""
	}
	return own
}

// devices lists the names of the devices with the app, each once.
func (a *appGroup) devices() []string {
	var out []string
	for _, d := range a.on() {
		out = append(out, d.name)
	}
	return out
}

// files lists the files that hold the app and are on no device, each once, without their folders.
func (a *appGroup) files() []string {
	var out []string
	seen := map[string]bool{}
	for _, g := range a.findings {
		for _, f := range g.all {
			if f.Subject.Device == "" && f.Subject.Kind != reports.ExceptionKind && !seen[f.Subject.App] {
				seen[f.Subject.App] = true
				out = append(out, fileName(f))
			}
		}
	}
	slices.Sort(out)
	return out
}

// fileName is the file that the app was handed in as, else where the evidence was read, or the id of the app.
func fileName(f *reports.Finding) string {
	if p := f.Subject.Path; p != "" {
		return p[strings.LastIndexAny(p, "/\\")+1:]
	}
	for _, e := range f.Evidence {
		if e.Path != "" {
			return e.Path[strings.LastIndexAny(e.Path, "/\\")+1:]
		}
	}
	return cmp.Or(f.Subject.App, f.ID)
}

// above lists the findings that the short form shows.
func (a *appGroup) above() []*findingGroup {
	return slices.DeleteFunc(slices.Clone(a.findings), func(f *findingGroup) bool { return f.Severity == "info" })
}

// signature is the same for apps about which the same things are said, so that a page of them can be one row.
func (a *appGroup) signature() string {
	var b strings.Builder
	for _, f := range a.above() {
		b.WriteString(strings.Join([]string{f.Rule, f.Severity, f.Axis, f.Confidence, f.Action, shortTitle(a, f), leadMeasure(f.Finding)}, "\x00") + "\x01")
	}
	return b.String()
}

// shortTitle is the title without the name of the app, which the column beside it gives already: nothing in
// place of a name at the start, "the app" in place of its identifier.
func shortTitle(a *appGroup, f *findingGroup) string {
	return withoutTrace(f.Finding, longTitle(a, f))
}

// withoutTrace is the title without what the column of the app says already of an app of which only traces are known.
func withoutTrace(f *reports.Finding, title string) string {
	if at := strings.LastIndex(title, traceMark); f.Subject.Presence != "" && at > 0 && strings.HasSuffix(title, ")") {
		return title[:at]
	}
	return title
}

// traceMark begins the end of a title that says what kind of trace a finding is about.
const traceMark = " (a trace: "

// trace is what kind of trace the findings are about; empty for an app that a source lists as installed.
func (a *appGroup) trace() string {
	for _, g := range a.findings {
		for _, f := range g.all {
			if at := strings.LastIndex(f.Title, traceMark); f.Subject.Presence != "" && at > 0 {
				return strings.TrimSuffix(f.Title[at+len(" ("):], ")")
			}
		}
	}
	return ""
}

func longTitle(a *appGroup, f *findingGroup) string {
	for _, name := range []string{f.Params["product"], f.Subject.Name, f.Params["family"], a.identifier} {
		if name == "" {
			continue
		}
		rest, ok := strings.CutPrefix(strings.TrimPrefix(f.Title, "The file of "), name)
		if ok && (strings.HasPrefix(rest, ": ") || strings.HasPrefix(rest, " ")) && !strings.HasPrefix(rest, " (") { // brackets belong to the name
			return strings.TrimLeft(rest, ": ")
		}
	}
	if len(a.identifier) < 4 || f.Title == a.identifier { // a short one may be part of any word
		return f.Title
	}
	return strings.ReplaceAll(f.Title, a.identifier, "the app")
}
