package scanners

import (
	"slices"
	"strings"
	"testing"
	"time"

	"quaestor/scanners/inventory"
)

// told is a device as one export tells of it.
func told(target int, d inventory.Device) reading {
	inv := inventory.New()
	inv.Devices = []inventory.Device{d}
	inv.Apps = []inventory.App{{ID: inventory.AppID(d.ID, inventory.NameOnly, "x"), Device: d.ID, Platform: d.Platform, IdentifierKind: inventory.NameOnly, Identifier: "x", Version: "1"}}
	return reading{scanner: "mdm/x", source: "d/export.json", inv: inv, target: target}
}

// TestJoinSerials: sources that give one serial number tell of one device, whatever they know it by.
func TestJoinSerials(t *testing.T) {
	const udid = "00008110001a2b3c4d5e801e"
	phone := inventory.Device{ID: inventory.DeviceID(inventory.IOS, udid), Platform: inventory.IOS, Name: "iPhone 7", Serial: "F2LX0000N70M"}
	bare := inventory.Device{ID: inventory.DeviceID(inventory.IOS, "serial", "F2LX0000N70M"), Platform: inventory.IOS, Name: "F2LX0000N70M", Serial: "f2lx0000n70m"}
	other := inventory.Device{ID: inventory.DeviceID(inventory.IOS, strings.Replace(udid, "8110", "8120", 1)), Platform: inventory.IOS, Name: "iPhone 7", Serial: "F2LX0000N70M"}
	host := inventory.Device{ID: inventory.DeviceID(inventory.Windows, "host-name", "lap-7.local"), Platform: inventory.Windows, Name: "LAP-7.local", Serial: "PF2ABCDE"}
	record := inventory.Device{ID: inventory.DeviceID(inventory.Windows, "serial", "PF2ABCDE"), Platform: inventory.Windows, Name: "Laptop of room 7", Serial: "PF2ABCDE"}
	linux := inventory.Device{ID: inventory.DeviceID(inventory.Linux, "host-name", "lap-7"), Platform: inventory.Linux, Name: "lap-7", Serial: "PF2ABCDE"}
	first := inventory.Device{ID: inventory.DeviceID(inventory.Windows, "host-name", "a"), Platform: inventory.Windows, Name: "a", Serial: "To be filled by O.E.M."}
	second := inventory.Device{ID: inventory.DeviceID(inventory.Windows, "host-name", "b"), Platform: inventory.Windows, Name: "b", Serial: "To be filled by O.E.M."}
	for name, tt := range map[string]struct {
		devices []inventory.Device
		want    []string
	}{
		"UDID and serial number":      {[]inventory.Device{phone, bare}, []string{phone.ID}},
		"two UDIDs":                   {[]inventory.Device{phone, other}, []string{phone.ID, other.ID}},
		"two UDIDs and a number":      {[]inventory.Device{phone, other, bare}, []string{phone.ID, other.ID, bare.ID}},
		"host name and serial number": {[]inventory.Device{host, record}, []string{record.ID}},
		"another system":              {[]inventory.Device{record, linux}, []string{record.ID, linux.ID}},
		"no number":                   {[]inventory.Device{first, second}, []string{first.ID, second.ID}},
	} {
		for _, turned := range []bool{false, true} {
			var list []reading
			for i, d := range tt.devices {
				r := told(i, d)
				placeholders(r.inv)
				list = append(list, r)
			}
			if turned {
				slices.Reverse(list)
			}
			joinDevices(list)
			var all []*inventory.Inventory
			for _, r := range list {
				all = append(all, r.inv)
			}
			inv := inventory.MergeAll(all)
			var got []string
			for _, d := range inv.Devices {
				got = append(got, d.ID)
			}
			slices.Sort(got)
			slices.Sort(tt.want)
			if !slices.Equal(got, tt.want) || len(inv.Apps) != len(tt.want) {
				t.Errorf("%s, turned %v: %v with %d apps, want %v", name, turned, got, len(inv.Apps), tt.want)
			}
			gaps := slices.DeleteFunc(inv.Gaps, func(g inventory.Gap) bool { return !strings.Contains(g.Detail, "To be filled") })
			if wants := map[bool]int{true: 2}[name == "no number"]; len(gaps) != wants {
				t.Errorf("%s: gaps %+v", name, inv.Gaps)
			}
		}
	}
}

// TestJoinLater: of a device that several systems tell of, what the later check-in says holds.
func TestJoinLater(t *testing.T) {
	early, late := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC), time.Date(2026, 5, 1, 8, 0, 0, 0, time.UTC)
	of := func(id, version string, seen time.Time) reading {
		return told(0, inventory.Device{ID: inventory.DeviceID(inventory.IOS, id), Platform: inventory.IOS, Serial: "F2LX0000N70M", OSVersion: version, LastSeen: &seen})
	}
	for _, lateFirst := range []bool{false, true} {
		list := []reading{of("serial\x00F2LX0000N70M", "17", early), of("0000", "17.6", late)}
		list[0].inv.Devices[0].ID = inventory.DeviceID(inventory.IOS, "serial", "F2LX0000N70M")
		if lateFirst {
			slices.Reverse(list)
		}
		joinDevices(list)
		inv := inventory.MergeAll([]*inventory.Inventory{list[0].inv, list[1].inv})
		if len(inv.Devices) != 1 || inv.Devices[0].OSVersion != "17.6" {
			t.Errorf("late first %v: %+v", lateFirst, inv.Devices)
		}
	}
}
