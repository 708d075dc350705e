package sysdiagnose

import (
	"errors"
	"fmt"
	"path"
	"strings"

	"quaestor/scanners/internal/iosfacts"
	"quaestor/scanners/internal/iosstate"
	"quaestor/scanners/internal/plist"
	"quaestor/scanners/inventory"
)

// kind is a sort of file that is read.
type kind struct {
	what     string
	patterns []string // of its path below the folder, as in [path.Match]
	read     func(c *collector, name string, data []byte) error
}

// kinds are the files that are read, in the order in which a folder is.
func kinds() []kind {
	return []kind{
		{"device", []string{"remotectl_dumpstate.txt"}, (*collector).device},
		{"system", []string{"logs/SystemVersion/SystemVersion.plist"}, (*collector).system},
		{"installations", []string{"logs/MobileInstallation/mobile_installation.log*"}, (*collector).installations},
		{"processes", []string{"ps.txt"}, (*collector).processes},
		{"domains", []string{"swcutil_show.txt"}, (*collector).domains},
		{"profiles", []string{"logs/MCState/*/profile-*.stub"}, (*collector).profile},
		{"enrolment", []string{"logs/MCState/*/CloudConfigurationDetails.plist"}, (*collector).enrolment},
		{"management", []string{"logs/MCState/*/MDM.plist"}, (*collector).management},
		{"networks", []string{"logs/Networking/com.apple.networkextension.plist"}, (*collector).networks},
		{"databases", []string{"logs/Accessibility/TCC.db*", "logs/appinstallation/*.sqlitedb*", "logs/itunesstored/downloads.*.sqlitedb*"}, (*collector).hold},
	}
}

func patterns() (list []string) {
	for _, k := range kinds() {
		list = append(list, k.patterns...)
	}
	return list
}

// kindOf is the kind of a file by its path; nil when it is not read. Copies of its attributes, which some tools add, are not.
func kindOf(rel string) *kind {
	if strings.HasPrefix(path.Base(rel), "._") {
		return nil
	}
	for _, k := range kinds() {
		for _, p := range k.patterns {
			if ok, _ := path.Match(p, rel); ok {
				return &k
			}
		}
	}
	return nil
}

// device reads what the phone says of itself. Further sections tell of devices that are paired with it.
func (c *collector) device(_ string, data []byte) error {
	d, local := &c.phone.Device, false
	for line := range strings.Lines(string(data)) {
		line = strings.TrimRight(line, "\r\n")
		if line != "" && line[0] != '\t' && line[0] != ' ' {
			if local {
				break
			}
			local = strings.HasPrefix(line, "Local device")
		}
		key, value, ok := strings.Cut(line, "=>")
		if value = strings.TrimSpace(value); !ok || !local || value == "" {
			continue
		}
		switch strings.TrimSpace(key) {
		case "ProductType":
			c.phone.SetModel(inventory.Text(value))
			c.mac = c.mac || strings.HasPrefix(value, "Mac")
		case "SerialNumber":
			iosfacts.Fill(&d.Serial, value)
		case "UniqueDeviceID":
			iosfacts.Fill(&c.phone.UDID, value)
		case "OSVersion":
			iosfacts.Fill(&d.OSVersion, value)
		case "BuildVersion":
			iosfacts.Fill(&d.OSBuild, value)
		}
	}
	return nil
}

// system reads the version of the system.
func (c *collector) system(_ string, data []byte) error {
	v, err := plist.Decode(data)
	if err != nil {
		return err
	}
	iosfacts.Fill(&c.phone.Device.OSVersion, plist.Text(v, "ProductVersion"))
	iosfacts.Fill(&c.phone.Device.OSBuild, plist.Text(v, "ProductBuildVersion"))
	product := strings.ToLower(plist.Text(v, "ProductName"))
	c.mac = c.mac || strings.HasPrefix(product, "mac")
	return nil
}

// profile reads a configuration profile.
func (c *collector) profile(name string, data []byte) error {
	v, err := plist.Decode(data)
	if err != nil {
		return err
	}
	p, ok := iosstate.ConfigurationProfile(v)
	if !ok {
		return errors.New("it is no configuration profile")
	}
	origin := []inventory.Origin{c.phone.Origin(c.src.Join(name), 0)}
	if p.Profile.Identifier == "" {
		p.Profile.Identifier = inventory.Text(strings.TrimSuffix(path.Base(name), ".stub"))
	}
	p.Profile.Origins = origin
	c.phone.AddProfile(p.Profile)
	for _, x := range p.Certificates {
		x.Origins = origin
		c.phone.AddCertificate(x)
	}
	for _, x := range p.VPNs {
		x.Origins = origin
		c.phone.AddVPN(x)
	}
	c.phone.Property("MDM.ServerURL", p.Server)
	return nil
}

// enrolment notes whether an organisation supervises the phone.
func (c *collector) enrolment(_ string, data []byte) error {
	v, err := plist.Decode(data)
	if _, told := plist.Dict(v)["IsSupervised"]; told {
		c.phone.Property("IsSupervised", fmt.Sprint(plist.Bool(v, "IsSupervised")))
	}
	c.phone.Property("OrganizationName", plist.Text(v, "OrganizationName"))
	c.phone.Property("ConfigurationURL", iosstate.Host(plist.Text(v, "ConfigurationURL")))
	return err
}

// management notes the server that manages the phone.
func (c *collector) management(_ string, data []byte) error {
	v, err := plist.Decode(data)
	c.phone.Property("MDM.ServerURL", iosstate.Host(plist.Text(v, "ServerURL")))
	return err
}

// networks reads virtual private networks and filters.
func (c *collector) networks(name string, data []byte) error {
	v, err := plist.Decode(data)
	if err != nil {
		return err
	}
	all, err := iosstate.Networks(v)
	for _, n := range all {
		n.Origins = []inventory.Origin{c.phone.Origin(c.src.Join(name), 0)}
		c.phone.AddVPN(n)
		if n.App != "" {
			c.trace(n.App, name, 0, inventory.Trace{Kind: inventory.TraceData, Detail: "a network configuration"})
		}
	}
	return err
}

// trace adds a trace to an app. Names that are no bundle identifier are left out.
func (c *collector) trace(bundle, name string, line int, t inventory.Trace) *inventory.App {
	if !iosfacts.ValidBundleID(bundle) {
		return nil
	}
	a := c.phone.App(bundle)
	if a != nil {
		c.phone.Trace(a, t)
		c.phone.From(a, c.src.Join(name), line)
	}
	return a
}
