package backup

import (
	"maps"
	"slices"
	"strings"

	"quaestor/scanners/internal/iosfacts"
	"quaestor/scanners/internal/tally"
	"quaestor/scanners/inventory"
)

// Domains of a backup that belong to apps.
const (
	appDomain    = "AppDomain-"
	groupDomain  = "AppDomainGroup-"
	pluginDomain = "AppDomainPlugin-"
)

// apple begins the identifiers of Apple's own.
const apple = "com.apple."

// listName is the file that lists the files of the backup.
func (b *backup) listName() string {
	if b.exists(manifestDB) {
		return b.name(manifestDB)
	}
	return b.name(manifestOld)
}

// appData states which apps left data in the backup. Apple's apps that nothing lists as installed are parts of iOS: a hundred
// of them have a folder in every backup, which says nothing.
func (b *backup) appData() {
	name := b.listName()
	var system tally.Tally
	for _, d := range slices.Sorted(maps.Keys(b.index.domains)) {
		bundle, ok := strings.CutPrefix(d, appDomain)
		if !ok {
			continue
		}
		if strings.HasPrefix(bundle, apple) && !b.installed[bundle] {
			system.Add(bundle)
			continue
		}
		if a := b.seen(bundle, name); a != nil {
			b.trace(a, inventory.Trace{Kind: inventory.TraceBackup})
		}
	}
	b.skipped(system, name, "Apps and services that are part of iOS itself, and have data in the backup, are not told for that alone.")
}

// partData states which groups and extensions of apps did. It needs to know all apps.
func (b *backup) partData() {
	name := b.listName()
	var system tally.Tally
	var lone []string
	for _, d := range slices.Sorted(maps.Keys(b.index.domains)) {
		if plugin, ok := strings.CutPrefix(d, pluginDomain); ok {
			b.plugin(plugin, name, &system)
		}
		if group, ok := strings.CutPrefix(d, groupDomain); ok && !b.group(group) {
			lone = append(lone, group)
		}
	}
	b.skipped(system, name, "Extensions that are part of iOS itself are not told.")
	b.Property("backup.other_groups", strings.Join(lone, " "))
}

// plugin states the data of an extension. That of an app that is not told otherwise proves the app.
func (b *backup) plugin(plugin, name string, system *tally.Tally) {
	if strings.HasPrefix(plugin, apple) && b.owner(plugin) == "" {
		system.Add(plugin)
		return
	}
	b.extension(plugin, name, inventory.AppExtension{Identifier: inventory.Text(plugin)})
}

// owner is the app that an extension belongs to: Apple asks that its identifier begins with that of the app.
func (b *backup) owner(extension string) string {
	for at := strings.LastIndexByte(extension, '.'); at > 0; at = strings.LastIndexByte(extension[:at], '.') {
		if b.Known(extension[:at]) != nil {
			return extension[:at]
		}
	}
	return ""
}

// extension adds an extension to its app. Where nothing else tells of the app, it is told under the name of the extension.
func (b *backup) extension(extension, name string, x inventory.AppExtension) {
	owner := b.owner(extension)
	if owner == "" {
		if a := b.seen(extension, name); a != nil {
			b.trace(a, inventory.Trace{Kind: inventory.TraceBackup, Detail: "an extension of an app that is not named otherwise"})
		}
		return
	}
	a := b.seen(owner, name)
	for i := range a.Extensions {
		if have := &a.Extensions[i]; have.Identifier == x.Identifier {
			if have.Point == "" {
				have.Point = x.Point
			}
			return
		}
	}
	if len(a.Extensions) < maxOfApp {
		a.Extensions = append(a.Extensions, x)
	}
}

// group adds a shared container to the app whose identifier it bears: "group.org.example.app", perhaps with more behind it. Others
// belong to apps that the backup does not tell.
func (b *backup) group(group string) bool {
	bare := strings.TrimPrefix(group, "group.")
	owner := bare
	if b.Known(bare) == nil {
		owner = b.owner(bare)
	}
	if owner == "" {
		return strings.HasPrefix(bare, apple) || strings.Contains(group, ".groups.com.apple.")
	}
	iosfacts.AddText(&b.App(owner).Groups, group)
	return true
}
