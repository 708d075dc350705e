package riskdb

import (
	"strings"
	"testing"

	"quaestor/scanners/inventory"
)

// TestRemovalOfFleet: who reads an export has no phone in hand, and of a count of devices no device.
func TestRemovalOfFleet(t *testing.T) {
	tiktok := inventory.App{ID: "a", Device: "d", Platform: inventory.Android, IdentifierKind: inventory.AndroidPackage, Identifier: "com.zhiliaoapp.musically"}
	counted, windows := tiktok, inventory.App{ID: "a", Device: "d", Platform: inventory.Windows, IdentifierKind: inventory.NameOnly, Identifier: "TikTok", DeviceCount: 1}
	counted.DeviceCount = 3
	phone := inventory.Device{ID: "d", Platform: inventory.Android, Serial: "S1"}
	managed := phone
	managed.Management = &inventory.Management{System: "amapi"}
	for _, tt := range []struct {
		name, note string
		device     inventory.Device
		app        inventory.App
		method     RemovalMethod
		command    bool
	}{
		{"a phone in hand", "", phone, tiktok, RemoveUninstall, true},
		{"a phone of an export", "in the management of the device", managed, tiktok, RemoveManaged, false},
		{"a count of phones", "counted on 3 devices", phone, counted, RemoveManaged, false},
		{"a count of computers", "counted on 1 device.", inventory.Device{ID: "d", Platform: inventory.Windows}, windows, RemoveManaged, false},
	} {
		inv := &inventory.Inventory{Devices: []inventory.Device{tt.device}, Apps: []inventory.App{tt.app}}
		steps := (&assessor{inv: inv, db: &DB{}}).removal(&facts{app: &inv.Apps[0]})
		if len(steps) != 1 || steps[0].Method != tt.method || (steps[0].Command != nil) != tt.command || !strings.Contains(steps[0].Note, tt.note) {
			t.Errorf("%s: %+v", tt.name, steps)
		}
	}
}
