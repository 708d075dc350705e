package riskdb

import (
	"slices"
	"strings"
	"testing"

	"quaestor/scanners/inventory"
)

// sideloaded is an app that nobody vouches for, on a phone of an API level, made for another, with permissions granted.
func sideloaded(sdk, target int, granted ...string) *inventory.Inventory {
	inv := inventory.New()
	inv.Devices = []inventory.Device{{ID: "phone", Platform: inventory.Android, SDK: sdk}}
	app := inventory.App{ID: "app", Device: "phone", Platform: inventory.Android, IdentifierKind: inventory.AndroidPackage, Identifier: "org.example.tool",
		InstallerKnown: true, TargetSDK: target, Paths: []string{"/data/app/x/base.apk"}}
	for _, g := range granted {
		app.Permissions = append(app.Permissions, inventory.Permission{Name: "android.permission." + g, Requested: true, Granted: true, GrantKnown: true})
	}
	inv.Apps = []inventory.App{app}
	return inv
}

func effects(f Finding) (out []string) {
	for _, c := range f.Context {
		out = append(out, string(c.Effect))
	}
	return out
}

func TestOriginIsRaisedAndLowered(t *testing.T) {
	for _, c := range []struct {
		name   string
		inv    *inventory.Inventory
		change func(*inventory.App)
		want   Severity
		effect []string
	}{
		{"ordinary", sideloaded(34, 34, "CAMERA", "INTERNET"), nil, Low, nil},
		{"a rare combination", sideloaded(34, 34, "QUERY_ALL_PACKAGES", "PACKAGE_USAGE_STATS"), nil, Medium, []string{"raises"}},
		{"a rare combination, not granted", sideloaded(34, 34, "QUERY_ALL_PACKAGES", "PACKAGE_USAGE_STATS"), func(a *inventory.App) { a.Permissions[1].Granted = false }, Low, []string{"beside"}},
		{"permissions without a question", sideloaded(30, 22, "RECORD_AUDIO"), nil, Medium, []string{"raises"}},
		{"an old app that asks for nothing", sideloaded(30, 22, "INTERNET"), nil, Low, nil},
		{"from a file", sideloaded(34, 34), func(a *inventory.App) { a.PackageSource = "downloaded-file" }, Low, []string{"beside"}},
		{"debuggable", sideloaded(34, 34), func(a *inventory.App) { a.Debuggable = true }, Low, []string{"beside"}},
		{"the publisher's own", sideloaded(34, 34), func(a *inventory.App) {
			a.Identifier, a.Signers = "com.zhiliaoapp.musically", []inventory.Signer{{SHA256: tiktokKey, Verified: true}}
		}, Info, []string{"lowers"}},
	} {
		if c.change != nil {
			c.change(&c.inv.Apps[0])
		}
		found := judgedBy(t, "none", c.inv, RuleUnknownOrigin)
		if len(found) != 1 || found[0].Severity != c.want || !slices.Equal(effects(found[0]), c.effect) {
			t.Errorf("%s: %+v", c.name, found)
		}
	}
}

func TestOldTarget(t *testing.T) {
	for _, c := range []struct {
		sdk, target int
		want        string
	}{{30, 22, "without a question: microphone."}, {34, 22, "Android of API level 34 installs no such app by hand"}, {35, 22, "Android of API level 35"}, {34, 23, ""}, {34, 0, ""}} {
		found := judgedBy(t, "none", sideloaded(c.sdk, c.target, "RECORD_AUDIO"), RuleOldTarget)
		if (len(found) == 1) != (c.want != "") || len(found) == 1 && (found[0].Severity != Info || !strings.Contains(found[0].Reason, c.want)) {
			t.Errorf("%d on %d: %+v", c.target, c.sdk, found)
		}
	}
	inv := sideloaded(30, 22, "RECORD_AUDIO")
	inv.Apps[0].System = true
	if found := judgedBy(t, "none", inv, RuleOldTarget); len(found) > 0 {
		t.Errorf("part of the system: %+v", found)
	}
}

// TestPurpose: what an app's purpose explains does not raise what its owner could reach through it.
func TestPurpose(t *testing.T) {
	reach := func(granted ...string) Finding {
		inv := sideloaded(34, 34, granted...)
		inv.Apps[0].Identifier, inv.Apps[0].System = "com.zhiliaoapp.musically", true
		found := judgedBy(t, "none", inv, RuleReach)
		if len(found) != 1 {
			t.Fatalf("%v: %+v", granted, found)
		}
		return found[0]
	}
	if f := reach("CAMERA", "RECORD_AUDIO"); f.Severity != Low || !slices.Equal(effects(f), []string{"lowers"}) {
		t.Errorf("%s %+v", f.Severity, f.Context)
	}
	if f := reach("CAMERA", "ACCESS_FINE_LOCATION"); f.Severity != Medium || !slices.Equal(effects(f), []string{"raises", "beside"}) {
		t.Errorf("%s %+v", f.Severity, f.Context)
	}
}
