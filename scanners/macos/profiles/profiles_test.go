package profiles

import (
	"slices"
	"testing"

	"quaestor/scanners"
	"quaestor/scanners/internal/hostroot/hosttest"
	"quaestor/scanners/internal/mactest"
)

var _ scanners.Scanner = Scanner{}

func TestScan(t *testing.T) {
	inv := hosttest.Scan(t, Scanner{}, mactest.Mac(t))
	got := map[string]string{}
	for _, p := range inv.Profiles {
		got[p.Identifier+" "+p.User] = p.Name
		switch {
		case p.Identifier == "org.example.mdm":
			if !p.Fixed || p.InstalledAt == nil || p.Organization != "Parliament of Example" || !slices.Equal(p.Payloads, []string{"com.apple.mdm", "com.apple.security.root", "com.apple.vpn.managed"}) {
				t.Errorf("%+v", p)
			}
		case p.Identifier == "Managed Preferences" && p.User == "anna":
			if !slices.Equal(p.Payloads, []string{"com.apple.dock"}) {
				t.Errorf("%+v", p)
			}
		}
	}
	if len(got) != 4 || got["org.example.mail anna"] != "Mail" || got["Managed Preferences "] == "" {
		t.Errorf("%v", got)
	}
	d := inv.Devices[0]
	if d.Properties["MDM.ServerURL"] != "mdm.example.org" || d.Properties["ConfigurationProfiles.cloudConfigRecordFound"] != "yes" || d.Properties["ConfigurationProfiles.cloudConfigProfileInstalled"] != "" {
		t.Errorf("%v", d.Properties)
	}
	if len(inv.Certificates) != 1 || inv.Certificates[0].Subject != "CN=Example Inspection CA" || inv.Certificates[0].Profile != inv.Profiles[0].ID || len(inv.VPNs) != 1 || inv.VPNs[0].Server != "vpn.example.org" {
		t.Errorf("%+v %+v", inv.Certificates, inv.VPNs)
	}
	if len(inv.Gaps) != 0 {
		t.Errorf("%+v", inv.Gaps)
	}
}
