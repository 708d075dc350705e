package apkmanifest

import (
	"slices"
	"strings"

	"quaestor/scanners/internal/axml"
	"quaestor/scanners/inventory"
)

// component reads a child of the application element.
func (b *builder) component(e *axml.Element) {
	b.current = -1
	switch e.Name {
	case "activity", "activity-alias", "service", "receiver", "provider":
	case "uses-library", "uses-native-library", "uses-sdk-library", "uses-static-library":
		if name := b.text(e, "name"); !b.has("library " + name) {
			b.m.Libraries = b.list(b.m.Libraries, maxNames, "libraries", name)
		}
		return
	default:
		return
	}
	if len(b.m.Components) >= maxComponents {
		b.cut("components", maxComponents)
		return
	}
	c := inventory.ManifestComponent{Kind: e.Name, Name: b.class(e, "name")}
	b.permissions(e, &c)
	_, given := e.Lookup("exported")
	c.Exported = given && b.truth(e, "exported", false)
	c.Disabled = b.disabled || !b.truth(e, "enabled", true)
	if c.Process = b.text(e, "process"); c.Process == "" {
		c.Process = b.process
	}
	if c.Process == b.m.Package {
		c.Process = ""
	}
	b.current = len(b.m.Components)
	b.m.Components = append(b.m.Components, c)
	b.parts = append(b.parts, part{exported: given})
	b.activity, b.label = strings.HasPrefix(e.Name, "activity"), nil
	if label := find(e, "label"); label != nil && b.launcherLabel == "" {
		b.label = &axml.Attr{Value: label.Value, Text: label.Text}
	}
	if e.Name == "provider" {
		b.authorities(e)
	}
}

// permissions fills what a component asks of those who call it: its own permission, else the application's. A
// provider may ask for one to read and another to write. An alias asks only for its own.
func (b *builder) permissions(e *axml.Element, c *inventory.ManifestComponent) {
	c.Permission = b.text(e, "permission")
	if c.Permission == "" && e.Name != "activity-alias" {
		c.Permission = b.permission
	}
	if e.Name != "provider" {
		return
	}
	read, write := b.text(e, "readPermission"), b.text(e, "writePermission")
	if read == "" {
		read = c.Permission
	}
	if write == "" {
		write = c.Permission
	}
	if read == write {
		c.Permission = read
		return
	}
	c.ReadPermission, c.WritePermission = read, write
	if c.Permission = ""; read != "" && write != "" {
		c.Permission = read
	}
}

// authorities are the names under which a provider is called.
func (b *builder) authorities(e *axml.Element) {
	c := &b.m.Components[b.current]
	for _, name := range strings.Split(b.text(e, "authorities"), ";") {
		c.Authorities = b.once(c.Authorities, "authorities of a component", name)
	}
}

// child reads what lies in a component.
func (b *builder) child(e *axml.Element) {
	switch e.Name {
	case "intent-filter":
		b.parts[b.current].filtered = true
		b.filter = &filter{verify: b.truth(e, "autoVerify", false)}
	case "meta-data":
		b.metaData(e)
	}
}

// metaData reads a value or the name of a file that a component hands to the system.
func (b *builder) metaData(e *axml.Element) {
	switch name := b.text(e, "name"); {
	case name == "android.telecom.IN_CALL_SERVICE_UI":
		b.parts[b.current].roles.callUI = b.truth(e, "value", false)
	case configFiles[name]:
		b.file(e, "resource", b.current)
	}
}

func (b *builder) once(to []string, what, name string) []string {
	if slices.Contains(to, name) {
		return to
	}
	return b.list(to, maxFilters, what, name)
}
