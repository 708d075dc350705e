package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"

	"quaestor/riskdb"
	"quaestor/scanners/inventory"
)

// playStore installs the Android controls that name no other installer.
const playStore = "com.android.vending"

// platforms are those of the controls, in the order of the report.
var platforms = []inventory.Platform{inventory.Android, inventory.IOS, inventory.Windows, inventory.MacOS, inventory.Linux}

// neutralProducts makes a control of every identifier of the products that the database calls neutral, where
// an inventory can hold it and no control has it yet.
func neutralProducts(db *riskdb.DB, cs *Controls) []Control {
	have := map[string]bool{}
	for _, c := range cs.Controls {
		have[string(c.Kind)+" "+c.ID] = true
	}
	var out []Control
	for i := range db.Products {
		p := &db.Products[i]
		for j := range p.Identifiers {
			id := &p.Identifiers[j]
			platform, ok := platformOf[id.Kind]
			if !p.Neutral || !ok || have[string(id.Kind)+" "+id.Value] {
				continue
			}
			c := Control{Name: p.Name, Category: p.Category, Platform: platform, Kind: id.Kind, ID: id.Value}
			if platform == inventory.Android {
				c.Typical = cs.setFor(p.Category).ID
			}
			out = append(out, c)
		}
	}
	return out
}

var platformOf = map[inventory.IdentifierKind]inventory.Platform{
	inventory.AndroidPackage: inventory.Android, inventory.IOSBundle: inventory.IOS, inventory.MacBundle: inventory.MacOS,
	inventory.WingetID: inventory.Windows, inventory.MSIXFamily: inventory.Windows, inventory.DebPackage: inventory.Linux, inventory.RPMPackage: inventory.Linux,
	inventory.FlatpakApp: inventory.Linux, inventory.SnapPackage: inventory.Linux,
}

// inventoryOf installs the controls on one device for each platform, as ordinary users have them: from the
// store, with everything granted that they ask for.
func inventoryOf(cs *Controls, controls []Control) *inventory.Inventory {
	inv := inventory.New()
	for _, p := range platforms {
		inv.Devices = append(inv.Devices, inventory.Device{ID: "controls-" + string(p), Platform: p, Name: "neutral controls, " + string(p)})
	}
	for i := range controls {
		c := &controls[i]
		asked, guards := cs.permissionsOf(c)
		app := appOf(c, asked)
		build := cs.buildOf(c, i)
		if len(guards) > 0 || c.ownFile() || build != nil {
			b := binaryOf(c, guards)
			if build != nil {
				inv.Binaries = append(inv.Binaries, build.apply(&b)...)
			}
			app.Binaries = []string{b.SHA256}
			inv.Binaries = append(inv.Binaries, b)
		}
		inv.Apps = append(inv.Apps, app)
	}
	inv.Sort()
	return inv
}

func appOf(c *Control, asked []string) inventory.App {
	device := "controls-" + string(c.Platform)
	app := inventory.App{
		ID: inventory.AppID(device, c.Kind, c.ID), Device: device, Platform: c.Platform, IdentifierKind: c.Kind, Identifier: c.ID,
		Name: c.Name, Publisher: c.Publisher, System: c.System,
		Origins: []inventory.Origin{{Scanner: "controls", Path: "testdata/neutral"}},
	}
	if c.Platform == inventory.Android {
		app.Installer, app.InstallerKnown = c.Installer, true
		if c.Installer == "" && !c.System {
			app.Installer = playStore
		}
		app.Paths = []string{"/data/app/" + c.ID + "/base.apk"}
	}
	for _, name := range asked {
		app.Permissions = append(app.Permissions, inventory.Permission{Name: name, Requested: true, Granted: true, GrantKnown: true})
	}
	return app
}

// binaryOf is the file of a control, as far as it is known: the services it declares and the code it defines.
func binaryOf(c *Control, guards []string) inventory.Binary {
	sum := sha256.Sum256([]byte(c.Kind + " " + inventory.IdentifierKind(c.ID)))
	b := inventory.Binary{SHA256: hex.EncodeToString(sum[:]), Format: "apk", Package: c.ID, Label: c.Name}
	for i, g := range guards {
		b.Manifest = append(b.Manifest, inventory.ManifestComponent{Kind: "service", Name: fmt.Sprintf("%s.Service%d", c.ID, i+1), Permission: g})
	}
	for _, class := range sorted(c.Components) {
		b.Manifest = append(b.Manifest, inventory.ManifestComponent{Kind: "activity", Name: class})
	}
	for _, prefix := range sorted(c.Code) {
		b.CodePackages = append(b.CodePackages, inventory.CodePackage{Name: prefix, Classes: 10})
	}
	b.NativeLibs, b.Hosts = sorted(c.Libraries), sorted(c.Hosts)
	if len(b.NativeLibs) > 0 {
		b.ABIs = []string{"arm64-v8a"}
	}
	if c.Signer != "" {
		b.Signed, b.Schemes = inventory.SignatureValid, []string{"v2"}
		b.Signers = []inventory.Signer{{SHA256: c.Signer, Scheme: "v2", Verified: true}}
	}
	return b
}

// sorted is each of the names once, in order.
func sorted(names []string) []string {
	return slices.Compact(slices.Sorted(slices.Values(names)))
}
