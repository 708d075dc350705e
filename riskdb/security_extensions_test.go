package riskdb

import (
	"testing"

	"quaestor/scanners/inventory"
)

// TestExtensionsForOneDevice: an extension of macOS that nobody knows is listed, but not the driver of a device or a camera of
// software that watches nothing.
func TestExtensionsForOneDevice(t *testing.T) {
	for _, c := range []struct {
		privileges []string
		listed     int
	}{
		{[]string{"system-extension"}, 1}, {[]string{"system-extension", "endpoint-security"}, 1}, {[]string{"system-extension", "network-filter"}, 1}, {[]string{"system-extension", "vpn"}, 1},
		{[]string{"system-extension", "driver"}, 0}, {[]string{"system-extension", "camera"}, 0}, {[]string{"system-extension", "camera", "network-filter"}, 1}, {[]string{"system-extension", "driver", "endpoint-security"}, 1},
	} {
		a := assessGuards(t, computer(inventory.MacOS, inventory.SecurityProduct{Kind: "system-extension", Name: "org.example.ext", Identifier: "org.example.ext", Team: "ABCDE12345", State: "enabled", Privileges: c.privileges}))
		if len(a.Security) != c.listed {
			t.Errorf("%q: %d listed, not %d", c.privileges, len(a.Security), c.listed)
		}
	}
}

// TestTeams: an extension that is not known by its identifier is of the maker whose team signs it.
func TestTeams(t *testing.T) {
	db, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	policies, err := db.SelectPolicies("none")
	if err != nil {
		t.Fatal(err)
	}
	for team, vendor := range map[string]string{"AH4XFXJ7DK": "fortinet", "PXPZ95SK77": "palo-alto", "E8P47U2H32": "trend-micro", "24W52P9M7W": "netskope", "PCBCQZJ7S7": "zscaler", "6KALSAFZJC": "f-secure", "ABCDE12345": ""} {
		a := Assess(db, policies, computer(inventory.MacOS, inventory.SecurityProduct{Kind: "system-extension", Name: "org.example.ext", Identifier: "org.example.ext", Team: team, State: "enabled",
			Privileges: []string{"system-extension", "endpoint-security"}}), db.Version().Date)
		if len(a.Security) != 1 || a.Security[0].Vendor != vendor || a.Security[0].Confidence == ConfidenceHigh {
			t.Errorf("%s: %+v, want %q", team, a.Security, vendor)
		}
	}
}
