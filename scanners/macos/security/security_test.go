package security

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"quaestor/scanners/internal/hostroot/hosttest"
	"quaestor/scanners/internal/machost"
	"quaestor/scanners/internal/mactest"
	"quaestor/scanners/internal/plist"
	"quaestor/scanners/inventory"
)

func scan(t *testing.T, files map[string]string) *inventory.Inventory {
	t.Helper()
	inv := hosttest.Scan(t, scanner{roots: mactest.Roots()}, files)
	inv.Sort()
	return inv
}

func product(t *testing.T, inv *inventory.Inventory, kind, name string) inventory.SecurityProduct {
	t.Helper()
	for _, p := range inv.SecurityProducts {
		if p.Kind == kind && p.StateCode != machost.Managed && (p.Name == name || p.Identifier == name) {
			return p
		}
	}
	t.Fatalf("no %s %q", kind, name)
	return inventory.SecurityProduct{}
}

func TestScan(t *testing.T) {
	inv := scan(t, mactest.Mac(t))
	for _, c := range []struct {
		kind, name, state, start, team, privileges string
		signed                                     bool
	}{
		{"system-extension", "org.example.filter.agent", "enabled", "", mactest.Team, "endpoint-security network-filter system-extension", true},
		{"system-extension", "org.example.waiting", "waiting", "", mactest.Team, "system-extension", false},
		{"kernel-extension", "org.example.kext", "enabled", "", mactest.Team, "kernel", true},
		{"launch-daemon", "org.example.daemon", "enabled", "boot", mactest.Team, "endpoint-security network-filter root", true},
		{"launch-daemon", "org.example.off", "disabled", "", "", "", false},
		{"launch-agent", "org.example.agent", "enabled", "login", "", "", false},
		{"launch-agent", "org.example.filter.agent", "disabled", "", mactest.Team, "", true},
		{"login-item", "org.example.filter", "enabled", "login", mactest.Team, "", false},
		{"privileged-helper", "org.example.helper", "installed", "", mactest.Team, "root", true},
		{"input-method", "Pinyin", "enabled", "", mactest.Team, "input-method", true},
		{"credential-provider", "Login", "installed", "", mactest.Team, "login", true},
		{"privacy-grant", "org.example.filter", "enabled", "", "", "full-disk-access", false},
		{"privacy-grant", "/Library/Example/daemon", "enabled", "", mactest.Team, "accessibility endpoint-security network-filter", true},
		{"network-filter", "org.example.filter", "", "", "", "network-filter", false},
		{"vpn", "org.example.vpn", "", "", "", "vpn", false},
		{"built-in", "XProtect", "installed", "", "", "", false},
		{"built-in", "Gatekeeper", "off", "", "", "", false},
		{"built-in", "com.apple.alf", "on", "", "", "", false},
	} {
		p := product(t, inv, c.kind, c.name)
		got := strings.Join(p.Privileges, " ")
		if p.State != c.state || p.Start != c.start || p.Team != c.team || got != c.privileges || (p.Signer != nil && p.Signer.Verified) != c.signed || len(p.Origins) != 1 {
			t.Errorf("%s %s: %+v", c.kind, c.name, p)
		}
	}
	if n := len(inv.SecurityProducts); n != 21 {
		t.Errorf("%d products", n)
	}
	if p := product(t, inv, "launch-daemon", "org.example.daemon"); p.Path != "/Library/Example/daemon" || p.Process != "daemon" {
		t.Errorf("%+v", p)
	}
	if p := product(t, inv, "system-extension", "org.example.filter.agent"); p.App != inventory.AppID(inv.Devices[0].ID, inventory.MacBundle, "org.example.filter") || p.Version != "3.1" || p.Name != "Filter Agent" {
		t.Errorf("%+v", p)
	}
	if p := product(t, inv, "vpn", "org.example.vpn"); p.App != "" {
		t.Errorf("an app that is not there: %+v", p)
	}
	if len(inv.Apps) != 1 || inv.Apps[0].Identifier != "org.example.removed.kext" || inv.Apps[0].Presence != inventory.PresenceTrace {
		t.Errorf("%+v", inv.Apps)
	}
}

// What the management imposed is told apart from what the user allowed.
func TestManagedGrants(t *testing.T) {
	inv := scan(t, mactest.Mac(t))
	got := map[string]string{}
	for _, p := range inv.SecurityProducts {
		if p.Kind == "privacy-grant" {
			got[p.Name+" "+p.StateCode] = strings.Join(p.Privileges, " ")
		}
	}
	for name, want := range map[string]string{"org.example.filter ": "full-disk-access", "org.example.filter mdm-policy": "administration", "org.example.kext mdm-policy": "developer-tool",
		"/Library/Example/daemon ": "accessibility endpoint-security network-filter", "/Library/Example/daemon mdm-policy": "endpoint-security full-disk-access network-filter"} {
		if got[name] != want {
			t.Errorf("%s: %q", name, got[name])
		}
	}
	absent := slices.IndexFunc(inv.Gaps, func(g inventory.Gap) bool { return slices.Equal(g.Samples, []string{"org.example.never"}) })
	if len(got) != 5 || absent < 0 || inv.Gaps[absent].Count != 1 {
		t.Errorf("%q %+v", got, inv.Gaps)
	}
}

func TestSerial(t *testing.T) {
	if d := scan(t, mactest.Mac(t)).Devices[0]; d.Serial != mactest.Serial {
		t.Errorf("%+v", d)
	}
}

// What a program is started with, and accounts, are never kept.
func TestPrivacy(t *testing.T) {
	inv := scan(t, mactest.Mac(t))
	b, err := json.Marshal(inv)
	if err != nil {
		t.Fatal(err)
	}
	text := string(b)
	for _, secret := range []string{"secret", "--token", "anna@example.org", "member@example.org"} {
		if strings.Contains(text, secret) {
			t.Errorf("%q is in the inventory", secret)
		}
	}
}

func TestCertificates(t *testing.T) {
	inv := scan(t, mactest.Mac(t))
	trusted := map[string]string{}
	for _, c := range inv.Certificates {
		trusted[c.Subject] = c.Trusted + " " + c.Store
		if len(c.SHA1) != 40 {
			t.Errorf("%+v", c)
		}
	}
	if len(trusted) != 3 || trusted["CN=Example Inspection CA"] != "yes machine" || trusted["CN=Example Unused"] != "no machine" || trusted[""] != "no machine" {
		t.Errorf("%v", trusted)
	}
	if len(inv.VPNs) != 3 {
		t.Errorf("%+v", inv.VPNs)
	}
}

func TestOverridesOfUsers(t *testing.T) {
	files := mactest.Mac(t)
	files["private/var/db/com.apple.xpc.launchd/disabled.501.plist"] = mactest.List(t, mactest.Dict{"org.example.agent": true, "org.example.x": true})
	files["private/var/db/com.apple.xpc.launchd/disabled.502.plist"] = mactest.List(t, mactest.Dict{"org.example.agent": true, "org.example.x": false})
	files["private/var/db/com.apple.xpc.launchd/disabled.88.plist"] = mactest.List(t, mactest.Dict{})
	files["Library/LaunchAgents/x.plist"] = mactest.List(t, mactest.Dict{"Label": "org.example.x", "Disabled": true})
	files["Library/LaunchAgents/y.plist"] = mactest.List(t, mactest.Dict{"Label": "org.example.y"})
	files["Library/LaunchAgents/z.plist"] = "not a list"
	inv := scan(t, files)
	for name, want := range map[string]string{"org.example.agent": "disabled", "org.example.x": "disabled", "org.example.y": "enabled"} {
		if p := product(t, inv, "launch-agent", name); p.State != want {
			t.Errorf("%s: %s", name, p.State)
		}
	}
	if !slices.ContainsFunc(inv.Gaps, func(g inventory.Gap) bool {
		return g.Kind == inventory.GapMalformed && strings.HasSuffix(g.Subject, "z.plist")
	}) {
		t.Errorf("%+v", inv.Gaps)
	}
}

func FuzzBackgroundItems(f *testing.F) {
	files := mactest.Mac(f)
	f.Add([]byte(files["private/var/db/com.apple.backgroundtaskmanagement/BackgroundItems-v13.btm"]))
	f.Add([]byte(files["Library/Preferences/SystemConfiguration/preferences.plist"]))
	f.Fuzz(func(t *testing.T, data []byte) {
		v, err := plist.Decode(data)
		if err != nil {
			return
		}
		all, _ := items(v)
		for _, p := range all {
			if p.Kind == "" || p.Identifier == "" && p.Path == "" {
				t.Fatalf("%+v", p)
			}
		}
		if len(services(v)) > maxServices {
			t.Fatal("too many services")
		}
		inputSources(v)
	})
}
