package riskdb

import (
	"slices"
	"testing"

	"quaestor/scanners/inventory"
)

// builtIn is the database that the program holds.
func builtIn(t *testing.T) *DB {
	t.Helper()
	db, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return db
}

func TestReachOfAppleApps(t *testing.T) {
	asked := func(name string) inventory.Permission { return inventory.Permission{Name: name, Requested: true} }
	given := func(name string, granted bool, flags ...string) inventory.Permission {
		return inventory.Permission{Name: name, GrantKnown: true, Granted: granted, Flags: flags}
	}
	tests := []struct {
		name  string
		perms []inventory.Permission
		want  map[string]string // granted, by category
	}{
		{"asked alone", []inventory.Permission{asked("NSContactsUsageDescription")}, map[string]string{"contacts": "unknown"}},
		{"allowed", []inventory.Permission{asked("NSContactsUsageDescription"), given("kTCCServiceAddressBook", true)}, map[string]string{"contacts": "yes"}},
		{"refused", []inventory.Permission{asked("NSContactsUsageDescription"), given("kTCCServiceAddressBook", false)}, map[string]string{"contacts": "no"}},
		{"refused, in the other order", []inventory.Permission{given("kTCCServiceAddressBook", false), asked("NSContactsUsageDescription")}, map[string]string{"contacts": "no"}},
		{"limited", []inventory.Permission{given("kTCCServicePhotos", true, "limited")}, map[string]string{"photos": "yes"}},
		{"a decision on something else", []inventory.Permission{asked("NSCameraUsageDescription"), given("kTCCServiceAddressBook", false)}, map[string]string{"camera": "unknown", "contacts": "no"}},
		{"what nearly every app has", []inventory.Permission{asked("NSFaceIDUsageDescription"), given("kTCCServiceLiverpool", true)}, map[string]string{}},
	}
	db := builtIn(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := db.Reach(tt.perms)
			if len(got) != len(tt.want) {
				t.Errorf("got %v", got)
			}
			for _, r := range got {
				if tt.want[r.Category] != r.Granted {
					t.Errorf("%s: got %q want %q", r.Category, r.Granted, tt.want[r.Category])
				}
			}
		})
	}
}

func TestClaims(t *testing.T) {
	base := &inventory.Binary{Signed: inventory.SignatureValid,
		Permissions:  []inventory.Permission{{Name: "NSCameraUsageDescription", Requested: true}, {Name: "kTCCServiceCamera"}},
		Entitlements: []inventory.Entitlement{{Name: "com.apple.developer.networking.networkextension", Values: []string{"packet-tunnel-provider"}}, {Name: "com.apple.developer.healthkit", Values: []string{"false"}}},
		Extensions:   []inventory.AppExtension{{Identifier: "x", Point: "com.apple.keyboard-service"}, {Identifier: "y"}},
	}
	own := []inventory.Permission{{Name: "kTCCServiceCamera", GrantKnown: true, Granted: true}}
	got := withClaims(own, &inventory.App{Platform: inventory.IOS}, base)
	var names []string
	for _, p := range got {
		names = append(names, p.Name)
	}
	want := []string{"kTCCServiceCamera", "NSCameraUsageDescription", "com.apple.developer.networking.networkextension", "com.apple.keyboard-service"}
	if !slices.Equal(names, want) || !got[0].Granted {
		t.Errorf("got %v", got)
	}
	if len(own) != 1 {
		t.Error("the facts were changed")
	}
	for _, state := range []inventory.SignatureState{inventory.SignatureUnknown, inventory.SignatureInvalid, inventory.SignatureUnsigned} {
		forged := *base
		forged.Signed = state
		got := withClaims(own, &inventory.App{Platform: inventory.IOS}, &forged)
		if len(got) != 3 || slices.ContainsFunc(got, func(p inventory.Permission) bool { return p.Name == "com.apple.developer.networking.networkextension" }) {
			t.Errorf("signature %q: rights count that nobody proved: %v", state, got)
		}
	}
	if got := withClaims(own, &inventory.App{Platform: inventory.Android}, base); len(got) != 1 {
		t.Errorf("an Android app: %v", got)
	}
}

func TestNamedGrant(t *testing.T) {
	perms := []inventory.Permission{{Name: "kTCCServicePhotos", Granted: true, Flags: []string{"limited"}}, {Name: "kTCCServiceCamera", Granted: true}}
	if got := namedGrant(perms, "kTCCServicePhotos") + ", " + namedGrant(perms, "kTCCServiceCamera"); got != "kTCCServicePhotos (limited), kTCCServiceCamera" {
		t.Error(got)
	}
}
