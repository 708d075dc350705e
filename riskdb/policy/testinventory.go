package policy

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"

	"quaestor/riskdb"
	"quaestor/scanners/inventory"
)

// stores are what installs an app of a test that names no installer.
var stores = map[inventory.Platform]string{inventory.Android: "com.android.vending"}

// inventoryOf makes the inventory that a test describes.
func inventoryOf(db *riskdb.DB, t *riskdb.PolicyTest) *inventory.Inventory {
	inv := inventory.New()
	ids := map[string]*inventory.Device{}
	for _, d := range t.Devices {
		platform := cmp.Or(inventory.Platform(d.Platform), inventory.Android)
		inv.Devices = append(inv.Devices, inventory.Device{ID: inventory.DeviceID(platform, cmp.Or(d.Serial, d.Name)), Platform: platform, Name: d.Name, Serial: d.Serial,
			OSName: d.OSName, OSVersion: d.OSVersion, Manufacturer: d.Manufacturer, Model: d.Model, SecurityPatch: d.SecurityPatch})
	}
	if len(inv.Devices) == 0 {
		inv.Devices = []inventory.Device{{ID: "device", Platform: inventory.Android}}
	}
	for i := range inv.Devices {
		ids[inv.Devices[i].Name] = &inv.Devices[i]
	}
	for _, a := range t.Apps {
		d := &inv.Devices[0]
		if a.Device != "" {
			d = ids[a.Device]
		}
		app := appOf(a, d)
		if len(a.SDKs) > 0 {
			b := fileOf(db, a)
			app.Binaries, inv.Binaries = []string{b.SHA256}, append(inv.Binaries, b)
		}
		inv.Apps = append(inv.Apps, app)
	}
	return inv
}

func appOf(a riskdb.TestApp, d *inventory.Device) inventory.App {
	kind := cmp.Or(inventory.IdentifierKind(a.Kind), inventory.AndroidPackage)
	out := inventory.App{ID: inventory.AppID(d.ID, kind, a.ID), Device: d.ID, Platform: d.Platform, IdentifierKind: kind, Identifier: a.ID, Name: a.Name,
		Installer: cmp.Or(a.Installer, stores[d.Platform]), InstallerKnown: true, System: a.System,
		Version: a.Version, VersionCode: int64(a.VersionCode), TargetSDK: a.TargetSDK, Publisher: a.Publisher, Debuggable: a.Debuggable, Privileged: a.Privileged,
		Disabled: a.Disabled, NotInstalled: a.NotInstalled}
	if a.File {
		out.ID, out.Device, out.Installer, out.InstallerKnown = inventory.AppID("", kind, a.ID), "", "", false
	}
	if a.Installer == "none" {
		out.Installer = ""
	}
	for _, p := range a.Permissions {
		out.Permissions = append(out.Permissions, inventory.Permission{Name: p, Requested: true, Granted: true, GrantKnown: true})
	}
	for _, p := range a.Requested {
		out.Permissions = append(out.Permissions, inventory.Permission{Name: p, Requested: true, GrantKnown: true})
	}
	for _, s := range a.Signers {
		out.Signers = append(out.Signers, inventory.Signer{SHA256: s})
	}
	return out
}

// fileOf is a file that bears the marks of the kits that a test names: every mark of each, as an app has that is
// built with them.
func fileOf(db *riskdb.DB, a riskdb.TestApp) inventory.Binary {
	sum := sha256.Sum256([]byte(a.ID))
	b := inventory.Binary{SHA256: hex.EncodeToString(sum[:]), Format: "apk", Package: a.ID}
	for _, id := range a.SDKs {
		sdk := db.SDK(id)
		if sdk == nil {
			continue // the check warns of it
		}
		for _, s := range sdk.Signatures {
			switch s.Kind {
			case riskdb.NativeLibrary:
				b.NativeLibs = append(b.NativeLibs, s.Value)
			case riskdb.AppleFramework:
				b.Frameworks = append(b.Frameworks, inventory.Framework{File: "Frameworks/" + s.Value + ".framework", Name: s.Value})
			case riskdb.CodePrefix:
				b.CodePackages = append(b.CodePackages, inventory.CodePackage{Name: s.Value, Classes: 10})
			case riskdb.CodeComponent:
				b.Manifest = append(b.Manifest, inventory.ManifestComponent{Name: s.Value})
			}
		}
	}
	return b
}
