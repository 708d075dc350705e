package google

import (
	"strings"

	"quaestor/scanners/internal/jsonpart"
	"quaestor/scanners/internal/jsonstream"
	"quaestor/scanners/internal/tally"
	"quaestor/scanners/internal/webext"
	"quaestor/scanners/inventory"
)

// maxFleet is how many apps of the report of installed apps are read.
const maxFleet = 50_000

// fleet is what the report says of all browsers together.
type fleet struct {
	device inventory.Device
	at     map[string]int // apps by their ID
	apps   []inventory.App
	odd    tally.Tally
	lost   int
}

// installed takes an app of the report.
func (f *file) installed(e *jsonstream.Element) {
	if f.fleet == nil {
		f.fleet = &fleet{at: map[string]int{}, device: inventory.Device{ID: inventory.FactID("fleet", system, "browsers"), Name: "Google Workspace: all browsers",
			Origins: []inventory.Origin{{Scanner: ID, Path: f.name}}, Management: &inventory.Management{System: system}}}
	}
	a, ok := counted(e.Raw)
	if !ok {
		f.fleet.odd.Add(a.Name)
		return
	}
	a.Device, a.Origins = f.fleet.device.ID, []inventory.Origin{{Scanner: ID, Path: f.name, Line: e.Line}}
	a.ID = inventory.AppID(a.Device, a.IdentifierKind, a.Identifier)
	i, known := f.fleet.at[a.ID]
	switch {
	case known: // one line for each way of installing it
		f.fleet.apps[i].DeviceCount += a.DeviceCount
		f.fleet.apps[i].Permissions = inventory.UnitePermissions(f.fleet.apps[i].Permissions, a.Permissions)
	case len(f.fleet.apps) >= maxFleet:
		f.fleet.lost++
	default:
		f.fleet.at[a.ID] = len(f.fleet.apps)
		f.fleet.apps = append(f.fleet.apps, a)
	}
}

// counted reads an app of the report; false when nothing tells which it is.
func counted(raw []byte) (inventory.App, bool) {
	a := inventory.App{IdentifierKind: inventory.ChromeExtension}
	in := inventory.Install{Program: "chrome"}
	typ, users := "", int64(0)
	c := jsonpart.NewCursor(raw)
	for name := range c.Members() {
		switch string(name) {
		case "appId":
			a.Identifier = inventory.Text(c.Text())
		case "displayName":
			a.Name = inventory.Text(c.Text())
		case "homepageUri":
			a.Homepage = inventory.Text(c.Text())
		case "appType":
			typ = c.Text()
		case "browserDeviceCount":
			n, _ := c.Number()
			a.DeviceCount = int(min(max(n, 0), 1<<31-1))
		case "osUserCount":
			users, _ = c.Number()
		case "appInstallType":
			in.Source = sources[c.Text()]
		case "permissions":
			for range c.Items() {
				permission(&a, &in, c.Text())
			}
		}
	}
	a.Permissions = inventory.UnitePermissions(nil, a.Permissions)
	if a.DeviceCount == 0 {
		a.DeviceCount = int(min(max(users, 0), 1<<31-1)) // accounts of ChromeOS, each of which has it on a device at least
	}
	if typ == "ANDROID_APP" {
		a.Platform, a.IdentifierKind = inventory.Android, inventory.AndroidPackage
		return a, strings.Contains(a.Identifier, ".")
	}
	a.Installs = []inventory.Install{in}
	return a, webext.IsID(a.Identifier)
}

// fleetFacts states what the report says.
func (f *file) fleetFacts() {
	if f.fleet == nil {
		return
	}
	gap := func(kind inventory.GapKind, count int, samples []string, detail, next string) {
		if count > 0 || kind == inventory.GapBlind {
			f.gap(kind, count, samples, detail, next)
			f.rest.Gaps[len(f.rest.Gaps)-1].Device = f.fleet.device.ID
		}
	}
	gap(inventory.GapBlind, 0, nil, "The report counts apps of all browsers and devices of ChromeOS, and does not say on which they are.", "Ask the Chrome Management API for the devices of an app: reports:findInstalledAppDevices.")
	gap(inventory.GapMalformed, f.fleet.odd.Count, f.fleet.odd.Samples, "Entries of the report have no valid identifier, and were left out.", "Look at them in the export.")
	gap(inventory.GapLimit, f.fleet.lost, nil, "The report has more apps than are read of one.", "Filter the report when it is exported.")
	f.rest.Devices = append(f.rest.Devices, f.fleet.device)
	f.rest.Apps = append(f.rest.Apps, f.fleet.apps...)
}
