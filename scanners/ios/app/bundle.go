package app

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"quaestor/scanners/internal/plist"
	"quaestor/scanners/inventory"
)

const (
	maxFrameworks = 2000
	maxExtensions = 500
	maxManifests  = 2000
)

// openAccess is what a keyboard states that asks for the network and for the data of its app.
const openAccess = "RequestsOpenAccess"

// bundle is a framework, an extension or an app inside the app.
type bundle struct {
	dir        string // in the app
	identifier string
	name       string
	version    string
	program    string // its path in the app
	point      string // where the system offers it
	usage      []inventory.Permission
}

// isBundle reports the folders whose Info.plist is read.
func isBundle(dir string) bool {
	switch path.Ext(dir) {
	case ".framework", ".appex", ".app", ".xctest":
		return true
	}
	return false
}

// newBundle takes what the Info.plist of a bundle says.
func newBundle(dir string, d map[string]any) *bundle {
	text := func(keys ...string) string { return inventory.Text(plist.Text(d, keys...)) }
	b := &bundle{dir: dir, identifier: text("CFBundleIdentifier"), version: text("CFBundleShortVersionString"), usage: usage(d)}
	base := strings.TrimSuffix(path.Base(dir), path.Ext(dir))
	b.name = cmp.Or(text("CFBundleDisplayName"), text("CFBundleName"), inventory.Text(base))
	b.program = path.Join(dir, cmp.Or(plist.Text(d, "CFBundleExecutable"), base))
	switch path.Ext(dir) {
	case ".appex":
		b.point = cmp.Or(text("NSExtension", "NSExtensionPointIdentifier"), text("EXAppExtensionAttributes", "EXExtensionPointIdentifier"), "unknown")
		if plist.Bool(d, "NSExtension", "NSExtensionAttributes", openAccess) { // a keyboard that wants more than the keys
			b.usage = append(b.usage, inventory.Permission{Name: openAccess, Requested: true})
		}
	case ".app":
		b.point = "app"
		switch {
		case plist.Bool(d, "WKWatchKitApp"), plist.Bool(d, "WKApplication"), plist.Text(d, "WKCompanionAppBundleIdentifier") != "":
			b.point = "watch-app"
		case plist.Get(d, "NSAppClip") != nil:
			b.point = "app-clip"
		}
	}
	return b
}

// bundles makes frameworks and extensions of what was found.
func (r *reading) bundles(entries []item) {
	programs := map[string]*native{}
	for i := range entries {
		if n := r.found[i].native; n != nil {
			programs[entries[i].rel] = n
		}
	}
	described := map[string]bool{}
	for i := range r.found {
		b := r.found[i].bundle
		if b == nil {
			continue
		}
		described[b.program] = true
		if b.point != "" {
			r.bin.Extensions = append(r.bin.Extensions, inventory.AppExtension{Identifier: cmp.Or(b.identifier, inventory.Text(b.dir)), Name: b.name, Point: b.point, File: inventory.Text(b.dir)})
			r.bin.Permissions = inventory.UnitePermissions(r.bin.Permissions, b.usage)
			continue
		}
		f := inventory.Framework{File: inventory.Text(b.dir), Name: b.name, Identifier: b.identifier, Version: b.version}
		if n := programs[b.program]; n != nil {
			f.Team = inventory.Text(n.proven(r.roots))
		}
		r.bin.Frameworks = append(r.bin.Frameworks, f)
		if pod, ok := b.pod(); ok {
			r.components.Add(pod)
		}
	}
	for rel, n := range programs {
		if described[rel] || rel == r.main {
			continue
		}
		f := inventory.Framework{File: inventory.Text(rel), Name: inventory.Text(path.Base(rel)), Team: inventory.Text(n.proven(r.roots))}
		r.bin.Frameworks = append(r.bin.Frameworks, f)
	}
	slices.SortFunc(r.bin.Frameworks, func(a, b inventory.Framework) int { return cmp.Compare(a.File, b.File) })
	slices.SortFunc(r.bin.Extensions, func(a, b inventory.AppExtension) int { return cmp.Compare(a.File, b.File) })
	r.bin.Frameworks = limited(r, r.bin.Frameworks, maxFrameworks, "frameworks and libraries")
	r.bin.Extensions = limited(r, r.bin.Extensions, maxExtensions, "extensions")
	r.bin.PrivacyManifests = limited(r, r.bin.PrivacyManifests, maxManifests, "privacy manifests")
}

// limited cuts a list, and says so.
func limited[T any](r *reading, list []T, limit int, what string) []T {
	if len(list) <= limit {
		return list
	}
	g := gap(r.src.Name(), inventory.GapLimit, "the app has %d %s, of which %d are listed", len(list), what, limit)
	r.inv.Gaps = append(r.inv.Gaps, g)
	return list[:limit]
}
