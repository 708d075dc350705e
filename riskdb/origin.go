package riskdb

import (
	"fmt"
	"slices"
	"strings"

	"quaestor/scanners/inventory"
)

// origin reports apps that no known store or management system installed.
func (a *assessor) origin(f *facts) {
	app := f.app
	if app.Platform != inventory.Android || app.Device == "" || app.System || app.UpdatedSystem || app.NotInstalled || !app.InstallerKnown {
		return
	}
	from := a.db.Installer(app.Installer)
	if from != nil && from.Vouches() {
		return
	}
	if !tellsSystem(app) {
		if app.Installer == "" {
			a.unknownOrigin++
			return
		}
	}
	detail := "It has no installer: it was copied to the device, or installed over a cable."
	switch {
	case from != nil:
		detail = fmt.Sprintf("It was installed through %s (%s), which does not vouch for what it installs.", from.Name, from.Package)
	case app.Installer != "":
		detail = fmt.Sprintf("It was installed by %q, which is no store or management system that is listed.", app.Installer)
	}
	detail = joinSpace(detail, a.originator(app))
	e := Evidence{Kind: ByInstaller, Supports: true, Reliability: 'B', Credibility: 2, Detail: detail, Origin: origin(app)}
	severity, context := a.aboutOrigin(f, Low)
	a.add(f, Finding{Rule: RuleUnknownOrigin, Axis: Security, Severity: severity, Action: Review, Confidence: ConfidenceModerate, Context: context,
		Title: fmt.Sprintf("%s: origin unknown", a.label(f)), Reason: detail, Evidence: []Evidence{e},
		Caveat: "An app that a workplace installs by itself looks the same.",
		Params: map[string]string{"package": app.Identifier, "installer": app.Installer}})
	a.specialAccess(f, e)
}

// originator tells where the installer says that it had the app from. Anybody who installs may say so: it vouches for nothing.
func (a *assessor) originator(app *inventory.App) string {
	if app.Originator == "" || app.Originator == app.Installer {
		return ""
	}
	name := fmt.Sprintf("%q", app.Originator)
	if known := a.db.Installer(app.Originator); known != nil {
		name = fmt.Sprintf("%s (%s)", known.Name, known.Package)
	}
	return fmt.Sprintf("Whoever installed it says that it had it from %s, which nothing confirms.", name)
}

// tellsSystem reports whether the source would have said that the app is part of the system.
func tellsSystem(app *inventory.App) bool {
	return len(app.Paths) > 0 || len(app.Flags) > 0
}

func (a *assessor) specialAccess(f *facts, from Evidence) {
	reach := a.special(f)
	open, refused := byGrant(reach)
	if len(open) == 0 {
		return
	}
	evidence := []Evidence{from}
	var categories []string
	severity := Medium
	for _, r := range slices.Concat(open, refused) {
		evidence = append(evidence, grantEvidence(f, r))
	}
	for _, r := range open {
		if !slices.Contains(categories, r.Category) {
			categories = append(categories, r.Category)
		}
		if r.Granted == grantYes {
			severity = High
		}
	}
	severity, context := a.aboutOrigin(f, severity)
	list := strings.Join(categories, ", ")
	a.add(f, Finding{Rule: RuleSpecialAccess, Axis: Security, Severity: severity, Action: Review, Confidence: ConfidenceModerate, Context: context,
		Title:    fmt.Sprintf("%s: unknown origin with special access (%s)", a.label(f), list),
		Reason:   "An app that nobody vouches for can, or asks to, read or control more than its own window.",
		Caveat:   openCaveat(open),
		Evidence: evidence, Params: map[string]string{"package": f.app.Identifier, "categories": list}})
}

// openCaveat says of special access, which Android's list of permissions does not settle, where to look.
func openCaveat(reach []Reach) string {
	if slices.ContainsFunc(reach, func(r Reach) bool { return r.Granted == grantUnknown }) {
		return "The source does not tell which special access the user allowed: Settings > Apps > Special app access does, or a dump of the app ops."
	}
	return ""
}

// grantEvidence states an access with whether it is held. A refused one speaks against the finding.
func grantEvidence(f *facts, r Reach) Evidence {
	names := make([]string, len(r.Permissions))
	for i, name := range r.Permissions {
		names[i] = namedGrant(f.permissions, name)
	}
	return Evidence{Kind: ByPermission, Supports: r.Granted != grantNo, Reliability: 'B', Credibility: 2, Origin: origin(f.app),
		Detail: fmt.Sprintf("%s: %s (granted: %s).", r.Category, strings.Join(names, ", "), r.Granted)}
}

// special lists special access among the app's permissions and the permissions that guard its services.
func (a *assessor) special(f *facts) []Reach {
	perms := slices.Clone(f.permissions)
	if f.base != nil {
		for _, c := range f.base.Manifest {
			if c.Permission != "" {
				perms = append(perms, inventory.Permission{Name: c.Permission})
			}
		}
	}
	perms = slices.DeleteFunc(perms, func(p inventory.Permission) bool {
		known := a.db.Permission(p.Name)
		return known == nil || !(known.Special || strings.HasPrefix(p.Name, "android.permission.BIND_"))
	})
	return append(a.held(f), a.reachOf(perms)...)
}

// held lists the special access that the device itself says the app has: an enabled accessibility service, a
// notification listener, device administration.
func (a *assessor) held(f *facts) []Reach {
	var out []Reach
	for _, sp := range a.access[f.app.ID] {
		for _, privilege := range sp.Privileges {
			i := slices.IndexFunc(out, func(r Reach) bool { return r.Category == privilege })
			if i < 0 {
				out = append(out, Reach{Category: privilege, Weight: maxWeight, Granted: "yes"})
				i = len(out) - 1
			}
			out[i].Permissions = append(out[i].Permissions, firstOf(sp.Service, sp.Name))
		}
	}
	return out
}

// maxWeight is that of a permission that opens the whole device.
const maxWeight = 5
