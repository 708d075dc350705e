// Package appledevice tells Apple's devices apart as management systems name them: by the identifiers that Apple gives out, so that an
// export and a scan of the same device are of one device, and by the names of models.
//
// What the package cannot see: which model a Mac is whose system says no more than "VirtualMac", and what a device is of which
// nothing but an enrolment is named.
package appledevice

import (
	"strings"

	"quaestor/scanners/internal/hostroot"
	"quaestor/scanners/inventory"
)

// ID is the identifier of a device by its UDID, else its serial number; ok is false where it has neither.
func ID(p inventory.Platform, udid, serial string) (id string, ok bool) {
	udid, serial = strings.TrimSpace(udid), inventory.UsableSerial(serial)
	switch {
	case p == inventory.MacOS && hostroot.IsUUID(udid):
		return hostroot.MacID(udid), true
	case p != inventory.MacOS && udid != "":
		return inventory.DeviceID(inventory.IOS, strings.ToLower(strings.ReplaceAll(udid, "-", ""))), true
	case serial != "" && p == inventory.MacOS:
		return inventory.DeviceID(p, "serial", serial), true
	case serial != "":
		return inventory.DeviceID(inventory.IOS, "serial", strings.ToUpper(serial)), true
	case udid != "":
		return inventory.DeviceID(p, "udid", udid), true
	}
	return "", false
}

// systems are the names of systems by how a model begins, in Apple's own identifiers ("iPhone14,5") and in words ("Apple Watch").
var systems = []struct{ model, system string }{
	{"iPhone", "iOS"}, {"iPod", "iOS"}, {"iPad", "iPadOS"}, {"AppleTV", "tvOS"}, {"Apple TV", "tvOS"}, {"Watch", "watchOS"}, {"Apple Watch", "watchOS"},
	{"RealityDevice", "visionOS"}, {"Apple Vision", "visionOS"}, {"Mac", "macOS"}, {"iMac", "macOS"}, {"Xserve", "macOS"}, {"VirtualMac", "macOS"}, {"Virtual Mac", "macOS"},
}

// System is the name of the system of a model, empty for one that is not known.
func System(model string) string {
	for _, s := range systems {
		if strings.HasPrefix(model, s.model) {
			return s.system
		}
	}
	return ""
}

// Platform is the platform of a system by its name: that of Macs, or of all other devices. It is empty for no name.
func Platform(system string) inventory.Platform {
	switch strings.ToLower(system) {
	case "":
		return ""
	case "macos", "mac os x", "os x", "mac", "macosx":
		return inventory.MacOS
	}
	return inventory.IOS
}

// PlatformOf is the platform by the form of a UDID: that of a Mac is the UUID of its hardware, those of others have 40 digits, or 8 and
// 16. It is empty for anything else.
func PlatformOf(udid string) inventory.Platform {
	switch {
	case hostroot.IsUUID(udid):
		return inventory.MacOS
	case len(udid) == 40 && hexDigits(udid), len(udid) == 25 && udid[8] == '-' && hexDigits(udid[:8]) && hexDigits(udid[9:]):
		return inventory.IOS
	}
	return ""
}

func hexDigits(s string) bool { return strings.Trim(strings.ToLower(s), "0123456789abcdef") == "" }
