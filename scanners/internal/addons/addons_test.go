package addons

import (
	"errors"
	"io/fs"
	"testing"

	"github.com/google/go-cmp/cmp"

	"quaestor/scanners/internal/appdata"
	"quaestor/scanners/internal/hostroot"
	"quaestor/scanners/internal/hostroot/hosttest"
	"quaestor/scanners/inventory"
)

func collector(t *testing.T) *Collector {
	t.Helper()
	h, err := hostroot.Open(hosttest.Open(t, hosttest.Tree(t, map[string]string{"etc/os-release": "ID=x\n"})))
	if err != nil {
		t.Fatal(err)
	}
	inv := inventory.New()
	inv.Devices = []inventory.Device{h.Device("test")}
	return New(h, "test", inv)
}

func found(profile, version, source, state string) Found {
	return Found{Kind: inventory.ChromeExtension, Identifier: "x", Name: "X", Install: inventory.Install{Program: "chrome", Profile: profile, Version: version, Source: source, State: state}}
}

func TestOneAppManyInstalls(t *testing.T) {
	c := collector(t)
	left := found("old", "9.10", "", "")
	left.Trace = inventory.TraceData
	c.Add(left)
	ordered := found("", "", "policy", "")
	ordered.Trace = inventory.TraceBegun
	c.Add(ordered)
	if a := c.Inv.Apps[0]; a.Presence != inventory.PresenceTrace || len(a.Traces) != 2 {
		t.Errorf("files alone are taken for an installed extension: %+v", a)
	}
	c.Add(found("a", "9.9", "built-in", "disabled"))
	c.Add(found("a", "1", "store", "enabled")) // the same place
	blocked := found("b", "10.0", "built-in", "blocked")
	blocked.Permissions = Permissions(nil, []string{"tabs"}, nil)
	c.Add(blocked)
	other := found("c", "", "", "")
	other.Permissions = Permissions([]string{"tabs"}, nil, []string{"tabs"})
	c.Add(other)
	c.Finish(t.Context())
	a := c.Inv.Apps[0]
	if diff := cmp.Diff([]inventory.Permission{{Name: "tabs", Requested: true, Granted: true, GrantKnown: true}}, a.Permissions); diff != "" {
		t.Error(diff)
	}
	if len(c.Inv.Apps) != 1 || len(a.Installs) != 5 || a.Version != "10.0" || a.Presence != "" || a.Traces != nil || a.System || a.Disabled {
		t.Errorf("%+v", c.Inv.Apps)
	}
	d := collector(t)
	d.Add(found("a", "1", "built-in", "disabled"))
	d.Add(found("b", "2", "built-in", "blocked"))
	d.Finish(t.Context())
	if a := d.Inv.Apps[0]; !a.System || !a.Disabled {
		t.Errorf("%+v", a)
	}
}

func TestGaps(t *testing.T) {
	c := collector(t)
	for range 2 {
		c.Problem("x", fs.ErrPermission)
		c.Problem("x", appdata.ErrMany)
		c.Problem("x", errors.New("broken"))
		c.Malformed("y", "It does not parse.")
		c.Limit("y", "It is cut.")
	}
	var kinds []inventory.GapKind
	for _, g := range c.Inv.Gaps {
		kinds = append(kinds, g.Kind)
		if g.Device != c.Device || g.Scanner != "test" {
			t.Errorf("%+v", g)
		}
	}
	want := []inventory.GapKind{inventory.GapNotPermitted, inventory.GapLimit, inventory.GapUnreadable, inventory.GapMalformed, inventory.GapLimit}
	if diff := cmp.Diff(want, kinds); diff != "" {
		t.Error(diff)
	}
}

func TestNewer(t *testing.T) {
	for _, c := range [][2]string{{"10", "9"}, {"1.0.1", "1.0"}, {"1.10", "1.9.9"}, {"2024.1_1", "2024.1_0"}, {"1b", "1a"}, {"010", "9"}, {"1", ""}} {
		if !Newer(c[0], c[1]) || Newer(c[1], c[0]) {
			t.Errorf("%q is not newer than %q", c[0], c[1])
		}
	}
	if Newer("1.0", "1.00") || Newer("", "") {
		t.Error("equal versions")
	}
}

func TestPermissions(t *testing.T) {
	got := Permissions([]string{"tabs", "storage", "tabs"}, []string{"history", "tabs", "proxy"}, []string{"tabs", "history", "implied"})
	known := inventory.Permission{Requested: true, GrantKnown: true}
	tabs, storage, history, proxy := known, known, known, known
	tabs.Name, tabs.Granted, storage.Name, history.Name, history.Granted, proxy.Name = "tabs", true, "storage", "history", true, "proxy"
	tabs.Flags, history.Flags, proxy.Flags = nil, []string{Optional}, []string{Optional}
	want := []inventory.Permission{tabs, storage, history, proxy, {Name: "implied", Granted: true, GrantKnown: true}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if got := Permissions([]string{"tabs"}, nil, nil); got[0].GrantKnown {
		t.Error("nobody told what was granted")
	}
}
