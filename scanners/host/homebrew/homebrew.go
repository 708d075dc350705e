// Package homebrew finds what Homebrew installed on a Mac or a Linux computer: formulae, which are programs and libraries that it
// builds or fetches, and casks, which are apps of others that it fetches.
//
// What the package cannot see: whether a cask's app is still where Homebrew put it; prefixes other than the usual ones.
package homebrew

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"quaestor/scanners"
	"quaestor/scanners/internal/hostroot"
	"quaestor/scanners/internal/ospurl"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// ID is the scanner's ID.
const ID = "host/homebrew"

const (
	maxPackages = 20_000
	maxReceipt  = 4 << 20
)

// prefixes are where Homebrew lives: on Apple's own processors, on Intel's, on Linux.
var prefixes = []string{"opt/homebrew", "usr/local", "home/linuxbrew/.linuxbrew"}

// Scanner reads what Homebrew installed.
type Scanner struct{}

// Info implements scanners.Scanner.
func (Scanner) Info() scanners.Info {
	return scanners.Info{
		ID: ID, Kind: source.KindHost, Platforms: []inventory.Platform{inventory.MacOS, inventory.Linux}, Live: []inventory.Platform{inventory.MacOS, inventory.Linux},
		Title:     "packages of Homebrew",
		Reads:     []string{"Cellar and Caskroom in /opt/homebrew, /usr/local and /home/linuxbrew/.linuxbrew"},
		CannotSee: []string{"Homebrew in a folder of a user's own choice"},
	}
}

// folders are the Cellars and Caskrooms that are there.
func folders(h *hostroot.Host, kind string) (out []string) {
	for _, p := range prefixes {
		if dir := h.Mac(path.Join(p, kind)); h.Exists(dir) {
			out = append(out, dir)
		}
	}
	return out
}

// Recognise implements scanners.Scanner.
func (Scanner) Recognise(src *source.Source) bool {
	h, err := hostroot.Open(src)
	return err == nil && h.Platform() != inventory.Windows && len(folders(h, "Cellar"))+len(folders(h, "Caskroom")) > 0
}

// Scan implements scanners.Scanner.
func (Scanner) Scan(ctx context.Context, src *source.Source) (*inventory.Inventory, error) {
	h, err := hostroot.Open(src)
	if err != nil {
		return nil, err
	}
	inv := inventory.New()
	d := h.Device(ID)
	inv.Devices = []inventory.Device{d}
	c := &collector{h: h, inv: inv, device: d}
	for _, kind := range []string{"Cellar", "Caskroom"} {
		for _, dir := range folders(h, kind) {
			for _, name := range c.names(dir) {
				if ctx.Err() != nil {
					return inv, ctx.Err()
				}
				c.installed(path.Join(dir, name), name, kind == "Caskroom")
			}
		}
	}
	ospurl.Add(inv, ospurl.Of(d), nil)
	if c.dropped > 0 {
		g := c.gap(".", inventory.GapLimit, "Homebrew has more packages than are recorded.", "List them with brew list --versions.")
		g.Count = c.dropped
	}
	return inv, nil
}

type collector struct {
	h       *hostroot.Host
	inv     *inventory.Inventory
	device  inventory.Device
	dropped int
}

func (c *collector) gap(name string, kind inventory.GapKind, detail, next string) *inventory.Gap {
	c.inv.Gaps = append(c.inv.Gaps, inventory.Gap{Scanner: ID, Device: c.device.ID, Subject: inventory.Text(c.h.Source().Join(name)), Kind: kind, Detail: detail, Next: next})
	return &c.inv.Gaps[len(c.inv.Gaps)-1]
}

// names are the folders in a folder.
func (c *collector) names(dir string) (names []string) {
	entries, err := c.h.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		g := c.h.Gap(ID, dir, err)
		g.Device = c.device.ID
		c.inv.Gaps = append(c.inv.Gaps, g)
	}
	for _, e := range entries {
		if e.IsDir() && !strings.HasPrefix(e.Name(), ".") {
			names = append(names, e.Name())
		}
	}
	return names
}

// receipt is what Homebrew notes of an installation.
type receipt struct {
	Time   float64 `json:"time"` // seconds since 1970
	Asked  *bool   `json:"installed_on_request"`
	Arch   string  `json:"arch"`
	Source struct {
		Tap     string `json:"tap"`
		Version string `json:"version"`
	} `json:"source"`
}

// installed records one package by the newest of its versions that is there.
func (c *collector) installed(dir, name string, cask bool) {
	versions := c.names(dir)
	if len(versions) == 0 {
		return // uninstalled, with leftovers
	}
	if len(c.inv.Apps) >= maxPackages {
		c.dropped++
		return
	}
	version := c.current(dir, name, versions)
	file := path.Join(dir, version, "INSTALL_RECEIPT.json")
	a := inventory.App{ID: inventory.AppID(c.device.ID, inventory.Homebrew, name, map[bool]string{true: "cask", false: "formula"}[cask]), Device: c.device.ID, Platform: c.device.Platform,
		IdentifierKind: inventory.Homebrew, Identifier: inventory.Text(name), Name: inventory.Text(name), Version: inventory.Text(version), Flags: []string{"formula"},
		Paths: []string{inventory.Text(hostroot.MacPath(path.Join(dir, version)))}, Origins: []inventory.Origin{c.h.Origin(ID, dir, 0)}}
	if cask {
		a.Flags, file = []string{"cask"}, path.Join(dir, ".metadata/INSTALL_RECEIPT.json")
		a.Version, _, _ = strings.Cut(a.Version, ",") // what follows is of the cask alone
	}
	if r, ok := c.receipt(file); ok {
		a.Installer, a.InstallerKnown = inventory.Text(r.Source.Tap), r.Source.Tap != ""
		a.Arch = inventory.Text(r.Arch)
		if r.Asked != nil && !*r.Asked {
			a.Flags = append(a.Flags, "dependency")
		}
		if r.Time > 1e9 && r.Time < 5e9 {
			at := time.Unix(int64(r.Time), 0).UTC()
			a.Updated = &at
		}
	}
	c.inv.Apps = append(c.inv.Apps, a)
}

// current is the version in use: the one that opt links to, else the last by name.
func (c *collector) current(dir, name string, versions []string) string {
	if link, err := c.h.Link(path.Join(path.Dir(path.Dir(dir)), "opt", name)); err == nil && slices.Contains(versions, path.Base(link)) {
		return path.Base(link)
	}
	return slices.MaxFunc(versions, cmp.Compare[string])
}

// receipt reads a receipt. Older versions of Homebrew wrote none for casks.
func (c *collector) receipt(file string) (r receipt, ok bool) {
	info, err := c.h.Stat(file)
	if err != nil {
		return r, false
	}
	if info.Size() > maxReceipt {
		c.gap(file, inventory.GapLimit, "The receipt is too large to be read.", "Look at it by hand.")
		return r, false
	}
	data, err := c.h.ReadFile(file)
	if err == nil {
		err = json.Unmarshal(data, &r)
	}
	if err != nil {
		c.gap(file, inventory.GapMalformed, inventory.Text(fmt.Sprintf("The receipt cannot be read: %v.", err)), "Look at it by hand.")
	}
	return r, err == nil
}
