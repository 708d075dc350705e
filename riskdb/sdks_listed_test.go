package riskdb

import (
	"slices"
	"strings"
	"testing"

	"quaestor/scanners/inventory"
)

// listing is an inventory of one app, and of packages that a list names of it.
func listing(purls ...string) *inventory.Inventory {
	inv := inventory.New()
	inv.Apps = []inventory.App{{ID: "app-1", IdentifierKind: inventory.NameOnly, Identifier: "Minutes", Name: "Minutes"}}
	for _, p := range purls {
		inv.Components = append(inv.Components, inventory.Component{ID: "c " + p, App: "app-1", PURL: p, Name: p, Origins: []inventory.Origin{{Scanner: "sbom", Path: "app.cdx.json", Line: 7}}})
	}
	return inv
}

func TestMatchPackage(t *testing.T) {
	for purl, want := range map[string]string{
		"pkg:maven/com.tencent.bugly/crashreport@4.1.9.3":                "bugly",
		"pkg:maven/com.tencent.bugly/crashreport?type=aar":               "bugly",
		"pkg:maven/com.tencent.bugly/crashreporter@1":                    "",
		"pkg:maven/com.tencent.bugly":                                    "",
		"pkg:cocoapods/Bugly@2.6.1#Core":                                 "bugly",
		"pkg:cocoapods/bugly@2.6.1":                                      "",
		"pkg:npm/jpush-react-native@3.2.8":                               "jpush",
		"pkg:NPM/JPush-React-Native":                                     "jpush",
		"pkg:npm/%40somebody/jpush-react-native@1":                       "",
		"pkg:maven/ru.mail/libnotify@1":                                  "libnotify", // no source was verified
		"pkg:generic/crashreport":                                        "",
		"maven/com.tencent.bugly/crashreport":                            "",
		"pkg:maven/com.tencent.bugly/crash%zzreport":                     "",
		"pkg:maven/com.tencent.bugly%2Fcrashreport@1":                    "bugly",
		"pkg:maven/io.appmetrica.analytics/analytics@7.8.0?type=aar#a@b": "appmetrica",
		"pkg:maven/com.umeng.umsdk/common@9.4.7":                         "umeng-analytics",
	} {
		got := ""
		if h := loaded.MatchPackage(purl); h.SDK != nil {
			got = h.SDK.ID
		}
		if got != want {
			t.Errorf("%s is of %q, want %q", purl, got, want)
		}
	}
}

func TestListedCode(t *testing.T) {
	inv := listing("pkg:maven/com.tencent.bugly/crashreport@4.1.9.3", "pkg:maven/com.tencent.bugly/nativecrashreport@3.9.2")
	if code := Assess(loaded, Policies{}, inv, today).Code["app-1"]; len(code) != 1 || code[0].Confidence != ConfidenceModerate {
		t.Errorf("however much a list names, it is one mark: %+v", code)
	}
	found := codeFindings(t, inv)
	if len(found) != 1 {
		t.Fatalf("%d findings, want one: %v", len(found), found)
	}
	f := found[0]
	if f.Params["sdks"] != "bugly" || f.Severity != Low || f.Action != Review || f.Confidence != ConfidenceModerate {
		t.Errorf("%s: %s, %s, %s", f.Params["sdks"], f.Severity, f.Action, f.Confidence)
	}
	if !strings.Contains(f.Title, "is listed with code of") || !strings.HasPrefix(f.Caveat, onlyListed) {
		t.Errorf("title %q, caveat %q", f.Title, f.Caveat)
	}
	if p := f.Evidence[0].Places; len(p) == 0 || p[0].File != "app.cdx.json" || !strings.HasPrefix(p[0].Item, "pkg:maven/") {
		t.Errorf("places %v", p)
	}
	if other := codeFindings(t, listing("pkg:maven/org.example/crashreport@1")); len(other) != 0 {
		t.Errorf("a package of nobody known: %v", other)
	}
}

// Coordinates that no source was verified for tell less, and draw no conclusion.
func TestListedUnverified(t *testing.T) {
	found := codeFindings(t, listing("pkg:maven/com.qq.mta/mta@3"))
	if len(found) != 1 || found[0].Confidence != ConfidenceLow || found[0].Severity != Info {
		t.Fatalf("%+v", found)
	}
}

// A list and code that was seen agree: two marks that are independent.
func TestListedAndSeen(t *testing.T) {
	seen := carrying("org.example.minutes", nil, nil, []string{"com.tencent.bugly"})
	alone := Assess(loaded, Policies{}, seen, today).Code["app-1"]
	seen.Components = []inventory.Component{{ID: "c", Binary: seen.Binaries[0].SHA256, PURL: "pkg:maven/com.tencent.bugly/crashreport@4"}}
	both := Assess(loaded, Policies{}, seen, today).Code["app-1"]
	if len(alone) != 1 || len(both) != 1 || alone[0].Confidence != ConfidenceModerate || both[0].Confidence != ConfidenceHigh {
		t.Fatalf("alone %+v, both %+v", alone, both)
	}
	for _, f := range codeFindings(t, seen) {
		if !strings.Contains(f.Title, "carries code of") {
			t.Errorf("title %q", f.Title)
		}
	}
}

func TestListedOnDevice(t *testing.T) {
	inv := inventory.New()
	inv.Devices = []inventory.Device{{ID: "image", Name: "portal"}, {ID: "other", Name: "other"}}
	inv.Components = []inventory.Component{{ID: "c", Device: "image", PURL: "pkg:maven/com.tencent.bugly/crashreport@4"}}
	found := codeFindings(t, inv)
	if len(found) != 1 || found[0].Subject.DeviceID() != "image" || found[0].Confidence != ConfidenceModerate || found[0].Severity != Low {
		t.Fatalf("%+v", found)
	}
}

// What was learned of an app without a list is not said of the same app with one, nor the other way round.
func TestListedIsNoQuietApp(t *testing.T) {
	j := NewJudge(loaded, Policies{}, today)
	sdks := func(inv *inventory.Inventory) int {
		return len(slices.DeleteFunc(j.Device(inv).Findings, func(f Finding) bool { return f.Rule != RuleSDK }))
	}
	with := listing("pkg:maven/com.tencent.bugly/crashreport@4")
	for i, inv := range []*inventory.Inventory{listing(), with, listing(), with} {
		if got, want := sdks(inv), i%2; got != want {
			t.Errorf("inventory %d: %d findings, want %d", i, got, want)
		}
	}
}
