package google

import (
	"strconv"
	"strings"
	"time"

	"quaestor/scanners/internal/appledevice"
	"quaestor/scanners/internal/jsonpart"
	"quaestor/scanners/internal/jsonstream"
	"quaestor/scanners/inventory"
)

// Limits on what one device may list.
const (
	maxApps        = 20_000
	maxPermissions = 1000
)

// mobileFacts reads a device of the Directory API. The names and addresses of its owner are not kept.
func mobileFacts(e *jsonstream.Element, file string) *inventory.Inventory {
	r := newRecord(e, file)
	d := &r.device
	var typ, os, release, serial, resource, brand string
	var apps []inventory.App
	listed, nameless := 0, 0
	c := jsonpart.NewCursor(e.Raw)
	for name := range c.Members() {
		switch key := string(name); key {
		case "resourceId":
			resource = c.Text()
			r.property(key, resource)
		case "type":
			typ = c.Text()
		case "os":
			os = c.Text()
		case "releaseVersion":
			release = c.Text()
		case "serialNumber":
			serial = c.Text()
		case "model":
			d.Model = c.Text()
		case "manufacturer":
			d.Manufacturer = c.Text()
		case "brand":
			brand = c.Text()
		case "buildNumber":
			d.OSBuild = c.Text()
		case "defaultLanguage":
			d.Locale = c.Text()
		case "securityPatchLevel":
			d.SecurityPatch = patchLevel(c)
		case "status":
			r.m.State = c.Text()
		case "firstSync":
			r.m.EnrolledAt = moment(c)
		case "lastSync":
			r.seen(c)
		case "encryptionStatus":
			word := c.Text()
			r.property(key, word)
			r.m.Encrypted = oneOf(word, encryptedYes, encryptedNo)
		case "devicePasswordStatus":
			word := c.Text()
			r.property(key, word)
			r.m.Passcode = oneOf(word, passwordYes, passwordNo)
		case "deviceCompromisedStatus":
			word := c.Text()
			r.property(key, word)
			r.m.Tampered = oneOf(word, compromisedYes, compromisedNo)
		case "privilege":
			word := c.Text()
			r.property(key, word)
			r.m.Mode = modeOf(word)
		case "kernelVersion", "hardware":
			r.property(key, c.Text())
		case "adbStatus", "developerOptionsStatus", "unknownSourcesStatus", "supportsWorkProfile":
			if yes := c.Bool(); yes != nil {
				r.property(key, strconv.FormatBool(*yes))
			}
		case "applications":
			for range c.Items() {
				a, ok := application(c)
				switch listed++; {
				case !ok:
					nameless++
				case len(apps) < maxApps:
					apps = append(apps, a)
				}
			}
		}
	}
	if d.Manufacturer == "" {
		d.Manufacturer = brand
	}
	d.Name = d.Model
	platform, known := phoneOf(typ, os)
	if !known {
		return r.unsupported(e, typ+" "+os)
	}
	r.identify(platform, serial, resource)
	d.OSName, d.OSVersion = osOf(platform, os, release, d.Model)
	r.addApps(apps)
	r.unlisted(platform, listed, nameless)
	return r.done(e, c)
}

// patchLevel is a day, which the API gives in milliseconds since 1970.
func patchLevel(c *jsonpart.Cursor) string {
	n, ok := c.Number()
	if !ok || n <= 0 || n > 1<<45 {
		return ""
	}
	return time.UnixMilli(n).UTC().Format(time.DateOnly)
}

// modeOf is what the agent on the device may do.
func modeOf(privilege string) string {
	switch strings.ToLower(strings.NewReplacer(" ", "", "_", "").Replace(privilege)) {
	case "deviceowner":
		return "fully-managed"
	case "profileowner":
		return "work-profile"
	}
	return ""
}

// phoneOf is the system of a mobile device. One that only syncs mail may have any, and counts for what it says itself.
func phoneOf(typ, os string) (inventory.Platform, bool) {
	os = strings.ToLower(os)
	switch {
	case typ == "ANDROID", strings.HasPrefix(os, "android"):
		return inventory.Android, true
	case typ == "IOS_SYNC", typ == "IOS", strings.HasPrefix(os, "ios"), strings.HasPrefix(os, "iphone"), strings.HasPrefix(os, "ipad"):
		return inventory.IOS, true
	}
	return "", false
}

// osOf takes a system and its version apart: "Android 14", "iOS 17.1", "IOS 4.3", "iPadOS 17.6" of a model.
func osOf(p inventory.Platform, os, release, model string) (name, version string) {
	if p == inventory.IOS {
		name, version = appledevice.OS(os, model, release)
		return inventory.Text(name), version
	}
	name, version, _ = strings.Cut(strings.TrimSpace(os), " ")
	if p == inventory.Android {
		name = "Android"
	}
	if release != "" {
		version = release
	}
	return inventory.Text(name), version
}

// application is an app of a mobile device; false for one without a package and a name.
func application(c *jsonpart.Cursor) (inventory.App, bool) {
	a := inventory.App{Platform: inventory.Android, IdentifierKind: inventory.AndroidPackage}
	for name := range c.Members() {
		switch string(name) {
		case "packageName":
			a.Identifier = inventory.Text(c.Text())
		case "displayName":
			a.Name = inventory.Text(c.Text())
		case "versionName":
			a.Version = inventory.Text(c.Text())
		case "versionCode":
			a.VersionCode, _ = c.Number()
		case "permission":
			for range c.Items() {
				if p := string(c.Bytes()); p != "" && len(a.Permissions) < maxPermissions {
					a.Permissions = append(a.Permissions, inventory.Permission{Name: permissionName(p), Requested: true})
				}
			}
		}
	}
	if a.Identifier == "" {
		a.IdentifierKind, a.Identifier = inventory.NameOnly, a.Name
	}
	return a, a.Identifier != ""
}

// permissionName is the whole name of a permission, of which the API may give the last part.
func permissionName(p string) string {
	if strings.Trim(p, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789") == "" {
		p = "android.permission." + p
	}
	return inventory.Text(p)
}

// addApps states the apps of the device, each once.
func (r *record) addApps(apps []inventory.App) {
	seen := make(map[string]bool, len(apps))
	for _, a := range apps {
		a.Device, a.Origins = r.device.ID, r.origins
		a.ID = inventory.AppID(a.Device, a.IdentifierKind, a.Identifier)
		if !seen[a.ID] {
			seen[a.ID] = true
			a.Permissions = inventory.UnitePermissions(nil, a.Permissions)
			r.inv.Apps = append(r.inv.Apps, a)
		}
	}
}

// unlisted says which apps of a mobile device are not known.
func (r *record) unlisted(p inventory.Platform, listed, nameless int) {
	switch {
	case p == inventory.IOS:
		r.gap(inventory.GapEmpty, 0, "Google Workspace lists no apps of iPhones and iPads.", "Scan a backup of the phone, or export it from the management that knows its apps.")
	case listed == 0:
		r.gap(inventory.GapEmpty, 0, "There is no list of apps of the device: it was exported without one, its management is not advanced, or apps are not audited.",
			"Turn on advanced mobile management and the auditing of apps, and export with projection=FULL.")
	case r.m.Mode == "work-profile":
		r.gap(inventory.GapBlind, 0, "Only the work profile of the device is managed: which apps are on its personal side nobody is told.", "Ask its owner for a look at the personal side, or scan the phone itself.")
	default:
		r.gap(inventory.GapBlind, 0, "The list of apps is what the agent of the management reports; where it manages a profile alone, apps outside of that are not in it.", "Scan the phone itself where that matters.")
	}
	if nameless > 0 {
		r.gap(inventory.GapMalformed, nameless, "Apps without a package and a name were left out.", "Look at them in the export.")
	}
	if listed-nameless > maxApps {
		r.gap(inventory.GapLimit, listed-nameless-maxApps, "The device lists more apps than are read of one.", "Check where this export comes from: no real device has so many apps.")
	}
}
