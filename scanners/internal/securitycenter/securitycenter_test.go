package securitycenter

import (
	"strings"
	"testing"

	"quaestor/scanners/inventory"
)

// Where values and their meaning were published.
const (
	endpoints = "stackoverflow.com/a/23641299: values of 34 products on 10,000 endpoints" // the values
	jdhit     = "jdhitsolutions.com/blog/powershell/5187, Kaseya's table of 1020.aspx"    // the words for them
	neophob   = "neophob.com/2010/03/wmi-query-windows-securitycenter2"                   // values with words
	idera     = "community.idera.com: Identifying Antivirus Engine State"                 // the masks and the words
	digirati  = "digirati82.com/2013/09/04/monitoring-windows-security-products"          // Symantec Endpoint Protection
	masks     = "by the masks of " + idera                                                // not seen as a value there
)

func TestDecode(t *testing.T) {
	for _, test := range []struct {
		code                                      uint32
		providers, protection, definitions, owner string
		source                                    string
	}{
		{262144, "antivirus", "off", "current", "other", endpoints + "; " + jdhit},
		{262160, "antivirus", "off", "outdated", "other", endpoints + "; " + jdhit},
		{266240, "antivirus", "on", "current", "other", neophob + "; " + jdhit},
		{266256, "antivirus", "on", "outdated", "other", neophob + "; " + jdhit},
		{270336, "antivirus", "snoozed", "current", "other", endpoints + "; " + idera},
		{0x43000, "antivirus", "expired", "current", "other", masks},
		{0x43010, "antivirus", "expired", "outdated", "other", masks},
		{327680, "firewall antivirus", "off", "current", "other", endpoints},
		{327696, "firewall antivirus", "off", "outdated", "other", endpoints},
		{331776, "firewall antivirus", "on", "current", "other", endpoints},
		{344064, "firewall antivirus", "", "current", "other", endpoints}, // 0x54000: nobody says what 4 means
		{393216, "auto-update antivirus", "off", "current", "other", endpoints + "; " + jdhit},
		{393232, "auto-update antivirus", "off", "outdated", "other", endpoints + "; " + jdhit},
		{393472, "auto-update antivirus", "off", "current", "windows", endpoints + "; " + jdhit + " (Windows Defender)"},
		{393488, "auto-update antivirus", "off", "outdated", "windows", endpoints + "; " + jdhit},
		{397312, "auto-update antivirus", "on", "current", "other", neophob + "; " + jdhit},
		{397328, "auto-update antivirus", "on", "outdated", "other", endpoints + "; " + jdhit},
		{397568, "auto-update antivirus", "on", "current", "windows", endpoints + "; " + jdhit + " (Windows Defender)"},
		{0x61100, "auto-update antivirus", "on", "current", "windows", "397568 in hexadecimal"},
		{397584, "auto-update antivirus", "on", "outdated", "windows", endpoints + "; " + jdhit + " (Windows Defender)"},
		{0x61110, "auto-update antivirus", "on", "outdated", "windows", "397584 in hexadecimal"},
		{401664, "auto-update antivirus", "snoozed", "current", "windows", masks},
		{458752, "firewall auto-update antivirus", "off", "current", "other", endpoints},
		{462848, "firewall auto-update antivirus", "on", "current", "other", digirati},
		{0x41000, "antivirus", "on", "current", "other", "266240 in hexadecimal"},
		{0x000200, "", "off", "current", "", "an owner that nobody described"},
		{0x0000f0, "", "off", "", "other", "definitions that nobody described"},
		{0xffffffff, "firewall auto-update antivirus antispyware internet-settings account-control service", "", "", "", "no such value"},
	} {
		s := Decode(test.code)
		if got := strings.Join(s.Providers, " "); got != test.providers || s.Protection != test.protection || s.Definitions != test.definitions || s.Owner != test.owner {
			t.Errorf("%d (%s): %q %q %q %q, want %q %q %q %q by %s", test.code, s.Text(), got, s.Protection, s.Definitions, s.Owner,
				test.providers, test.protection, test.definitions, test.owner, test.source)
		}
	}
}

func TestFill(t *testing.T) {
	for kind, definitions := range map[string]string{"antivirus": "outdated", "antispyware": "outdated", "firewall": ""} {
		p := inventory.SecurityProduct{Kind: kind}
		Decode(397584).Fill(&p)
		if p.State != "on" || p.StateCode != "0x061110" || p.Definitions != definitions {
			t.Errorf("%s: %q %q %q", kind, p.State, p.StateCode, p.Definitions)
		}
	}
}

func TestKind(t *testing.T) {
	seen := map[string]bool{"": true}
	for _, class := range Classes() {
		if k := Kind(class); seen[k] {
			t.Errorf("%s is %q", class, k)
		} else {
			seen[k] = true
		}
	}
	if k := Kind("Win32_Product"); k != "" {
		t.Errorf("another class is %q", k)
	}
}
