// Package alpine finds the packages that apk, the package manager of Alpine Linux and its kin, installed on a computer.
//
// What the package cannot see: programs installed without apk, the repository a package came from, and whether its
// files were changed after installation.
package alpine

import (
	"context"
	"errors"
	"fmt"

	"quaestor/scanners"
	"quaestor/scanners/internal/apkdb"
	"quaestor/scanners/internal/hostroot"
	"quaestor/scanners/internal/ospurl"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// ID is the scanner's name.
const ID = "host/alpine"

const maxSamples = 5

// Scanner reads apk's database.
type Scanner struct{}

// Info implements scanners.Scanner.
func (Scanner) Info() scanners.Info {
	return scanners.Info{
		ID: ID, Kind: source.KindHost, Title: "Alpine packages",
		Platforms: []inventory.Platform{inventory.Linux}, Live: []inventory.Platform{inventory.Linux},
		Reads: []string{"/lib/apk/db/installed", "/usr/lib/apk/db/installed"},
		CannotSee: []string{
			"programs that were installed without apk",
			"which repository an Alpine package came from",
		},
	}
}

// Recognise implements scanners.Scanner.
func (Scanner) Recognise(src *source.Source) bool {
	h, err := hostroot.Open(src)
	return err == nil && h.First(apkdb.Paths) != ""
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
	name := h.First(apkdb.Paths)
	if name == "" {
		return inv, fmt.Errorf("%q has no database of apk; it has no Alpine packages", src.Name())
	}
	c := collector{ctx: ctx, inv: inv, device: device.ID, origin: h.Origin(ID, name, 0), licences: map[string][]string{}}
	f, err := h.OpenFile(name)
	if err == nil {
		defer f.Close()
		err = apkdb.Read(f, apkdb.Handler{Package: c.add, Problem: c.problem})
	}
	if ctx.Err() != nil {
		return inv, ctx.Err()
	}
	c.finish()
	ospurl.Add(inv, ospurl.Of(device), c.licences)
	switch {
	case errors.Is(err, apkdb.ErrTooMany):
		c.gap(inventory.GapLimit, inventory.Text(err.Error()+"."), "Look at the file by hand: this is far more than usual.")
	case err != nil:
		g := h.Gap(ID, name, err)
		g.Device = device.ID
		inv.Gaps = append(inv.Gaps, g)
	case len(inv.Apps) == 0:
		c.gap(inventory.GapEmpty, "The package database lists no installed package.", "Check that it is complete; apk list --installed on the computer lists its packages.")
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
	licences map[string][]string // as stated, by the ID of the app
}

func (c *collector) add(p *apkdb.Package) error {
	origin := c.origin
	origin.Line = p.Line
	id := inventory.AppID(c.device, inventory.AlpinePackage, p.Name)
	if p.Licence != "" {
		c.licences[id] = []string{inventory.Text(p.Licence)}
	}
	c.inv.Apps = append(c.inv.Apps, inventory.App{
		ID: id, Device: c.device, Platform: inventory.Linux,
		IdentifierKind: inventory.AlpinePackage, Identifier: inventory.Text(p.Name),
		Version: inventory.Text(p.Version), Arch: inventory.Text(p.Arch),
		Publisher: inventory.Text(p.Maintainer), Homepage: inventory.Text(p.Homepage),
		SourcePackage: inventory.Text(p.Origin), Origins: []inventory.Origin{origin},
	})
	return c.ctx.Err()
}

func (c *collector) problem(line int, what string) {
	c.problems++
	if len(c.samples) < maxSamples {
		c.samples = append(c.samples, inventory.Text(fmt.Sprintf("line %d: %s", line, what)))
	}
}

func (c *collector) gap(kind inventory.GapKind, detail, next string) *inventory.Gap {
	c.inv.Gaps = append(c.inv.Gaps, inventory.Gap{Scanner: ID, Device: c.device, Subject: c.origin.Path, Kind: kind, Detail: detail, Next: next})
	return &c.inv.Gaps[len(c.inv.Gaps)-1]
}

// finish states what of the database does not parse.
func (c *collector) finish() {
	if c.problems > 0 {
		g := c.gap(inventory.GapMalformed, "Parts of the package database do not parse; the packages concerned may be missing.", "Run apk fix on the computer, or compare with apk list --installed.")
		g.Count, g.Samples = c.problems, c.samples
	}
}
