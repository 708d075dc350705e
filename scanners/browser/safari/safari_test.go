package safari

import (
	"fmt"
	"slices"
	"testing"

	"quaestor/scanners/internal/hostroot/hosttest"
	"quaestor/scanners/internal/mactest"
	"quaestor/scanners/internal/plist"
	"quaestor/scanners/internal/scantest"
	"quaestor/scanners/inventory"
)

func scan(t *testing.T, files map[string]string) *inventory.Inventory {
	t.Helper()
	inv := hosttest.Scan(t, scanner{roots: mactest.Roots()}, files)
	inv.Sort()
	return inv
}

func TestScan(t *testing.T) {
	inv := scan(t, mactest.Mac(t))
	web := scantest.App(t, inv, "org.example.filter.web")
	if web.Name != "web" || web.Version != "2.0" || web.Team != mactest.Team || web.IdentifierKind != inventory.MacBundle || !web.Signers[0].Verified ||
		!slices.Equal(web.Flags, []string{"safari-extension", "web-extension"}) || web.ID != inventory.AppID(inv.Devices[0].ID, inventory.MacBundle, web.Identifier) {
		t.Errorf("%+v", web)
	}
	for i, want := range []inventory.Install{
		{Profile: "", State: "enabled", Hosts: []string{"*://*.example.org/*"}, OptionalHosts: []string{"*://*/*"}, Private: true},
		{Profile: mactest.Profile, State: "disabled", OptionalHosts: []string{"*://*/*"}},
	} {
		in := web.Installs[i]
		if in.Program != "safari" || in.User != "anna" || in.Version != "2.0" || in.Path != "/Applications/Filter.app/Contents/PlugIns/Web.appex" || in.Profile != want.Profile || in.State != want.State ||
			!slices.Equal(in.Hosts, want.Hosts) || !slices.Equal(in.OptionalHosts, want.OptionalHosts) || in.Private != want.Private || (in.InstalledAt != nil) != want.Private {
			t.Errorf("%+v", in)
		}
	}
	var got []string
	for _, p := range web.Permissions {
		got = append(got, fmt.Sprintf("%s %t %t %t %v %v", p.Name, p.Requested, p.GrantKnown, p.Granted, p.GrantedTo, p.Flags))
	}
	slices.Sort(got)
	if want := []string{"history true true false [] [optional]", "nativeMessaging true false false [] []", "storage true true true [anna] []"}; !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	old := scantest.App(t, inv, "org.example.filter.old")
	if in := old.Installs[0]; in.State != "disabled" || !slices.Equal(in.Hosts, []string{"<all_urls>"}) || !slices.Equal(in.OptionalHosts, []string{"*.example.org"}) || len(old.Installs) != 1 {
		t.Errorf("%+v", old)
	}
	away := scantest.App(t, inv, "org.example.away.blocker")
	if away.Presence != inventory.PresenceTrace || away.Team != "" || len(away.Origins) != 1 || away.Installs[0].State != "enabled" {
		t.Errorf("%+v", away)
	}
	if len(inv.Apps) != 3 || len(inv.Gaps) != 0 {
		t.Errorf("%d apps, %+v", len(inv.Apps), inv.Gaps)
	}
}

// An extension that no Safari has seen yet is told with what it asks for; the older folder of Safari counts where the newer says nothing.
func TestPlaces(t *testing.T) {
	files := mactest.Mac(t)
	const newer, older = "Users/anna/Library/Containers/com.apple.Safari/Data/Library/Safari/", "Users/anna/Library/Safari/"
	delete(files, newer+"AppExtensions/Extensions.plist")
	files[older+"WebExtensions/Extensions.plist"] = mactest.List(t, mactest.Dict{"org.example.filter.web (X)": mactest.Dict{"Enabled": false}})
	files[older+"AppExtensions/ContentBlockers.plist"] = mactest.List(t, mactest.Dict{"org.example.blocker (TEAM654321)": mactest.Dict{}})
	inv := scan(t, files)
	if old := scantest.App(t, inv, "org.example.filter.old"); len(old.Installs) != 1 || old.Installs[0].User != "" || old.Installs[0].State != "" || len(old.Installs[0].Hosts) != 0 || len(old.Installs[0].OptionalHosts) != 1 {
		t.Errorf("%+v", old)
	}
	if web := scantest.App(t, inv, "org.example.filter.web"); len(web.Installs) != 2 || web.Installs[0].State != "enabled" {
		t.Errorf("%+v", web.Installs)
	}
	if blocker := scantest.App(t, inv, "org.example.blocker"); blocker.Team != "TEAM654321" || blocker.Installs[0].State != "" {
		t.Errorf("%+v", blocker)
	}
}

func TestBroken(t *testing.T) {
	files := mactest.Mac(t)
	files["Applications/Filter.app/Contents/PlugIns/Web.appex/Contents/Resources/manifest.json"] = "{"
	files["Users/anna/Library/Containers/com.apple.Safari/Data/Library/Safari/WebExtensions/Extensions.plist"] = "bplist00"
	inv := scan(t, files)
	if gaps := scantest.Gaps(inv, inventory.GapMalformed); len(gaps) != 2 || len(inv.Gaps) != 2 {
		t.Errorf("%+v", inv.Gaps)
	}
	if web := scantest.App(t, inv, "org.example.filter.web"); web.Version != "2.0" || len(web.Installs) != 1 {
		t.Errorf("%+v", web)
	}
}

func TestLimit(t *testing.T) {
	all := mactest.Dict{}
	for i := range maxEntries + 3 {
		all[fmt.Sprintf("org.example.e%d (TEAM123456)", i)] = mactest.Dict{}
	}
	if out, more := read(all); len(out) != maxEntries || more != 3 {
		t.Errorf("%d and %d", len(out), more)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(mactest.Mac(f)["Users/anna/Library/Containers/com.apple.Safari/Data/Library/Safari/WebExtensions/Extensions.plist"]))
	f.Fuzz(func(t *testing.T, data []byte) {
		v, err := plist.Decode(data)
		if err != nil {
			return
		}
		all, _ := read(v)
		for _, e := range all {
			if e.identifier == "" || !slices.IsSorted(e.hosts) || len(e.hosts) > 2*maxHosts {
				t.Fatalf("%+v", e)
			}
		}
	})
}
