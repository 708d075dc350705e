package hostroot

import (
	"cmp"
	"errors"
	"io/fs"

	"quaestor/scanners/internal/winfacts"
	"quaestor/scanners/internal/winhives"
	"quaestor/scanners/internal/winreg"
	"quaestor/scanners/internal/winreg/live"
	"quaestor/scanners/inventory"
)

// OpenHives opens registry hives of the volume, with what is wrong with them as gaps that name files of the host.
func (h *Host) OpenHives(files []winhives.File) *winhives.Registry {
	r := winhives.Load(files, h.openHive, func(err error) bool { return errors.Is(err, fs.ErrNotExist) })
	for i := range r.Gaps {
		r.Gaps[i].Subject = inventory.Text(h.src.Join(r.Gaps[i].Subject))
	}
	return r
}

func (h *Host) openHive(name string) (winhives.Content, error) {
	f, size, err := h.OpenAt(h.Fold(name))
	if err != nil {
		return winhives.Content{}, err
	}
	return winhives.Content{At: f, Size: size, Close: f.Close}, nil
}

// windowsDevice describes a computer of Windows by its registry: that of the running system, or the hives of a copy.
func (h *Host) windowsDevice(scanner string) inventory.Device {
	var d inventory.Device
	if h.Live() {
		d, h.drive = liveDevice()
	} else {
		r := h.OpenHives(winhives.Machine(h.Fold))
		d, h.drive = winfacts.Device(r), winfacts.SystemDrive(r)
		r.Close() // only read from
	}
	d.Platform, d.Users = inventory.Windows, nil // the people are those with a home folder, see Users
	d.Name = cmp.Or(d.Name, h.src.Base())
	d.OSName = cmp.Or(d.OSName, "Windows")
	if d.ID == "" {
		d.ID = inventory.DeviceID(d.Platform, "name", d.Name, h.src.Name())
	}
	d.Origins = []inventory.Origin{h.Origin(scanner, h.Fold("Windows"), 0)}
	return d
}

// SystemDrive is the letter that Windows itself gives the volume that it starts from, as in "C:".
func (h *Host) SystemDrive() string {
	if h.drive == "" && h.Platform() == inventory.Windows {
		h.windowsDevice("")
	}
	return cmp.Or(h.drive, "C:")
}

// liveDevice is what the registry of the running system says, and the drive of the system. Without one the device goes by its name.
func liveDevice() (inventory.Device, string) {
	var reg winreg.Registry
	reg, err := live.Open()
	if err != nil {
		return inventory.Device{}, ""
	}
	return winfacts.Device(reg), winfacts.SystemDrive(reg)
}
