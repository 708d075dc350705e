package backup

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"quaestor/scanners/internal/iosfacts"
	"quaestor/scanners/internal/iosstate"
	"quaestor/scanners/internal/plist"
	"quaestor/scanners/inventory"
)

// device states what the backup tells of its device. Phone numbers and the numbers of the modem and the SIM stay out.
func (b *backup) device() {
	d := &b.Device
	told := func(info string, lockdown ...string) string {
		if s := plist.Text(b.info, info); s != "" {
			return inventory.Text(s)
		}
		return inventory.Text(plist.Text(b.manifest, append([]string{"Lockdown"}, lockdown...)...))
	}
	d.Name = told("Device Name", "DeviceName")
	b.SetModel(told("Product Type", "ProductType"))
	d.OSVersion = told("Product Version", "ProductVersion")
	d.OSBuild = told("Build Version", "BuildVersion")
	d.Serial = told("Serial Number", "SerialNumber")
	b.UDID = told("Unique Identifier", "UniqueDeviceID")
	b.Property("ProductName", plist.Text(b.info, "Product Name"))
	if set, told := plist.Get(b.manifest, "WasPasscodeSet").(bool); told {
		b.Property("WasPasscodeSet", fmt.Sprint(set))
	}
	b.Property("backup.encrypted", fmt.Sprint(plist.Bool(b.manifest, "IsEncrypted")))
	for _, t := range []*time.Time{plist.Time(b.info, "Last Backup Date"), plist.Time(b.status, "Date"), plist.Time(b.manifest, "Date")} {
		if t != nil && d.CollectedAt == nil {
			d.CollectedAt = iosfacts.Valid(*t)
		}
	}
	d.Origins = []inventory.Origin{b.Origin(b.src.Join(b.dir), 0)}
	b.finished()
}

// finished says so where the backup broke off.
func (b *backup) finished() {
	state := plist.Text(b.status, "SnapshotState")
	if b.status == nil || state == "finished" {
		return
	}
	b.Gap(inventory.Gap{Subject: b.name(statusPlist), Kind: inventory.GapMalformed,
		Detail: fmt.Sprintf("The backup was begun and not finished (its state is %q): files are missing from it, or old.", inventory.Text(state)),
		Next:   "Make the backup again, and wait for its end."})
}

// apps states which apps are installed, and what the store told of them.
func (b *backup) apps() {
	list, listed := plist.Dict(b.info)["Installed Applications"].([]any)
	for _, v := range list {
		if bundle, _ := v.(string); bundle != "" {
			b.installedApp(bundle)
		}
	}
	if b.info != nil && !listed {
		b.Gap(inventory.Gap{Subject: b.name(infoPlist), Kind: inventory.GapEmpty, Next: "Make the backup again with Finder, iTunes or Apple Devices.",
			Detail: "Info.plist does not tell which apps are installed: apps are told by their data alone, as traces."})
	}
	details := plist.Dict(b.info, "Applications")
	for _, bundle := range slices.Sorted(maps.Keys(details)) {
		if a := b.seen(bundle, b.name(infoPlist)); a != nil {
			b.store(a, plist.Bytes(details, bundle, "iTunesMetadata"))
		}
	}
	b.containers()
}

func (b *backup) installedApp(bundle string) {
	if a := b.App(bundle); a != nil {
		b.installed[bundle] = true
		b.Installed(a)
		b.From(a, b.name(infoPlist), 0)
	}
}

// seen is the app of a bundle identifier that something in the backup names. Apple's apps that the list of installed ones
// does not name are those of iOS itself.
func (b *backup) seen(bundle, name string) *inventory.App {
	a := b.App(bundle)
	if a == nil {
		return nil
	}
	a.System = a.System || !b.installed[bundle] && strings.HasPrefix(bundle, apple)
	b.From(a, name, 0)
	return a
}

// trace notes how the backup knows an app that is not among the installed ones: it proves no more than that it was there.
func (b *backup) trace(a *inventory.App, t inventory.Trace) {
	if !b.installed[a.Identifier] {
		b.Trace(a, t)
	}
}

// store states what the App Store told of an app when it was downloaded. The account that got it is left out.
func (b *backup) store(a *inventory.App, metadata []byte) {
	if len(metadata) == 0 {
		b.trace(a, inventory.Trace{Kind: inventory.TraceBackup, Detail: "Info.plist names it"})
		return
	}
	v, err := plist.Decode(metadata)
	if err != nil {
		b.Gap(inventory.Gap{Subject: b.name(infoPlist), Kind: inventory.GapMalformed, Samples: []string{a.Identifier}, Count: 1,
			Detail: "What the store told of an app cannot be read: " + err.Error() + ".", Next: "Look at the app on the phone."})
	}
	record := iosstate.Store(v)
	record.Apply(a)
	b.trace(a, inventory.Trace{Kind: inventory.TraceBought, First: record.Bought})
}

// containers states the groups and extensions that Manifest.plist tells of an app, where it does.
func (b *backup) containers() {
	all := plist.Dict(b.manifest, "Applications")
	for _, bundle := range slices.Sorted(maps.Keys(all)) {
		if !b.installed[bundle] {
			continue
		}
		app, a := plist.Dict(all, bundle), b.App(bundle)
		iosfacts.Fill(&a.Version, plist.Text(app, "CFBundleShortVersionString"))
		iosfacts.AddEntitlements(a, plist.Dict(app, "Entitlements"))
		for _, g := range plist.List(app, "GroupContainers") {
			iosfacts.AddText(&a.Groups, plist.Text(g, "CFBundleIdentifier"))
		}
		b.From(a, b.name(manifestPlist), 0)
	}
}
