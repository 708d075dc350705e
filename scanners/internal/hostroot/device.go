package hostroot

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"io"
	"runtime"
	"strings"

	"quaestor/scanners/inventory"
)

// Device describes the computer. It is the same for every scanner of one computer but for the origin.
func (h *Host) Device(scanner string) inventory.Device {
	if h.Platform() == inventory.MacOS {
		return h.macDevice(scanner)
	}
	if h.Platform() == inventory.Windows {
		return h.windowsDevice(scanner)
	}
	release, file := h.osRelease()
	d := inventory.Device{
		Platform:  h.Platform(),
		Name:      inventory.Text(h.name()),
		OSName:    inventory.Text(release["NAME"]),
		OSVersion: inventory.Text(release["VERSION_ID"]),
		Arch:      h.arch(),
	}
	d.ID = h.deviceID(d)
	for _, key := range []string{"ID", "ID_LIKE", "VERSION_CODENAME", "VARIANT_ID", "BUILD_ID"} {
		if v := release[key]; v != "" {
			setProperty(&d, "os-release."+key, v)
		}
	}
	if file != "" {
		d.Origins = []inventory.Origin{h.Origin(scanner, file, 0)}
	}
	if h.Live() {
		d.OSBuild = h.line("proc/sys/kernel/osrelease")
		d.Manufacturer = h.line("sys/class/dmi/id/sys_vendor")
		d.Model = h.line("sys/class/dmi/id/product_name")
	}
	return d
}

// Platform tells the operating system by what only it has in its root folder. A running computer whose root
// folder tells nothing is of the system that this program was built for.
func (h *Host) Platform() inventory.Platform {
	switch {
	case h.Exists("etc/os-release") || h.Exists("usr/lib/os-release"):
		return inventory.Linux
	case h.isMac():
		return inventory.MacOS
	case h.Exists(h.Fold("Windows/System32")):
		return inventory.Windows
	case h.Live() && runtime.GOOS == "darwin":
		return inventory.MacOS
	case h.Live() && runtime.GOOS == "windows":
		return inventory.Windows
	}
	return inventory.Linux
}

func setProperty(d *inventory.Device, key, value string) {
	if d.Properties == nil {
		d.Properties = make(map[string]string)
	}
	d.Properties[key] = inventory.Text(value)
}

func (h *Host) osRelease() (fields map[string]string, file string) {
	for _, name := range []string{"etc/os-release", "usr/lib/os-release"} {
		if data, err := h.ReadFile(name); err == nil {
			return ParseOSRelease(data), name
		}
	}
	return nil, ""
}

// deviceID is made from the machine id where there is one. The machine id itself must not leave the
// computer (machine-id(5)), so only a keyed hash of it is used.
func (h *Host) deviceID(d inventory.Device) string {
	for _, name := range []string{"etc/machine-id", "var/lib/dbus/machine-id"} {
		id := h.line(name)
		if _, err := hex.DecodeString(id); err != nil || len(id) != 32 {
			continue // absent, "uninitialized", or garbage
		}
		mac := hmac.New(sha256.New, []byte(id))
		mac.Write([]byte("quaestor device"))
		return inventory.DeviceID(d.Platform, "machine-id", hex.EncodeToString(mac.Sum(nil)))
	}
	return inventory.DeviceID(d.Platform, "name", d.Name, d.OSName, h.src.Name())
}

// name is the host name; a copy without one goes by the name of its folder.
func (h *Host) name() string {
	if h.Live() {
		if n := h.line("proc/sys/kernel/hostname"); n != "" {
			return n
		}
	}
	return firstOf(h.line("etc/hostname"), h.src.Base())
}

// arch is the processor architecture as uname(1) writes it, read from the header of a program that every
// system has. That works for a copy too, and for a copy of another architecture.
func (h *Host) arch() string {
	for _, name := range []string{"usr/bin/env", "bin/sh", "bin/busybox", "usr/lib/systemd/systemd"} {
		f, err := h.OpenFile(name)
		if err != nil {
			continue
		}
		var head [20]byte
		_, err = io.ReadFull(f, head[:])
		f.Close()
		if err == nil && string(head[:4]) == "\x7fELF" {
			return elfArch(head)
		}
	}
	return ""
}

func elfArch(head [20]byte) string {
	order := binary.ByteOrder(binary.LittleEndian)
	if head[5] == 2 {
		order = binary.BigEndian
	}
	switch order.Uint16(head[18:]) {
	case 3:
		return "i686"
	case 62:
		return "x86_64"
	case 40:
		return "armv7l"
	case 183:
		return "aarch64"
	case 243:
		return "riscv64"
	case 22:
		return "s390x"
	case 21:
		if head[5] == 1 {
			return "ppc64le"
		}
		return "ppc64"
	case 258:
		return "loongarch64"
	}
	return ""
}

// line is the first line of a small file, "" when it cannot be read.
func (h *Host) line(name string) string {
	data, err := h.ReadFile(name)
	if err != nil {
		return ""
	}
	first, _, _ := strings.Cut(string(data), "\n")
	return inventory.Text(strings.TrimSpace(first))
}

func firstOf(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}
