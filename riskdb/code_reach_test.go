package riskdb

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"quaestor/scanners/inventory"
)

// phoneWith is a phone with apps that each carry code of the packages and hold or ask for permissions: "+CAMERA" is
// granted, "-CAMERA" not, "CAMERA" asked for where the source does not tell.
func phoneWith(apps map[string][2][]string) *inventory.Inventory {
	inv := inventory.New()
	inv.Devices = []inventory.Device{{ID: "phone", Name: "phone"}}
	for id, a := range apps {
		app := inventory.App{ID: id, Device: "phone", Platform: inventory.Android, IdentifierKind: inventory.AndroidPackage, Identifier: id}
		for _, p := range a[1] {
			x := inventory.Permission{Name: "android.permission." + strings.TrimLeft(p, "+-"), Requested: true, Granted: p[0] == '+', GrantKnown: p[0] == '+' || p[0] == '-'}
			app.Permissions = append(app.Permissions, x)
		}
		if a[0] != nil {
			app.Binaries = []string{"sha-" + id}
			inv.Binaries = append(inv.Binaries, inventory.Binary{SHA256: "sha-" + id, CodePackages: defining(a[0]...)})
		}
		inv.Apps = append(inv.Apps, app)
	}
	inv.Sort()
	return inv
}

func TestCodeReach(t *testing.T) {
	const ads = "com.bytedance.sdk.openadsdk.core"
	inv := phoneWith(map[string][2][]string{
		"org.example.a":            {{ads}, {"+ACCESS_FINE_LOCATION", "+RECORD_AUDIO", "INTERNET"}},
		"org.example.b":            {{ads, "com.tencent.bugly.crashreport"}, {"-ACCESS_FINE_LOCATION", "+RECORD_AUDIO"}},
		"org.example.c":            {{ads}, {"ACCESS_FINE_LOCATION"}},
		"org.example.d":            {{"org.example.d"}, {"+ACCESS_FINE_LOCATION"}},
		"org.example.e":            {nil, {"+ACCESS_FINE_LOCATION"}},
		"com.zhiliaoapp.musically": {{ads}, nil},
	})
	p, err := loaded.SelectPolicies("none")
	if err != nil {
		t.Fatal(err)
	}
	got := Assess(loaded, p, inv, today).CodeReach
	if len(got) != 1 || got[0].Device != "phone" || got[0].Read != 5 || got[0].Unread != 1 || len(got[0].Vendors) != 2 {
		t.Fatalf("%+v", got)
	}
	v := got[0].Vendors[0]
	if v.Name != "ByteDance" || !v.Priority || v.State != "CN" || v.Own != 1 || !slices.Equal(v.Apps, []string{"com.zhiliaoapp.musically", "org.example.a", "org.example.b", "org.example.c"}) {
		t.Errorf("%+v", v)
	}
	want := map[string]CodeAccess{"location": {Granted: 1, Asked: 3, Unknown: 1}, "microphone": {Granted: 2, Asked: 2}}
	for _, r := range v.Reach {
		if w := want[r.Category]; !reflect.DeepEqual(CodeAccess{Granted: r.Granted, Asked: r.Asked, Unknown: r.Unknown}, w) {
			t.Errorf("%+v, want %+v", r, w)
		}
		delete(want, r.Category)
	}
	if len(want) > 0 {
		t.Errorf("missing: %v", want)
	}
}

// TestNoCodeReachWithoutFiles: a device of which no app's file was read has no such section, and files on no
// device are one group.
func TestNoCodeReachWithoutFiles(t *testing.T) {
	p, err := loaded.SelectPolicies("none")
	if err != nil {
		t.Fatal(err)
	}
	if got := Assess(loaded, p, phoneWith(map[string][2][]string{"org.example.e": {nil, {"+CAMERA"}}}), today).CodeReach; len(got) > 0 {
		t.Errorf("%+v", got)
	}
	inv := phoneWith(map[string][2][]string{"org.example.a": {{"com.tencent.bugly.crashreport"}, {"CAMERA"}}})
	inv.Apps[0].Device, inv.Devices = "", nil
	if got := Assess(loaded, p, inv, today).CodeReach; len(got) != 1 || got[0].Device != "" || got[0].Vendors[0].Name != "Tencent Holdings" {
		t.Errorf("%+v", got)
	}
}

// TestRenamedGap: how blind the look at code is, is told with its share, and makes no scan incomplete.
func TestRenamedGap(t *testing.T) {
	p, err := loaded.SelectPolicies("none")
	if err != nil {
		t.Fatal(err)
	}
	inv := phoneWith(map[string][2][]string{"org.example.a": {{"a.b"}, nil}, "org.example.b": {{"a.c"}, nil}})
	inv.Binaries[0].Code = &inventory.Code{Classes: 1000, Renamed: 414}
	inv.Binaries[1].Code = &inventory.Code{Classes: 1000, Renamed: 249}
	var gaps []inventory.Gap
	for _, g := range Assess(loaded, p, inv, today).Gaps {
		if g.Subject == "renamed code" {
			gaps = append(gaps, g)
		}
	}
	if len(gaps) != 1 || gaps[0].Count != 1 || !strings.HasPrefix(gaps[0].Detail, "41 %") || gaps[0].Kind.Incomplete() {
		t.Errorf("%+v", gaps)
	}
}

// TestReadMeansLookedInto: a hash that a list of packages states is no file that was read.
func TestReadMeansLookedInto(t *testing.T) {
	p, err := loaded.SelectPolicies("none")
	if err != nil {
		t.Fatal(err)
	}
	inv := phoneWith(map[string][2][]string{"org.example.a": {{"com.tencent.bugly.crashreport"}, nil}, "org.example.b": {{}, nil}, "org.example.c": {{}, nil}})
	if got := Assess(loaded, p, inv, today).CodeReach; len(got) != 1 || got[0].Read != 1 || got[0].Unread != 2 {
		t.Errorf("%+v", got)
	}
}

// TestVerifiedStatesFirst: who is within reach of a state by a verified source stands before who is not.
func TestVerifiedStatesFirst(t *testing.T) {
	p, err := loaded.SelectPolicies("none")
	if err != nil {
		t.Fatal(err)
	}
	inv := phoneWith(map[string][2][]string{"org.example.a": {{"com.mintegral.msdk", "com.mbridge.msdk", "com.tencent.bugly.crashreport"}, nil}, "org.example.b": {{"com.mintegral.msdk", "com.mbridge.msdk"}, nil}})
	got := Assess(loaded, p, inv, today).CodeReach
	if len(got) != 1 || len(got[0].Vendors) < 2 {
		t.Fatalf("%+v", got)
	}
	first, second := got[0].Vendors[0], got[0].Vendors[1]
	if first.Name != "Tencent Holdings" || !first.Verified || !second.Priority || second.Verified || len(second.Apps) != 2 {
		t.Errorf("%+v", got[0].Vendors)
	}
}
