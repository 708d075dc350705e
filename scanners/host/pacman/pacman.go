// Package pacman finds the packages that pacman, the package manager of Arch Linux and its kin, installed on a computer.
//
// What the package cannot see: programs installed without pacman, the repository a package came from (packages that
// somebody built by hand bear a flag where pacman noted that nothing vouched for them), and whether its files were
// changed after installation.
package pacman

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"

	"quaestor/scanners"
	"quaestor/scanners/internal/alpm"
	"quaestor/scanners/internal/hostroot"
	"quaestor/scanners/internal/ospurl"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// ID is the scanner's name.
const ID = "host/pacman"

const (
	maxSamples  = 5
	maxPackages = 50_000
)

// Scanner reads pacman's local database.
type Scanner struct{}

// Info implements scanners.Scanner.
func (Scanner) Info() scanners.Info {
	return scanners.Info{
		ID: ID, Kind: source.KindHost, Title: "Arch packages",
		Platforms: []inventory.Platform{inventory.Linux}, Live: []inventory.Platform{inventory.Linux},
		Reads: []string{"/var/lib/pacman/local/*/desc"},
		CannotSee: []string{
			"programs that were installed without pacman",
			"which repository an Arch package came from",
		},
	}
}

// Recognise implements scanners.Scanner.
func (Scanner) Recognise(src *source.Source) bool {
	h, err := hostroot.Open(src)
	return err == nil && h.Exists(alpm.Local)
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
	c := collector{h: h, inv: inv, device: device.ID, licences: map[string][]string{}}
	entries, err := h.ReadDir(alpm.Local)
	if err != nil {
		c.unread(alpm.Local, err)
	}
	open, done := h.Within(alpm.Local)
	defer done()
	for _, e := range entries {
		if ctx.Err() != nil {
			return inv, ctx.Err()
		}
		if !e.IsDir() {
			continue // the number of the database's format
		}
		if len(inv.Apps) == maxPackages {
			c.gap(inventory.GapLimit, fmt.Sprintf("The database lists more than %d packages; the rest was not read.", maxPackages), "Look at the folder by hand: this is far more than usual.")
			break
		}
		c.read(open, path.Join(e.Name(), "desc"))
	}
	c.finish(err == nil)
	ospurl.Add(inv, ospurl.Of(device), c.licences)
	return inv, nil
}

// collector turns the packages of one computer into apps.
type collector struct {
	h        *hostroot.Host
	inv      *inventory.Inventory
	device   string
	problems int
	samples  []string
	licences map[string][]string // as stated, by the ID of the app
}

func (c *collector) read(open func(name string) (io.ReadCloser, error), file string) {
	name := path.Join(alpm.Local, file)
	f, err := open(file)
	var data []byte
	if err == nil {
		data, err = io.ReadAll(io.LimitReader(f, alpm.MaxDesc+1))
		f.Close()
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		c.unread(name, err)
		return
	}
	p := new(alpm.Package)
	if err == nil {
		p, err = alpm.Parse(data)
	}
	if err != nil {
		c.problem(name, err)
		return
	}
	c.add(p, name)
}

func (c *collector) add(p *alpm.Package, name string) {
	app := inventory.App{
		ID: inventory.AppID(c.device, inventory.ArchPackage, p.Name), Device: c.device, Platform: inventory.Linux,
		IdentifierKind: inventory.ArchPackage, Identifier: inventory.Text(p.Name),
		Version: inventory.Text(p.Version), Arch: inventory.Text(p.Arch),
		Publisher: inventory.Text(p.Packager), Homepage: inventory.Text(p.URL),
		SourcePackage: inventory.Text(p.Base), Origins: []inventory.Origin{c.h.Origin(ID, name, 0)},
	}
	if !p.Installed.IsZero() {
		app.Updated = &p.Installed
	}
	for _, s := range p.Licences {
		c.licences[app.ID] = append(c.licences[app.ID], inventory.Text(s))
	}
	if p.Dependency {
		app.Flags = append(app.Flags, "dependency")
	}
	if slices.Contains(p.Validation, "none") {
		app.Flags = append(app.Flags, "not-validated")
	}
	c.inv.Apps = append(c.inv.Apps, app)
}

func (c *collector) problem(name string, err error) {
	c.problems++
	if len(c.samples) < maxSamples {
		c.samples = append(c.samples, inventory.Text(fmt.Sprintf("%s: %v", path.Base(path.Dir(name)), err)))
	}
}

func (c *collector) unread(name string, err error) {
	g := c.h.Gap(ID, name, err)
	g.Device = c.device
	c.inv.Gaps = append(c.inv.Gaps, g)
}

func (c *collector) gap(kind inventory.GapKind, detail, next string) *inventory.Gap {
	c.inv.Gaps = append(c.inv.Gaps, inventory.Gap{Scanner: ID, Device: c.device, Subject: inventory.Text(c.h.Source().Join(alpm.Local)), Kind: kind, Detail: detail, Next: next})
	return &c.inv.Gaps[len(c.inv.Gaps)-1]
}

// finish states what of the database does not parse, and that one without any package is no ordinary one.
func (c *collector) finish(listed bool) {
	if c.problems > 0 {
		g := c.gap(inventory.GapMalformed, "Entries of the package database do not parse; the packages are missing.", "Run pacman -Dk on the computer, or compare with pacman -Q.")
		g.Count, g.Samples = c.problems, c.samples
	}
	if listed && len(c.inv.Apps) == 0 && len(c.inv.Gaps) == 0 {
		c.gap(inventory.GapEmpty, "The package database lists no installed package.", "Check that it is complete; pacman -Q on the computer lists its packages.")
	}
}
