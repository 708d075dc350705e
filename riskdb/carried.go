package riskdb

import (
	"fmt"
	"slices"
	"strings"

	"quaestor/scanners/inventory"
)

// RuleCarried is the rule on apps and code that lie inside an app as files of their own.
const RuleCarried = "carried"

// unit is a file with code of its own inside an app.
type unit struct {
	bin    *inventory.Binary
	place  Place   // in the file of the app, or in the unit that it lies in
	places []Place // all of them: the same file may lie in several
	deeper bool    // in a unit
	seems  string  // what the name of a place says that it is, where it is something else: "a font"
	within string  // what it is compressed with in a place whose name does not say so
}

// maxUnits is how many files inside one app are judged.
const maxUnits = 200

// carriedBy lists the files inside the files of an app, at any depth, each once, in the order of their places.
func (a *assessor) carriedBy(f *facts) []unit {
	if a.inside == nil {
		a.inside = map[string][]unit{}
		for i := range a.inv.Binaries {
			b := &a.inv.Binaries[i]
			for _, p := range b.Inside {
				u := unit{bin: b, place: Place{File: p.File, Item: p.Item}, seems: seeming(p.File), within: a.wrapping(p)}
				if p.Item != "" {
					u.place.Kind = PlaceItem
				}
				a.inside[p.Binary] = append(a.inside[p.Binary], u)
			}
		}
	}
	if len(a.inside) == 0 {
		return nil
	}
	var out []unit
	at := map[string]int{} // the unit's place in out, or none for a file of the app itself
	var walk func(sha, binary string, deeper bool)
	walk = func(sha, binary string, deeper bool) {
		for _, u := range a.inside[sha] {
			u.place.Binary, u.deeper = binary, deeper
			u.places = []Place{u.place}
			if i, ok := at[u.bin.SHA256]; ok {
				if i >= 0 {
					out[i].join(u)
				}
				continue
			}
			if len(out) == maxUnits {
				continue
			}
			at[u.bin.SHA256] = len(out)
			out = append(out, u)
			walk(u.bin.SHA256, u.bin.SHA256, true)
		}
	}
	files := f.files()
	for _, b := range files {
		at[b.SHA256] = -1
	}
	for i, b := range files {
		binary := b.SHA256
		if i == 0 && f.base != nil {
			binary = ""
		}
		walk(b.SHA256, binary, false)
	}
	slices.SortFunc(out, func(x, y unit) int { return comparePlaces(x.place, y.place) })
	return out
}

// carried reports what an app carries besides its own code. A file that is itself an app is judged as the app it is,
// at a lower force: it is not installed.
func (a *assessor) carried(f *facts) {
	var rest []unit
	for _, u := range a.carriedBy(f) {
		if fd := a.insideFinding(f, u); fd != nil {
			a.add(f, *fd)
			a.ownID(u.bin.SHA256)
		} else {
			rest = append(rest, u)
		}
	}
	if len(rest) > 0 {
		a.carriedFiles(f, rest)
	}
}

// carriedFiles is one finding on all files of which nothing more is known.
func (a *assessor) carriedFiles(f *facts, units []unit) {
	severity, action, caveat := Info, Inform, ""
	var evidence []Evidence
	apps := 0
	for _, u := range units {
		e := Evidence{Kind: ByCode, Supports: true, Reliability: 'A', Credibility: 2, Origin: origin(f.app), Places: u.places[:min(len(u.places), maxPlaces)],
			Detail: fmt.Sprintf("A file of its own with code in it (%s, SHA-256 %s…)", u.bin.Format, short(u.bin.SHA256))}
		if p := u.bin.Package; p != "" {
			apps++
			e.Detail = fmt.Sprintf("The app %q as a file (SHA-256 %s…)", p, short(u.bin.SHA256))
			if p != f.app.Identifier { // an app may bring an older or smaller form of itself
				severity, action = Low, Review
			}
		}
		if how := u.disguise(); how != "" {
			severity, action = Low, Review
			e.Detail += ", " + how
		}
		if of := a.watchedCode(f, u); of != "" {
			severity, action = Low, Review
			e.Detail += ", with code of " + of
		}
		e.Detail += "."
		if len(evidence) < maxCarried {
			evidence = append(evidence, e)
		}
	}
	reason := "Code in a file of its own is not started by Android; the app can load or install it. What it holds is not counted as the app's."
	if slices.ContainsFunc(units, func(u unit) bool { return u.disguise() != "" }) {
		reason += " A file whose name says that it is something else, or that is compressed once more, is not found by who looks for code by name; ordinary building does not do that."
	}
	if more := len(units) - len(evidence); more > 0 {
		caveat = fmt.Sprintf("The evidence names %d of %d files; the inventory has all.", len(evidence), len(units))
	}
	a.add(f, Finding{Rule: RuleCarried, Axis: Security, Severity: severity, Action: action, Confidence: ConfidenceModerate, Evidence: evidence, Caveat: caveat,
		Title: fmt.Sprintf("%s carries %s", a.label(f), unitWords(units)), Reason: reason,
		Params: map[string]string{"package": f.app.Identifier, "files": fmt.Sprint(len(units)), "apps": fmt.Sprint(apps)}})
}

// maxCarried is how many files a finding names.
const maxCarried = 8

// watchedCode names the vendors within reach of a state that the texts name, whose code is surely in a file.
func (a *assessor) watchedCode(f *facts, u unit) string {
	found := weigh(a.marksInFile(u.bin, u.bin, a.absent([]*inventory.Binary{u.bin}, nil)))
	var names []string
	for _, m := range acting(found, found) {
		if m.SDK.Local || m.Confidence == ConfidenceLow {
			continue
		}
		if o := a.codeOwner(m.SDK); o.priority && o.allows != ConfidenceLow && !a.ownCode(f, o) && !slices.Contains(names, o.name) {
			names = append(names, o.name)
		}
	}
	return strings.Join(names, ", ")
}

// insideFinding judges a file that is an app as if it were installed, and takes the worst of it a step down: a
// review, and no measure, for nothing forbids a file. It is nil where there is nothing against it, or where it is the
// app's own.
func (a *assessor) insideFinding(f *facts, u unit) *Finding {
	if u.bin.Package == "" || u.bin.Package == f.app.Identifier {
		return nil
	}
	worst, titles := a.worstInside(u.bin, f.app)
	if worst == nil {
		return nil
	}
	name := u.bin.Package
	if p := worst.Subject.Product; p != nil {
		name = p.Name
	}
	evidence := append([]Evidence{{Kind: ByCode, Supports: true, Reliability: 'A', Credibility: 2, Origin: origin(f.app), Places: []Place{u.place},
		Detail: fmt.Sprintf("The app %q as a file (SHA-256 %s…).", u.bin.Package, short(u.bin.SHA256))}}, worst.Evidence...)
	return &Finding{Rule: RuleCarried, Axis: worst.Axis, Severity: worst.Severity.less(), Action: Review, Confidence: worst.Confidence,
		Title: fmt.Sprintf("%s carries another app: %s", a.label(f), name),
		Reason: fmt.Sprintf("The file %q in it is the app %q. Were it installed: %s. It is not, but the app that carries it, or whoever holds the device, could install it.",
			u.place.File, u.bin.Package, strings.Join(titles, "; ")),
		Caveat: worst.Caveat, Evidence: evidence, Sources: worst.Sources,
		Params: map[string]string{"package": f.app.Identifier, "inside": u.bin.Package, "file": u.place.File, "rule": worst.Rule}}
}

// insideRules are the rules by which an app in a file is judged: what it is, not how it came or what it holds.
var insideRules = []string{RuleSpyware, RuleStalkerware, RuleBan, RuleMeasure, RuleSecuritySoftware, RuleJurisdiction, RuleForeignSigner}

// worstInside is the worst that would be found of an app were it installed, and the titles of all of it.
func (a *assessor) worstInside(b *inventory.Binary, outer *inventory.App) (*Finding, []string) {
	app := &inventory.App{ID: inventory.FactID("inside", outer.ID, b.SHA256), Platform: inventory.Android, IdentifierKind: inventory.AndroidPackage,
		Identifier: b.Package, Name: b.Label, Version: b.Version, Binaries: []string{b.SHA256}, Origins: outer.Origins}
	before := len(a.out.Findings)
	f := a.gather(app)
	a.identify(f)
	a.foreignSigner(f)
	a.measures(f)
	a.jurisdiction(f)
	a.indicators(f)
	found := slices.Clone(a.out.Findings[before:])
	a.out.Findings = a.out.Findings[:before]
	found = slices.DeleteFunc(found, func(fd Finding) bool { return !slices.Contains(insideRules, fd.Rule) || fd.Severity == Info })
	if len(found) == 0 {
		return nil, nil
	}
	slices.SortStableFunc(found, compareFindings)
	var titles []string
	for _, fd := range found {
		titles = append(titles, fd.Title)
	}
	return &found[0], titles
}

// less is the severity one step down, and never below information.
func (s Severity) less() Severity {
	i := slices.Index(Severities, s)
	return Severities[min(max(i, 0)+1, len(Severities)-1)]
}
