package alpine

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"quaestor/scanners"
	"quaestor/scanners/internal/hostroot/hosttest"
	"quaestor/scanners/inventory"
)

var _ scanners.Scanner = Scanner{}

const installed = `C:Q1a=
P:musl
V:1.2.5-r9
A:x86_64
U:https://musl.libc.org/
o:musl
m:Natanael Copa <ncopa@alpinelinux.org>
F:lib
R:ld-musl-x86_64.so.1

P:ssl_client
V:1.37.0-r30
A:x86_64
o:busybox

`

func TestScan(t *testing.T) {
	for _, at := range []string{"lib/apk/db/installed", "usr/lib/apk/db/installed"} {
		inv := hosttest.Scan(t, Scanner{}, map[string]string{at: installed})
		for i := range inv.Apps {
			a := &inv.Apps[i]
			if a.ID != inventory.AppID(inv.Devices[0].ID, inventory.AlpinePackage, a.Identifier) || a.Device != inv.Devices[0].ID || len(a.Origins) != 1 ||
				!strings.HasSuffix(a.Origins[0].Path, at) || a.Origins[0].Line == 0 {
				t.Errorf("identifier, device or origin of %+v", a)
			}
			a.ID, a.Device, a.Origins = "", "", nil
		}
		app := inventory.App{Platform: inventory.Linux, IdentifierKind: inventory.AlpinePackage, Arch: "x86_64"}
		musl, client := app, app
		musl.Identifier, musl.Version, musl.Homepage, musl.SourcePackage = "musl", "1.2.5-r9", "https://musl.libc.org/", "musl"
		musl.Publisher = "Natanael Copa <ncopa@alpinelinux.org>"
		client.Identifier, client.Version, client.SourcePackage = "ssl_client", "1.37.0-r30", "busybox"
		if d := cmp.Diff([]inventory.App{musl, client}, inv.Apps); d != "" || len(inv.Gaps) > 0 {
			t.Error(d, inv.Gaps)
		}
	}
}

func TestGaps(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		kind inventory.GapKind
		apps int
	}{
		"empty":  {"", inventory.GapEmpty, 0},
		"broken": {"P:nameless\n\nlost\n\nP:a\nV:1\n", inventory.GapMalformed, 1},
	} {
		inv := hosttest.Scan(t, Scanner{}, map[string]string{"lib/apk/db/installed": c.text})
		if len(inv.Apps) != c.apps || len(inv.Gaps) != 1 || inv.Gaps[0].Kind != c.kind || inv.Gaps[0].Device != inv.Devices[0].ID {
			t.Errorf("%s: %d apps, gaps %+v", name, len(inv.Apps), inv.Gaps)
		}
	}
	inv := hosttest.Scan(t, Scanner{}, map[string]string{"lib/apk/db/installed/folder": ""})
	if len(inv.Gaps) != 1 || inv.Gaps[0].Kind != inventory.GapUnreadable {
		t.Errorf("a folder in place of the file: gaps %+v", inv.Gaps)
	}
}

func TestNoAlpine(t *testing.T) {
	src := hosttest.Open(t, hosttest.Tree(t, map[string]string{"etc/os-release": "ID=debian\n"}))
	if (Scanner{}).Recognise(src) {
		t.Error("recognised")
	}
	if _, err := (Scanner{}).Scan(context.Background(), src); err == nil {
		t.Error("a computer without the database was read")
	}
}

func TestCancel(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := (Scanner{}).Scan(ctx, hosttest.Open(t, hosttest.Tree(t, map[string]string{"lib/apk/db/installed": installed}))); err == nil {
		t.Error("a cancelled scan succeeded")
	}
}
