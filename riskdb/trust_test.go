package riskdb

import (
	"slices"
	"strings"
	"testing"

	"quaestor/scanners/inventory"
)

func TestTrust(t *testing.T) {
	profile := func(id, kind, name, organisation string, payloads ...string) inventory.Profile {
		return inventory.Profile{ID: id, Device: "d", Kind: kind, Name: name, Identifier: "org.example." + id, Organization: organisation, Payloads: payloads}
	}
	authority := func(trusted, from string) inventory.Certificate {
		return inventory.Certificate{ID: "c", Device: "d", SHA256: strings.Repeat("ab", 32), Subject: "CN=Box", Trusted: trusted, Profile: from}
	}
	mdm := profile("mdm", "configuration-profile", "MDM", "Chamber", "com.apple.mdm")
	tests := []struct {
		name     string
		profiles []inventory.Profile
		certs    []inventory.Certificate
		want     []string // rule severity action
	}{
		{"nothing", nil, nil, nil},
		{"the organisation's own", []inventory.Profile{mdm, profile("vpn", "configuration-profile", "VPN", "Chamber", "com.apple.vpn.managed.applayer")}, []inventory.Certificate{authority("yes", "vpn")},
			[]string{"added-authority info inform", "configuration-profile info inform", "device-management info inform"}},
		{"a VPN of somebody", []inventory.Profile{profile("vpn", "configuration-profile", "VPN", "Example", "com.apple.vpn.managed")}, nil, []string{"configuration-profile low review"}},
		{"a VPN of nobody", []inventory.Profile{profile("vpn", "configuration-profile", "VPN", "", "com.apple.vpn.managed")}, nil, []string{"configuration-profile medium review"}},
		{"beside the management of another", []inventory.Profile{mdm, profile("vpn", "configuration-profile", "VPN", "Example", "com.apple.dnsSettings.managed")}, nil,
			[]string{"configuration-profile low review", "device-management info inform"}},
		{"a profile that sets nothing of note", []inventory.Profile{profile("wifi", "configuration-profile", "Wi-Fi", "", "com.apple.wifi.managed", "com.apple.vpn.managedx")}, nil, nil},
		{"an authority", nil, []inventory.Certificate{authority("yes", "")}, []string{"added-authority medium review"}},
		{"one that is not turned on", nil, []inventory.Certificate{authority("no", "")}, []string{"added-authority info inform"}},
		{"one on a managed device", []inventory.Profile{mdm}, []inventory.Certificate{authority("", "")}, []string{"added-authority low review", "device-management info inform"}},
		{"one of a profile of somebody else", []inventory.Profile{mdm, profile("x", "configuration-profile", "X", "Example", "com.apple.security.root")}, []inventory.Certificate{authority("yes", "x")},
			[]string{"added-authority medium review", "configuration-profile low review", "device-management info inform"}},
		{"unknown owner", []inventory.Profile{profile("own", "device-owner", "", "")}, nil, []string{"device-management low review"}},
		{"owner that names its organisation", []inventory.Profile{profile("own", "profile-owner", "", "Chamber")}, nil, []string{"device-management info inform"}},
		{"apps of an organisation", []inventory.Profile{{ID: "p", Device: "d", Kind: "provisioning-profile", Name: "In house", Organization: "Example", Description: "enterprise, for T.*"}}, nil, []string{"configuration-profile low review"}},
		{"apps of the store", []inventory.Profile{{ID: "p", Device: "d", Kind: "provisioning-profile", Name: "x", Description: "app-store"}}, nil, nil},
		{"of another device", []inventory.Profile{{ID: "p", Device: "e", Kind: "device-owner"}}, []inventory.Certificate{{ID: "c", Device: "e", SHA256: "ab"}}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inv := inventory.New()
			inv.Devices = []inventory.Device{{ID: "d", Platform: inventory.IOS}}
			inv.Profiles, inv.Certificates = tt.profiles, tt.certs
			var got []string
			ids := map[string]bool{}
			for _, f := range assessAll(t, inv).Findings {
				got = append(got, f.Rule+" "+string(f.Severity)+" "+string(f.Action))
				ids[f.ID] = true
			}
			slices.Sort(got)
			if !slices.Equal(got, tt.want) || len(ids) != len(got) {
				t.Errorf("got %q (%d ids) want %q", got, len(ids), tt.want)
			}
		})
	}
}

func TestKnownManager(t *testing.T) {
	inv := inventory.New()
	inv.Devices = []inventory.Device{{ID: "d", Platform: inventory.Android}}
	inv.Profiles = []inventory.Profile{{ID: "p", Device: "d", Kind: "device-owner", Identifier: "com.google.android.apps.work.clouddpc/.receivers.X"}}
	f := findingOf(t, assessAll(t, inv), RuleManagement)
	if f.Severity != Info || f.Params["product"] == "" {
		t.Errorf("%s %v", f.Severity, f.Params)
	}
}

func TestDistribution(t *testing.T) {
	tests := []struct {
		name string
		app  inventory.App
		base *inventory.Binary
		want string
	}{
		{"store", inventory.App{Distribution: "app-store"}, nil, ""},
		{"not told", inventory.App{}, nil, ""},
		{"enterprise", inventory.App{Distribution: "enterprise", Team: "T"}, nil, "low review high"},
		{"test flight", inventory.App{Distribution: "testflight"}, nil, "info inform high"},
		{"by the file", inventory.App{}, &inventory.Binary{SHA256: "aa", Provisioning: &inventory.Provisioning{Kind: "ad-hoc", Verified: true}}, "low review high"},
		{"by a file that nobody vouches for", inventory.App{}, &inventory.Binary{SHA256: "aa", Provisioning: &inventory.Provisioning{Kind: "enterprise"}}, "low review moderate"},
		{"store profile", inventory.App{}, &inventory.Binary{SHA256: "aa", Provisioning: &inventory.Provisioning{Kind: "app-store"}}, ""},
		{"a trace", inventory.App{Distribution: "enterprise", Presence: inventory.PresenceTrace}, nil, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inv := inventory.New()
			app := tt.app
			app.ID, app.Platform, app.IdentifierKind, app.Identifier = "a", inventory.IOS, inventory.IOSBundle, "org.example.app"
			if tt.base != nil {
				app.Binaries, inv.Binaries = []string{"aa"}, []inventory.Binary{*tt.base}
			}
			inv.Apps = []inventory.App{app}
			got := ""
			for _, f := range assessAll(t, inv).Findings {
				if f.Rule == RuleDistribution {
					got = string(f.Severity) + " " + string(f.Action) + " " + string(f.Confidence)
				}
			}
			if got != tt.want {
				t.Errorf("got %q want %q", got, tt.want)
			}
		})
	}
}
