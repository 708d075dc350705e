package riskdb

import (
	"fmt"
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
		{"neither the manager nor the profile names anybody", []inventory.Profile{profile("mdm", "configuration-profile", "MDM", "", "com.apple.mdm"), profile("vpn", "configuration-profile", "VPN", "", "com.apple.vpn.managed")}, nil,
			[]string{"configuration-profile medium review", "device-management low review"}},
		{"a profile that sets nothing of note", []inventory.Profile{profile("wifi", "configuration-profile", "Wi-Fi", "", "com.apple.wifi.managed", "com.apple.vpn.managedx")}, nil, nil},
		{"an authority", nil, []inventory.Certificate{authority("yes", "")}, []string{"added-authority medium review"}},
		{"one that is not turned on", nil, []inventory.Certificate{authority("no", "")}, []string{"added-authority info inform"}},
		{"one on a managed device", []inventory.Profile{mdm}, []inventory.Certificate{authority("", "")}, []string{"added-authority low review", "device-management info inform"}},
		{"one of a profile of somebody else", []inventory.Profile{mdm, profile("x", "configuration-profile", "X", "Example", "com.apple.security.root")}, []inventory.Certificate{authority("yes", "x")},
			[]string{"added-authority medium review", "device-management info inform"}},
		{"one of a profile that sets more", []inventory.Profile{profile("x", "configuration-profile", "X", "", "com.apple.security.root", "com.apple.vpn.managed")}, []inventory.Certificate{authority("yes", "x")},
			[]string{"added-authority medium review", "configuration-profile medium review"}},
		{"a certificate in a profile that is not listed by itself", []inventory.Profile{profile("x", "configuration-profile", "X", "Example", "com.apple.security.root")}, []inventory.Certificate{authority("yes", "y")},
			[]string{"added-authority medium review", "configuration-profile low review"}},
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

// distributed judges an iPhone app, on a device where it has one, with the profile in its file.
func distributed(t *testing.T, app inventory.App, base *inventory.Binary) *Finding {
	t.Helper()
	inv := inventory.New()
	inv.Devices = []inventory.Device{{ID: "d", Platform: inventory.IOS}}
	app.ID, app.Platform, app.IdentifierKind, app.Identifier = "a", inventory.IOS, inventory.IOSBundle, "org.example.app"
	if base != nil {
		base.SHA256 = "aa"
		app.Binaries, inv.Binaries = []string{"aa"}, []inventory.Binary{*base}
	}
	inv.Apps = []inventory.App{app}
	a := assessAll(t, inv)
	if i := slices.IndexFunc(a.Findings, func(f Finding) bool { return f.Rule == RuleDistribution }); i >= 0 {
		return &a.Findings[i]
	}
	return nil
}

func TestDistribution(t *testing.T) {
	on := func(way string) inventory.App {
		return inventory.App{Device: "d", Distribution: way, Team: "ABCDE12345"}
	}
	profile := func(kind string, verified bool) *inventory.Binary {
		return &inventory.Binary{Provisioning: &inventory.Provisioning{Kind: kind, Verified: verified, TeamName: "Example Corp"}}
	}
	device := "+B2 The device says how it came: enterprise."
	tests := []struct {
		name     string
		app      inventory.App
		base     *inventory.Binary
		want     string // severity action confidence way
		evidence []string
	}{
		{"store", on("app-store"), nil, "", nil},
		{"not told", inventory.App{}, nil, "", nil},
		{"enterprise", on("enterprise"), nil, "low review high enterprise", []string{device}},
		{"test flight", on("testflight"), nil, "info inform high testflight", []string{"+B2 The device says how it came: testflight."}},
		{"by the file", inventory.App{}, profile("ad-hoc", true), "low review high ad-hoc", []string{"+B2 The provisioning profile in the app says ad hoc; its signature leads to Apple's root."}},
		{"by a file that nobody vouches for", inventory.App{}, profile("enterprise", false), "low review moderate enterprise",
			[]string{"+C3 The provisioning profile in the app says enterprise, unproven: its signature was not checked, or does not hold."}},
		{"the file beside it says store", inventory.App{Distribution: "app-store"}, profile("enterprise", true), "low review high enterprise",
			[]string{"+B2 The provisioning profile in the app says enterprise; its signature leads to Apple's root."}},
		{"the device and the profile agree", on("enterprise"), profile("enterprise", false), "low review high enterprise",
			[]string{device, "+C3 The provisioning profile in the app says enterprise, unproven: its signature was not checked, or does not hold."}},
		{"the device contradicts the profile", on("enterprise"), profile("ad-hoc", false), "low review moderate enterprise",
			[]string{device, "-C3 The provisioning profile in the app says ad hoc, unproven: its signature was not checked, or does not hold."}},
		{"the device says store", on("app-store"), profile("enterprise", false), "", nil},
		{"store profile", inventory.App{}, profile("app-store", true), "", nil},
		{"a trace", inventory.App{Device: "d", Distribution: "enterprise", Presence: inventory.PresenceTrace}, nil, "", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, evidence := "", []string(nil)
			if f := distributed(t, tt.app, tt.base); f != nil {
				got = strings.Join([]string{string(f.Severity), string(f.Action), string(f.Confidence), f.Params["way"]}, " ")
				for _, e := range f.Evidence {
					evidence = append(evidence, fmt.Sprintf("%s%c%d %s", map[bool]string{true: "+", false: "-"}[e.Supports], e.Reliability, e.Credibility, e.Detail))
				}
			}
			if got != tt.want {
				t.Errorf("got %q want %q", got, tt.want)
			}
			if !slices.Equal(evidence, tt.evidence) {
				t.Errorf("got %q want %q", evidence, tt.evidence)
			}
		})
	}
}

// TestMakerOfADistributedApp names a maker as a fact by nothing that anybody could have written.
func TestMakerOfADistributedApp(t *testing.T) {
	forged := inventory.Provisioning{Kind: "enterprise", TeamName: "Chamber", Team: "FORGED1234"}
	apples := inventory.Provisioning{Kind: "enterprise", TeamName: "Example Corp", Team: "ABCDE12345", Verified: true}
	tests := []struct {
		name          string
		app           inventory.App
		base          *inventory.Binary
		team, claimed string
		says          string
	}{
		{"the device", inventory.App{Device: "d", Distribution: "enterprise", Team: "DEVICE1234"}, &inventory.Binary{Provisioning: &apples}, "DEVICE1234", "", "The device says that it is of the team \"DEVICE1234\"."},
		{"the device, not the profile", inventory.App{Device: "d", Distribution: "enterprise", Team: "DEVICE1234"}, &inventory.Binary{Provisioning: &forged}, "DEVICE1234", "", "The device says that it is of the team \"DEVICE1234\"."},
		{"a profile of Apple's", inventory.App{}, &inventory.Binary{Provisioning: &apples}, "Example Corp", "", "Its maker is \"Example Corp\", as Apple's profile in it says."},
		{"a profile of anybody's", inventory.App{}, &inventory.Binary{Provisioning: &forged}, "", "Chamber", "The profile in it names \"Chamber\", which is unproven."},
		{"a signature that holds", inventory.App{}, &inventory.Binary{Signed: inventory.SignatureValid, Team: "SIGNED1234", Provisioning: &forged}, "SIGNED1234", "", "It is signed by the team \"SIGNED1234\"."},
		{"a signature that does not hold", inventory.App{}, &inventory.Binary{Signed: inventory.SignatureInvalid, Team: "SIGNED1234", Provisioning: &forged}, "", "Chamber", "which is unproven"},
		{"a team that no device said", inventory.App{Team: "FILE123456"}, &inventory.Binary{Provisioning: &forged}, "", "Chamber", "which is unproven"},
		{"nobody", inventory.App{Device: "d", Distribution: "ad-hoc"}, nil, "", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := distributed(t, tt.app, tt.base)
			if f == nil {
				t.Fatal("no finding")
			}
			if f.Params["team"] != tt.team || f.Params["claimed_team"] != tt.claimed || !strings.Contains(f.Reason, tt.says) {
				t.Errorf("%v %q", f.Params, f.Reason)
			}
		})
	}
}
