package dpkg

import (
	"context"
	"io"

	"quaestor/scanners/internal/dpkg"
	"quaestor/scanners/internal/hostroot"
	"quaestor/scanners/internal/ospurl"
	"quaestor/scanners/inventory"
)

// collector turns the packages of one computer into apps.
type collector struct {
	ctx      context.Context
	inv      *inventory.Inventory
	device   string
	problems inventory.Gap // of the file being read
}

func newCollector(ctx context.Context, d inventory.Device) *collector {
	inv := inventory.New()
	inv.Devices = []inventory.Device{d}
	return &collector{ctx: ctx, inv: inv, device: d.ID}
}

func (c *collector) gap(g inventory.Gap) {
	g.Device = c.device
	c.inv.Gaps = append(c.inv.Gaps, g)
}

func (c *collector) file(h *hostroot.Host, name string) error {
	f, err := h.OpenFile(name)
	if err != nil {
		return err
	}
	defer f.Close()
	return c.read(f, h.Origin(ID, name, 0))
}

// read reads one status file. What does not parse is one gap for the whole file.
func (c *collector) read(r io.Reader, origin inventory.Origin) error {
	c.problems = inventory.Gap{Scanner: ID, Subject: origin.Path, Kind: inventory.GapMalformed,
		Detail: "Parts of the status file do not parse; the packages concerned may be missing.",
		Next:   "Run dpkg --audit on the computer."}
	err := dpkg.Read(r, dpkg.Handler{
		Package: func(p *dpkg.Package) error { return c.add(p, origin) },
		Problem: func(p dpkg.Problem) {
			c.problems.Count++
			if len(c.problems.Samples) < maxSamples {
				c.problems.Samples = append(c.problems.Samples, inventory.Text(p.String()))
			}
		},
	})
	if c.problems.Count > 0 {
		c.gap(c.problems)
	}
	return err
}

func (c *collector) add(p *dpkg.Package, origin inventory.Origin) error {
	if !p.OnDisk() {
		return nil
	}
	origin.Line = p.Line
	c.inv.Apps = append(c.inv.Apps, inventory.App{
		ID: appID(c.device, p), Device: c.device, Platform: inventory.Linux,
		IdentifierKind: inventory.DebPackage, Identifier: inventory.Text(p.Name),
		Version: inventory.Text(p.Version), Arch: inventory.Text(p.Arch),
		Publisher: inventory.Text(p.Maintainer), Homepage: inventory.Text(p.Homepage),
		SourcePackage: inventory.Text(p.Source),
		Flags:         flags(p), Origins: []inventory.Origin{origin},
	})
	return c.ctx.Err()
}

// appID tells the architectures of one package apart only where Debian lets several be installed together.
func appID(device string, p *dpkg.Package) string {
	if p.MultiArch == "same" {
		return inventory.AppID(device, inventory.DebPackage, p.Name, p.Arch)
	}
	return inventory.AppID(device, inventory.DebPackage, p.Name)
}

// flags are dpkg's own words for what sets a package apart: a state other than installed, a hold, an error.
func flags(p *dpkg.Package) []string {
	var out []string
	if p.State != "" && p.State != "installed" {
		out = append(out, inventory.Text(p.State))
	}
	if p.Flag != "" && p.Flag != "ok" {
		out = append(out, inventory.Text(p.Flag))
	}
	if p.Want != "" && p.Want != "install" {
		out = append(out, inventory.Text(p.Want))
	}
	if p.Essential {
		out = append(out, "essential")
	}
	return out
}

// finish lists the packages as components, and states that a database without any package is no ordinary one.
func (c *collector) finish(subject string) {
	distro := ospurl.Of(c.inv.Devices[0])
	if distro.ID == "" {
		distro = ospurl.Listed(c.inv.Apps)
	}
	ospurl.Add(c.inv, distro, nil)
	if len(c.inv.Apps) > 0 {
		return
	}
	c.gap(inventory.Gap{Scanner: ID, Subject: inventory.Text(subject), Kind: inventory.GapEmpty,
		Detail: "The package database lists no installed package.",
		Next:   "Check that the file is complete; dpkg-query -l on the computer lists its packages."})
}
