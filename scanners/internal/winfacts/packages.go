package winfacts

import (
	"strings"

	"quaestor/scanners/inventory"
)

const (
	allUserStore  = `HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Appx\AppxAllUserStore`
	machinePacks  = `HKLM\SOFTWARE\Classes\Local Settings\Software\Microsoft\Windows\CurrentVersion\AppModel\PackageRepository\Packages`
	accountPacks  = `Software\Classes\Local Settings\Software\Microsoft\Windows\CurrentVersion\AppModel\Repository\Packages`
	systemAppsDir = `\systemapps\`
)

// packageName is the full name of a packaged app taken apart: Name_Version_Architecture_Resource_PublisherID.
type packageName struct{ name, version, arch, resource, publisher string }

func parsePackage(full string) (packageName, bool) {
	f := strings.Split(full, "_")
	if len(f) != 5 || f[0] == "" || len(f[4]) != 13 {
		return packageName{}, false
	}
	return packageName{f[0], f[1], f[2], f[3], f[4]}, true
}

// part reports whether a package only adds languages or pictures to another, or is the wrapping of several.
func (p packageName) part() bool { return p.resource != "" && p.resource != "neutral" }

// packages reads which packaged apps (Appx, MSIX) are there, for whom.
func (c *Collector) packages() {
	homes := c.profiles()
	c.each(allUserStore, func(e entry) {
		switch {
		case strings.EqualFold(e.name, "Applications"), strings.EqualFold(e.name, "InboxApplications"):
			c.eachOf(e, func(sub entry) { c.packaged(sub, "") })
		case strings.HasPrefix(strings.ToUpper(e.name), "S-1-5-21-"), strings.HasPrefix(strings.ToUpper(e.name), "S-1-12-1-"):
			c.eachOf(e, func(sub entry) { c.packaged(sub, c.sidName(homes, e.name)) })
		}
	})
	c.each(machinePacks, func(e entry) { c.packaged(e, "") })
	for _, u := range c.users {
		c.each(u.path(accountPacks), func(e entry) { c.packaged(e, u.name) })
	}
}

// packaged records one package. That it is known for no account means that it is only kept ready for new ones.
func (c *Collector) packaged(e entry, user string) {
	p, ok := parsePackage(e.name)
	if !ok || p.part() && p.resource != "~" {
		return
	}
	app := inventory.App{Device: c.Device, Platform: inventory.Windows, IdentifierKind: inventory.MSIXFamily, Identifier: inventory.Text(p.name),
		Version: inventory.Text(p.version), Flags: []string{inventory.Text("publisher-id:" + p.publisher)}, NotInstalled: user == ""}
	app.ID = inventory.AppID(c.Device, inventory.MSIXFamily, strings.ToLower(p.name), p.publisher, p.version)
	if name := e.text("DisplayName"); !strings.HasPrefix(name, "@{") && !strings.HasPrefix(name, "ms-resource:") {
		app.Name = inventory.Text(name)
	}
	if p.resource != "~" && p.arch != "neutral" {
		app.Arch = inventory.Text(p.arch)
	}
	if at := c.env.expand(first(e.text("PackageRootFolder"), e.text("Path"))); strings.HasPrefix(strings.ToLower(base(at)), strings.ToLower(p.name)) {
		app.Paths = []string{inventory.Text(at)}
		app.System = strings.Contains(strings.ToLower(at), systemAppsDir)
	}
	if user != "" {
		app.Users = []inventory.AppUser{{User: inventory.Text(user), Installed: true}}
		if i, ok := c.seen[app.ID]; ok && hasUser(c.Inv.Apps[i], user) {
			app.Users = nil
		}
	}
	c.app(app, e.path)
}

func hasUser(a inventory.App, user string) bool {
	for _, u := range a.Users {
		if u.User == inventory.Text(user) {
			return true
		}
	}
	return false
}
