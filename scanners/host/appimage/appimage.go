// Package appimage finds AppImages: programs of one file that no package manager knows, in the places where people and
// administrators put them.
//
// What the package cannot see: AppImages in other folders, what is inside of the old form (type 1, an ISO 9660 image) and
// of those that are compressed with xz or lzo, of which only the file is told, and who made one: a signature inside of it is
// not checked.
package appimage

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"quaestor/scanners"
	"quaestor/scanners/internal/appimage"
	"quaestor/scanners/internal/desktopentry"
	"quaestor/scanners/internal/hostroot"
	"quaestor/scanners/internal/squashfs"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// ID is the scanner's name.
const ID = "host/appimage"

// Limits of one computer.
const (
	maxFiles = 20_000 // that are looked at
	maxApps  = 2000
)

// Scanner looks for AppImages.
type Scanner struct{}

// Info implements scanners.Scanner.
func (Scanner) Info() scanners.Info {
	return scanners.Info{
		ID: ID, Kind: source.KindHost, Title: "AppImages",
		Platforms: []inventory.Platform{inventory.Linux}, Live: []inventory.Platform{inventory.Linux},
		Reads: []string{"AppImages in /opt, /usr/local/bin, /usr/local/share and of every user in the home folder itself, Applications, AppImages, Desktop, Downloads, bin and .local/bin"},
		CannotSee: []string{
			"AppImages in other folders than those that are usual for them",
			"programs of one file that are no AppImages",
		},
	}
}

// place is a folder in which AppImages lie; depth is how many folders in it are entered.
type place struct {
	dir, user string
	depth     int
}

func places(h *hostroot.Host) []place {
	list := []place{{dir: "opt", depth: 2}, {dir: "usr/local/bin"}, {dir: "usr/local/share/applications"}, {dir: "usr/local/share/appimages"}, {dir: "Applications"}}
	users, _ := h.Users() // host/system reports what is wrong with the accounts
	for _, u := range users {
		if u.Home == "" {
			continue
		}
		list = append(list, place{dir: u.Home, user: u.ID()})
		for _, name := range []string{"Applications", "AppImages", "Desktop", "Downloads", "bin", ".local/bin"} {
			list = append(list, place{dir: path.Join(u.Home, name), user: u.ID(), depth: 1})
		}
	}
	return list
}

// Recognise implements scanners.Scanner.
func (Scanner) Recognise(src *source.Source) bool {
	h, err := hostroot.Open(src)
	return err == nil && h.Platform() == inventory.Linux
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
	for _, p := range places(h) {
		c.folder(p, p.dir, 0)
	}
	if c.full {
		c.gap(inventory.GapLimit, src.Name(), "There are more files in the folders for AppImages than are looked at.", "Look at these folders by hand.")
	}
	return inv, ctx.Err()
}

type collector struct {
	ctx    context.Context
	h      *hostroot.Host
	inv    *inventory.Inventory
	device string
	files  int
	full   bool
}

func (c *collector) gap(kind inventory.GapKind, subject, detail, next string) {
	c.inv.Gaps = append(c.inv.Gaps, inventory.Gap{Scanner: ID, Device: c.device, Subject: inventory.Text(subject), Kind: kind, Detail: inventory.Text(detail), Next: next})
}

func (c *collector) unread(name string, err error) {
	if err == nil || errors.Is(err, fs.ErrNotExist) {
		return
	}
	g := c.h.Gap(ID, name, err)
	g.Device = c.device
	c.inv.Gaps = append(c.inv.Gaps, g)
}

func (c *collector) folder(p place, dir string, depth int) {
	entries, err := c.h.ReadDir(dir)
	c.unread(dir, err)
	for _, e := range entries {
		name := path.Join(dir, e.Name())
		switch {
		case c.ctx.Err() != nil:
			return
		case e.IsDir():
			if depth < p.depth {
				c.folder(p, name, depth+1)
			}
		case !e.Type().IsRegular() || !candidate(e):
		case c.files == maxFiles || len(c.inv.Apps) == maxApps:
			c.full = true
			return
		default:
			c.files++
			c.file(p, name)
		}
	}
}

// candidate reports whether a file may be run, or says that it is an AppImage: those that were just downloaded may not be
// run yet, and still are what their owner installed.
func candidate(e fs.DirEntry) bool {
	if strings.HasSuffix(strings.ToLower(e.Name()), ".appimage") {
		return true
	}
	info, err := e.Info()
	return err == nil && info.Mode()&0o111 != 0 && info.Size() > appimage.HeadBytes
}

// file records a file if it is an AppImage.
func (c *collector) file(p place, name string) {
	f, size, err := c.h.OpenAt(name)
	if err != nil {
		c.unread(name, err)
		return
	}
	defer f.Close()
	head, ok := appimage.ReadHead(f)
	if !ok {
		return
	}
	app := inventory.App{
		Device: c.device, Platform: inventory.Linux, IdentifierKind: inventory.AppImage,
		Paths: []string{inventory.Text("/" + name)}, Flags: []string{fmt.Sprintf("type:%d", head.Kind)}, Arch: head.Arch,
		Origins: []inventory.Origin{c.h.Origin(ID, name, 0)},
	}
	if p.user != "" {
		app.Users = []inventory.AppUser{{User: inventory.Text(p.user), Installed: true}}
	}
	if info := appimage.Updates(f, size, head); info != "" {
		app.Flags = append(app.Flags, inventory.Text("updates:"+info))
	}
	c.inside(&app, f, size, head, name)
	base := path.Base(name)
	app.Identifier = cmp.Or(app.Identifier, inventory.Text(strings.TrimSuffix(strings.TrimSuffix(base, ".AppImage"), ".appimage")))
	app.Name = cmp.Or(app.Name, app.Identifier)
	app.ID = inventory.AppID(c.device, inventory.AppImage, app.Identifier, name)
	c.inv.Apps = append(c.inv.Apps, app)
}

// inside reads name and version from the desktop entry in the root folder of what the AppImage carries.
func (c *collector) inside(app *inventory.App, f hostroot.File, size int64, head appimage.Head, name string) {
	const next = "Run the AppImage with --appimage-extract on a computer that may be lost, and look at the .desktop file."
	if head.Kind != 2 || head.End <= 0 || head.End >= size {
		c.gap(inventory.GapUnknownLines, c.h.Source().Join(name), "This AppImage is of the old form, or is built otherwise than usual: what is inside was not read, only its file name is told.", next)
		return
	}
	entry, err := appimage.Entry(f, head.End, size)
	if err != nil {
		kind := inventory.GapMalformed
		if errors.Is(err, squashfs.ErrCompression) || errors.Is(err, squashfs.ErrNotExist) {
			kind = inventory.GapUnknownLines
		}
		c.gap(kind, c.h.Source().Join(name), fmt.Sprintf("What is inside of this AppImage was not read, only its file name is told: %v.", err), next)
		return
	}
	const group = "Desktop Entry"
	d := desktopentry.Parse(entry.Text)
	app.Identifier = inventory.Text(strings.TrimSuffix(entry.Name, ".desktop"))
	app.Name, app.Version = inventory.Text(d.String(group, "Name")), inventory.Text(d.String(group, "X-AppImage-Version"))
}
