// Package registry reads the registry of a computer of Windows: of the running one, or of a copied or mounted volume by its
// hives (SOFTWARE and SYSTEM in Windows/System32/config, NTUSER.DAT and UsrClass.dat of every account).
//
// What services, drivers and other marks name is looked at where it is on the volume: who signed it, and what it says of its
// maker and version.
//
// What the package cannot see: the registry of accounts that are not logged in on a running computer, unless their hives
// can be opened; what winfacts cannot see.
package registry

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"quaestor/scanners"
	"quaestor/scanners/internal/hostroot"
	"quaestor/scanners/internal/winfacts"
	"quaestor/scanners/internal/winhives"
	"quaestor/scanners/internal/winimage"
	"quaestor/scanners/internal/winlive"
	"quaestor/scanners/internal/winreg/live"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// ID is the scanner's name.
const ID = "windows/registry"

// Scanner reads the registry of a computer.
type Scanner struct{}

// New returns the scanner.
func New() scanners.Scanner { return Scanner{} }

// Info implements scanners.Scanner.
func (Scanner) Info() scanners.Info {
	return scanners.Info{
		ID: ID, Kind: source.KindHost, Title: "the registry of a computer of Windows",
		Reads: []string{
			"the registry of the running system",
			"the programs that it names: signature and version",
			"on a volume: Windows/System32/config/SOFTWARE and SYSTEM, Users/*/NTUSER.DAT, Users/*/AppData/Local/Microsoft/Windows/UsrClass.dat, with their .LOG1 and .LOG2",
		},
		CannotSee: []string{
			"programs that run without being installed or registered",
			"whether the programs that the registry names are still there",
			"filters that programs set in the Windows Filtering Platform while they run",
		},
		Platforms: []inventory.Platform{inventory.Windows},
		Live:      []inventory.Platform{inventory.Windows},
	}
}

// files lists the hives that a volume may have.
func files(h *hostroot.Host) []winhives.File {
	list := winhives.Machine(h.Fold)
	users, _ := h.Users() // without the folder of homes there are none
	for _, u := range users {
		list = append(list, winhives.Account(u.Home, h.Fold)...)
	}
	return list
}

// Recognise implements scanners.Scanner. It takes every computer of Windows, so that one without its registry is reported as
// such and does not pass for a computer without software.
func (Scanner) Recognise(src *source.Source) bool {
	h, err := hostroot.Open(src)
	return err == nil && h.Platform() == inventory.Windows
}

// Scan implements scanners.Scanner.
func (Scanner) Scan(ctx context.Context, src *source.Source) (*inventory.Inventory, error) {
	h, err := hostroot.Open(src)
	if err != nil {
		return nil, err
	}
	inv := inventory.New()
	device := h.Device(ID)
	users, err := h.Users()
	for _, u := range users {
		device.Users = append(device.Users, inventory.DeviceUser{ID: inventory.Text(u.ID()), Name: inventory.Text(u.Name)})
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		g := h.Gap(ID, "Users", err)
		g.Device = device.ID
		inv.Gaps = append(inv.Gaps, g)
	}
	inv.Devices = []inventory.Device{device}
	c := &winfacts.Collector{Scanner: ID, Device: device.ID, Inv: inv}
	if h.Live() {
		err = scanLive(ctx, c)
	} else {
		err = scanVolume(ctx, h, c)
	}
	winimage.Fill(ctx, h, ID, device.ID, inv)
	return inv, errors.Join(err, ctx.Err())
}

func scanVolume(ctx context.Context, h *hostroot.Host, c *winfacts.Collector) error {
	reg := h.OpenHives(files(h))
	defer reg.Close()
	c.Where = func(path string) inventory.Origin {
		file, inside := reg.Where(path)
		return inventory.Origin{Path: h.Source().Join(file) + "!" + inside}
	}
	for _, g := range reg.Gaps {
		g.Scanner, g.Device = c.Scanner, c.Device
		c.Inv.Gaps = append(c.Inv.Gaps, g)
	}
	if reg.Files() == 0 {
		return fmt.Errorf("no hive of %q could be read; copy Windows/System32/config and the NTUSER.DAT of each account", h.Source().Name())
	}
	if _, err := reg.Open(`HKLM\SOFTWARE`); err != nil {
		c.Inv.Gaps = append(c.Inv.Gaps, missing(h, c, "SOFTWARE", "what is installed for everybody"))
	}
	if _, err := reg.Open(`HKLM\SYSTEM`); err != nil {
		c.Inv.Gaps = append(c.Inv.Gaps, missing(h, c, "SYSTEM", "which services and drivers start"))
	}
	winfacts.Collect(ctx, reg, c)
	return nil
}

func missing(h *hostroot.Host, c *winfacts.Collector, name, what string) inventory.Gap {
	return inventory.Gap{Scanner: c.Scanner, Device: c.Device, Subject: inventory.Text(h.Source().Join(winhives.Config + "/" + name)), Kind: inventory.GapUnreadable,
		Detail: fmt.Sprintf("The hive %s is missing or cannot be read: it is not known %s.", name, what), Next: "Copy Windows/System32/config, which needs the rights of an administrator."}
}

func scanLive(ctx context.Context, c *winfacts.Collector) error {
	reg, err := live.Open()
	if err != nil {
		return fmt.Errorf("cannot open the registry: %w", err)
	}
	system, err := winlive.Open()
	if err == nil {
		err = running(system, c)
	}
	if err != nil {
		c.Inv.Gaps = append(c.Inv.Gaps, inventory.Gap{Scanner: c.Scanner, Device: c.Device, Subject: "services", Kind: inventory.GapUnreadable,
			Detail: inventory.Text("Which services and drivers run could not be asked: " + err.Error() + "."), Next: "Scan again."})
	}
	winfacts.Collect(ctx, reg, c)
	return nil
}

// running asks which services and drivers run. What was told before an error counts.
func running(system winlive.System, c *winfacts.Collector) error {
	list, err := system.Services()
	c.Running = make(map[string]bool, len(list))
	for _, s := range list {
		c.Running[strings.ToLower(s.Name)] = s.Running
	}
	return err
}
