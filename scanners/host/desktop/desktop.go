// Package desktop finds programs that the menus of a Linux computer offer, or that start at login, and that
// no package manager installed: copied by hand, AppImages, web apps that a browser put into the menu.
//
// Entries that belong to a package of the distribution, a snap or a flatpak are left to the scanners of these, so
// that a program is counted once.
//
// What the package cannot see: programs without a menu entry.
package desktop

import (
	"context"
	"errors"
	"io/fs"
	"path"
	"strings"

	"quaestor/scanners"
	"quaestor/scanners/internal/desktopentry"
	"quaestor/scanners/internal/hostroot"
	"quaestor/scanners/internal/owners"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// ID is the scanner's name.
const ID = "host/desktop"

// Limits of one computer.
const (
	maxEntries = 20_000
	maxDepth   = 8
	maxSamples = 5
	maxFile    = 1 << 20
)

// Scanner reads desktop entries.
type Scanner struct{}

// Info implements scanners.Scanner.
func (Scanner) Info() scanners.Info {
	return scanners.Info{
		ID: ID, Kind: source.KindHost, Title: "menu and autostart entries of no package",
		Platforms: []inventory.Platform{inventory.Linux}, Live: []inventory.Platform{inventory.Linux},
		Reads: []string{"/usr/share/applications", "/usr/local/share/applications", "~/.local/share/applications", "/etc/xdg/autostart", "~/.config/autostart"},
		CannotSee: []string{
			"programs without a menu entry that no package manager knows",
		},
	}
}

// place is a folder of entries; user is empty for everybody's.
type place struct {
	dir, user string
	autostart bool
}

func places(h *hostroot.Host) []place {
	list := []place{{dir: "usr/share/applications"}, {dir: "usr/local/share/applications"}, {dir: "etc/xdg/autostart", autostart: true}}
	users, _ := h.Users() // host/system reports what is wrong with the accounts
	for _, u := range users {
		list = append(list,
			place{dir: path.Join(u.Home, ".local/share/applications"), user: u.ID()},
			place{dir: path.Join(u.Home, ".config/autostart"), user: u.ID(), autostart: true})
	}
	return list
}

// Recognise implements scanners.Scanner.
func (Scanner) Recognise(src *source.Source) bool {
	h, err := hostroot.Open(src)
	if err != nil {
		return false
	}
	for _, p := range places(h) {
		if h.Exists(p.dir) {
			return true
		}
	}
	return false
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
	c := &collector{ctx: ctx, h: h, inv: inv, device: device.ID}
	c.owned = c.packageFiles()
	for _, p := range places(h) {
		c.folder(p, p.dir, 0)
	}
	if c.malformed.Count > 0 {
		c.inv.Gaps = append(c.inv.Gaps, c.malformed)
	}
	return inv, ctx.Err()
}

type collector struct {
	ctx       context.Context
	h         *hostroot.Host
	inv       *inventory.Inventory
	device    string
	owned     *owners.Index // entries that belong to a package
	entries   int
	malformed inventory.Gap
}

func (c *collector) gap(kind inventory.GapKind, name, detail, next string) {
	c.inv.Gaps = append(c.inv.Gaps, inventory.Gap{Scanner: ID, Device: c.device, Subject: inventory.Text(c.h.Source().Join(name)),
		Kind: kind, Detail: detail, Next: next})
}

func (c *collector) unread(name string, err error) {
	if err == nil || errors.Is(err, fs.ErrNotExist) {
		return // the entry went away, or was a link to nothing
	}
	g := c.h.Gap(ID, name, err)
	g.Device = c.device
	c.inv.Gaps = append(c.inv.Gaps, g)
}

// folder visits the entries of a folder and of the folders in it.
func (c *collector) folder(p place, dir string, depth int) {
	if depth > maxDepth {
		c.gap(inventory.GapLimit, dir, "Menu entries lie in more folders than are followed.", "Look at this folder by hand.")
		return
	}
	entries, err := c.h.ReadDir(dir)
	c.unread(dir, err)
	for _, e := range entries {
		if c.ctx.Err() != nil {
			return
		}
		name := path.Join(dir, e.Name())
		switch {
		case e.IsDir():
			c.folder(p, name, depth+1)
		case path.Ext(name) != ".desktop" || c.owned.Has(name):
		case c.entries == maxEntries:
			c.gap(inventory.GapLimit, dir, "There are more menu entries than are read.", "Look at this folder by hand.")
			return
		default:
			c.entries++
			c.entry(p, name)
		}
	}
}

// entry records one program.
func (c *collector) entry(p place, name string) {
	data, err := c.h.ReadFile(name)
	if err != nil {
		c.unread(name, err)
		return
	}
	f := desktopentry.Parse(data[:min(len(data), maxFile)])
	const group = "Desktop Entry"
	if !f.Has(group) || f.String(group, "Name") == "" {
		c.bad(name)
		return
	}
	if t := f.String(group, "Type"); t != "" && t != "Application" {
		return // a link or a folder of the menu
	}
	if f.String(group, "X-Flatpak") != "" || f.String(group, "X-SnapInstanceName") != "" {
		return // host/flatpak and host/snap have it
	}
	id := strings.ReplaceAll(strings.TrimPrefix(name, p.dir+"/"), "/", "-")
	app := inventory.App{
		ID: inventory.AppID(c.device, inventory.DesktopEntry, id, name), Device: c.device, Platform: inventory.Linux,
		IdentifierKind: inventory.DesktopEntry, Identifier: inventory.Text(strings.TrimSuffix(id, ".desktop")),
		Name: inventory.Text(f.String(group, "Name")), Disabled: f.Bool(group, "Hidden"),
		Origins: []inventory.Origin{c.h.Origin(ID, name, 0)},
	}
	if p.user != "" {
		app.Users = []inventory.AppUser{{User: inventory.Text(p.user), Installed: true}}
	}
	if program := desktopentry.Program(f.String(group, "Exec")); program != "" {
		app.Paths = []string{inventory.Text(program)}
	}
	app.Flags = flags(f, group, p, app.Paths)
	c.inv.Apps = append(c.inv.Apps, app)
}

func flags(f *desktopentry.File, group string, p place, paths []string) []string {
	var out []string
	if p.autostart {
		out = append(out, "autostart")
	}
	if f.Bool(group, "NoDisplay") {
		out = append(out, "no-display")
	}
	if len(paths) > 0 && strings.HasSuffix(strings.ToLower(paths[0]), ".appimage") {
		out = append(out, "appimage")
	}
	if v := f.String(group, "X-AppImage-Version"); v != "" {
		out = append(out, inventory.Text("appimage-version:"+v))
	}
	for _, arg := range desktopentry.Words(f.String(group, "Exec")) {
		if strings.HasPrefix(arg, "--app-id=") || strings.HasPrefix(arg, "--app=") {
			_, site, _ := strings.Cut(arg, "=")
			site, _, _ = strings.Cut(site, "?") // what follows may be a person's own
			out = append(out, inventory.Text("web-app:"+site))
		}
	}
	return out
}

func (c *collector) bad(name string) {
	c.malformed.Scanner, c.malformed.Device, c.malformed.Kind = ID, c.device, inventory.GapMalformed
	c.malformed.Subject = "desktop entries"
	c.malformed.Detail = "Desktop entries without a name do not parse; the programs they start are missing."
	c.malformed.Next = "Look at the files by hand."
	if c.malformed.Count++; c.malformed.Count <= maxSamples {
		c.malformed.Samples = append(c.malformed.Samples, inventory.Text(c.h.Source().Join(name)))
	}
}
