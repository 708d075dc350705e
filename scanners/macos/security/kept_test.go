package security

import (
	"slices"
	"testing"

	"quaestor/scanners/internal/backuptest"
	"quaestor/scanners/internal/codesigntest"
	"quaestor/scanners/internal/hostroot/hosttest"
	"quaestor/scanners/internal/machost"
	"quaestor/scanners/internal/mactest"
	"quaestor/scanners/inventory"
)

// Program goes before the first of the arguments, which launchd then only hands over.
func TestProgramBeforeArguments(t *testing.T) {
	files := mactest.Mac(t)
	files["Library/LaunchAgents/both.plist"] = mactest.List(t, mactest.Dict{"Label": "org.example.both", "Program": "/opt/real", "ProgramArguments": []any{"shown", "--x"}})
	if p := product(t, scan(t, files), "launch-agent", "org.example.both"); p.Path != "/opt/real" || p.Process != "real" {
		t.Errorf("%+v", p)
	}
}

func TestKextStates(t *testing.T) {
	c := &collector{}
	for yes, want := range map[bool]string{true: "enabled", false: "waiting"} {
		inv := inventory.New()
		inv.SecurityProducts = []inventory.SecurityProduct{{Identifier: "org.example.kext", State: "installed"}}
		c.Mac = macOf(t, inv)
		c.allowed("TEAM123456", "org.example.kext", "Example", yes, "x", map[string]int{"org.example.kext": 0})
		if p := inv.SecurityProducts[0]; p.State != want || p.Team != "TEAM123456" || p.Vendor != "Example" {
			t.Errorf("%v: %+v", yes, p)
		}
	}
}

func TestGatekeeperOn(t *testing.T) {
	files := mactest.Mac(t)
	files["private/var/db/SystemPolicy-prefs.plist"] = mactest.List(t, mactest.Dict{"enabled": "yes"})
	if p := product(t, scan(t, files), "built-in", "Gatekeeper"); p.State != "on" {
		t.Errorf("%+v", p)
	}
}

func TestInputSources(t *testing.T) {
	v := mactest.Dict{"AppleEnabledInputSources": []any{mactest.Dict{"Bundle ID": "com.apple.PressAndHold"}, mactest.Dict{"Bundle ID": "org.example.pinyin"}, mactest.Dict{"KeyboardLayout Name": "U.S."}}}
	if got := inputSources(v); !slices.Equal(got, []string{"org.example.pinyin"}) {
		t.Errorf("%q", got)
	}
}

// A network of macOS itself is no software of somebody.
func TestAppleNetwork(t *testing.T) {
	c := &collector{Mac: macOf(t, inventory.New()), seen: map[string]int{}, told: map[string]bool{}}
	c.network(inventory.VPN{App: "com.apple.private", Kind: "content-filter"}, "x")
	if len(c.Inv.VPNs) != 1 || len(c.Inv.SecurityProducts) != 0 {
		t.Errorf("%+v", c.Inv.SecurityProducts)
	}
}

// macOf is a Mac with facts of before.
func macOf(t *testing.T, inv *inventory.Inventory) *machost.Mac {
	t.Helper()
	m, err := machost.Open(t.Context(), hosttest.Open(t, hosttest.Tree(t, map[string]string{"x": ""})), ID, nil)
	if err != nil {
		t.Fatal(err)
	}
	m.Inv = inv
	return m
}

func TestAuthority(t *testing.T) {
	signer := codesigntest.Identified(mactest.Team)
	for name, c := range map[string]struct {
		der  []byte
		want bool
	}{"authority": {backuptest.Authority(t, "Example"), true}, "signer": {signer.Certificate.Raw, false}, "noise": {[]byte("noise"), false}} {
		if authority(c.der) != c.want {
			t.Errorf("%s: %v", name, !c.want)
		}
	}
}
