package riskdb

import (
	"slices"
	"strings"
	"testing"

	"quaestor/scanners/inventory"
)

// state is a permission of Android whose state the source tells.
func state(name string, granted bool, users ...string) inventory.Permission {
	return inventory.Permission{Name: "android.permission." + name, Requested: true, GrantKnown: true, Granted: granted, GrantedTo: users}
}

// supported are the permissions that the evidence of a finding is for, and those that it is against.
func supported(f Finding) (pro, contra string) {
	for _, e := range f.Evidence {
		if e.Kind != ByPermission {
			continue
		}
		if e.Supports {
			pro = joinSpace(pro, strings.SplitN(e.Detail, ":", 2)[0])
		} else {
			contra = joinSpace(contra, strings.SplitN(e.Detail, ":", 2)[0])
		}
	}
	return pro, contra
}

// TestRefusedAccess: what was refused is no evidence for that an app has access, and what a user was granted who does not have the
// app is held by nobody.
func TestRefusedAccess(t *testing.T) {
	for _, c := range []struct {
		name              string
		perms             []inventory.Permission
		severity          Severity
		title             string
		evidence, against string
	}{
		{"held", []inventory.Permission{state("CAMERA", true, "0"), state("READ_CONTACTS", false)}, Low, "holds access to camera", "camera", "contacts"},
		{"held by none who has it", []inventory.Permission{state("CAMERA", true, "150")}, Info, "asks for access to camera, and does not have it", "", "camera"},
		{"held by both", []inventory.Permission{state("CAMERA", true, "0", "150")}, Low, "holds access to camera", "camera", ""},
		{"for all users", []inventory.Permission{state("CAMERA", true)}, Low, "holds access to camera", "camera", ""},
		{"one refused, one open", []inventory.Permission{state("CAMERA", false), {Name: "android.permission.READ_CONTACTS", Requested: true}}, Low, "asks for access to contacts", "contacts", "camera"},
		{"all refused", []inventory.Permission{state("CAMERA", false), state("READ_CONTACTS", false)}, Info, "asks for access to camera, contacts, and does not have it", "", "camera contacts"},
	} {
		inv := sideloaded(34, 34)
		app := &inv.Apps[0]
		app.Identifier, app.Permissions = "com.zhiliaoapp.musically", c.perms
		app.Users = []inventory.AppUser{{User: "0", Installed: true}, {User: "150"}}
		found := judgedBy(t, "none", inv, RuleReach)
		if len(found) != 1 {
			t.Errorf("%s: %+v", c.name, found)
			continue
		}
		pro, contra := supported(found[0])
		if f := found[0]; f.Severity != c.severity || f.Title != "TikTok "+c.title || pro != c.evidence || contra != c.against {
			t.Errorf("%s: %s %q for %q against %q", c.name, f.Severity, f.Title, pro, contra)
		}
		if (found[0].Action == Inform) != (c.severity == Info) {
			t.Errorf("%s: %s", c.name, found[0].Action)
		}
	}
}

// TestRefusedSpecialAccess: special access that is refused is no finding, and beside one it speaks against it.
func TestRefusedSpecialAccess(t *testing.T) {
	judged := func(perms ...inventory.Permission) []Finding {
		inv := sideloaded(34, 34)
		inv.Apps[0].Permissions = perms
		return judgedBy(t, "none", inv, RuleSpecialAccess)
	}
	if found := judged(state("MANAGE_EXTERNAL_STORAGE", false)); len(found) > 0 {
		t.Errorf("refused: %q", found[0].Title)
	}
	found := judged(state("MANAGE_EXTERNAL_STORAGE", false), state("REQUEST_INSTALL_PACKAGES", true))
	if len(found) != 1 || found[0].Severity != High || strings.Contains(found[0].Title, "files") {
		t.Fatalf("%+v", found)
	}
	if pro, contra := supported(found[0]); pro != "software-install" || contra != "files" {
		t.Errorf("for %q against %q", pro, contra)
	}
	open := judged(inventory.Permission{Name: "android.permission.MANAGE_EXTERNAL_STORAGE", Requested: true})
	if len(open) != 1 || open[0].Severity != Medium || !strings.Contains(open[0].Caveat, "Special app access") {
		t.Errorf("%+v", open)
	}
}

// TestOriginator: where the installer says that it had the app from is told, and changes nothing.
func TestOriginator(t *testing.T) {
	for from, says := range map[string]string{"org.fdroid.fdroid": "from F-Droid (org.fdroid.fdroid), which nothing confirms", "org.example.shop": "from \"org.example.shop\", which nothing confirms", "": "", "com.android.shell": ""} {
		inv := sideloaded(34, 34)
		inv.Apps[0].Installer, inv.Apps[0].Originator = "com.android.shell", from
		found := judgedBy(t, "none", inv, RuleUnknownOrigin)
		if len(found) != 1 || found[0].Severity != Low {
			t.Fatalf("%s: %+v", from, found)
		}
		if r := found[0].Reason; !strings.Contains(r, says) || (says == "") == strings.Contains(r, "confirms") {
			t.Errorf("%q: %q", from, r)
		}
	}
}

func TestHeldByUsersLeavesTheFactsAlone(t *testing.T) {
	perms := []inventory.Permission{state("CAMERA", true, "0", "150")}
	held := heldByUsers(perms, []inventory.AppUser{{User: "0", Installed: true}, {User: "150"}})
	if !slices.Equal(held[0].GrantedTo, []string{"0"}) || !slices.Equal(perms[0].GrantedTo, []string{"0", "150"}) {
		t.Errorf("%v of %v", held, perms)
	}
	if held := heldByUsers(perms, []inventory.AppUser{{User: "0", Installed: true}}); len(held[0].GrantedTo) != 2 {
		t.Errorf("of a user of whom nothing is told: %v", held)
	}
}

// TestPartialAccess: photos that the user picked are some photos, and what an app had of which only traces are left is told as past.
func TestPartialAccess(t *testing.T) {
	photos := inventory.Permission{Name: "kTCCServicePhotos", Granted: true, GrantKnown: true}
	some := photos
	some.Flags = []string{"limited"}
	for _, c := range []struct {
		name     string
		perm     inventory.Permission
		presence inventory.Presence
		want     string
	}{
		{"all", photos, inventory.PresenceInstalled, "TikTok holds access to photos"},
		{"some", some, inventory.PresenceInstalled, "TikTok holds access to some photos"},
		{"a trace", some, inventory.PresenceTrace, "TikTok held access to some photos (a trace: data left behind)"},
		{"asked once", inventory.Permission{Name: "NSPhotoLibraryUsageDescription", Requested: true}, inventory.PresenceTrace, "TikTok asked for access to photos (a trace: data left behind)"},
	} {
		inv := inventory.New()
		inv.Devices = []inventory.Device{{ID: "phone", Platform: inventory.IOS}}
		app := inventory.App{ID: "app", Device: "phone", Platform: inventory.IOS, IdentifierKind: inventory.IOSBundle, Identifier: "com.zhiliaoapp.musically", Presence: c.presence, Permissions: []inventory.Permission{c.perm}}
		if c.presence != inventory.PresenceInstalled {
			app.Traces = []inventory.Trace{{Kind: inventory.TraceData}}
		}
		inv.Apps = []inventory.App{app}
		found := judgedBy(t, "none", inv, RuleReach)
		if len(found) != 1 || found[0].Title != c.want {
			t.Errorf("%s: %+v", c.name, found)
			continue
		}
		if past := strings.Contains(found[0].Reason, "opened was"); past != (c.presence != inventory.PresenceInstalled) {
			t.Errorf("%s: %q", c.name, found[0].Reason)
		}
		for _, x := range found[0].Context {
			if strings.Contains(x.Text, "holds") == (c.presence != inventory.PresenceInstalled) {
				t.Errorf("%s: %q", c.name, x.Text)
			}
		}
	}
}
