package androidfacts

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"quaestor/scanners/internal/getprop"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

func dumped(t *testing.T, text, service string) *inventory.Inventory {
	t.Helper()
	p := New("test")
	if _, err := p.AddDumpsys(strings.NewReader(text), "dump.txt", service, nil); err != nil {
		t.Fatal(err)
	}
	inv := p.Inventory("dump.txt", "dump.txt", "hash")
	inv.Sort()
	return inv
}

func gap(inv *inventory.Inventory, kind inventory.GapKind) bool {
	return slices.ContainsFunc(inv.Gaps, func(g inventory.Gap) bool { return g.Kind == kind })
}

const end = "    pkgFlags=[ ]\n    User 0: installed=true\n"

// A package holds what its shared user holds, and is said to have asked for only what it lists.
func TestSharedUser(t *testing.T) {
	shared := "Shared users:\n  SharedUser [u] (1):\n    install permissions:\n      p.A: granted=true\n    User 0: \n      runtime permissions:\n        p.B: granted=true\n        p.C: granted=false\n"
	head := "Packages:\n  Package [com.a] (1):\n    sharedUser=SharedUserSetting{1 u/1000}\n"
	inv := dumped(t, head+"    requested permissions:\n      p.B\n      p.D\n"+end+shared, "package")
	if got := fmt.Sprint(inv.Apps[0].Permissions); got != "[{p.B true true true [0] 0 0 false []  <nil>} {p.D true false false [] 0 0 false []  <nil>}]" {
		t.Errorf("with a list of requests: %s", got)
	}
	inv = dumped(t, head+end+shared, "package")
	if got := fmt.Sprint(inv.Apps[0].Permissions); got != "[{p.A false true true [] 0 0 false []  <nil>} {p.B false true true [0] 0 0 false []  <nil>}]" {
		t.Errorf("without: %s", got)
	}
}

// What a hidden block says depends on where its code is: only a system partition holds originals.
func TestHiddenBlocks(t *testing.T) {
	text := "Packages:\n  Package [com.a] (1):\n    codePath=/data/app/a\n" + end + "Hidden system packages:\n" +
		"  Package [com.a] (2):\n    codePath=/system/app/A\n" + end + "  Package [com.b] (3):\n    codePath=/data/app/b\n" + end + "Shared users:\n"
	inv := dumped(t, text, "package")
	if a := inv.Apps[0]; !a.System || !a.UpdatedSystem || a.NotInstalled || len(inv.Apps) != 2 {
		t.Errorf("%+v", inv.Apps)
	}
	if b := inv.Apps[1]; b.System || b.NotInstalled || len(b.Users) != 1 { // under a forged heading, perhaps
		t.Errorf("%+v", b)
	}
}

func TestTwice(t *testing.T) {
	block := "  Package [com.a] (1):\n    versionName=%s\n" + end
	inv := dumped(t, "Packages:\n"+fmt.Sprintf(block, "first")+fmt.Sprintf(block, "second")+"Shared users:\n", "package")
	if len(inv.Apps) != 1 || inv.Apps[0].Version != "first" || !gap(inv, inventory.GapMalformed) {
		t.Errorf("%+v", inv)
	}
}

func TestInstallerIsKnownFromWholeBlocksOnly(t *testing.T) {
	inv := dumped(t, "Packages:\n  Package [com.a] (1):\n"+end+"  Package [com.b] (1):\n    codePath=/data/app/b\n", "package")
	if !inv.Apps[0].InstallerKnown || inv.Apps[1].InstallerKnown {
		t.Errorf("%+v", inv.Apps)
	}
}

func TestUserKinds(t *testing.T) {
	inv := dumped(t, `  UserInfo{0:A:4c13} serialNo=0
    Type: android.os.usertype.full.SYSTEM
  UserInfo{10:B:1030}
  UserInfo{11:C:1010}
    Type: android.os.usertype.profile.PRIVATE
  UserInfo{12:D:1010}
    Type: android.os.usertype.profile.CLONE
  UserInfo{13:E:414}
  UserInfo{14:F:410}
  UserInfo{15:G:0}
`, "user")
	var got []string
	for _, u := range inv.Devices[0].Users {
		got = append(got, u.Kind)
	}
	if want := []string{"owner", "work-profile", "private-space", "clone", "guest", "secondary", ""}; !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

// A phone has one owner: a maker's second space, which has the same flag, is a second user.
func TestOneOwner(t *testing.T) {
	inv := dumped(t, "  UserInfo{0:Mi:13} serialNo=0\n  UserInfo{10:security space:11} serialNo=10\n  UserInfo{11:third:c11} serialNo=11\n", "user")
	var got []string
	for _, u := range inv.Devices[0].Users {
		got = append(got, u.Kind)
	}
	if want := []string{"owner", "secondary", "secondary"}; !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

func TestDeviceID(t *testing.T) {
	one, two := New("test"), New("test")
	props, err := getprop.Read(strings.NewReader("[ro.serialno]: [S1]\n"))
	if err != nil {
		t.Fatal(err)
	}
	one.AddProperties(props, "getprop.txt")
	a, b := one.Inventory("a", "x/a", "1").Devices[0], two.Inventory("b", "x/b", "2").Devices[0]
	if a.ID != inventory.DeviceID(inventory.Android, "S1") || b.ID != inventory.DeviceID(inventory.Android, "x/b", "2") || b.Name != "b" {
		t.Errorf("%+v %+v", a, b)
	}
	at := func(path string) string { return New("test").Inventory("list.txt", path, "same").Devices[0].ID }
	if at("one/list.txt") == at("two/list.txt") || at("p1/dump/list.txt") == at("p2/dump/list.txt") || at("./one/list.txt") != at("one/list.txt") {
		t.Error("the same list of two phones has to stay two devices, and a file one")
	}
}

func TestTooMuch(t *testing.T) {
	p := New("test")
	for i := range MaxApps + 3 {
		p.app(fmt.Sprint("com.a", i))
	}
	inv := p.Inventory("list", "list", "hash")
	if len(inv.Apps) != MaxApps || !gap(inv, inventory.GapLimit) {
		t.Errorf("%d apps", len(inv.Apps))
	}
	var b strings.Builder
	for i := range maxServices {
		fmt.Fprintf(&b, "DUMP OF SERVICE accessibility:\n  Enabled services:{{a.b/c%d}, {a.b/d%d}}\n", i, i)
	}
	inv = dumped(t, b.String(), "")
	if len(inv.SecurityProducts) != maxServices || !gap(inv, inventory.GapLimit) {
		t.Errorf("%d services", len(inv.SecurityProducts))
	}
	b.Reset()
	b.WriteString("Packages:\n")
	for i := range maxEntries/10_000 + 2 {
		fmt.Fprintf(&b, "  Package [com.a%d] (1):\n    requested permissions:\n%s%s", i, strings.Repeat("      p\n", 10_000), end)
	}
	inv = dumped(t, b.String()+"Shared users:\n", "package")
	if !gap(inv, inventory.GapLimit) {
		t.Error("no gap tells of the permissions that were not kept")
	}
}

// The first binary of an app is its base, wherever the list has it.
func TestBaseFirst(t *testing.T) {
	p := New("test")
	sum := func(c string) string { return strings.Repeat(c, 64) }
	err := p.AddPackagesJSON([]byte(`[{"name":"com.a","files":[{"path":"/d/split_x.apk","sha256":"`+sum("1")+`"},{"path":"/d/base.apk","sha256":"`+sum("2")+`"},{"path":"/d/base.apk","sha256":"`+sum("2")+`"}]},
		{"name":"com.b","files":[{"path":"/e/base.apk","sha256":"`+sum("2")+`"}]}]`), "packages.json")
	inv := p.Inventory("x", "x", "y")
	if err != nil || !slices.Equal(inv.Apps[0].Binaries, []string{sum("2"), sum("1")}) || len(inv.Binaries) != 2 || inv.Binaries[0].Split != "x" || len(inv.Apps[1].Binaries) != 1 {
		t.Errorf("%v %+v %+v", err, inv.Apps, inv.Binaries)
	}
}

func TestReadProblem(t *testing.T) {
	p := New("test")
	if err := p.ReadProblem("f", &source.LimitError{Name: "f", What: "size", Limit: 1}); err != nil || p.gaps[0].Kind != inventory.GapLimit {
		t.Errorf("%v %+v", err, p.gaps)
	}
	if err := p.ReadProblem("f", io.ErrUnexpectedEOF); err == nil || p.gaps[1].Kind != inventory.GapUnreadable {
		t.Errorf("%v %+v", err, p.gaps)
	}
	if err := p.ReadProblem("f", context.Canceled); !errors.Is(err, context.Canceled) || len(p.gaps) != 2 {
		t.Errorf("%v %+v", err, p.gaps)
	}
}
