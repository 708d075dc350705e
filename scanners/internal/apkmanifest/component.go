package apkmanifest

import (
	"slices"

	"quaestor/scanners/internal/axml"
	"quaestor/scanners/inventory"
)

// component reads a child of the application element that others may call.
func (b *builder) component(e *axml.Element) {
	b.current = -1
	switch e.Name {
	case "activity", "activity-alias", "service", "receiver", "provider":
	default:
		return
	}
	if len(b.m.Components) >= maxComponents {
		b.cut("components", maxComponents)
		return
	}
	c := inventory.ManifestComponent{Kind: e.Name, Name: inventory.Text(className(b.m.Package, b.text(e, "name")))}
	c.Permission = b.text(e, "permission")
	if e.Name == "provider" && c.Permission == "" {
		c.Permission = b.providerPermission(e)
	}
	_, given := e.Lookup("exported")
	c.Exported = given && b.truth(e, "exported", false)
	b.current = len(b.m.Components)
	b.m.Components = append(b.m.Components, c)
	b.exported = append(b.exported, given)
	b.filtered = append(b.filtered, false)
	b.activityLabel = nil
	if e.Name == "activity" || e.Name == "activity-alias" {
		b.activityLabel = e
	}
}

// providerPermission is what a provider asks of others when it has no permission for both ways: the one
// for reading, but only if writing asks for one too.
func (b *builder) providerPermission(e *axml.Element) string {
	read, write := b.text(e, "readPermission"), b.text(e, "writePermission")
	if read != "" && write != "" {
		return read
	}
	return ""
}

// filter reads what lies below a component: its intent filters.
func (b *builder) filter(e *axml.Element) {
	c := &b.m.Components[b.current]
	if e.Depth == 4 {
		if e.Name == "intent-filter" {
			b.filtered[b.current] = true
			b.main, b.launcher = false, false
		}
		return
	}
	if e.Depth != 5 || b.path[3] != "intent-filter" {
		return
	}
	switch e.Name {
	case "action":
		name := b.text(e, "name")
		c.Actions = b.once(c.Actions, "actions of a component", name)
		b.main = b.main || name == "android.intent.action.MAIN"
		b.findLabel()
	case "category":
		name := b.text(e, "name")
		b.launcher = b.launcher || name == "android.intent.category.LAUNCHER" || name == "android.intent.category.LEANBACK_LAUNCHER"
		b.findLabel()
	case "data":
		c.Schemes = b.once(c.Schemes, "schemes of a component", b.text(e, "scheme"))
		c.Hosts = b.once(c.Hosts, "hosts of a component", b.text(e, "host"))
	}
}

// findLabel keeps the label of the first activity that a launcher shows: without an application label,
// that is the name a user sees.
func (b *builder) findLabel() {
	if b.main && b.launcher && b.launcherLabel == "" && b.activityLabel != nil {
		b.launcherLabel = b.text(b.activityLabel, "label")
	}
}

func (b *builder) once(to []string, what, name string) []string {
	if slices.Contains(to, name) {
		return to
	}
	return b.list(to, maxFilters, what, name)
}
