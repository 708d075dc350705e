// Package flatpak finds the flatpaks of a computer: apps and runtimes, those installed for everybody and
// those in users' homes.
//
// What the package cannot see: installations outside of /var/lib/flatpak and the users' homes, and
// permissions that were changed after installation.
package flatpak

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io/fs"
	"path"
	"slices"

	"quaestor/scanners"
	"quaestor/scanners/internal/desktopentry"
	"quaestor/scanners/internal/hostroot"
	"quaestor/scanners/internal/ospurl"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// ID is the scanner's name.
const ID = "host/flatpak"

const systemDir = "var/lib/flatpak"

// Scanner reads flatpak's installations.
type Scanner struct{}

// Info implements scanners.Scanner.
func (Scanner) Info() scanners.Info {
	return scanners.Info{
		ID: ID, Kind: source.KindHost, Title: "flatpaks",
		Platforms: []inventory.Platform{inventory.Linux}, Live: []inventory.Platform{inventory.Linux},
		Reads: []string{"/var/lib/flatpak", "~/.local/share/flatpak of every user"},
		CannotSee: []string{
			"flatpak installations outside of /var/lib/flatpak and the users' homes",
			"permissions of a flatpak that were changed after installation",
		},
	}
}

// installation is a folder in which flatpak keeps what it installed; user is empty for everybody's.
type installation struct{ dir, user string }

func installations(h *hostroot.Host) []installation {
	list := []installation{{dir: systemDir}}
	users, _ := h.Users() // host/system reports what is wrong with the accounts
	for _, u := range users {
		list = append(list, installation{dir: path.Join(u.Home, ".local/share/flatpak"), user: u.ID()})
	}
	return slices.DeleteFunc(list, func(i installation) bool { return !h.Exists(i.dir) })
}

// Recognise implements scanners.Scanner.
func (Scanner) Recognise(src *source.Source) bool {
	h, err := hostroot.Open(src)
	return err == nil && len(installations(h)) > 0
}

// Scan implements scanners.Scanner.
func (Scanner) Scan(ctx context.Context, src *source.Source) (*inventory.Inventory, error) {
	h, err := hostroot.Open(src)
	if err != nil {
		return nil, err
	}
	inv := inventory.New()
	device := h.Device(ID)
	inv.Devices = []inventory.Device{device}
	c := collector{ctx: ctx, h: h, inv: inv, device: device.ID}
	for _, in := range installations(h) {
		for _, kind := range []string{"app", "runtime"} {
			c.refs(in, kind)
		}
	}
	ospurl.Add(inv, ospurl.Of(device), nil)
	return inv, ctx.Err()
}

type collector struct {
	ctx    context.Context
	h      *hostroot.Host
	inv    *inventory.Inventory
	device string
}

// refs visits INSTALLATION/KIND/ID/ARCH/BRANCH.
func (c *collector) refs(in installation, kind string) {
	top := path.Join(in.dir, kind)
	for _, id := range c.list(top) {
		for _, arch := range c.list(path.Join(top, id)) {
			for _, branch := range c.list(path.Join(top, id, arch)) {
				if c.ctx.Err() != nil {
					return
				}
				c.ref(in, kind, id, arch, branch)
			}
		}
	}
}

// list names the folders of a folder; links, such as "current", repeat one of them.
func (c *collector) list(dir string) []string {
	entries, err := c.h.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		c.gap(dir, err)
	}
	var names []string
	for _, e := range entries {
		if e.IsDir() {
			names = append(names, e.Name())
		}
	}
	return names
}

func (c *collector) gap(name string, err error) {
	g := c.h.Gap(ID, name, err)
	g.Device = c.device
	c.inv.Gaps = append(c.inv.Gaps, g)
}

// ref reads one installed app or runtime. The folder "active" is the version in use.
func (c *collector) ref(in installation, kind, id, arch, branch string) {
	dir := path.Join(in.dir, kind, id, arch, branch)
	active := path.Join(dir, "active")
	if !c.h.Exists(active) {
		return // uninstalled, with leftovers
	}
	app := inventory.App{
		ID: inventory.AppID(c.device, inventory.FlatpakApp, id, kind, arch, branch, in.user), Device: c.device, Platform: inventory.Linux,
		IdentifierKind: inventory.FlatpakApp, Identifier: inventory.Text(id), Arch: inventory.Text(arch),
		Flags:   []string{inventory.Text("branch:" + branch)},
		Origins: []inventory.Origin{c.h.Origin(ID, dir, 0)},
	}
	if kind == "runtime" {
		app.Flags = append(app.Flags, "runtime")
	}
	if in.user != "" {
		app.Users = []inventory.AppUser{{User: inventory.Text(in.user), Installed: true}}
	}
	c.metadata(&app, active)
	c.metainfo(&app, active, id)
	if origin := c.origin(active); origin != "" {
		app.Installer, app.InstallerKnown = origin, true
	}
	c.inv.Apps = append(c.inv.Apps, app)
}

// metadata adds the permissions, written as in the file: "shared=network", "filesystems=home".
func (c *collector) metadata(app *inventory.App, active string) {
	name := path.Join(active, "metadata")
	data, err := c.h.ReadFile(name)
	if err != nil {
		c.gap(name, err)
		return
	}
	f := desktopentry.Parse(data)
	for _, key := range f.Keys("Context") {
		for _, value := range f.List("Context", key) {
			app.Permissions = append(app.Permissions, inventory.Permission{Name: inventory.Text(key + "=" + value), Requested: true})
		}
	}
	slices.SortFunc(app.Permissions, func(a, b inventory.Permission) int { return cmp.Compare(a.Name, b.Name) })
}

// metainfo adds what the app's own description says. Runtimes and small apps have none.
func (c *collector) metainfo(app *inventory.App, active, id string) {
	for _, name := range []string{
		"export/share/metainfo/" + id + ".metainfo.xml", "export/share/appdata/" + id + ".appdata.xml",
		"files/share/metainfo/" + id + ".metainfo.xml", "files/share/appdata/" + id + ".appdata.xml",
	} {
		name = path.Join(active, name)
		data, err := c.h.ReadFile(name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			c.gap(name, err)
			return
		}
		info, err := parseMetainfo(data)
		if err != nil {
			g := c.h.Gap(ID, name, err)
			g.Device, g.Kind = c.device, inventory.GapMalformed
			g.Detail = "The description of the flatpak does not parse, so its version may be missing."
			c.inv.Gaps = append(c.inv.Gaps, g)
		}
		app.Name, app.Version = inventory.Text(info.name), inventory.Text(info.version)
		app.Publisher, app.Homepage = inventory.Text(info.developer), inventory.Text(info.homepage)
		return
	}
}

// origin is the name of the remote that the flatpak came from: the first text of the file that flatpak
// writes on installation.
func (c *collector) origin(active string) string {
	data, err := c.h.ReadFile(path.Join(active, "deploy"))
	if err != nil {
		return ""
	}
	name, _, ok := bytes.Cut(data[:min(len(data), 256)], []byte{0})
	if !ok {
		return ""
	}
	return inventory.Text(string(name))
}
