package scanners

import (
	"path"
	"slices"
	"strings"

	"quaestor/scanners/inventory"
)

// adopt brings together what several sources tell of one app. Splits that were read apart from their base are joined
// to it; an APK file's own App is dropped where a device has an app with the same base binary, because what the file
// told stays in the Binary; and what the file says of the app completes what the device says.
func adopt(inv *inventory.Inventory) {
	a := adoption{inv: inv, binaries: make(map[string]*inventory.Binary, len(inv.Binaries)), installed: map[string]bool{}}
	for i := range inv.Binaries {
		a.binaries[inv.Binaries[i].SHA256] = &inv.Binaries[i]
	}
	a.device()
	a.splits()
	inv.Apps = slices.DeleteFunc(inv.Apps, func(app inventory.App) bool {
		return app.Device == "" && len(app.Binaries) > 0 && a.installed[app.Binaries[0]]
	})
	a.expansions()
	for i := range inv.Apps {
		if inv.Apps[i].Device != "" {
			a.complete(&inv.Apps[i])
		}
	}
}

type adoption struct {
	inv       *inventory.Inventory
	binaries  map[string]*inventory.Binary
	installed map[string]bool // binaries of apps on a device
}

// device notes which binaries belong to apps on devices, and closes the gaps about splits whose base was read too.
func (a *adoption) device() {
	for i := range a.inv.Apps {
		app := &a.inv.Apps[i]
		if app.Device == "" {
			continue
		}
		for j, sha := range app.Binaries {
			a.installed[sha] = true
			if j > 0 && a.readBase(app) != nil {
				a.close(app.Identifier, a.binaries[sha])
			}
		}
	}
}

// readBase is the base of an app, nil where only its hash is known or there is none.
func (a *adoption) readBase(app *inventory.App) *inventory.Binary {
	if len(app.Binaries) == 0 {
		return nil
	}
	b := a.binaries[app.Binaries[0]]
	if b == nil || b.Entries == 0 || b.Split != "" || b.Package != app.Identifier {
		return nil
	}
	return b
}

// splits joins files that are only splits to the app whose base lies in the same folder: what was pulled from a
// phone lies as single files beside those of other apps.
func (a *adoption) splits() {
	joined := map[string]bool{}
	for i := range a.inv.Apps {
		part := &a.inv.Apps[i]
		if part.Device != "" || len(part.Binaries) == 0 || a.installed[part.Binaries[0]] {
			continue
		}
		first := a.binaries[part.Binaries[0]]
		if first == nil || first.Split == "" {
			continue
		}
		if whole := a.baseOf(part, first); whole != nil {
			a.join(whole, part)
			joined[part.ID] = true
		}
	}
	a.inv.Apps = slices.DeleteFunc(a.inv.Apps, func(app inventory.App) bool { return app.Device == "" && joined[app.ID] })
}

// baseOf finds the app that a split is part of: the same package, release and signers, in the same folder.
func (a *adoption) baseOf(part *inventory.App, split *inventory.Binary) *inventory.App {
	for i := range a.inv.Apps {
		app := &a.inv.Apps[i]
		if app.Device != "" || app.Platform != part.Platform || app.Identifier != part.Identifier {
			continue
		}
		base := a.readBase(app)
		if base != nil && base.VersionCode == split.VersionCode && sameSigners(base, split) && sameFolder(base, split) {
			return app
		}
	}
	return nil
}

func sameSigners(a, b *inventory.Binary) bool {
	return slices.EqualFunc(a.Signers, b.Signers, func(x, y inventory.Signer) bool { return x.SHA256 == y.SHA256 })
}

// sameFolder reports whether two files were found side by side.
func sameFolder(a, b *inventory.Binary) bool {
	return slices.ContainsFunc(a.Origins, func(x inventory.Origin) bool {
		return slices.ContainsFunc(b.Origins, func(y inventory.Origin) bool { return path.Dir(x.Path) == path.Dir(y.Path) })
	})
}

// join adds the splits of part to an app.
func (a *adoption) join(whole, part *inventory.App) {
	for _, sha := range part.Binaries {
		if slices.Contains(whole.Binaries, sha) {
			continue
		}
		whole.Binaries = append(whole.Binaries, sha)
		if b := a.binaries[sha]; b != nil {
			a.close(part.Identifier, b)
		}
	}
	whole.Permissions = inventory.UnitePermissions(whole.Permissions, part.Permissions)
	whole.Origins = append(whole.Origins, part.Origins...)
}

// MissingBase is the gap about a split that was read without its base.
func MissingBase(pkg, file string) inventory.Gap {
	return inventory.Gap{Subject: inventory.Text(file), Kind: inventory.GapUnreadable,
		Detail: inventory.Text("the base of \"" + pkg + "\" is missing; only a split was read, so most of what the app asks for is not known"),
		Next:   "Scan the base APK together with its splits."}
}

// close takes back the gap about the missing base of a split, and what it says of the run that read the split.
func (a *adoption) close(pkg string, split *inventory.Binary) {
	if split == nil || split.Entries == 0 {
		return
	}
	for _, o := range split.Origins {
		missing := MissingBase(pkg, o.Path)
		before := len(a.inv.Gaps)
		a.inv.Gaps = slices.DeleteFunc(a.inv.Gaps, func(g inventory.Gap) bool {
			return g.Kind == missing.Kind && g.Subject == missing.Subject && g.Detail == missing.Detail
		})
		if len(a.inv.Gaps) < before {
			a.succeeded(o)
		}
	}
}

// succeeded corrects the run that read a file, whoever else named it, when no gap is left that makes it partial.
func (a *adoption) succeeded(o inventory.Origin) {
	for i := range a.inv.Runs {
		run := &a.inv.Runs[i]
		if run.Target != o.Path || run.Status != inventory.RunPartial {
			continue
		}
		if !slices.ContainsFunc(a.inv.Gaps, func(g inventory.Gap) bool {
			return g.Scanner == run.Scanner && g.Kind.Incomplete() && strings.HasPrefix(g.Subject, run.Target)
		}) {
			run.Status = inventory.RunSucceeded
		}
	}
}

// complete fills in what a device does not tell of an app from the files of it that were read. The origin of the
// base says whose word that is. A file of another version than the one installed says nothing.
func (a *adoption) complete(app *inventory.App) {
	base := a.readBase(app)
	if base == nil || app.VersionCode != 0 && base.VersionCode != 0 && app.VersionCode != base.VersionCode {
		return
	}
	filled := fill(&app.Name, base.Label)
	filled = fill(&app.Version, base.Version) || filled
	filled = fill(&app.VersionCode, base.VersionCode) || filled
	filled = fill(&app.MinSDK, base.MinSDK) || filled
	filled = fill(&app.TargetSDK, base.TargetSDK) || filled
	filled = fill(&app.SharedUser, base.SharedUser) || filled
	filled = fill(&app.Debuggable, base.Debuggable) || filled
	filled = a.requests(app) || filled
	if filled {
		for _, o := range base.Origins {
			if o.SHA256 == base.SHA256 && !slices.Contains(app.Origins, o) { // the file itself, and not a list with its hash
				app.Origins = append(app.Origins, o)
				break
			}
		}
	}
}

// fill sets what is not known.
func fill[T comparable](into *T, value T) bool {
	var none T
	if *into != none || value == none {
		return false
	}
	*into = value
	return true
}

// requests adds what the manifests ask for where the device does not say what the app asks for. Whether it was
// given, only a device can tell.
func (a *adoption) requests(app *inventory.App) bool {
	if slices.ContainsFunc(app.Permissions, func(p inventory.Permission) bool { return p.Requested }) {
		return false
	}
	var asked []inventory.Permission
	for _, sha := range app.Binaries {
		if b := a.binaries[sha]; b != nil && b.Package == app.Identifier && b.Entries > 0 {
			asked = inventory.UnitePermissions(asked, b.Permissions)
		}
	}
	for _, p := range asked {
		p.Granted, p.GrantKnown, p.GrantedTo = false, false, nil
		i := slices.IndexFunc(app.Permissions, func(have inventory.Permission) bool { return have.Name == p.Name })
		if i < 0 {
			app.Permissions = append(app.Permissions, p)
			continue
		}
		have := &app.Permissions[i]
		have.Requested, have.Implied, have.MinSDK, have.MaxSDK = p.Requested, p.Implied, p.MinSDK, p.MaxSDK
	}
	return len(asked) > 0
}
