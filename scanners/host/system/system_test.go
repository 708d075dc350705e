package system

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"quaestor/scanners"
	"quaestor/scanners/internal/hostroot/hosttest"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

var _ scanners.Scanner = Scanner{}

func scan(t *testing.T, files map[string]string) *inventory.Inventory {
	t.Helper()
	return hosttest.Scan(t, Scanner{}, files)
}

func TestUsers(t *testing.T) {
	inv := scan(t, map[string]string{
		"var/lib/dpkg/status": "", "home/bob/": "",
		"etc/passwd": "root:x:0:0::/root:/bin/sh\nann:x:1000:1000:Ann Private Name:/home/ann:/bin/bash\n",
	})
	want := []inventory.DeviceUser{{ID: "1000", Name: "ann"}, {ID: "bob", Name: "bob"}}
	if d := cmp.Diff(want, inv.Devices[0].Users); d != "" || len(inv.Gaps) > 0 {
		t.Error(d, inv.Gaps)
	}
}

func TestPackageDatabases(t *testing.T) {
	passwd := "root:x:0:0::/root:/bin/sh\n"
	for _, tt := range []struct {
		name, file string
		want       []inventory.GapKind
	}{
		{"none", "etc/motd", []inventory.GapKind{inventory.GapEmpty}},
		{"dpkg", "var/lib/dpkg/status", nil},
		{"rpm", "var/lib/rpm/rpmdb.sqlite", nil},
		{"pacman", "var/lib/pacman/local/x", nil},
		{"apk", "lib/apk/db/installed", nil},
		{"portage", "var/db/pkg/app-editors/vim-9.1/x", []inventory.GapKind{inventory.GapUnsupported}},
		{"brew alone", "home/linuxbrew/.linuxbrew/Cellar/x", []inventory.GapKind{inventory.GapEmpty}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			inv := scan(t, map[string]string{tt.file: "", "etc/passwd": passwd})
			var got []inventory.GapKind
			for _, g := range inv.Gaps {
				got = append(got, g.Kind)
				if g.Device != inv.Devices[0].ID || g.Next == "" {
					t.Errorf("gap %+v", g)
				}
			}
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestNoPasswd(t *testing.T) {
	inv := scan(t, map[string]string{"var/lib/dpkg/status": ""})
	if len(inv.Gaps) != 1 || inv.Gaps[0].Kind != inventory.GapBlind {
		t.Errorf("gaps %+v", inv.Gaps)
	}
}

func TestNotForFolders(t *testing.T) {
	src, err := source.Open(source.Target{Path: t.TempDir()}, source.DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	if (Scanner{}).Recognise(src) {
		t.Error("a folder nobody called a computer is recognised")
	}
}

// TestBrokenDatabase: a link that leads to nothing is no absent database, even where another one is there.
func TestBrokenDatabase(t *testing.T) {
	for _, tt := range []struct{ name, link, target, at, want string }{
		{"out of the copy", "var/lib/dpkg/status", "/mnt/other/status", "var/lib/dpkg/status", `"/mnt/other/status", which is not there`},
		{"dangling", "var/lib/dpkg/status", "status-new", "var/lib/dpkg/status", `"status-new", which is not there`},
		{"loop", "var/lib/dpkg/status", "../dpkg/status", "var/lib/dpkg/status", `leads through more than 40 links`},
		{"folder", "var/lib/rpm", "../../usr/lib/sysimage/rpm", "var/lib/rpm", `"../../usr/lib/sysimage/rpm", which is not there`},
		{"outside by steps", "var/lib/pacman/local", "../../../../../../mnt/x", "var/lib/pacman/local", `which is not there`},
		{"no link", "etc/other", "nowhere", "", ""},
		{"a link that leads there", "var/lib/dpkg/status", "../../../lib/apk/db/installed", "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			inv := scan(t, map[string]string{"lib/apk/db/installed": "", "etc/passwd": "root:x:0:0::/root:/bin/sh\n", tt.link: hosttest.Link + tt.target})
			if tt.at == "" {
				if len(inv.Gaps) > 0 {
					t.Errorf("gaps %+v", inv.Gaps)
				}
				return
			}
			if len(inv.Gaps) != 1 {
				t.Fatalf("gaps %+v", inv.Gaps)
			}
			g := inv.Gaps[0]
			if !strings.HasSuffix(g.Subject, "/"+tt.at) || !strings.Contains(g.Detail, tt.want) || g.Kind != inventory.GapUnreadable || g.Device == "" || g.Next == "" {
				t.Errorf("gap %+v", g)
			}
		})
	}
}
