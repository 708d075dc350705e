package reports

import (
	"testing"

	"quaestor/riskdb"
	"quaestor/scanners/inventory"
)

// TestInsideNamesTrackers: an entry of a list stands beside the SDKs, with what its licence asks for.
func TestInsideNamesTrackers(t *testing.T) {
	db := riskdb.New(riskdb.Tables{
		Trackers: []riskdb.Tracker{{ID: "list-1", Name: "Counter", Categories: []string{"Analytics", "Location"}, Code: []string{"com.counter."}, Licence: "ODbL-1.0"}},
		Licences: []riskdb.Licence{{SPDX: "ODbL-1.0", Name: "Open Database License", Attribution: "Contains information of a list."}}})
	inv := &inventory.Inventory{Apps: []inventory.App{{ID: "a", IdentifierKind: inventory.AndroidPackage, Identifier: "org.example.app", Binaries: []string{"base"}}},
		Binaries: []inventory.Binary{{SHA256: "base", Format: "apk", Code: code(20), CodePackages: []inventory.CodePackage{{Name: "com.counter.core", Classes: 12, File: "classes2.dex"}}}}}
	r := New(Tool{}, db, inv, riskdb.Assess(db, riskdb.Policies{}, inv, "2026-01-01"))
	sdks := r.Apps[0].Inside.SDKs
	if len(sdks) != 1 || sdks[0].Name != "Counter" || sdks[0].Category != "analytics, location" || sdks[0].Confidence != "moderate" ||
		sdks[0].Attribution != "Contains information of a list." || len(sdks[0].Places) != 1 || sdks[0].Places[0].File != "classes2.dex" {
		t.Errorf("%+v", sdks)
	}
	if len(r.Findings) > 0 {
		t.Errorf("%+v", r.Findings)
	}
}
