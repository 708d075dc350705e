package jamf

import (
	"bytes"
	"cmp"
	"encoding/json"
	"encoding/xml"
	"strconv"
	"strings"
	"time"
)

// classic is a Mac or mobile device as the Classic API has it, in XML and JSON.
type classic struct {
	ID      loose  `json:"id" xml:"id"`
	Name    string `json:"name" xml:"name"`
	General struct {
		ID         loose  `json:"id" xml:"id"`
		Name       string `json:"name" xml:"name"`
		Display    string `json:"display_name" xml:"display_name"`
		Serial     string `json:"serial_number" xml:"serial_number"`
		UDID       string `json:"udid" xml:"udid"`
		Report     stamp  `json:"report_date_epoch" xml:"report_date_epoch"`
		Contact    stamp  `json:"last_contact_time_epoch" xml:"last_contact_time_epoch"`
		Inventory  stamp  `json:"last_inventory_update_epoch" xml:"last_inventory_update_epoch"`
		Enrolled   loose  `json:"last_enrolled_date_epoch" xml:"last_enrolled_date_epoch"`
		Enrollment loose  `json:"last_enrollment_epoch" xml:"last_enrollment_epoch"`
		OSType     string `json:"os_type" xml:"os_type"`
		OSVersion  string `json:"os_version" xml:"os_version"`
		OSBuild    string `json:"os_build" xml:"os_build"`
		Model      string `json:"model" xml:"model"`
		Identifier string `json:"model_identifier" xml:"model_identifier"`
		Ownership  string `json:"device_ownership_level" xml:"device_ownership_level"`
		Managed    loose  `json:"managed" xml:"managed"`
		Supervised loose  `json:"supervised" xml:"supervised"`
		Remote     struct {
			Managed loose `json:"managed" xml:"managed"`
		} `json:"remote_management" xml:"remote_management"`
		Status struct {
			DEP      loose `json:"enrolled_via_dep" xml:"enrolled_via_dep"`
			Approved loose `json:"user_approved_mdm" xml:"user_approved_mdm"`
		} `json:"management_status" xml:"management_status"`
	} `json:"general" xml:"general"`
	Hardware struct {
		Model        string `json:"model" xml:"model"`
		Identifier   string `json:"model_identifier" xml:"model_identifier"`
		OSName       string `json:"os_name" xml:"os_name"`
		OSVersion    string `json:"os_version" xml:"os_version"`
		OSBuild      string `json:"os_build" xml:"os_build"`
		Architecture string `json:"processor_architecture" xml:"processor_architecture"`
		Silicon      loose  `json:"is_apple_silicon" xml:"is_apple_silicon"`
		SIP          string `json:"sip_status" xml:"sip_status"`
		Gatekeeper   string `json:"gatekeeper_status" xml:"gatekeeper_status"`
		XProtect     loose  `json:"xprotect_version" xml:"xprotect_version"`
		Storage      disks  `json:"storage" xml:"storage"`
	} `json:"hardware" xml:"hardware"`
	Security struct {
		SecureBoot   string `json:"secure_boot_level" xml:"secure_boot_level"`
		ExternalBoot string `json:"external_boot_level" xml:"external_boot_level"`
		Firewall     loose  `json:"firewall_enabled" xml:"firewall_enabled"`
		classicLock
	} `json:"security" xml:"security"`
	SecurityObject classicLock `json:"security_object" xml:"security_object"`
	Software       *struct {
		Casper       []string     `json:"installed_by_casper" xml:"installed_by_casper>package"`
		Installer    []string     `json:"installed_by_installer_swu" xml:"installed_by_installer_swu>package"`
		Services     []string     `json:"running_services" xml:"running_services>name"`
		Applications []classicApp `json:"applications" xml:"applications>application"`
		Plugins      []classicApp `json:"plugins" xml:"plugins>plugin"`
	} `json:"software" xml:"software"`
	Applications *classicApps     `json:"applications" xml:"applications"`
	Profiles     []classicProfile `json:"configuration_profiles" xml:"configuration_profiles>configuration_profile"`
	Provisioning []classicProfile `json:"provisioning_profiles" xml:"provisioning_profiles>mobile_device_provisioning_profile"`
	Others       []other          `json:"-" xml:",any"` // columns of a search, and sections that nobody asks for
}

// classicLock is how a mobile device is protected.
type classicLock struct {
	Protected  loose `json:"data_protection" xml:"data_protection"`
	Passcode   loose `json:"passcode_present" xml:"passcode_present"`
	Jailbroken loose `json:"jailbreak_detected" xml:"jailbreak_detected"`
}

type classicApp struct {
	Name        string `json:"name" xml:"name"`
	Path        string `json:"path" xml:"path"`
	Version     string `json:"version" xml:"version"`
	Bundle      string `json:"bundle_id" xml:"bundle_id"`
	AppName     string `json:"application_name" xml:"application_name"`
	AppVersion  string `json:"application_version" xml:"application_version"`
	ShortString string `json:"application_short_version" xml:"application_short_version"`
	Identifier  string `json:"identifier" xml:"identifier"`
}

// classicApps is a list of apps, in JSON bare or with each app in an object of its own.
type classicApps struct {
	List []classicApp `xml:"application"`
}

// UnmarshalJSON implements [json.Unmarshaler].
func (a *classicApps) UnmarshalJSON(data []byte) error { return json.Unmarshal(data, &a.List) }

type classicProfile struct {
	Name       string `json:"name" xml:"name"`
	Display    string `json:"display_name" xml:"display_name"`
	Identifier string `json:"identifier" xml:"identifier"`
	UUID       string `json:"uuid" xml:"uuid"`
	Removable  loose  `json:"is_removable" xml:"is_removable"`
}

// other is a column of a search.
type other struct {
	XMLName xml.Name
	Value   string `xml:",chardata"`
}

// loose is a value that is a number or truth in one version and a text in another.
type loose string

// UnmarshalJSON implements [json.Unmarshaler].
func (l *loose) UnmarshalJSON(data []byte) error {
	var s string
	switch {
	case bytes.Equal(data, []byte("null")):
	case len(data) > 0 && data[0] == '"':
		if err := json.Unmarshal(data, &s); err != nil {
			return err
		}
	case len(data) < 100:
		s = string(data)
	}
	*l = loose(s)
	return nil
}

// truth is the value as a truth, nil where it is none.
func (l loose) truth() *bool {
	switch strings.ToLower(strings.TrimSpace(string(l))) {
	case "true", "yes", "1", "enabled", "managed", "supervised", "present", "detected":
		b := true
		return &b
	case "false", "no", "0", "disabled", "not enabled", "unmanaged", "unsupervised", "not present", "not detected":
		b := false
		return &b
	}
	return nil
}

// epoch is the value as milliseconds since 1970.
func (l loose) epoch() time.Time {
	n, err := strconv.ParseInt(strings.TrimSpace(string(l)), 10, 64)
	if t := time.UnixMilli(n).UTC(); err == nil && t.Year() > 2000 && t.Year() < 2120 {
		return t
	}
	return time.Time{}
}

// record gives a device of the Classic API the form of all.
func (c *classic) record(mobile bool) *record {
	g, h, s := &c.General, &c.Hardware, &c.Security
	r := &record{id: string(cmp.Or(g.ID, c.ID)), name: cmp.Or(g.Display, g.Name, c.Name), serial: g.Serial, udid: g.UDID, mac: !mobile, model: cmp.Or(h.Identifier, g.Identifier), modelName: cmp.Or(h.Model, g.Model),
		system: cmp.Or(h.OSName, g.OSType), version: cmp.Or(h.OSVersion, g.OSVersion), build: cmp.Or(h.OSBuild, g.OSBuild), managed: cmp.Or(g.Remote.Managed.truth(), g.Managed.truth()), supervised: g.Supervised.truth(), automated: g.Status.DEP.truth(),
		ownership: g.Ownership, passcode: cmp.Or(c.SecurityObject.Passcode, s.Passcode).truth(), tampered: cmp.Or(c.SecurityObject.Jailbroken, s.Jailbroken).truth()}
	r.reported, r.contacted, r.enrolled = loose(g.Report).epoch(), loose(g.Contact).epoch(), g.Enrolled.epoch()
	r.unread = firstOf(g.Report, g.Contact, g.Inventory)
	if mobile {
		r.reported, r.enrolled = loose(g.Inventory).epoch(), g.Enrollment.epoch()
	} else {
		r.encrypted = h.Storage.encrypted()
		r.arch = architecture(h.Architecture, h.Silicon.truth())
	}
	r.properties = map[string]string{"sip_status": h.SIP, "secure_boot_level": s.SecureBoot, "external_boot_level": s.ExternalBoot, "user_approved_mdm": string(g.Status.Approved)}
	r.protected(cmp.Or(c.SecurityObject.Protected, s.Protected).truth())
	r.protection(h.Gatekeeper, string(h.XProtect), s.Firewall.truth())
	c.software(r)
	for _, p := range c.Profiles {
		r.profiles = append(r.profiles, profile{identifier: cmp.Or(p.Identifier, p.UUID), name: cmp.Or(p.Display, p.Name), fixed: is(p.Removable.truth(), false)})
	}
	for _, p := range c.Provisioning {
		r.profiles = append(r.profiles, profile{kind: "provisioning-profile", identifier: p.UUID, name: cmp.Or(p.Display, p.Name)})
	}
	for _, o := range c.Others {
		r.column(o.XMLName.Local, strings.TrimSpace(o.Value))
	}
	return r
}

// software takes what is installed: on a Mac it has a section of its own.
func (c *classic) software(r *record) {
	var list []classicApp
	if s := c.Software; s != nil {
		r.listed, r.services, r.receipts = true, s.Services, append(s.Casper, s.Installer...)
		list = s.Applications
		for _, p := range s.Plugins {
			r.plugins = append(r.plugins, app{name: p.Name, version: p.Version, path: p.Path})
		}
	}
	if c.Applications != nil {
		r.listed = true
		list = append(list, c.Applications.List...)
	}
	for _, a := range list {
		r.apps = append(r.apps, app{bundle: cmp.Or(a.Bundle, a.Identifier), name: cmp.Or(a.Name, a.AppName), version: cmp.Or(a.ShortString, a.Version, a.AppVersion), path: a.Path})
	}
}
