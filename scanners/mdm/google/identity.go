package google

import (
	"strconv"

	"quaestor/scanners/internal/jsonpart"
	"quaestor/scanners/internal/jsonstream"
	"quaestor/scanners/inventory"
)

// platforms are the types of devices of Cloud Identity that are read.
var platforms = map[string]inventory.Platform{"ANDROID": inventory.Android, "IOS": inventory.IOS, "MAC_OS": inventory.MacOS, "WINDOWS": inventory.Windows, "LINUX": inventory.Linux}

// identityFacts reads a device of the Cloud Identity API, which tells no apps.
func identityFacts(e *jsonstream.Element, file string) *inventory.Inventory {
	r := newRecord(e, file)
	d := &r.device
	var resource, typ, serial, version, release, brand string
	c := jsonpart.NewCursor(e.Raw)
	for name := range c.Members() {
		switch key := string(name); key {
		case "name":
			resource = c.Text()
			r.property(key, resource)
		case "deviceType":
			typ = c.Text()
		case "serialNumber":
			serial = c.Text()
		case "hostname":
			d.Name = c.Text()
		case "model":
			d.Model = c.Text()
		case "manufacturer":
			d.Manufacturer = c.Text()
		case "brand":
			brand = c.Text()
		case "osVersion":
			version = c.Text()
		case "releaseVersion":
			release = c.Text()
		case "buildNumber":
			d.OSBuild = c.Text()
		case "kernelVersion":
			r.property(key, c.Text())
		case "securityPatchTime":
			if t := moment(c); t != nil {
				d.SecurityPatch = t.Format("2006-01-02")
			}
		case "createTime":
			r.m.EnrolledAt = moment(c)
		case "lastSyncTime":
			r.seen(c)
		case "ownerType":
			r.m.Ownership = map[string]string{"COMPANY": "organisation", "BYOD": "personal"}[c.Text()]
		case "managementState":
			r.m.State = c.Text()
		case "encryptionState":
			r.m.Encrypted = oneOf(c.Text(), encryptedYes, encryptedNo)
		case "compromisedState":
			r.m.Tampered = oneOf(c.Text(), compromisedYes, compromisedNo)
		case "enabledDeveloperOptions", "enabledUsbDebugging":
			if yes := c.Bool(); yes != nil {
				r.property(key, strconv.FormatBool(*yes))
			}
		case "androidSpecificAttributes":
			r.android(c)
		}
	}
	platform, known := platforms[typ]
	if !known {
		return r.unsupported(e, typ)
	}
	if d.Manufacturer == "" {
		d.Manufacturer = brand
	}
	if d.Name == "" {
		d.Name = d.Model
	}
	r.identify(platform, serial, resource)
	d.OSName, d.OSVersion = osOf(platform, version, release, d.Model)
	r.gap(inventory.GapEmpty, 0, "Cloud Identity tells no apps of devices.", "Export the mobile devices of the Directory API with projection=FULL, or scan the device itself.")
	return r.done(e, c)
}

// android keeps what Android says of the system's integrity, and no accounts.
func (r *record) android(c *jsonpart.Cursor) {
	for name := range c.Members() {
		switch key := string(name); key {
		case "enabledUnknownSources", "supportsWorkProfile", "ownerProfileAccount", "verifiedBoot", "ctsProfileMatch", "verifyAppsEnabled", "hasPotentiallyHarmfulApps":
			if yes := c.Bool(); yes != nil {
				r.property("androidSpecificAttributes."+key, strconv.FormatBool(*yes))
			}
		}
	}
}

// unsupported says that a device is of a system that is not read.
func (r *record) unsupported(e *jsonstream.Element, typ string) *inventory.Inventory {
	r.inv.Gaps = []inventory.Gap{{Subject: r.file, Kind: inventory.GapUnsupported, Count: 1, Samples: []string{inventory.Text("line " + strconv.Itoa(e.Line) + ": " + typ)},
		Detail: "A device of a system that is not read, or that is not told, was left out.", Next: "Look at the device by itself."}}
	return r.inv
}
