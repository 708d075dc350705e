package usbmux

import (
	"fmt"
	"strings"

	"quaestor/scanners/internal/iosstate"
	"quaestor/scanners/internal/plist"
	"quaestor/scanners/inventory"
)

// values asks the phone for the values that are kept, one by one, so that no other ever leaves it. The property is
// named as the phone names it.
func (c *collector) values() error {
	d := &c.Device
	model := ""
	for _, v := range []struct {
		domain, key string
		field       *string
	}{
		{"", "DeviceName", &d.Name},
		{"", "ProductType", &model},
		{"", "ProductVersion", &d.OSVersion},
		{"", "BuildVersion", &d.OSBuild},
		{"", "SerialNumber", &d.Serial},
		{"", "CPUArchitecture", &d.Arch},
		{"com.apple.international", "Locale", &d.Locale},
		{"com.apple.international", "Language", nil},
		{"", "ProductVersionExtra", nil}, // of a rapid security response
		{"", "HardwareModel", nil},
		{"", "RegionInfo", nil},
		{"", "ActivationState", nil},
		{"", "PasswordProtected", nil},
		{"com.apple.security.mac.amfi", "DeveloperModeStatus", nil},
		{"com.apple.mobile.wireless_lockdown", "EnableWifiConnections", nil},
		{"com.apple.mobile.backup", "WillEncrypt", nil},
		{"com.apple.fmip", "IsAssociated", nil},
		{"com.apple.mobile.chaperone", "DeviceIsChaperoned", nil},
	} {
		value, err := c.phone.Value(c.ctx, v.domain, v.key)
		if err != nil {
			return err
		}
		c.keep(v.key, text(value), v.field)
	}
	c.SetModel(model)
	return nil
}

// keep keeps a value in its field, or among the properties.
func (c *collector) keep(key, value string, field *string) {
	if field != nil {
		*field = value
	} else {
		c.Property(key, value)
	}
}

// text is a plain value as text, "" for one that is none.
func text(v any) string {
	switch v := v.(type) {
	case string:
		return inventory.Text(strings.TrimSpace(v))
	case bool, int64, uint64:
		return fmt.Sprint(v)
	}
	return ""
}

// supervision keeps what the phone says of its enrolment, without the names, numbers and addresses of people.
func (c *collector) supervision(cloud map[string]any) {
	for _, key := range []string{"IsSupervised", "IsMandatory", "IsMDMUnremovable", "AllowPairing"} {
		if cloud[key] != nil {
			c.Property(key, fmt.Sprint(plist.Bool(cloud, key)))
		}
	}
	c.Property("ConfigurationSource", text(cloud["ConfigurationSource"]))
	c.Property("OrganizationName", text(cloud["OrganizationName"]))
	c.Property("ConfigurationURL", iosstate.Host(plist.Text(cloud, "ConfigurationURL")))
}
