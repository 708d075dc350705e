package paths

import (
	"fmt"
	"slices"
	"strings"

	"quaestor/scanners/internal/iosfacts"
	"quaestor/scanners/internal/tally"
	"quaestor/scanners/inventory"
)

// installed states an app whose program lies on the phone and whose identifier is known.
func (r *report) installed(a conclusion) {
	app := r.phone.App(a.id)
	if app == nil {
		return
	}
	r.phone.Installed(app)
	app.Concluded = concludedFrom[a.how]
	iosfacts.AddInfo(app, r.infos[a.bundle.path])
	iosfacts.Fill(&app.Name, a.name())
	r.describe(app, a)
	app.System = app.System || a.apples() || a.uuid == ""
	r.known[a.id] = app
	if a.line != a.bundle.line && r.list && len(app.Origins) < maxNames {
		app.Origins = append(app.Origins, r.origin(a.line, ""))
	}
	if a.data != nil && a.data.ran {
		r.phone.Trace(app, inventory.Trace{Kind: inventory.TraceUsed, Detail: traceStarted})
	}
}

// concludedFrom are the inventory's words for how an identifier was concluded; what the app states itself was not.
var concludedFrom = map[how]string{byProgram: "program-cache", byParts: "extensions", byApple: "folder-name"}

// describe states what the folder of an app tells.
func (r *report) describe(app *inventory.App, a conclusion) {
	iosfacts.AddText(&app.Paths, a.bundle.path)
	if a.store && !a.signed {
		app.Distribution = "app-store"
	}
	if len(app.Extensions) == 0 {
		for _, p := range r.partsOf(a) {
			app.Extensions = append(app.Extensions, inventory.AppExtension{Identifier: p.id, Name: inventory.Text(p.name), File: inventory.Text(p.file)})
		}
	}
	if len(app.Origins) < maxNames {
		app.Origins = append(app.Origins, r.origin(a.bundle.line, a.bundle.path))
	}
}

// byName states an app of which only the name of its folder is known. Two folders of one name may be two apps.
func (r *report) byName(a conclusion, device string) inventory.App {
	name := inventory.Text(a.name())
	app := inventory.App{ID: inventory.AppID(device, inventory.NameOnly, name, a.uuid), Device: device, Platform: inventory.IOS,
		IdentifierKind: inventory.NameOnly, Identifier: name, Name: name, System: a.uuid == ""}
	r.describe(&app, a)
	return app
}

// systemApps states the apps of the system's own folders, and returns those without an identifier.
func (r *report) systemApps() []conclusion {
	var nameless []conclusion
	for _, b := range r.systemList {
		c := conclusion{bundle: b, line: b.line, id: r.said(b), how: byInfo}
		if c.id == "" {
			c.id, c.how = appleApps[b.name()], byApple
		}
		if c.id == "" {
			nameless = append(nameless, c)
			continue
		}
		r.installed(c)
	}
	return nameless
}

// dataLeft states an app of which there is data, and no program that is known to be its.
func (r *report) dataLeft(o owner) {
	app := r.phone.App(o.id)
	if app == nil || r.known[o.id] != nil {
		return
	}
	app.Concluded = "data-container"
	r.phone.Trace(app, inventory.Trace{Kind: inventory.TraceData, Detail: "a container for its data; no program in the list is known to be its"})
	if o.ran {
		r.phone.Trace(app, inventory.Trace{Kind: inventory.TraceUsed, Detail: traceStarted})
	}
	app.Origins = append(app.Origins, r.origin(o.line, ""))
}

const traceStarted = "the system keeps files that it makes when the app is started"

// partsOf are the extensions of an app, with the identifiers that their own containers tell.
func (r *report) partsOf(a conclusion) []part {
	parts := slices.Clone(a.bundle.parts)
	if a.id == "" {
		return parts
	}
	for i := range parts {
		if p := &parts[i]; belongs(p.name, a.id) {
			p.id = p.name
		} else {
			p.id = r.partIDs()[partKey{a.id, p.name}]
		}
	}
	return parts
}

// partKey is an extension by the app it belongs to and the name of its program.
type partKey struct{ app, program string }

// partIDs are the identifiers of extensions, from the containers in which the loader names their program.
func (r *report) partIDs() map[partKey]string {
	if r.ids != nil {
		return r.ids
	}
	r.ids = map[partKey]string{}
	for _, c := range r.pluginList {
		o, ok := c.agreed()
		if !ok {
			continue
		}
		app := o.id[:strings.LastIndexByte(o.id, '.')]
		for _, p := range c.programs() {
			r.ids[partKey{app, p.text}] = o.id
		}
	}
	return r.ids
}

// groups states for each app the groups whose name is made from its identifier.
func (r *report) groups(apps map[string]*inventory.App) {
	for _, c := range r.groupList {
		for _, m := range c.marks {
			id, ok := strings.CutPrefix(m.text, "group.")
			if !ok || m.kind != markPrefs {
				continue
			}
			for range maxLevels {
				if a := apps[id]; a != nil {
					iosfacts.AddText(&a.Groups, m.text)
					break
				}
				dot := strings.LastIndexByte(id, '.')
				if dot < 0 {
					break
				}
				id = id[:dot]
			}
		}
	}
}

// ways says how the identifiers were concluded, and of which apps there is none.
func (r *report) ways(n map[how]int, nameless []conclusion) {
	if n[byFolder] > 0 {
		r.gap(inventory.GapBlind, n[byFolder], r.fitted.Samples, "Programs and containers of data were joined for no more than their names, with low confidence: the folder of the app is named like the identifier, and no other fits. "+
			"An app may bear the name of another.", "A backup or a listing of the phone names the identifiers.")
	}
	if sum := n[byProgram] + n[byParts] + n[byApple]; sum > 0 {
		r.gap(inventory.GapBlind, sum, nil, fmt.Sprintf("Bundle identifiers are concluded and not read: %d from the cache of the app's program in a container of that identifier, "+
			"%d from extensions named after it, %d from the name that Apple gives to the folder of its own app.", n[byProgram], n[byParts], n[byApple]), "")
	}
	var named, signed tally.Tally
	for _, a := range nameless {
		named.Add(a.name())
	}
	if named.Count > 0 {
		r.gap(inventory.GapBlind, named.Count, named.Samples, "The names do not tell the bundle identifiers of these apps; they are told by the names of their folders.",
			"A backup or a listing of the phone names them, and so does the Info.plist in each folder.")
	}
	for _, b := range r.bundleList {
		if b.signed {
			signed.Add(b.name())
		}
	}
	if signed.Count > 0 {
		r.gap(inventory.GapBlind, signed.Count, signed.Samples, "A provisioning profile lies in these apps, as in those that did not come from the App Store; a list of names does not tell whose it is.",
			"Read embedded.mobileprovision in the folder of the app.")
	}
	if unsure := len(r.dataList) - len(r.owners()); unsure > 0 {
		r.gap(inventory.GapBlind, unsure, nil, fmt.Sprintf("%d of %d containers for data do not tell by their names whose they are.", unsure, len(r.dataList)), "")
	}
}

// twice says that programs and data that nothing links may be of one app, which is then told and counted twice.
func (r *report) twice(nameless []conclusion, left []owner) {
	var programs, data tally.Tally
	for _, a := range nameless {
		programs.Add(a.name())
	}
	for _, o := range left {
		if !strings.HasPrefix(o.id, "com.apple.") {
			data.Add(o.id)
		}
	}
	if programs.Count == 0 || data.Count == 0 {
		return
	}
	r.gap(inventory.GapBlind, min(programs.Count, data.Count), slices.Concat(programs.Samples, data.Samples), fmt.Sprintf("Programs without an identifier (%d) and containers for data without a program (%d) "+
		"may be two halves of the same apps: such an app is told twice, installed by its name and as a trace by its identifier. The trace may be of an app that is installed.", programs.Count, data.Count),
		"A backup or a listing of the phone names the identifiers.")
}

// limits says what was left out.
func (r *report) limits() {
	if r.badInfo.Count > 0 {
		r.gap(inventory.GapMalformed, r.badInfo.Count, r.badInfo.Samples, "The Info.plist of apps cannot be read, or states no bundle identifier.", "Look at these apps by hand.")
	}
	if n := r.closedInfo.Count; n > 0 {
		detail := "The Info.plist of apps was not opened: their identifiers are concluded from names, and their versions are not known."
		if r.noInfo != nil {
			detail = "The archive can only be read by its names: " + inventory.Text(r.noInfo.Error()) + ". " + detail
		}
		r.gap(inventory.GapLimit, n, r.closedInfo.Samples, detail, "Unpack the archive and scan the folder.")
	}
	if r.dropped.Count > 0 {
		r.gap(inventory.GapLimit, r.dropped.Count, r.dropped.Samples, "More apps, containers or profiles than a phone can have: the rest was not kept.", "Check where this list comes from.")
	}
	var cut tally.Tally
	for _, b := range slices.Concat(r.bundleList, r.systemList) {
		if b.cut {
			cut.Add(b.name())
		}
	}
	if cut.Count > 0 {
		r.gap(inventory.GapLimit, cut.Count, cut.Samples, fmt.Sprintf("Apps have more than %d extensions; the rest was not kept.", maxExtensions), "Look at them by hand.")
	}
}

// addProfiles states the configuration profiles whose files lie on the phone.
func (r *report) addProfiles() {
	var t tally.Tally
	for _, p := range r.profiles {
		name := inventory.Text(p.name)
		r.phone.AddProfile(inventory.Profile{Kind: "configuration-profile", Identifier: name, Origins: []inventory.Origin{r.origin(p.line, "")}})
		t.Add(name)
	}
	if t.Count > 0 {
		r.gap(inventory.GapBlind, t.Count, t.Samples, "Configuration profiles lie on the phone; a list of names does not tell what they set and whose they are.",
			"Scan a backup, which holds their content.")
	}
}
