package system

import (
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
