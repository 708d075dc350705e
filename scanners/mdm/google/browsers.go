package google

import (
	"slices"
	"strings"

	"quaestor/scanners/internal/jsonpart"
	"quaestor/scanners/internal/jsonstream"
	"quaestor/scanners/internal/webext"
	"quaestor/scanners/inventory"
)

// maxExtensions is how many extensions of the browsers of one computer are read.
const maxExtensions = 20_000

// browserFacts reads the managed browsers of one computer. The names of its users and profiles are not kept.
func browserFacts(e *jsonstream.Element, file string) *inventory.Inventory {
	r := newRecord(e, file)
	d := &r.device
	var id, serial, os, version, release string
	var found []inventory.App
	listed, odd := 0, 0
	reported := false
	c := jsonpart.NewCursor(e.Raw)
	for name := range c.Members() {
		switch key := string(name); key {
		case "deviceId":
			id = c.Text()
			r.property(key, id)
		case "serialNumber":
			serial = c.Text()
		case "machineName":
			d.Name = c.Text()
		case "osPlatform":
			os = c.Text()
		case "osPlatformVersion":
			release = c.Text()
		case "osVersion":
			version = c.Text()
		case "osArchitecture":
			d.Arch = inventory.Text(c.Text())
		case "lastActivityTime", "lastStatusReportTime":
			r.seen(c)
		case "lastRegistrationTime":
			r.m.EnrolledAt = moment(c)
		case "browsers":
			for range c.Items() {
				for name := range c.Members() {
					if string(name) != "profiles" {
						continue
					}
					reported = true
					for range c.Items() {
						apps := profileOf(c)
						listed += len(apps)
						for _, a := range apps {
							if !webext.IsID(a.Identifier) {
								odd++
							} else if len(found) < maxExtensions {
								found = append(found, a)
							}
						}
					}
				}
			}
		}
	}
	platform, known := computerOf(os)
	if !known {
		return r.unsupported(e, os)
	}
	r.identify(platform, serial, id)
	if d.Serial == "" && d.Name != "" {
		d.ID = inventory.DeviceID(platform, "host-name", strings.ToLower(inventory.Text(d.Name)))
	}
	d.OSName, d.OSVersion = inventory.Text(release), version
	r.addExtensions(found)
	switch {
	case !reported:
		r.gap(inventory.GapEmpty, 0, "There is no list of extensions of the browsers: the list was exported without it, or reporting is off.", "Turn on the reporting of managed browsers, and export with projection=FULL.")
	default:
		r.gap(inventory.GapBlind, 0, "Only extensions of managed browsers are listed: not the programs of the computer, and not other browsers.", "Scan the computer itself, or export it from the management that knows its programs.")
	}
	if odd > 0 {
		r.gap(inventory.GapMalformed, odd, "Extensions without a valid identifier were left out.", "Look at them in the export.")
	}
	if listed-odd > maxExtensions {
		r.gap(inventory.GapLimit, listed-odd-maxExtensions, "The computer lists more extensions than are read of one.", "Check where this export comes from.")
	}
	return r.done(e, c)
}

// computerOf is the system of a computer.
func computerOf(os string) (inventory.Platform, bool) {
	switch os = strings.ToLower(os); {
	case strings.HasPrefix(os, "windows"):
		return inventory.Windows, true
	case strings.HasPrefix(os, "mac"):
		return inventory.MacOS, true
	case strings.HasPrefix(os, "linux"):
		return inventory.Linux, true
	}
	return "", false
}

// profileOf reads the extensions of one profile.
func profileOf(c *jsonpart.Cursor) []inventory.App {
	var apps []inventory.App
	profile := ""
	for name := range c.Members() {
		switch string(name) {
		case "id":
			profile = folderOf(c.Text())
		case "extensions":
			for range c.Items() {
				apps = append(apps, extension(c))
			}
		}
	}
	for i := range apps {
		apps[i].Installs[0].Profile = profile
	}
	return apps
}

// folderOf is the folder of a profile where its identifier is one: a name that its owner gave it is not kept.
func folderOf(id string) string {
	base := id[strings.LastIndexAny(id, `/\`)+1:]
	if rest, ok := strings.CutPrefix(base, "Profile "); base == "Default" || ok && rest != "" && strings.Trim(rest, "0123456789") == "" {
		return inventory.Text(base)
	}
	return ""
}

// sources are the ways in which an extension came.
var sources = map[string]string{"ADMIN": "policy", "NORMAL": "store", "SIDELOAD": "sideloaded", "DEVELOPMENT": "developer"}

func extension(c *jsonpart.Cursor) inventory.App {
	a := inventory.App{IdentifierKind: inventory.ChromeExtension}
	in := inventory.Install{Program: "chrome"}
	for name := range c.Members() {
		switch string(name) {
		case "extensionId":
			a.Identifier = c.Text()
		case "name":
			a.Name = inventory.Text(c.Text())
		case "version":
			a.Version = inventory.Text(c.Text())
		case "homepageUrl":
			a.Homepage = inventory.Text(c.Text())
		case "installType":
			in.Source = sources[c.Text()]
		case "disabled":
			if off := c.Bool(); off != nil && *off {
				in.State = "disabled"
			}
		case "appType":
			if t := c.Text(); t == "THEME" || t == "APP" || t == "HOSTED_APP" {
				a.Flags = []string{"type:" + strings.ToLower(t)}
			}
		case "permissions":
			for range c.Items() {
				permission(&a, &in, c.Text())
			}
		}
	}
	in.Version = a.Version
	a.Installs = []inventory.Install{in}
	return a
}

// permission adds what an extension asks for: a right, or sites that it may read.
func permission(a *inventory.App, in *inventory.Install, p string) {
	if p = inventory.Text(p); p == "" || len(a.Permissions)+len(in.Hosts) >= maxPermissions {
		return
	}
	if webext.IsHost(p) {
		in.Hosts = append(in.Hosts, p)
	} else {
		a.Permissions = append(a.Permissions, inventory.Permission{Name: p, Requested: true})
	}
}

// addExtensions states each extension once, with the profiles that it is in.
func (r *record) addExtensions(found []inventory.App) {
	at := map[string]int{}
	for _, a := range found {
		i, ok := at[a.Identifier]
		if !ok {
			at[a.Identifier] = len(r.inv.Apps)
			a.Device, a.Platform, a.Origins = r.device.ID, r.device.Platform, r.origins
			a.ID = inventory.AppID(a.Device, a.IdentifierKind, a.Identifier)
			a.Permissions = inventory.UnitePermissions(nil, a.Permissions)
			r.inv.Apps = append(r.inv.Apps, a)
			continue
		}
		have := &r.inv.Apps[i]
		have.Permissions = inventory.UnitePermissions(have.Permissions, a.Permissions)
		for _, in := range a.Installs {
			if !slices.ContainsFunc(have.Installs, func(x inventory.Install) bool { return x.Program == in.Program && x.Profile == in.Profile }) {
				have.Installs = append(have.Installs, in)
			}
		}
	}
}
