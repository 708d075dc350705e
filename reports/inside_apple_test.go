package reports

import (
	"slices"
	"testing"

	"quaestor/scanners/inventory"
)

// appleFile is an iPhone app as a scanner tells it.
func appleFile(signed inventory.SignatureState) inventory.Binary {
	return inventory.Binary{SHA256: "aa", Format: "ipa", Signed: signed, Team: "ABCDE12345", Encrypted: true,
		Provisioning: &inventory.Provisioning{Kind: "enterprise", Name: "In house", Team: "ABCDE12345", TeamName: "Example Corp", Devices: 2, Expires: at("2027-01-02"), Verified: signed == inventory.SignatureValid},
		Entitlements: []inventory.Entitlement{{Name: "application-identifier", Values: []string{"x"}}, {Name: "aps-environment", Values: []string{"production"}},
			{Name: "com.apple.developer.healthkit", Values: []string{"false"}}, {Name: "com.apple.developer.networking.networkextension", Values: []string{"packet-tunnel-provider"}}},
		Frameworks: []inventory.Framework{{File: "Frameworks/Foo.framework", Name: "Foo", Version: "1.2", Team: "FOOOO12345"}, {File: "Frameworks/libx.dylib"}},
		Extensions: []inventory.AppExtension{{Identifier: "org.example.app.keys", Name: "Keys", Point: "com.apple.keyboard-service", File: "PlugIns/Keys.appex"}},
		PrivacyManifests: []inventory.PrivacyManifest{{File: "a", TrackingDomains: []string{"t.example.org"}, Collected: []inventory.CollectedData{{Type: "NSPrivacyCollectedDataTypeName"}, {Type: "Own", Tracking: true}}},
			{File: "b", Tracking: true, TrackingDomains: []string{"s.example.org", "t.example.org"}, Collected: []inventory.CollectedData{{Type: "NSPrivacyCollectedDataTypeName", Linked: true}}}}}
}

func insideOf(t *testing.T, files ...inventory.Binary) *Report {
	t.Helper()
	inv := inventory.New()
	inv.Binaries = files
	inv.Apps = []inventory.App{{ID: "a", Platform: inventory.IOS, IdentifierKind: inventory.IOSBundle, Identifier: "org.example.app", Binaries: []string{files[0].SHA256}}}
	return reportOn(t, inv)
}

func TestInsideApple(t *testing.T) {
	app := insideOf(t, appleFile(inventory.SignatureValid)).Apps[0]
	a := app.Inside.Apple
	if a == nil || a.Team != "ABCDE12345" || !a.TeamProven || !a.Encrypted || a.OtherRights != 2 || a.Bundles != 2 || app.Team != "" {
		t.Fatalf("%+v, team %q", a, app.Team)
	}
	if p := a.Provisioning; *p != (InsideProvisioning{"enterprise", "In house", "ABCDE12345", "Example Corp", 2, "2027-01-02", true}) {
		t.Errorf("%+v", p)
	}
	if len(a.Entitlements) != 2 || a.Entitlements[0].Name != "com.apple.developer.networking.networkextension" || a.Entitlements[0].Category != "network" || a.Entitlements[1].Values[0] != "production" {
		t.Errorf("%+v", a.Entitlements)
	}
	if a.Frameworks[0].Version != "1.2" || a.Frameworks[0].Team != "FOOOO12345" || a.Frameworks[1].Name != "Frameworks/libx.dylib" {
		t.Errorf("%+v", a.Frameworks)
	}
	if len(a.Extensions) != 1 || a.Extensions[0] != (Extension{"org.example.app.keys", "Keys", "com.apple.keyboard-service"}) {
		t.Errorf("%+v", a.Extensions)
	}
	p := a.Privacy
	if p.Manifests != 2 || !p.Tracking || !slices.Equal(p.Domains, []string{"s.example.org", "t.example.org"}) || !slices.Equal(p.Collected, []InsideCollected{{"Name", true, false}, {"Own", false, true}}) {
		t.Errorf("%+v", p)
	}
	if !slices.ContainsFunc(app.Asks, func(r Reach) bool { return r.Category == "network" }) {
		t.Errorf("asks %v", app.Asks)
	}
}

// TestInsideAppleUnproven: what a signature that does not hold claims is shown as a claim, and counts for nothing.
func TestInsideAppleUnproven(t *testing.T) {
	for _, state := range []inventory.SignatureState{inventory.SignatureInvalid, inventory.SignatureUnsigned, inventory.SignatureUnknown} {
		f := appleFile(state)
		f.Entries = 5 // that it was looked into
		app := insideOf(t, f).Apps[0]
		if a := app.Inside.Apple; a.TeamProven || a.Provisioning.Verified || len(a.Entitlements) != 2 || app.Team != "" {
			t.Errorf("%q: %+v, team %q", state, a, app.Team)
		}
		if slices.ContainsFunc(app.Asks, func(r Reach) bool { return r.Category == "network" }) {
			t.Errorf("%q: asks %v", state, app.Asks)
		}
	}
}

// TestInsideAppleOfOthers: an app for Android has none of it, and a file inside another has its own.
func TestInsideAppleOfOthers(t *testing.T) {
	if a := judged(t, inventory.Binary{SHA256: "base", Format: "apk", Code: code(1)}).Apps[0].Inside.Apple; a != nil {
		t.Errorf("%+v", a)
	}
	inner := appleFile(inventory.SignatureValid)
	inner.SHA256, inner.Inside = "bb", within("aa", "x.ipa")
	r := insideOf(t, inventory.Binary{SHA256: "aa", Format: "ipa", Signed: inventory.SignatureValid}, inner)
	if in := r.Apps[0].Inside; in.Apple != nil || len(in.Carries) != 1 || in.Carries[0].Inside.Apple == nil {
		t.Errorf("%+v", in)
	}
}
