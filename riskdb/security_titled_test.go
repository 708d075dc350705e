package riskdb

import (
	"testing"

	"quaestor/scanners/inventory"
)

// TestTitledServices: the title of a service is a second mark beside its listed name; the title of another thing is none.
func TestTitledServices(t *testing.T) {
	db, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	policies, err := db.SelectPolicies("none")
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ service, title, want string }{
		{"SepMasterService", "Symantec Endpoint Protection", "symantec-ep"},
		{"Sophos Endpoint Defense Service", "Sophos Endpoint Defense Service", "sophos"},
		{"xdrhealth", "Cortex XDR Health Helper", "cortex"},
		{"Parity", "Carbon Black App Control Agent", "carbon-black"},
		{"AcronisActiveProtectionService", "Acronis Active Protection Service", "acronis-cyber-protect-agent"},
		{"UPDATESRV", "Bitdefender Desktop Update Service", "bitdefender"},
		{"UPDATESRV", "Update Service", ""},
		{"UPDATESRV", "", ""},
		{"Parity", "Parity of disks", ""},
		{"Parity", "Parity", ""},
		{"orbit.service", "Orbit daemon", ""},
	} {
		inv := computer(inventory.Windows, inventory.SecurityProduct{Kind: "service", Service: test.service, Name: test.title, Start: "automatic"})
		a := Assess(db, policies, inv, db.Version().Date)
		got := ""
		for _, s := range a.Security {
			if s.Product != nil {
				got += s.Product.ID
			}
		}
		if got != test.want {
			t.Errorf("%s, %q: %q, want %q", test.service, test.title, got, test.want)
		}
	}
}
