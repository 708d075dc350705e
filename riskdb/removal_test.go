package riskdb

import (
	"reflect"
	"slices"
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
	d := &inventory.Device{ID: "d", Serial: "S1", Users: []inventory.DeviceUser{{ID: "10", Kind: "work-profile", State: "paused"}, {ID: "11", Kind: "private-space"}, {ID: "0", Kind: "owner"}}}
	app.Device = "d"
	for user, want := range map[string]string{"10": `management of this profile ("Cham\x1bber")`, "11": "Unlock it first.", "0": ""} {
		if got := a.removalFor(&app, d, user).Note; want == "" && got != "" || !strings.Contains(got, want) {
			t.Errorf("%s: %q does not hold %q", user, got, want)
		}
	}
	if got := a.removalFor(&app, d, "10").Note; !strings.Contains(got, "switched off") {
		t.Errorf("paused: %q", got)
	}
	if d.Users[0].Kind = "secondary"; !strings.Contains(a.removalFor(&app, d, "10").Note, "switch to it") {
		t.Errorf("a user who does not run: %q", a.removalFor(&app, d, "10").Note)
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
		{inventory.DebPackage, "bash", true},
		{inventory.DebPackage, "bash\n", false},
		{inventory.DebPackage, "--purge", false},
		{inventory.MSIXFamily, "A.B\" | rm", false},
		{inventory.FirefoxAddon, `a@b"`, false},
		{inventory.DesktopEntry, "bash", false},
	}
	for _, tt := range tests {
		if got := addressable(&inventory.App{IdentifierKind: tt.kind, Identifier: tt.id}); (got == tt.id && got != "") != tt.good {
			t.Errorf("%s %q: %q", tt.kind, tt.id, got)
		}
	}
}

// TestRemovalNamesThePhone holds each command to one phone, and what may become a part of it to what adb takes as a name.
func TestRemovalNamesThePhone(t *testing.T) {
	tests := []struct {
		serial, reached string
		want            string // "" is a command that names no phone
	}{
		{"37281FDJH000X1", "", "37281FDJH000X1"},
		{"37281FDJH000X1", "adb:192.168.1.20:5555", "192.168.1.20:5555"},
		{"", "adb:emulator-5554", "emulator-5554"},
		{"", "adb:adb-3728-AbCd._adb-tls-connect._tcp", "adb-3728-AbCd._adb-tls-connect._tcp"},
		{"S1", "dump.zip!adb:other", "S1"},
		{"", "", ""},
		{"unknown", "", ""},
		{"-e", "", ""},
		{"model:Pixel_8", "", ""},
		{"usb:1-1", "", ""},
		{"A;reboot", "", ""},
		{"A B", "", ""},
		{"A\n", "", ""},
		{"$(id)", "", ""},
		{"S1", "adb:x; reboot", ""},
		{strings.Repeat("A", 101), "", ""},
	}
	for _, tt := range tests {
		d := &inventory.Device{ID: "phone", Serial: tt.serial}
		if tt.reached != "" {
			d.Origins = []inventory.Origin{{Scanner: "android/adb", Path: tt.reached}}
		}
		app := android("org.clip")
		s := (&assessor{inv: &inventory.Inventory{}}).removalFor(&app, d, "0")
		want := []string{"adb", "-s", tt.want, "shell", "pm", "uninstall", "--user", "0", "org.clip"}
		if tt.want == "" {
			want = slices.Delete(want, 1, 3)
		}
		if !slices.Equal(s.Command, want) || strings.Contains(s.Note, "names no phone") != (tt.want == "") {
			t.Errorf("%q %q: %q, note %q", tt.serial, tt.reached, s.Command, s.Note)
		}
	}
}

// TestRemovalThatAndroidRefuses leads to the step that is possible, by the facts of the same phone.
func TestRemovalThatAndroidRefuses(t *testing.T) {
	app := android("org.clip")
	d := &inventory.Device{ID: "phone", Serial: "S1", Origins: []inventory.Origin{{Path: "adb:S1"}},
		Users: []inventory.DeviceUser{{ID: "0", Kind: "owner"}, {ID: "11", Kind: "private-space", State: "locked"}, {ID: "150", Kind: "private-space", State: "locked"}}}
	gaps := []inventory.Gap{{Device: "phone", Kind: inventory.GapNotPermitted, Subject: "adb:S1 user 150"}, {Device: "other", Kind: inventory.GapNotPermitted, Subject: "adb:S1 user 11"},
		{Device: "phone", Kind: inventory.GapBlind, Subject: "adb:S1 user 0"}}
	admin := []*inventory.SecurityProduct{{Privileges: []string{"accessibility"}}, {Privileges: []string{"device-admin"}}}
	for _, tt := range []struct {
		user   string
		access []*inventory.SecurityProduct
		method RemovalMethod
		notes  []string // in this order
		lacks  string
	}{
		{"0", nil, RemoveUninstall, nil, "device admin"},
		{"0", admin, RemoveUninstall, []string{"first deactivate it", "Device admin apps"}, "hold the icon"},
		{"0", admin[:1], RemoveUninstall, nil, "device admin"},
		{"11", nil, RemoveUninstall, []string{"Unlock it first."}, "does not let adb"},
		{"150", admin, RemoveByHand, []string{"Unlock it first.", "first deactivate it", "does not let adb act for this user", "hold the icon"}, "names no phone"},
	} {
		a := &assessor{inv: &inventory.Inventory{Gaps: gaps}, access: map[string][]*inventory.SecurityProduct{app.ID: tt.access}}
		s := a.removalFor(&app, d, tt.user)
		if s.Method != tt.method || (s.Command != nil) != (tt.method == RemoveUninstall) || strings.Contains(s.Note, tt.lacks) {
			t.Errorf("user %s: %s %q %q", tt.user, s.Method, s.Command, s.Note)
		}
		rest := s.Note
		for _, note := range tt.notes {
			_, after, ok := strings.Cut(rest, note)
			if !ok {
				t.Errorf("user %s: %q not in its place in %q", tt.user, note, s.Note)
			}
			rest = after
		}
	}
}
