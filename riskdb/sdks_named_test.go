package riskdb

import (
	"slices"
	"strings"
	"testing"

	"quaestor/scanners/inventory"
)

// TestTrackersAreFacts: the entries of the tracker list are named beside the SDKs, each code once, and give no finding.
func TestTrackersAreFacts(t *testing.T) {
	p, err := loaded.SelectPolicies("none")
	if err != nil {
		t.Fatal(err)
	}
	inv := outerApp()
	inv.Binaries[0].CodePackages = append(defining("com.facebook.appevents", "com.facebook.appevents.codeless", "com.bytedance.sdk.openadsdk.core", "com.bytedance.shadowhook", "org.example.outer"),
		classes(3, "com.unity3d.ads")...)
	inv.Apps[0].Binaries = append(inv.Apps[0].Binaries, "sha-split")
	inv.Binaries = append(inv.Binaries, inventory.Binary{SHA256: "sha-split", Split: "feature", CodePackages: defining("io.sentry.android")})
	a := Assess(loaded, p, inv, today)
	var got []string
	for _, m := range a.Trackers["outer"] {
		got = append(got, strings.Join([]string{m.Tracker.Name, string(m.Confidence), m.Places[0].Item, m.Places[0].Binary}, " "))
		if !strings.Contains(loaded.Attribution(m.Tracker), "Open Database License") {
			t.Errorf("%s is not attributed", m.Tracker.Name)
		}
	}
	want := []string{"Facebook Analytics moderate com.facebook.appevents ", "Sentry moderate io.sentry.android sha-split", "Unity3d Ads low com.unity3d.ads "}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if len(a.Code["outer"]) != 1 || a.Code["outer"][0].SDK.ID != "pangle-csj" {
		t.Errorf("%+v", a.Code)
	}
	for _, f := range a.Findings {
		if f.Rule != RuleSDK || f.Params["vendor"] != "ByteDance" {
			t.Errorf("a finding %s: %s", f.Rule, f.Title)
		}
	}
}
