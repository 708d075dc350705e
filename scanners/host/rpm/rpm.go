// Package rpm finds the RPM packages that are installed on a computer, from rpm's own database.
//
// What the package cannot see: programs installed without rpm, the repository a package came from, and
// whether its files were changed after installation.
package rpm

import (
	"context"
	"fmt"

	"quaestor/scanners"
	"quaestor/scanners/internal/hostroot"
	"quaestor/scanners/internal/ospurl"
	"quaestor/scanners/internal/rpmdb"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// ID is the scanner's name.
const ID = "host/rpm"

const maxSamples = 5

// Scanner reads rpm's database.
type Scanner struct{}

// Info implements scanners.Scanner.
func (Scanner) Info() scanners.Info {
	return scanners.Info{
		ID: ID, Kind: source.KindHost, Title: "RPM packages",
		Platforms: []inventory.Platform{inventory.Linux}, Live: []inventory.Platform{inventory.Linux},
		Reads: []string{"rpm databases in SQLite, NDB and Berkeley DB form, below /var/lib/rpm and /usr/lib/sysimage/rpm"},
		CannotSee: []string{
			"programs that were installed without rpm",
			"which repository an RPM package came from",
		},
	}
}

// Recognise implements scanners.Scanner.
func (Scanner) Recognise(src *source.Source) bool {
	h, err := hostroot.Open(src)
	return err == nil && h.First(rpmdb.Paths) != ""
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
	name := h.First(rpmdb.Paths)
	if name == "" {
		return inv, fmt.Errorf("%q has no rpm database; it has no RPM packages", src.Name())
	}
	f, size, err := h.OpenAt(name)
	if err != nil {
		g := h.Gap(ID, name, err)
		g.Device = device.ID
		inv.Gaps = append(inv.Gaps, g)
		return inv, nil
	}
	defer f.Close()
	c := collector{ctx: ctx, inv: inv, device: device.ID, origin: h.Origin(ID, name, 0)}
	err = rpmdb.Read(f, size, rpmdb.Handler{Package: c.add, Problem: c.problem})
	if ctx.Err() != nil {
		return inv, ctx.Err()
	}
	c.identify()
	ospurl.Add(inv, ospurl.Of(device), c.byApp)
	c.finish(err)
	if log, err := h.Stat(name + "-wal"); err == nil && log.Size() > 0 {
		c.gap(inventory.GapUnreadable, "The latest changes of the database are in a write-ahead log, which was not read; packages may be missing or already removed.",
			"Run rpm -qa as root once, which writes them into the database, and scan again.")
	}
	return inv, nil
}

// collector turns the packages of one computer into apps.
type collector struct {
	ctx      context.Context
	inv      *inventory.Inventory
	device   string
	origin   inventory.Origin
	problems int
	samples  []string
	licences []string            // as stated, of the apps in their order
	byApp    map[string][]string // the same by the ID of the app
}

func (c *collector) add(p *rpmdb.Package) error {
	app := inventory.App{
		Device: c.device, Platform: inventory.Linux,
		IdentifierKind: inventory.RPMPackage, Identifier: inventory.Text(p.Name),
		Version: inventory.Text(p.EVR()), Arch: inventory.Text(p.Arch),
		Publisher: inventory.Text(p.Vendor), Homepage: inventory.Text(p.URL),
		SourcePackage: inventory.Text(p.SourceRPM),
		Origins:       []inventory.Origin{c.origin},
	}
	if app.Publisher == "" {
		app.Publisher = inventory.Text(p.Packager)
	}
	if !p.Installed.IsZero() {
		app.Updated = &p.Installed
	}
	if p.Name == "gpg-pubkey" {
		app.Flags = []string{"public-key"} // rpm keeps the keys it trusts as if they were packages
	}
	c.inv.Apps = append(c.inv.Apps, app)
	c.licences = append(c.licences, inventory.Text(p.Licence))
	return c.ctx.Err()
}

// identify gives each app its identifier. It does not change with an update, except where several versions
// are installed side by side, as those of the kernel are.
func (c *collector) identify() {
	versions := make(map[[2]string]int)
	for _, a := range c.inv.Apps {
		versions[[2]string{a.Identifier, a.Arch}]++
	}
	c.byApp = make(map[string][]string, len(c.inv.Apps))
	for i := range c.inv.Apps {
		a := &c.inv.Apps[i]
		extra := []string{a.Arch}
		if versions[[2]string{a.Identifier, a.Arch}] > 1 {
			extra = append(extra, a.Version)
		}
		a.ID = inventory.AppID(c.device, inventory.RPMPackage, a.Identifier, extra...)
		if i < len(c.licences) && c.licences[i] != "" {
			c.byApp[a.ID] = c.licences[i : i+1 : i+1]
		}
	}
}

func (c *collector) problem(err error) {
	c.problems++
	if len(c.samples) < maxSamples {
		c.samples = append(c.samples, inventory.Text(err.Error()))
	}
}

func (c *collector) gap(kind inventory.GapKind, detail, next string) *inventory.Gap {
	c.inv.Gaps = append(c.inv.Gaps, inventory.Gap{Scanner: ID, Device: c.device, Subject: c.origin.Path, Kind: kind, Detail: detail, Next: next})
	return &c.inv.Gaps[len(c.inv.Gaps)-1]
}

// finish states what of the database could not be read.
func (c *collector) finish(err error) {
	const next = "Run rpm --verifydb on the computer; rpm --rebuilddb repairs the database."
	if c.problems > 0 {
		g := c.gap(inventory.GapMalformed, "Entries of the package database do not parse; the packages are missing.", next)
		g.Count, g.Samples = c.problems, c.samples
	}
	switch {
	case err != nil:
		c.gap(inventory.GapMalformed, inventory.Text("The package database could not be read to its end: "+err.Error()+"."), next)
	case len(c.inv.Apps) == 0 && c.problems == 0:
		c.gap(inventory.GapEmpty, "The package database lists no installed package.", "Check that it is complete; rpm -qa on the computer lists its packages.")
	}
}
