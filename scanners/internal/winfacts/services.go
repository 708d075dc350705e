package winfacts

import (
	"slices"
	"strings"

	"quaestor/scanners/internal/winpath"
	"quaestor/scanners/internal/winreg"
	"quaestor/scanners/inventory"
)

const servicesKey = `HKLM\SYSTEM\CurrentControlSet\Services`

// Types of services, one bit each.
const (
	kernelDriver = 0x1
	fileDriver   = 0x2
	recognizer   = 0x8 // a driver that tells which file system is on a volume; the system's own has no path
	ownProcess   = 0x10
	sharedHost   = 0x20
	instance     = 0x80 // of a service that each account gets one of: its template is listed
)

// starts are the words for how a service starts.
var starts = []string{"boot", "system", "automatic", "manual", "disabled"}

// services reads every service and driver, whoever made it.
func (c *Collector) services() {
	keyboard := c.classFilters("{4d36e96b-e325-11ce-bfc1-08002be10318}", "{4d36e96f-e325-11ce-bfc1-08002be10318}")
	c.each(servicesKey, func(e entry) {
		kind, ok := e.number("Type")
		if !ok || kind&instance != 0 {
			return
		}
		p := inventory.SecurityProduct{Name: first(plain(e.text("DisplayName")), e.name), Service: e.name, State: "installed"}
		switch {
		case kind&(kernelDriver|fileDriver|recognizer) != 0:
			p.Kind, p.Privileges = "driver", []string{"kernel"}
			if altitude := c.altitude(e); altitude != "" { // it is asked about every file that is opened
				p.Identifier, p.Privileges = "altitude:"+altitude, append(p.Privileges, "endpoint-security")
			}
			if slices.Contains(keyboard, strings.ToLower(e.name)) {
				p.Privileges = append(p.Privileges, "input-monitoring")
			}
		case kind&(ownProcess|sharedHost) != 0:
			p.Kind = "service"
			if who := e.text("ObjectName"); who == "" || winpath.System(who) {
				p.Privileges = []string{"root"}
			}
		default:
			return // settings of a performance counter or an adapter
		}
		if n, ok := e.number("Start"); ok && n < uint64(len(starts)) {
			p.Start = starts[n]
		}
		if p.Start == "disabled" {
			p.State = "disabled"
		}
		if c.Running[strings.ToLower(e.name)] {
			p.State = "running"
		}
		p.Path = c.servicePath(e, p.Kind)
		c.product(p, e.path)
	})
}

// servicePath is the program of a service. One that is hosted by svchost is a library; a driver without a path lies where
// Windows looks for it.
func (c *Collector) servicePath(e entry, kind string) string {
	path := c.env.image(e.text("ImagePath"))
	switch {
	case path == "" && kind == "driver":
		return c.env.vars["systemroot"] + `\System32\drivers\` + e.name + ".sys"
	case !strings.EqualFold(base(path), "svchost.exe"):
		return path
	}
	if library := e.text("ServiceDll"); library != "" {
		return c.env.image(library)
	}
	if sub, ok := c.below(e, "Parameters"); ok {
		defer sub.key.Close()
		if library := sub.text("ServiceDll"); library != "" {
			return c.env.image(library)
		}
	}
	return path
}

// altitude is the height at which a filter of files stands, a number that Microsoft gives to each product. Today it is below
// Parameters, formerly below the service itself.
func (c *Collector) altitude(e entry) string {
	for _, way := range []string{"Instances", `Parameters\Instances`} {
		sub, ok := c.below(e, way)
		if !ok {
			continue
		}
		found := ""
		c.eachOf(sub, func(in entry) { found = first(found, in.text("Altitude")) })
		sub.key.Close()
		if found != "" {
			return found
		}
	}
	return ""
}

// ownFilters are the drivers of the classes themselves.
var ownFilters = []string{"kbdclass", "mouclass"}

// classFilters lists the drivers that were put above or below those of a class of devices, in small letters.
func (c *Collector) classFilters(classes ...string) []string {
	var out []string
	for _, class := range classes {
		c.read(`HKLM\SYSTEM\CurrentControlSet\Control\Class\`+class, func(e entry) {
			for _, name := range append(e.list("UpperFilters"), e.list("LowerFilters")...) {
				if name = strings.ToLower(name); !slices.Contains(ownFilters, name) {
					out = append(out, name)
				}
			}
		})
	}
	return out
}

// networkFilters reads which drivers stand in the way of all packets (NDIS filters), among the services of the network.
func (c *Collector) networkFilters() {
	c.each(`HKLM\SYSTEM\CurrentControlSet\Control\Network\{4D36E974-E325-11CE-BFC1-08002BE10318}`, func(e entry) {
		ndi, ok := c.below(e, "Ndi")
		if !ok {
			return
		}
		defer ndi.key.Close()
		service := ndi.text("Service")
		if _, filters := ndi.number("FilterType"); service == "" || !filters && ndi.text("FilterClass") == "" {
			return
		}
		p := inventory.SecurityProduct{Kind: "driver", Name: first(plain(e.text("Description")), service), Service: service, State: "installed", Privileges: []string{"kernel", "network-filter"}}
		c.product(p, winreg.Join(e.path, "Ndi"))
	})
}
