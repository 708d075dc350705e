// Package processes finds what runs on a Linux computer and what starts by itself: executables, services of systemd,
// System V and OpenRC, autostart entries, libraries that are loaded into every program, modules that decide about logins,
// kernel modules that are not part of the kernel, programs in the kernel, and the kernel's security modules. Of each
// executable it says which package brought it.
//
// Of processes only the executables are recorded, each once: neither arguments nor owners nor times, because
// these tell about people. Which of them is security software is for the risk database to say.
//
// What the package cannot see: what runs in a copy of a computer, programs inside containers that hide
// theirs, scripts (their interpreter is what runs), and processes of others without root's rights.
package processes

import (
	"context"

	"quaestor/scanners"
	"quaestor/scanners/internal/hostroot"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// ID is the scanner's name.
const ID = "host/processes"

// The kinds of security product that this scanner records. All but lsm are marks, not judgements: the
// system says that it runs or starts them, not what they are for.
const (
	KindProcess      = "process"
	KindService      = "service"
	KindKernelModule = "kernel-module"
	KindLSM          = "lsm"
	KindAutostart    = "autostart"
	KindPreload      = "preload"             // a library that is loaded into every program
	KindPin          = "kernel-program"      // a program in the kernel (eBPF)
	KindLogin        = "credential-provider" // a module that decides about logins (PAM)
)

const maxProducts = 20_000

// Scanner reads /proc, /sys and the units of systemd.
type Scanner struct{}

// Info implements scanners.Scanner.
func (Scanner) Info() scanners.Info {
	return scanners.Info{
		ID: ID, Kind: source.KindHost, Title: "running programs, services and kernel modules",
		Platforms: []inventory.Platform{inventory.Linux}, Live: []inventory.Platform{inventory.Linux},
		Reads: []string{"/proc/*/exe", "/proc/modules", "/sys/kernel/security/lsm", "/sys/fs/bpf", "units of systemd that start by themselves, of the system and of users", "/etc/rc*.d", "/etc/runlevels",
			"/etc/xdg/autostart", "~/.config/autostart", "/etc/ld.so.preload", "/lib/modules/*/{extra,updates,weak-updates}", "modules of PAM", "lists of the files of packages"},
		CannotSee: []string{
			"who made a program: executables of Linux bear no signature of their maker, only the package says",
			"the scripts that an interpreter runs",
			"programs that do not run at the moment of the scan, unless a service starts them",
		},
	}
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
	return scan(ctx, h, h.Live())
}

// scan is told whether the computer runs, so that tests can have /proc in a folder.
func scan(ctx context.Context, h *hostroot.Host, live bool) (*inventory.Inventory, error) {
	inv := inventory.New()
	device := h.Device(ID)
	inv.Devices = []inventory.Device{device}
	c := &collector{h: h, inv: inv, device: device.ID, seen: make(map[string]bool)}
	c.users, _ = h.Users() // host/system reports what is wrong with the accounts
	c.services()
	c.autostart()
	c.preloads()
	c.addedModules()
	c.loginModules()
	if live {
		c.processes(ctx)
		c.modules()
		c.lsm()
		c.pins()
	} else {
		c.gap(inventory.GapBlind, h.Source().Name(), "A copy of a computer does not show what runs on it.", "Run the scan on the computer itself to see its processes.")
	}
	if c.dropped > 0 {
		g := c.gap(inventory.GapLimit, h.Source().Name(), "More programs and services were found than are recorded.", "Look at the computer by hand: this is far more than usual.")
		g.Count = c.dropped
	}
	c.own(ctx)
	return inv, ctx.Err()
}

type collector struct {
	users   []hostroot.User
	h       *hostroot.Host
	inv     *inventory.Inventory
	device  string
	seen    map[string]bool // identifiers
	dropped int
	changed map[string][]string // folders that change a unit of systemd, by its name
}

// add records a product once; where names what it was read from.
func (c *collector) add(p inventory.SecurityProduct, where string) {
	p.Device = c.device
	p.ID = inventory.FactID("security", p.Device, p.Kind, p.Name, p.Path, p.Service+p.User+p.Identifier)
	if c.seen[p.ID] {
		return
	}
	if len(c.inv.SecurityProducts) == maxProducts {
		c.dropped++
		return
	}
	c.seen[p.ID] = true
	p.Origins = []inventory.Origin{c.h.Origin(ID, where, 0)}
	c.inv.SecurityProducts = append(c.inv.SecurityProducts, p)
}

func (c *collector) gap(kind inventory.GapKind, subject, detail, next string) *inventory.Gap {
	c.inv.Gaps = append(c.inv.Gaps, inventory.Gap{Scanner: ID, Device: c.device, Subject: inventory.Text(subject), Kind: kind, Detail: detail, Next: next})
	return &c.inv.Gaps[len(c.inv.Gaps)-1]
}

func (c *collector) unread(name string, err error) {
	g := c.h.Gap(ID, name, err)
	g.Device = c.device
	c.inv.Gaps = append(c.inv.Gaps, g)
}
