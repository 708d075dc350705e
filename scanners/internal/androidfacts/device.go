package androidfacts

import (
	"slices"
	"strconv"
	"strings"

	"quaestor/scanners/internal/dumpsys"
	"quaestor/scanners/internal/getprop"
	"quaestor/scanners/inventory"
)

// kept are the properties that tell about the trustworthiness of the system, its region and its maker's
// additions. Identifiers of the person or the SIM are left out.
var kept = []string{
	"gsm.sim.operator.iso-country", "persist.sys.timezone", "persist.sys.usb.config", "ro.adb.secure", "ro.boot.flash.locked", "ro.boot.vbmeta.device_state",
	"ro.boot.verifiedbootstate", "ro.boot.veritymode", "ro.boot.warranty_bit", "ro.build.characteristics", "ro.build.display.id", "ro.build.tags",
	"ro.build.type", "ro.build.version.incremental", "ro.build.version.oneui", "ro.build.version.emui", "ro.miui.ui.version.name", "ro.mi.os.version.name",
	"ro.crypto.state", "ro.debuggable", "ro.hardware", "ro.oem_unlock_supported", "ro.product.brand", "ro.product.device", "ro.product.name",
	"persist.adb.tcp.port", "ro.secure", "ro.vendor.build.security_patch", "service.adb.tcp.port", "sys.oem_unlock_allowed", "ro.csc.country_code", "ro.csc.sales_code",
}

// AddProperties states what getprop says about the device.
func (p *Phone) AddProperties(g *getprop.Properties, path string) {
	d := &p.Device
	get := func(names ...string) string {
		for _, n := range names {
			if v := inventory.Text(g.Values[n]); v != "" && v != "unknown" {
				return v
			}
		}
		return ""
	}
	set := func(to *string, names ...string) {
		if *to == "" {
			*to = get(names...)
		}
	}
	set(&d.Serial, "ro.serialno", "ro.boot.serialno")
	set(&d.Manufacturer, "ro.product.manufacturer", "ro.product.vendor.manufacturer")
	set(&d.Model, "ro.product.model", "ro.product.vendor.model")
	set(&d.OSVersion, "ro.build.version.release_or_codename", "ro.build.version.release")
	set(&d.OSBuild, "ro.build.fingerprint", "ro.system.build.fingerprint", "ro.vendor.build.fingerprint")
	set(&d.SecurityPatch, "ro.build.version.security_patch")
	set(&d.Arch, "ro.product.cpu.abi")
	set(&d.Locale, "persist.sys.locale", "ro.product.locale")
	if n, err := strconv.Atoi(get("ro.build.version.sdk")); err == nil && d.SDK == 0 {
		d.SDK = n
	}
	for _, name := range kept {
		if v := get(name); v != "" {
			p.property(name, v)
		}
	}
	p.UnknownLines(path, &g.Unknown, "Lines that are no properties were not understood.")
	p.CutLines(path, g.Cut+g.Dropped)
	if g.Open {
		p.Gap(inventory.Gap{Subject: path, Kind: inventory.GapMalformed, Detail: "The properties end in the middle of one: the file was cut short.",
			Next: "Collect the properties again."})
	}
}

func (p *Phone) property(name, value string) {
	if p.Device.Properties == nil {
		p.Device.Properties = map[string]string{}
	}
	if _, known := p.Device.Properties[name]; !known {
		p.Device.Properties[name] = inventory.Text(value)
	}
}

// addUser states a user of the device.
func (d *dump) addUser(u dumpsys.DeviceUser) {
	if at := slices.IndexFunc(d.Device.Users, func(x inventory.DeviceUser) bool { return x.ID == u.ID }); at >= 0 {
		fill(&d.Device.Users[at].State, userState(u))
		return
	}
	if len(d.Device.Users) >= maxUsers {
		d.extra.Add("user " + u.ID)
		return
	}
	kind := userKind(u)
	if kind == owner && slices.ContainsFunc(d.Device.Users, func(x inventory.DeviceUser) bool { return x.Kind == owner }) {
		kind = "secondary" // some makers give the flag of the first user to a second space, too
	}
	d.Device.Users = append(d.Device.Users, inventory.DeviceUser{ID: u.ID, Name: inventory.Text(u.Name), Kind: kind, State: userState(u)})
}

// The flags of UserInfo.
const (
	flagPrimary = 0x1
	flagGuest   = 0x4
	flagManaged = 0x20
	flagQuiet   = 0x80
	flagFull    = 0x400
	flagSystem  = 0x800
)

// owner is the kind of the first user, of which a device has one.
const owner = "owner"

func userKind(u dumpsys.DeviceUser) string {
	switch {
	case strings.HasSuffix(u.Type, ".profile.PRIVATE"):
		return "private-space"
	case strings.HasSuffix(u.Type, ".profile.CLONE"):
		return "clone"
	case u.Flags&flagManaged != 0 && secureFolder(u.ID):
		return "private-space"
	case u.ID == clones || u.Name == dualApps && u.Flags&flagManaged != 0:
		return "clone"
	case u.Flags&flagManaged != 0:
		return "work-profile"
	case u.Flags&flagGuest != 0:
		return "guest"
	case u.ID != "0" && strings.HasSuffix(u.Type, ".full.SECONDARY"):
		return "secondary"
	case u.Flags&(flagPrimary|flagSystem) != 0:
		return owner
	case u.Flags&flagFull != 0:
		return "secondary"
	}
	return ""
}

// secureFolder reports whether a profile is Samsung's Secure Folder, which the platform takes for a managed one: it is given
// numbers from 150 on, which the platform's own count from 10 on does not come to.
func secureFolder(id string) bool { return len(id) == 3 && id >= "150" && id <= "160" }

// clones is the user under which several makers keep second copies of apps.
const clones = "999"

// dualApps is what Samsung calls that user.
const dualApps = "DUAL_APP"

// userState is the state of a user in the words of the inventory, "" when the dump does not tell.
func userState(u dumpsys.DeviceUser) string {
	switch {
	case u.State == "":
		return ""
	case strings.HasPrefix(u.State, "RUNNING") && u.State != "RUNNING_LOCKED" && u.State != "RUNNING_UNLOCKING":
		return "running"
	case strings.HasPrefix(u.State, "RUNNING"), u.State == "BOOTING":
		return "locked"
	case u.Flags&flagQuiet != 0:
		return "paused"
	}
	return "stopped"
}

func (d *dump) addOwner(o dumpsys.Owner) {
	kind := "profile-owner"
	if o.Device {
		kind = "device-owner"
	}
	if len(d.profiles) >= maxServices {
		d.extra.Add(o.Component)
		return
	}
	d.profiles = append(d.profiles, inventory.Profile{User: o.User, Kind: kind, Name: inventory.Text(o.Name), Identifier: inventory.Text(o.Component),
		Origins: []inventory.Origin{d.origin(d.path, o.Line)}})
}

func (d *dump) addService(s dumpsys.Service) { d.addPrivilege(s, d.path) }

// addPrivilege states that a component has a privilege over the device. The same one may be told by a dump
// and by a setting.
func (p *Phone) addPrivilege(s dumpsys.Service, path string) {
	service := inventory.Text(s.Component)
	if slices.ContainsFunc(p.products, func(x inventory.SecurityProduct) bool { return x.Kind == s.Kind && x.Service == service }) {
		return
	}
	if len(p.products) >= maxServices {
		p.extra.Add(service)
		return
	}
	pkg, _, _ := strings.Cut(service, "/")
	p.products = append(p.products, inventory.SecurityProduct{App: pkg, Kind: s.Kind, Name: pkg, State: "enabled", Service: service,
		Privileges: []string{s.Kind}, Origins: []inventory.Origin{p.origin(path, s.Line)}})
}

func (d *dump) addVPN(v dumpsys.VPN) { d.addTunnel(v, d.path) }

func (p *Phone) addTunnel(v dumpsys.VPN, path string) {
	app := inventory.Text(v.Package)
	if at := slices.IndexFunc(p.vpns, func(x inventory.VPN) bool { return x.User == v.User && x.App == app }); at >= 0 {
		p.vpns[at].AlwaysOn = p.vpns[at].AlwaysOn || v.AlwaysOn
		return
	}
	if len(p.vpns) >= maxUsers {
		p.extra.Add(app)
		return
	}
	p.vpns = append(p.vpns, inventory.VPN{User: v.User, App: app, AlwaysOn: v.AlwaysOn, Origins: []inventory.Origin{p.origin(path, v.Line)}})
}
