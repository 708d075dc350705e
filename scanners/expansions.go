package scanners

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"quaestor/scanners/inventory"
)

// expansionName is what stores call an expansion file: main or patch, the version code, and the package.
var expansionName = regexp.MustCompile(`(?i)^(?:main|patch)\.[0-9]+\.([\w.]+)\.obb$`)

// ExpansionMark is the mark of an app that has code in an expansion file.
func ExpansionMark(file, kind string) inventory.Mark {
	return inventory.Mark{Code: inventory.MarkHiddenCode, Detail: "code in an expansion file", Count: 1, Places: []inventory.Place{{File: file, Item: kind}}}
}

// expansions gives what was found in expansion files to the apps whose files these are.
func (a *adoption) expansions() {
	for i := range a.inv.Binaries {
		b := &a.inv.Binaries[i]
		if len(b.Inside) > 0 || b.Package != "" || len(b.Origins) == 0 {
			continue
		}
		at := slices.IndexFunc(b.FileNames, func(name string) bool { return strings.EqualFold(path.Ext(name), ".obb") })
		if at < 0 {
			continue
		}
		name := b.FileNames[at]
		base := a.ownerOf(name, b.Origins[0].Path)
		if base == nil {
			a.inv.Gaps = append(a.inv.Gaps, inventory.Gap{Scanner: b.Origins[0].Scanner, Subject: b.Origins[0].Path, Kind: inventory.GapSkipped,
				Detail: "There is code in an expansion file of an app that is not here, so it is told of none.", Next: "Scan the app's APK together with it."})
			continue
		}
		b.Inside = []inventory.Place{{Binary: base.SHA256, File: name}}
		base.Marks = append(slices.Clone(base.Marks), ExpansionMark(name, b.Format))
	}
}

// ownerOf is the base of the app that an expansion file belongs to: the package that its name states, or its folder in
// Android/obb; else the only app in the same folder. Of several copies of an app, the nearest.
func (a *adoption) ownerOf(name, file string) *inventory.Binary {
	pkg := ""
	if m := expansionName.FindStringSubmatch(name); m != nil {
		pkg = m[1]
	} else if dir := path.Dir(file); path.Base(path.Dir(dir)) == "obb" {
		pkg = path.Base(dir)
	}
	var best *inventory.Binary
	near, several := -1, false
	for i := range a.inv.Apps {
		app := &a.inv.Apps[i]
		if len(app.Binaries) == 0 || pkg != "" && app.Identifier != pkg {
			continue
		}
		base := a.binaries[app.Binaries[0]]
		if base == nil || base.Split != "" || base == best {
			continue
		}
		for _, o := range base.Origins {
			n := common(o.Path, file)
			if pkg == "" && path.Dir(o.Path) != path.Dir(file) {
				continue
			}
			several = several || best != nil && pkg == ""
			if n > near {
				best, near = base, n
			}
		}
	}
	if several {
		return nil
	}
	return best
}

// common counts the folders that two paths begin with.
func common(a, b string) int {
	x, y := strings.Split(path.Dir(a), "/"), strings.Split(path.Dir(b), "/")
	n := 0
	for n < len(x) && n < len(y) && x[n] == y[n] {
		n++
	}
	return n
}
