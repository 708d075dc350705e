package winfacts

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"quaestor/scanners/internal/tally"
	"quaestor/scanners/inventory"
)

// uninstallKey is where installers say how to remove what they installed.
const (
	uninstallKey   = `Microsoft\Windows\CurrentVersion\Uninstall`
	uninstallKey32 = `WOW6432Node\` + uninstallKey
)

var (
	// kbKey is a key that an update made: "KB4535680", "{…}.KB123456", "{…}_Office16.PROPLUS_{…}" has a parent instead.
	kbKey = regexp.MustCompile(`(?i)(^|[.}_])KB[0-9]{6,8}($|[^0-9A-Za-z])`)
	// kbName is the name of an update: "Security Update for X (KB123456)".
	kbName = regexp.MustCompile(`(?i)\(KB[0-9]{6,8}\)`)
)

// listed is what the Uninstall keys have that is no product.
type listed struct{ updates, components, unnamed tally.Tally }

// uninstall reads what installers registered: for everybody in both views, and for each account.
func (c *Collector) uninstall() {
	var left listed
	c.each(`HKLM\SOFTWARE\`+uninstallKey, func(e entry) { c.installed(e, "", nil, &left) })
	c.each(`HKLM\SOFTWARE\`+uninstallKey32, func(e entry) { c.installed(e, "x86", nil, &left) })
	for _, u := range c.users {
		c.each(u.path(`Software\`+uninstallKey), func(e entry) { c.installed(e, "", &u, &left) })
		c.each(u.path(`Software\`+uninstallKey32), func(e entry) { c.installed(e, "x86", &u, &left) })
	}
	const subject = "Uninstall"
	c.skipped(left.updates, subject, "Updates and patches of products are not listed as products.", "")
	c.skipped(left.components, subject, "Parts of products that their installers hide are not listed as products.", "")
	c.skipped(left.unnamed, subject, "Keys without a name are remains or parts of installers, and are not listed as products.", "")
}

// installed records one key below Uninstall. A product that several accounts have by the same version is one app.
func (c *Collector) installed(e entry, arch string, u *account, left *listed) {
	name := e.text("DisplayName")
	if name == "" {
		name = e.text("QuietDisplayName")
	}
	switch {
	case name == "":
		left.unnamed.Add(e.name)
		return
	case isUpdate(e, name):
		left.updates.Add(name)
		return
	case e.is("SystemComponent", 1):
		left.components.Add(name)
		return
	}
	kind, id := identify(e.name)
	app := inventory.App{Device: c.Device, Platform: inventory.Windows, IdentifierKind: kind, Identifier: inventory.Text(id), Name: inventory.Text(name),
		Version: inventory.Text(productVersion(e)), Publisher: inventory.Text(e.text("Publisher")), Arch: arch,
		Homepage: inventory.Text(first(e.text("URLInfoAbout"), e.text("HelpLink"))), UninstallCommand: inventory.Text(first(e.text("QuietUninstallString"), e.text("UninstallString")))}
	if day, err := time.Parse("20060102", e.text("InstallDate")); err == nil {
		app.FirstInstalled, app.LocalTime = &day, true
	}
	if at := strings.Trim(e.text("InstallLocation"), `" `); at != "" {
		app.Paths = []string{inventory.Text(c.envOf(u).expand(at))}
	}
	if e.is("WindowsInstaller", 1) {
		app.Flags = append(app.Flags, "windows-installer")
	}
	if id := e.text("WinGetPackageIdentifier"); id != "" {
		app.Flags = append(app.Flags, inventory.Text("winget:"+id))
	}
	var extra []string
	if arch != "" {
		extra = []string{arch}
	}
	if u != nil {
		app.Users = []inventory.AppUser{{User: inventory.Text(u.name), Installed: true}}
		extra = append(extra, "user", app.Version)
	}
	app.ID = inventory.AppID(c.Device, kind, strings.ToLower(id), extra...)
	c.app(app, e.path)
}

func (c *Collector) envOf(u *account) environment {
	if u == nil {
		return c.env
	}
	return c.env.forUser(*u)
}

// app records an app. One that is there already gets the accounts and installs of this one.
func (c *Collector) app(a inventory.App, path string) {
	if i, ok := c.seen[a.ID]; ok {
		have := &c.Inv.Apps[i]
		have.Users = append(have.Users, a.Users...)
		have.Installs = append(have.Installs, a.Installs...)
		have.NotInstalled = have.NotInstalled && a.NotInstalled
		have.Name = first(have.Name, a.Name)
		have.System = have.System || a.System
		if len(have.Paths) == 0 {
			have.Paths = a.Paths
		}
		have.Origins = append(have.Origins, c.origin(path)...)
		return
	}
	if len(c.Inv.Apps) >= maxFacts {
		c.dropped++
		return
	}
	a.Origins = c.origin(path)
	c.seen[a.ID] = len(c.Inv.Apps)
	c.Inv.Apps = append(c.Inv.Apps, a)
}

// identify tells the GUID of an installer package from any other name.
func identify(key string) (inventory.IdentifierKind, string) {
	if guid.MatchString(key) && strings.HasPrefix(key, "{") && strings.HasSuffix(key, "}") {
		return inventory.MSIProductCode, strings.ToUpper(key)
	}
	return inventory.UninstallKey, key
}

// isUpdate reports whether a key belongs to an update or a patch of a product.
func isUpdate(e entry, name string) bool {
	if e.text("ParentKeyName") != "" || e.text("ParentDisplayName") != "" || kbKey.MatchString(e.name) || kbName.MatchString(name) {
		return true
	}
	release := strings.ToLower(e.text("ReleaseType"))
	for _, word := range []string{"update", "hotfix", "service pack", "patch"} {
		if strings.Contains(release, word) {
			return true
		}
	}
	return false
}

func productVersion(e entry) string {
	if v := e.text("DisplayVersion"); v != "" {
		return v
	}
	if n, ok := e.number("Version"); ok && n > 0xffff { // of an installer package: major, minor and build in one number
		return fmt.Sprintf("%d.%d.%d", n>>24&0xff, n>>16&0xff, n&0xffff)
	}
	return ""
}

func first(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}
