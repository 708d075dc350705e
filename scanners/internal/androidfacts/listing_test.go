package androidfacts

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"quaestor/scanners/inventory"
)

func listed(t *testing.T, texts ...string) *inventory.Inventory {
	t.Helper()
	p := New("test")
	for i, text := range texts {
		if err := p.AddPackageList(strings.NewReader(text), fmt.Sprintf("list%d.txt", i)); err != nil {
			t.Fatal(err)
		}
	}
	return p.Inventory("list", "list", "hash")
}

// What a listing says it left out makes the scan incomplete, and the reader is told what to do.
func TestRefusedListing(t *testing.T) {
	for text, says := range map[string][2]string{
		"Error: java.lang.SecurityException: Shell does not have permission to access user 150\n":                                                {"user 150", "--user 150"},
		"Exception occurred while executing 'list':\njava.lang.SecurityException: Shell does not have permission to access user 10\n\tat a(b)\n": {"user 10", "--user 10"},
		"cmd: Can't find service: package\n":            {"refused", "Unlock"},
		"java.lang.SecurityException: not you\n":        {"refused", "Unlock"},
		"Failure [failed]\n":                            {"error messages", "every user"},
		"Error: java.lang.NullPointerException: dead\n": {"error messages", "every user"},
	} {
		inv := listed(t, "package:com.a\n"+text)
		at := slices.IndexFunc(inv.Gaps, func(g inventory.Gap) bool { return g.Kind == inventory.GapUnreadable })
		if at < 0 || !strings.Contains(inv.Gaps[at].Detail, says[0]) || !strings.Contains(inv.Gaps[at].Next, says[1]) {
			t.Errorf("%q: %+v", text, inv.Gaps)
		}
	}
}

func TestUnreadListing(t *testing.T) {
	for text, kind := range map[string]inventory.GapKind{
		"package:com.a\nSeen: package:com.b\n": inventory.GapMalformed, "\xff\xfep\x00\n\x00package:com.example\n": inventory.GapMalformed,
		"package:com.a\npackage:com.b": inventory.GapBlind, "package:com.a newField:7\n": inventory.GapUnknownLines,
	} {
		if whole, inv := listed(t, "package:com.a installer=x versionCode:1 uid:10001\n"), listed(t, "package:com.a installer=x versionCode:1 uid:10001\n", text); gap(whole, kind) || !gap(inv, kind) {
			t.Errorf("%q: %+v", text, inv.Gaps)
		}
	}
	for _, g := range listed(t, "package:com.a\nSeen: package:com.b\n").Gaps {
		if strings.Contains(g.Detail, "were read") {
			t.Errorf("%+v", g)
		}
	}
}

func block(name, users string) string {
	return "  Package [" + name + "] (1):\n    pkgFlags=[ ]\n" + users
}

// Which users have an app, and whether any has it.
func TestUsersOfAnApp(t *testing.T) {
	user := func(id, state string) string {
		return "    User " + id + ": ceDataInode=1 " + state + " hidden=false\n"
	}
	for name, tt := range map[string]struct {
		users             string
		gone, isArchived  bool
		installed, absent []string
	}{
		"removed":        {user("0", "installed=false"), true, false, nil, []string{"0"}},
		"work profile":   {user("0", "installed=false") + user("10", "installed=true"), false, false, []string{"10"}, []string{"0"}},
		"secure folder":  {user("0", "installed=true") + user("150", "installed=false"), false, false, []string{"0"}, []string{"150"}},
		"archived":       {user("0", "installed=false") + "      archiveTime=2024-01-01\n", true, true, nil, []string{"0"}},
		"archived state": {user("0", "installed=false") + "      archiveState: ArchiveState{x}\n", true, true, nil, []string{"0"}},
		"archived word":  {user("0", "installed=false archived=true"), true, true, nil, []string{"0"}},
		"not archived":   {user("0", "installed=true isArchived=false"), false, false, []string{"0"}, nil},
	} {
		inv := dumped(t, "Database versions:\nPackages:\n"+block("com.a", tt.users)+"Package Changes:\n", "package")
		var installed, absent []string
		for _, u := range inv.Apps[0].Users {
			if u.Installed {
				installed = append(installed, u.User)
			} else {
				absent = append(absent, u.User)
			}
		}
		if a := inv.Apps[0]; a.NotInstalled != tt.gone || slices.Contains(a.Flags, "archived") != tt.isArchived ||
			!slices.Equal(installed, tt.installed) || !slices.Equal(absent, tt.absent) || gap(inv, inventory.GapUnknownLines) {
			t.Errorf("%s: %+v %+v", name, a, inv.Gaps)
		}
	}
}

func TestListedUsers(t *testing.T) {
	const gone, here = "package:com.a uid:10001 isArchived=true\n", "package:com.a uid:10001\n"
	for name, tt := range map[string]struct {
		texts    []string
		gone     bool
		archived bool
		users    int
	}{
		"archived": {[]string{gone}, true, true, 0}, "archived, then there": {[]string{gone, here}, false, true, 1},
		"without uids":         {[]string{"package:com.a archived=true\n", "package:com.a\n"}, false, true, 0},
		"there, then archived": {[]string{here, gone}, false, true, 1}, "there": {[]string{here}, false, false, 1},
	} {
		if a := listed(t, tt.texts...).Apps[0]; a.NotInstalled != tt.gone || slices.Contains(a.Flags, "archived") != tt.archived || len(a.Users) != tt.users || a.UID != 10001 && name != "without uids" {
			t.Errorf("%s: %+v", name, a)
		}
	}
	// A listing made with -u does not say so, and the dump knows better.
	p := New("test")
	if _, err := p.AddDumpsys(strings.NewReader("Packages:\n"+block("com.a", "    User 0: installed=false\n")), "dump.txt", "package", nil); err != nil {
		t.Fatal(err)
	}
	if err := p.AddPackageList(strings.NewReader(here), "list.txt"); err != nil {
		t.Fatal(err)
	}
	if a := p.apps["com.a"]; !a.NotInstalled || a.Users[0].Installed {
		t.Errorf("%+v", a)
	}
	if err := p.AddPackageList(strings.NewReader("$ adb shell pm list packages --user 10\npackage:com.a\n"), "work.txt"); err != nil {
		t.Fatal(err)
	}
	if a := p.apps["com.a"]; a.NotInstalled || len(a.Users) != 2 {
		t.Errorf("%+v", a)
	}
}
