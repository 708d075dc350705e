package scanners

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"quaestor/scanners/inventory"
)

// door is one reading of a computer of Windows: "number N" has a number, others only a name, a serial or a place.
type door struct {
	target             int
	source             string
	number, name       string
	serial, list, hive string
	part               bool
}

func (d door) device() inventory.Device {
	out := inventory.Device{ID: inventory.DeviceID(inventory.Windows, "host-name", strings.ToLower(d.name)), Platform: inventory.Windows, Name: d.name}
	switch {
	case d.number != "":
		out.ID = inventory.DeviceID(inventory.Windows, "machine-guid", d.number)
	case d.list != "":
		out.ID, out.Name = inventory.DeviceID(inventory.Windows, "folder", d.list), d.list
	case d.hive != "":
		out.ID, out.Name = inventory.DeviceID(inventory.Windows, "hive", d.source), d.hive
	}
	out.Serial = d.serial
	return out
}

func (d door) reading() reading {
	inv := inventory.New()
	dev := d.device()
	inv.Devices = []inventory.Device{dev}
	inv.Apps = []inventory.App{{ID: inventory.AppID(dev.ID, inventory.UninstallKey, "x", d.number), Device: dev.ID, Platform: inventory.Windows, IdentifierKind: inventory.UninstallKey, Identifier: "X", Version: "1"}}
	inv.SecurityProducts = []inventory.SecurityProduct{{ID: inventory.FactID("security", dev.ID, "service", "s"), Device: dev.ID, Kind: "service", Name: "S", Service: "S", App: inv.Apps[0].ID}}
	return reading{scanner: "windows/x", source: d.source, inv: inv, target: d.target, part: d.part}
}

func TestJoinComputers(t *testing.T) {
	tests := []struct {
		name    string
		doors   []door
		devices int
		gaps    int
	}{
		{"registry and list of one name", []door{{source: "d/SOFTWARE", number: "1", name: "PC"}, {source: "d/a.json", name: "pc"}}, 1, 1},
		{"of other names", []door{{source: "d/SOFTWARE", number: "1", name: "PC"}, {source: "d/a.json", name: "PC2"}}, 2, 0},
		{"two numbers", []door{{source: "d/SOFTWARE", number: "1", name: "PC"}, {source: "e/SOFTWARE", number: "2", name: "PC"}}, 2, 0},
		{"two numbers and a list", []door{{source: "d/SOFTWARE", number: "1", name: "PC"}, {source: "e/SOFTWARE", number: "2", name: "PC"}, {source: "e/a.json", name: "PC"}}, 3, 0},
		{"two serials", []door{{source: "d/S", number: "1", name: "PC", serial: "SN1"}, {source: "d/a.json", name: "PC", serial: "SN2"}}, 2, 0},
		{"full and short name", []door{{source: "d/S", number: "1", name: "PC"}, {source: "d/a.json", name: "pc.parl.example"}}, 1, 1},
		{"two domains", []door{{source: "d/a.json", name: "pc.a.example"}, {source: "d/b.json", name: "pc.b.example"}}, 2, 0},
		{"addresses", []door{{source: "d/a.json", name: "10.0.0.1"}, {source: "d/b.json", name: "10.0.0.2"}}, 2, 0},
		{"localhost", []door{{source: "d/S", number: "1", name: "localhost"}, {source: "d/a.json", name: "localhost"}}, 2, 0},
		{"two targets of one name", []door{{source: "d/S", number: "1", name: "PC"}, {target: 1, source: "e/a.json", name: "PC"}}, 1, 1},
		{"two targets, full and short name", []door{{source: "d/S", number: "1", name: "PC"}, {target: 1, source: "e/a.json", name: "pc.parl.example"}}, 2, 0},
		{"two targets with a number each", []door{{source: "d/S", number: "1", name: "PC"}, {source: "d/a.json", name: "PC"},
			{target: 1, source: "e/S", number: "2", name: "PC"}, {target: 1, source: "e/a.json", name: "PC"}}, 2, 2},
		{"lists without a name beside a registry", []door{{source: "d/S", number: "1", name: "PC"}, {source: "d/a.json", list: "d"}}, 1, 1},
		{"lists without a name beside two", []door{{source: "d/S", number: "1", name: "PC"}, {source: "d/T", number: "2", name: "PD"}, {source: "d/a.json", list: "d"}}, 3, 0},
		{"lists without a name elsewhere", []door{{source: "d/S", number: "1", name: "PC"}, {source: "e/a.json", list: "e"}}, 2, 0},
		{"hives side by side", []door{{source: "d/SOFTWARE", number: "1", name: "SOFTWARE", part: true}, {target: 1, source: "d/SYSTEM", name: "PC", part: true},
			{target: 2, source: "d/NTUSER.DAT", hive: "NTUSER.DAT", part: true}}, 1, 1},
		{"hives in two folders", []door{{source: "d/SOFTWARE", number: "1", name: "SOFTWARE", part: true}, {target: 1, source: "e/SYSTEM", name: "PC", part: true}}, 2, 0},
		{"hives of two computers", []door{{source: "d/SYSTEM", name: "PC", part: true}, {target: 1, source: "d/SYSTEM2", name: "PD", part: true}, {target: 2, source: "d/SOFTWARE", number: "1", name: "SOFTWARE", part: true}}, 3, 0},
	}
	for _, test := range tests {
		for _, turned := range []bool{false, true} {
			t.Run(fmt.Sprint(test.name, turned), func(t *testing.T) {
				doors := slices.Clone(test.doors)
				if turned {
					slices.Reverse(doors)
				}
				inv := joined(doors)
				gaps := 0
				for _, g := range inv.Gaps {
					if g.Scanner == joinID {
						gaps++
					}
				}
				if len(inv.Devices) != test.devices || gaps != test.gaps {
					t.Errorf("%d devices and %d gaps, want %d and %d: %+v %+v", len(inv.Devices), gaps, test.devices, test.gaps, inv.Devices, inv.Gaps)
				}
				if len(inv.Apps) != test.devices || len(inv.SecurityProducts) != test.devices {
					t.Fatalf("%d apps and %d services on %d devices: %+v", len(inv.Apps), len(inv.SecurityProducts), test.devices, inv.Apps)
				}
				known := map[string]bool{}
				for _, d := range inv.Devices {
					known[d.ID] = true
				}
				for i, a := range inv.Apps {
					if p := inv.SecurityProducts[i]; !known[a.Device] || !known[p.Device] || !slices.ContainsFunc(inv.Apps, func(a inventory.App) bool { return a.ID == p.App }) {
						t.Errorf("%+v and %+v lead nowhere", a, p)
					}
				}
			})
		}
	}
}

func joined(doors []door) *inventory.Inventory {
	var list []reading
	for _, d := range doors {
		list = append(list, d.reading())
	}
	joinDevices(list)
	var all []*inventory.Inventory
	for _, r := range list {
		all = append(all, r.inv)
	}
	return inventory.MergeAll(all)
}

// The computer keeps its number and its name, whichever came first.
func TestJoinedComputer(t *testing.T) {
	inv := joined([]door{{source: "d/SYSTEM", name: "PC", part: true}, {source: "d/SOFTWARE", number: "1", name: "SOFTWARE", part: true}})
	if d := inv.Devices[0]; len(inv.Devices) != 1 || d.ID != inventory.DeviceID(inventory.Windows, "machine-guid", "1") || d.Name != "PC" {
		t.Errorf("%+v", inv.Devices)
	}
	for _, g := range inv.Gaps {
		if !strings.Contains(g.Detail, `"PC"`) || g.Kind != inventory.GapSkipped || g.Kind.Incomplete() {
			t.Errorf("%+v", g)
		}
	}
}

// One source that tells two computers apart is believed.
func TestOneSourceTwoComputers(t *testing.T) {
	r := door{source: "d/fleet.csv", name: "PC"}.reading()
	r.inv.Merge(door{source: "d/fleet.csv", name: "pc.parl.example"}.reading().inv)
	joinDevices([]reading{r})
	if len(r.inv.Devices) != 2 {
		t.Errorf("%+v", r.inv.Devices)
	}
}

func TestOnePrograms(t *testing.T) {
	app := func(kind inventory.IdentifierKind, id, name, version, device string) inventory.App {
		return inventory.App{ID: inventory.AppID(device, kind, id), Device: device, Platform: inventory.Windows, IdentifierKind: kind, Identifier: id, Name: name, Version: version}
	}
	seven := app(inventory.UninstallKey, "7-Zip", "7-Zip 24.08 (x64)", "24.08", "pc")
	tests := []struct {
		name string
		apps []inventory.App
		want int
	}{
		{"the same", []inventory.App{seven, app(inventory.NameOnly, "7-Zip 24.08 (x64)", "7-zip 24.08 (x64)", "24.08", "pc")}, 1},
		{"another version", []inventory.App{seven, app(inventory.NameOnly, "7-Zip 24.08 (x64)", "7-Zip 24.08 (x64)", "24.09", "pc")}, 2},
		{"another device", []inventory.App{seven, app(inventory.NameOnly, "7-Zip 24.08 (x64)", "7-Zip 24.08 (x64)", "24.08", "pd")}, 2},
		{"no version", []inventory.App{seven, app(inventory.NameOnly, "7-Zip 24.08 (x64)", "7-Zip 24.08 (x64)", "", "pc")}, 2},
		{"two of that name", []inventory.App{seven, app(inventory.MSIProductCode, "{7}", "7-Zip 24.08 (x64)", "24.08", "pc"), app(inventory.NameOnly, "7-Zip 24.08 (x64)", "7-Zip 24.08 (x64)", "24.08", "pc")}, 3},
	}
	for _, test := range tests {
		inv := inventory.New()
		inv.Apps = slices.Clone(test.apps)
		last := test.apps[len(test.apps)-1].ID
		inv.SecurityProducts = []inventory.SecurityProduct{{ID: "p", App: last}}
		onePrograms(inv)
		if len(inv.Apps) != test.want || !slices.ContainsFunc(inv.Apps, func(a inventory.App) bool { return a.ID == inv.SecurityProducts[0].App }) || len(inv.Gaps) > 0 {
			t.Errorf("%s: %d apps, want %d: %+v %+v", test.name, len(inv.Apps), test.want, inv.Apps, inv.Gaps)
		}
	}
}
