package appledevice

import (
	"testing"

	"quaestor/scanners/internal/hostroot"
	"quaestor/scanners/internal/iosfacts"
	"quaestor/scanners/inventory"
)

const uuid = "4A5B6C7D-0000-1111-2222-333344445555"

// TestID: the same device has the same identifier, whoever states it.
func TestID(t *testing.T) {
	p := iosfacts.New("test")
	p.UDID = "00008110-001A2C3E0E12801E"
	phone := p.Inventory("", "f", "h").Devices[0].ID
	if got, ok := ID(inventory.IOS, p.UDID, "F2LX"); !ok || got != phone {
		t.Error(got, phone)
	}
	q := iosfacts.New("test")
	q.Device.Serial = "f2lx"
	if got, ok := ID(inventory.IOS, "", "F2LX"); !ok || got != q.Inventory("", "f", "h").Devices[0].ID {
		t.Error(got)
	}
	if got, _ := ID(inventory.MacOS, uuid, "C02"); got != hostroot.MacID(uuid) {
		t.Error(got)
	}
	if got, _ := ID(inventory.MacOS, "", "C02"); got != inventory.DeviceID(inventory.MacOS, "serial", "C02") {
		t.Error(got)
	}
	if _, ok := ID(inventory.IOS, " ", ""); ok {
		t.Error("a device of no name has an identifier")
	}
}

func TestPlatform(t *testing.T) {
	for udid, want := range map[string]inventory.Platform{uuid: inventory.MacOS, "00008110-001A2C3E0E12801E": inventory.IOS, "0123456789abcdef0123456789abcdef01234567": inventory.IOS, "": "", "00008110x001A2C3E0E12801E": ""} {
		if got := PlatformOf(udid); got != want {
			t.Errorf("%q: %q", udid, got)
		}
	}
	for model, want := range map[string]string{"iPhone14,5": "iOS", "iPad": "iPadOS", "MacBook Pro": "macOS", "Mac14,2": "macOS", "RealityDevice14,1": "visionOS", "Watch6,1": "watchOS", "AppleTV11,1": "tvOS", "Toaster": ""} {
		if got := System(model); got != want {
			t.Errorf("%q: %q", model, got)
		}
	}
	if Platform("Mac OS X") != inventory.MacOS || Platform("tvOS") != inventory.IOS || Platform("") != "" {
		t.Error("Platform")
	}
}
