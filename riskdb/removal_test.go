package riskdb

import (
	"reflect"
	"strings"
	"testing"

	"quaestor/scanners/inventory"
)

func TestRemoval(t *testing.T) {
	users := []inventory.DeviceUser{{ID: "0", Name: "Eva", Kind: "owner", State: "running"}, {ID: "10", Name: "Werk", Kind: "work-profile", State: "paused"},
		{ID: "11", Kind: "private-space", State: "locked"}, {ID: "95", Kind: "clone"}, {ID: "12; reboot", Name: "x", Kind: "secondary"}}
	has := func(ids ...string) func(*inventory.App) {
		return func(a *inventory.App) {
			for _, u := range users {
				a.Users = append(a.Users, inventory.AppUser{User: u.ID})
			}
			for _, id := range ids {
				for i := range a.Users {
					a.Users[i].Installed = a.Users[i].Installed || a.Users[i].User == id
				}
			}
		}
	}
	type profile = inventory.Profile
	tests := []struct {
		name     string
		app      inventory.App
		profiles []profile
		want     []string // user kind method command
	}{
		{"owner alone", android("org.clip", has("0")), nil, []string{"0 owner uninstall adb shell pm uninstall --user 0 org.clip"}},
		{"each user", android("org.clip", has("0", "11", "95")), nil, []string{"0 owner uninstall adb shell pm uninstall --user 0 org.clip",
			"11 private-space uninstall adb shell pm uninstall --user 11 org.clip", "95 clone uninstall adb shell pm uninstall --user 95 org.clip"}},
		{"work profile", android("org.clip", has("10")), []profile{{Device: "phone", User: "10", Kind: "profile-owner", Organization: "Chamber"}}, []string{"10 work-profile mdm "}},
		{"work profile without an owner that is told", android("org.clip", has("10")), nil, []string{"10 work-profile mdm "}},
		{"profile owner of another user", android("org.clip", has("0")), []profile{{Device: "phone", User: "10", Kind: "profile-owner"}}, []string{"0 owner uninstall adb shell pm uninstall --user 0 org.clip"}},
		{"managed device", android("org.clip", has("0")), []profile{{Device: "phone", User: "0", Kind: "device-owner", Identifier: "org.mdm"}}, []string{"0 owner mdm "}},
		{"management of another device", android("org.clip", has("0")), []profile{{Device: "other", Kind: "device-owner"}}, []string{"0 owner uninstall adb shell pm uninstall --user 0 org.clip"}},
		{"system app", android("org.clip", has("0"), func(a *inventory.App) { a.System = true }), nil, []string{"0 owner disable adb shell pm disable-user --user 0 org.clip"}},
		{"user that is no number", android("org.clip", has("12; reboot")), nil, []string{"12; reboot secondary uninstall "}},
		{"users not told", android("org.clip"), nil, []string{"  uninstall adb shell pm uninstall org.clip"}},
		{"nobody has it", android("org.clip", func(a *inventory.App) { a.NotInstalled = true }), nil, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inv := &inventory.Inventory{Apps: []inventory.App{tt.app}, Profiles: tt.profiles, Devices: []inventory.Device{{ID: "phone", Platform: inventory.Android, Users: users}}}
			f := findingOf(t, judge(t, "2026-11-22", "be", inv), RuleBan)
			var got []string
			for _, s := range f.Removal {
				got = append(got, strings.Join([]string{s.User, s.Kind, string(s.Method), strings.Join(s.Command, " ")}, " "))
			}
			if !reflect.DeepEqual(got, tt.want) {
				t.Errorf("got %q want %q", got, tt.want)
			}
		})
	}
}

func TestRemovalNotes(t *testing.T) {
	a := &assessor{inv: &inventory.Inventory{Profiles: []inventory.Profile{{Device: "d", Kind: "profile-owner", User: "10", Organization: "Cham\x1bber"}}}}
	app := android("org.clip")
	d := &inventory.Device{ID: "d", Users: []inventory.DeviceUser{{ID: "10", Kind: "work-profile", State: "paused"}, {ID: "11", Kind: "private-space"}, {ID: "0", Kind: "owner"}}}
	app.Device = "d"
	for user, want := range map[string]string{"10": `management of this profile ("Cham\x1bber")`, "11": "Unlock it first.", "0": ""} {
		if got := a.removalFor(&app, d, user).Note; want == "" && got != "" || !strings.Contains(got, want) {
			t.Errorf("%s: %q does not hold %q", user, got, want)
		}
	}
	if got := a.removalFor(&app, d, "10").Note; !strings.Contains(got, "switched off") {
		t.Errorf("paused: %q", got)
	}
	ios := inventory.App{Platform: inventory.IOS, IdentifierKind: inventory.IOSBundle, Identifier: "com.example.app"}
	if s := a.removalFor(&ios, nil, ""); s.Method != RemoveByHand || s.Command != nil || s.Identifier != "com.example.app" {
		t.Errorf("iPhone: %+v", s)
	}
}

// TestAddressable holds what may become a part of a command to the platforms' grammar.
func TestAddressable(t *testing.T) {
	tests := []struct {
		kind inventory.IdentifierKind
		id   string
		good bool
	}{
		{inventory.AndroidPackage, "com.example.app", true},
		{inventory.AndroidPackage, "com.Example_1.App2", true},
		{inventory.AndroidPackage, "example", false},
		{inventory.AndroidPackage, "com.example;reboot", false},
		{inventory.AndroidPackage, "com.example.app --user 0", false},
		{inventory.AndroidPackage, "-com.example", false},
		{inventory.AndroidPackage, "com.example.$(id)", false},
		{inventory.AndroidPackage, "com.example\n", false},
		{inventory.AndroidPackage, "com." + strings.Repeat("a", 300), false},
		{inventory.IOSBundle, "com.example.my-app", true},
		{inventory.IOSBundle, "--help", false},
		{inventory.IOSBundle, "com.example.app ", false},
		{inventory.IOSBundle, "", false},
		{inventory.DebPackage, "bash", false},
	}
	for _, tt := range tests {
		if got := addressable(&inventory.App{IdentifierKind: tt.kind, Identifier: tt.id}); (got == tt.id && got != "") != tt.good {
			t.Errorf("%s %q: %q", tt.kind, tt.id, got)
		}
	}
}
