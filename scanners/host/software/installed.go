package software

import (
	"path"
	"strings"

	"howett.net/plist"

	"quaestor/scanners/internal/software"
	"quaestor/scanners/inventory"
)

// maxPrograms is how many folders of programs are looked into.
const maxPrograms = 2000

// installed reads the folders of installed programs.
func (c *collector) installed() {
	switch c.device.Platform {
	case inventory.MacOS:
		c.mac()
	case inventory.Windows:
		c.windows()
	default:
		c.linux()
	}
	c.list()
}

// each visits the folders in a folder.
func (c *collector) each(dir string, visit func(name string)) {
	entries, _ := c.h.ReadDir(dir) // scanners of programs say what cannot be listed
	for _, e := range entries {
		if c.ctx.Err() != nil || len(c.found) >= maxPrograms {
			return
		}
		if e.IsDir() {
			visit(path.Join(dir, e.Name()))
		}
	}
}

// linux reads programs in folders of their own, and those of packages that are made of other packages.
func (c *collector) linux() {
	c.each("opt", func(name string) { c.folder(name, "") })
	if c.h.Exists("usr/local") {
		c.folder("usr/local", "")
	}
	for _, dir := range []string{"usr/lib", "usr/share"} {
		c.each(dir, func(name string) {
			if c.h.Exists(path.Join(name, "resources/app.asar")) || c.h.Exists(path.Join(name, "resources/app/package.json")) {
				c.folder(name, "")
			}
		})
	}
}

// mac reads the apps of everybody and of each account.
func (c *collector) mac() {
	dirs := []string{"Applications"}
	users, _ := c.h.Users()
	for _, u := range users {
		dirs = append(dirs, path.Join(u.Home, "Applications"))
	}
	for _, dir := range dirs {
		c.each(c.h.Mac(dir), func(name string) {
			if strings.HasSuffix(name, ".app") {
				c.folder(name, c.bundle(name))
			}
		})
	}
}

// bundle is the app of a folder, as the scanner of apps names it.
func (c *collector) bundle(name string) string {
	var info struct {
		ID string `plist:"CFBundleIdentifier"`
	}
	text, err := c.h.ReadFile(path.Join(name, "Contents/Info.plist"))
	if err != nil {
		return ""
	}
	if _, err := plist.Unmarshal(text, &info); err != nil || info.ID == "" {
		return ""
	}
	return inventory.AppID(c.device.ID, inventory.MacBundle, inventory.Text(info.ID))
}

// windows reads programs of everybody and of each account.
func (c *collector) windows() {
	for _, dir := range []string{"Program Files", "Program Files (x86)"} {
		c.each(c.h.Fold(dir), func(name string) {
			if !strings.EqualFold(path.Base(name), "WindowsApps") {
				c.folder(name, "")
			}
		})
	}
	c.each(c.h.Fold("Users"), func(home string) {
		c.each(c.h.Fold(path.Join(home, "AppData/Local/Programs")), func(name string) { c.folder(name, "") })
	})
}

// program makes an app of a folder that belongs to none which is known, where something was found in it, and gives it what lies there.
func (c *collector) program(p *place, byApp map[string][]software.Found) {
	parts := byApp[""]
	if p.folder == "" || p.folder == "usr/local" || len(parts) == 0 {
		return
	}
	name := p.Name
	if name == "" {
		name = path.Base(p.folder)
	}
	name = inventory.Text(name)
	where := "/" + p.folder
	if c.device.Platform == inventory.Windows {
		where = `C:\` + strings.ReplaceAll(p.folder, "/", `\`)
	}
	a := inventory.App{ID: inventory.AppID(c.device.ID, inventory.NameOnly, name, "folder "+p.folder), Device: c.device.ID, Platform: c.device.Platform, IdentifierKind: inventory.NameOnly,
		Identifier: name, Name: name, Version: inventory.Text(p.Version), Publisher: inventory.Text(p.Maker), Paths: []string{inventory.Text(where)},
		Origins: []inventory.Origin{c.h.Origin(ID, p.folder, 0)}}
	c.inv.Apps = append(c.inv.Apps, a)
	delete(byApp, "")
	byApp[a.ID] = parts
}
