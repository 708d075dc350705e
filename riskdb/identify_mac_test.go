package riskdb

import (
	"testing"

	"quaestor/scanners/inventory"
)

// TestAppOfIPhoneOnMac: a Mac runs apps of iPhones under the identifiers that they have there; and Kaspersky's own on Macs is known.
func TestAppOfIPhoneOnMac(t *testing.T) {
	for id, want := range map[string]string{"com.zhiliaoapp.musically": "tiktok", "com.kaspersky.kav": "kaspersky", "org.example.musically": ""} {
		inv := inventory.New()
		inv.Devices = []inventory.Device{{ID: "mac", Platform: inventory.MacOS}}
		inv.Apps = []inventory.App{{ID: "app", Device: "mac", Platform: inventory.MacOS, IdentifierKind: inventory.MacBundle, Identifier: id, Name: "App"}}
		got := ""
		if p := assessAll(t, inv).Products["app"]; p != nil {
			got = p.ID
		}
		if got != want {
			t.Errorf("%s is %q, not %q", id, got, want)
		}
	}
}
