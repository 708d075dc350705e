package rpm

import (
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"quaestor/scanners"
	"quaestor/scanners/internal/hostroot/hosttest"
	"quaestor/scanners/inventory"
)

var _ scanners.Scanner = Scanner{}

func sample(t *testing.T, name string) string {
	t.Helper()
	f, err := os.Open(filepath.Join("..", "..", "internal", "rpmdb", "testdata", name+".gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	zr, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(zr)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func scan(t *testing.T, files map[string]string) *inventory.Inventory {
	t.Helper()
	return hosttest.Scan(t, Scanner{}, files)
}

func TestScan(t *testing.T) {
	for place, file := range map[string]string{
		"var/lib/rpm/rpmdb.sqlite":          "rpmdb.sqlite",
		"usr/lib/sysimage/rpm/Packages.db":  "Packages.db",
		"usr/lib/sysimage/rpm/rpmdb.sqlite": "rpmdb.sqlite",
		"var/lib/rpm/Packages":              "Packages",
	} {
		t.Run(place, func(t *testing.T) {
			inv := scan(t, map[string]string{place: sample(t, file)})
			if len(inv.Apps) != 2 || len(inv.Gaps) > 0 {
				t.Fatalf("%d apps, gaps %+v", len(inv.Apps), inv.Gaps)
			}
			inv.Sort()
			got := inv.Apps[1]
			want := inventory.App{ID: got.ID, Device: inv.Devices[0].ID, Platform: inventory.Linux, IdentifierKind: inventory.RPMPackage,
				Identifier: "quaestor-demo", Version: "1:2.5-3", Arch: "noarch", Publisher: "Example Vendor", Homepage: "https://demo.example.org/",
				SourcePackage: "quaestor-demo-2.5-3.src.rpm", Updated: got.Updated, Origins: got.Origins}
			if d := cmp.Diff(want, got); d != "" || got.Updated == nil || len(got.Origins) != 1 {
				t.Error(d)
			}
			if p := inv.Apps[0].Publisher; p != "Pat Packager <pat@example.org>" {
				t.Errorf("without a vendor the publisher is %q", p)
			}
		})
	}
}

func TestIdentify(t *testing.T) {
	ids := func(apps ...inventory.App) []string {
		c := collector{device: "d", inv: &inventory.Inventory{Apps: apps}}
		c.identify()
		var out []string
		for _, a := range c.inv.Apps {
			out = append(out, a.ID)
		}
		return out
	}
	old, updated := inventory.App{Identifier: "kernel", Version: "1", Arch: "x"}, inventory.App{Identifier: "kernel", Version: "2", Arch: "x"}
	if a, b := ids(old), ids(updated); a[0] != b[0] {
		t.Error("an update makes another app")
	}
	if both := ids(old, updated); both[0] == both[1] {
		t.Error("two kernels side by side are one app")
	}
	other := old
	other.Arch = "y"
	if both := ids(old, other); both[0] == both[1] || both[0] != ids(old)[0] {
		t.Error("the architectures of a package are not told apart")
	}
}

// TestMovedDatabase has the links that a distribution leaves after moving the database.
func TestMovedDatabase(t *testing.T) {
	inv := scan(t, map[string]string{
		"var/lib/rpm":                       hosttest.Link + "/usr/lib/sysimage/rpm",
		"usr/lib/sysimage/rpm/rpmdb.sqlite": sample(t, "rpmdb.sqlite"),
		"usr/lib/sysimage/rpm/Packages":     "left over",
	})
	if len(inv.Apps) != 2 || len(inv.Gaps) > 0 {
		t.Errorf("%d apps, gaps %+v", len(inv.Apps), inv.Gaps)
	}
}

func TestGaps(t *testing.T) {
	whole := sample(t, "rpmdb.sqlite")
	for name, tt := range map[string]struct {
		files map[string]string
		apps  int
		kind  inventory.GapKind
	}{
		"corrupt": {map[string]string{"var/lib/rpm/Packages": "corrupt"}, 0, inventory.GapMalformed},
		"cut":     {map[string]string{"var/lib/rpm/rpmdb.sqlite": whole[:8192]}, 0, inventory.GapMalformed},
		"log":     {map[string]string{"var/lib/rpm/rpmdb.sqlite": whole, "var/lib/rpm/rpmdb.sqlite-wal": "x"}, 2, inventory.GapUnreadable},
		"folder":  {map[string]string{"var/lib/rpm/rpmdb.sqlite/x": ""}, 0, inventory.GapUnreadable},
	} {
		inv := scan(t, tt.files)
		if len(inv.Apps) != tt.apps || len(inv.Gaps) != 1 || inv.Gaps[0].Kind != tt.kind || inv.Gaps[0].Device == "" || inv.Gaps[0].Next == "" {
			t.Errorf("%s: %d apps, gaps %+v", name, len(inv.Apps), inv.Gaps)
		}
	}
}

func TestNotRecognised(t *testing.T) {
	if (Scanner{}).Recognise(hosttest.Open(t, hosttest.Tree(t, map[string]string{"var/lib/dpkg/status": ""}))) {
		t.Error("a computer without rpm is recognised")
	}
}
