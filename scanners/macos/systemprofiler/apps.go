package systemprofiler

import (
	"path"
	"strings"

	"quaestor/scanners/internal/iosfacts"
	"quaestor/scanners/internal/plist"
	"quaestor/scanners/inventory"
)

// distributions are how apps came, as macOS says.
var distributions = map[string]string{"apple": "system", "mac_app_store": "app-store", "app_store": "app-store", "ios_app_store": "app-store", "identified_developer": "developer-id"}

// processors are the kinds of code of an app, by the words of newer and older reports.
var processors = map[string]string{"arch_arm": "arm64", "arch_arm_i64": "arm64 x86_64", "arch_i64": "x86_64", "arch_i32_i64": "i386 x86_64", "arch_i32": "i386", "arch_x86": "x86_64", "arch_ios": "arm64"}

// app takes one app. Parts of other apps, and those that lie deep in folders of the system, are apps of the system.
func (c *collector) app(item any) {
	name, file := text(item, "_name"), text(item, "path")
	if name == "" {
		c.odd++
		return
	}
	if len(c.inv.Apps) >= maxApps {
		c.dropped++
		return
	}
	a := inventory.App{Device: c.id, Platform: inventory.MacOS, IdentifierKind: inventory.NameOnly, Identifier: name, Name: name, Version: text(item, "version"),
		Distribution: distributions[plist.Text(item, "obtained_from")], Updated: when(item, "lastModified"), Origins: c.origins}
	a.ID = inventory.AppID(c.id, a.IdentifierKind, name, file)
	if file != "" {
		a.Paths = []string{file}
	}
	kind := plist.Text(item, "arch_kind")
	if kind == "" {
		kind = plist.Text(item, "runtime_environment")
	}
	a.Arch = processors[kind]
	if kind == "arch_ios" {
		a.Flags = []string{"ios-app"}
	}
	if strings.Contains(file, ".app/") {
		a.Flags = append(a.Flags, "inside-another-app")
	}
	a.System = strings.HasPrefix(file, "/System/") || a.Distribution == "system"
	signer, maker, team := maker(plist.Get(item, "signed_by"))
	if a.Publisher, a.Team = maker, team; signer != nil {
		a.Signers = []inventory.Signer{*signer}
	}
	if !a.System {
		c.named[name] = len(c.inv.Apps)
	}
	c.inv.Apps = append(c.inv.Apps, a)
}

// pane takes a preference pane of another maker than Apple.
func (c *collector) pane(item any) {
	id, name := plist.Text(item, "spprefpane_identifier"), text(item, "_name")
	if !iosfacts.ValidBundleID(id) || strings.HasPrefix(id, "com.apple.") || plist.Text(item, "spprefpane_support") == "spprefpane_support_apple" || len(c.inv.Apps) >= maxApps {
		return
	}
	a := inventory.App{ID: inventory.AppID(c.id, inventory.MacBundle, id), Device: c.id, Platform: inventory.MacOS, IdentifierKind: inventory.MacBundle, Identifier: id, Name: name,
		Version: text(item, "spprefpane_version"), Flags: []string{"preference-pane"}, Origins: c.origins}
	if file := text(item, "spprefpane_bundlePath"); file != "" {
		a.Paths = []string{file}
	}
	c.inv.Apps = append(c.inv.Apps, a)
}

// install takes one installation. Those of Apple are left out; of an app that is listed it is a trace, else it is an app that was
// there.
func (c *collector) install(item any) {
	name, at := text(item, "_name"), when(item, "install_date")
	if name == "" || plist.Text(item, "package_source") == "package_source_apple" {
		return
	}
	i, known := c.named[name]
	if !known {
		if len(c.inv.Apps) >= maxApps {
			c.dropped++
			return
		}
		i = len(c.inv.Apps)
		c.named[name] = i
		c.inv.Apps = append(c.inv.Apps, inventory.App{ID: inventory.AppID(c.id, inventory.NameOnly, name, "installation"), Device: c.id, Platform: inventory.MacOS,
			IdentifierKind: inventory.NameOnly, Identifier: name, Name: name, Presence: inventory.PresenceTrace, Origins: c.origins})
	}
	a := &c.inv.Apps[i]
	if len(a.Traces) == 0 {
		a.Traces = []inventory.Trace{{Kind: inventory.TraceInstalled, First: at, Last: at}}
	}
	t := &a.Traces[0]
	if at != nil && (t.First == nil || at.Before(*t.First)) {
		t.First = at
	}
	if at != nil && (t.Last == nil || !at.Before(*t.Last)) {
		if t.Last = at; a.Presence == inventory.PresenceTrace {
			a.Version = text(item, "install_version")
		}
	}
}

// extension takes a kernel extension of another maker than Apple.
func (c *collector) extension(item any) {
	id, file := text(item, "spext_bundleid"), text(item, "spext_path")
	signer, maker, team := maker(plist.Get(item, "spext_signed_by"))
	if strings.HasPrefix(id, "com.apple.") && (strings.HasPrefix(file, "/System/") || plist.Text(item, "spext_obtained_from") == "spext_apple") {
		c.own++
		return
	}
	p := inventory.SecurityProduct{Kind: "kernel-extension", Name: text(item, "_name"), Identifier: id, Vendor: maker, Version: text(item, "spext_version"), State: "installed",
		Path: file, Team: team, Signer: signer, Privileges: []string{"kernel"}}
	if plist.Text(item, "spext_loaded") == "spext_yes" {
		p.State = "running"
	}
	c.product(p)
}

// disabled takes what macOS refuses to load.
func (c *collector) disabled(item any) {
	file := text(item, "path")
	if path.Ext(file) != ".kext" {
		return
	}
	c.product(inventory.SecurityProduct{Kind: "kernel-extension", Name: text(item, "_name"), Version: text(item, "version"), State: "disabled", Path: file})
}

func (c *collector) product(p inventory.SecurityProduct) {
	if p.Name == "" && p.Identifier == "" {
		c.odd++
		return
	}
	if len(c.inv.SecurityProducts) >= maxProducts {
		c.dropped++
		return
	}
	p.Device, p.Origins = c.id, c.origins
	p.ID = inventory.FactID("security", p.Device, p.Kind, p.Name, p.Identifier, p.Path, p.User)
	for i := range c.inv.SecurityProducts {
		if c.inv.SecurityProducts[i].ID == p.ID {
			return
		}
	}
	c.inv.SecurityProducts = append(c.inv.SecurityProducts, p)
}
