// Package security tells what only a running Windows says: what is registered as antivirus, antispyware and firewall with
// the Security Center, and in which state; and which programs run, with whoever signed them.
//
// Of processes only the programs are recorded, each once: neither arguments nor owners nor times, because these tell about
// people. Which of them is security software is for the risk database to say. Whether services and drivers run is told
// with the services, by the scanner of the registry.
//
// What the package cannot see: programs of processes that the rights of whoever runs the scan do not reach; products that
// never registered, and those on a Windows for servers, which has no Security Center; what ran before or after the moment
// of the scan; anything in a copy of a volume.
package security

import (
	"cmp"
	"context"
	"errors"
	"strings"

	"quaestor/scanners"
	"quaestor/scanners/internal/hostroot"
	"quaestor/scanners/internal/securitycenter"
	"quaestor/scanners/internal/winfacts"
	"quaestor/scanners/internal/winimage"
	"quaestor/scanners/internal/winlive"
	"quaestor/scanners/internal/winpath"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// ID is the scanner's name.
const ID = "windows/security"

const maxProducts = 20_000

// New returns the scanner of the running Windows.
func New() scanners.Scanner { return scanner{open: winlive.Open} }

type scanner struct {
	open func() (winlive.System, error)
}

// Info implements scanners.Scanner.
func (scanner) Info() scanners.Info {
	return scanners.Info{
		ID: ID, Kind: source.KindHost, Title: "protection and programs of a running Windows",
		Platforms: []inventory.Platform{inventory.Windows}, Live: []inventory.Platform{inventory.Windows}, OnlyLive: true,
		Reads: []string{`WMI root\SecurityCenter2: AntiVirusProduct, AntiSpywareProduct, FirewallProduct`, "the programs that run: signer, maker, version"},
		CannotSee: []string{
			"protection that never registered with Windows Security Center",
			"programs that do not run at the moment of the scan, unless something starts them",
			"signatures that Windows keeps in its catalogs, and whether a certificate leads to a root that Windows trusts",
		},
	}
}

// Recognise implements scanners.Scanner.
func (scanner) Recognise(src *source.Source) bool {
	h, err := hostroot.Open(src)
	return err == nil && h.Platform() == inventory.Windows
}

// Scan implements scanners.Scanner.
func (s scanner) Scan(ctx context.Context, src *source.Source) (*inventory.Inventory, error) {
	h, err := hostroot.Open(src)
	if err != nil {
		return nil, err
	}
	inv := inventory.New()
	device := h.Device(ID)
	inv.Devices = []inventory.Device{device}
	c := &collector{h: h, inv: inv, device: device.ID, seen: map[string]bool{}}
	if !h.Live() {
		c.gap(inventory.GapBlind, h.Source().Name(), "A copy of a volume does not show what runs; of the Security Center it has at most what the registry last noted.",
			"Run the scan on the computer itself to see what holds now.")
		return inv, nil
	}
	return inv, s.ask(ctx, c)
}

// ask asks the running system. What it does not answer is a gap.
func (s scanner) ask(ctx context.Context, c *collector) error {
	system, err := s.open()
	if err != nil {
		return err
	}
	for _, class := range securitycenter.Classes() {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		c.center(system, class)
	}
	c.processes(system)
	if c.dropped > 0 {
		c.gap(inventory.GapLimit, "processes", "More programs run than are recorded.", "Look at the computer by hand: this is far more than usual.").Count = c.dropped
	}
	winimage.Fill(ctx, c.h, ID, c.device, c.inv)
	return ctx.Err()
}

type collector struct {
	h       *hostroot.Host
	inv     *inventory.Inventory
	device  string
	seen    map[string]bool // identifiers
	dropped int
}

func (c *collector) gap(kind inventory.GapKind, subject, detail, next string) *inventory.Gap {
	c.inv.Gaps = append(c.inv.Gaps, inventory.Gap{Scanner: ID, Device: c.device, Subject: inventory.Text(subject), Kind: kind, Detail: inventory.Text(detail), Next: next})
	return &c.inv.Gaps[len(c.inv.Gaps)-1]
}

func (c *collector) add(p inventory.SecurityProduct, where string) {
	p.Device = c.device
	p.ID = winfacts.ProductID(p)
	if c.seen[p.ID] {
		return
	}
	if len(c.inv.SecurityProducts) >= maxProducts {
		c.dropped++
		return
	}
	c.seen[p.ID] = true
	p.Origins = []inventory.Origin{{Scanner: ID, Path: where}}
	c.inv.SecurityProducts = append(c.inv.SecurityProducts, p)
}

// center reads one class of the Security Center. A product has the identifier that it has in the registry, so that both
// facts are one.
func (c *collector) center(system winlive.System, class string) {
	where := securitycenter.Namespace + ":" + class
	products, err := system.Products(class)
	switch {
	case errors.Is(err, winlive.ErrNoCenter):
		c.gap(inventory.GapBlind, where, "This Windows has no Security Center, so what protects it is not registered anywhere.", "See what runs and starts instead.")
		return
	case err != nil:
		c.gap(inventory.GapUnreadable, where, "The Security Center could not be asked: "+err.Error()+".", "Check that the services Security Center and Windows Management Instrumentation run, and scan again.")
	}
	for _, found := range products {
		p := inventory.SecurityProduct{Kind: securitycenter.Kind(class), Name: inventory.Text(cmp.Or(found.Name, found.GUID)), Identifier: inventory.Text(found.GUID),
			Path: inventory.Text(located(cmp.Or(found.Reporting, found.Program), c.h.SystemDrive()))}
		securitycenter.Decode(found.State).Fill(&p)
		c.add(p, where)
	}
}

// located writes a path with its drive in place of variables, as the registry's facts have it. An address for the shell,
// such as "windowsdefender://", is no program.
func located(p, drive string) string {
	p = winpath.Executable(p)
	if strings.Contains(p, "://") {
		return ""
	}
	if on, ok := winpath.OnVolume(p, drive, ""); ok {
		return drive + `\` + strings.ReplaceAll(on, "/", `\`)
	}
	return p
}

// processes records the programs that run, each once.
func (c *collector) processes(system winlive.System) {
	const where = "processes"
	list, err := system.Processes()
	if err != nil {
		c.gap(inventory.GapUnreadable, where, "The programs that run could not all be listed: "+err.Error()+".", "Scan again.")
	}
	denied := 0
	for _, p := range list {
		if p.Denied {
			denied++
		}
		if p.Name == "" || p.Path == "" && !p.Denied {
			continue // a part of the kernel, or ended meanwhile
		}
		name := inventory.Text(p.Name)
		c.add(inventory.SecurityProduct{Kind: "process", Name: name, Process: name, Path: inventory.Text(p.Path), State: "running"}, where)
	}
	if denied > 0 {
		c.gap(inventory.GapNotPermitted, where, "Windows does not say where the programs of some processes lie; of these only the name is recorded.", "Run the scan as administrator; protected processes stay hidden even so.").Count = denied
	}
	if len(list) == 0 && err == nil {
		c.gap(inventory.GapEmpty, where, "No process could be seen, not even the scan itself.", "Scan again.")
	}
}
