package pacman

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"quaestor/scanners"
	"quaestor/scanners/internal/hostroot/hosttest"
	"quaestor/scanners/inventory"
)

var _ scanners.Scanner = Scanner{}

func tree() map[string]string {
	const local = "var/lib/pacman/local/"
	return map[string]string{
		local + "ALPM_DB_VERSION": "9\n",
		local + "gcc-libs-14.2-1/desc": "%NAME%\ngcc-libs\n\n%VERSION%\n14.2-1\n\n%BASE%\ngcc\n\n%ARCH%\nx86_64\n\n%URL%\nhttps://gcc.gnu.org\n\n%INSTALLDATE%\n1762000000\n\n" +
			"%PACKAGER%\nAnna <anna@example.org>\n\n%REASON%\n1\n\n%VALIDATION%\npgp\n",
		local + "gcc-libs-14.2-1/files": "%FILES%\nusr/lib/libgcc_s.so\n",
		local + "by-hand-1:2-1/desc":    "%NAME%\nby-hand\n\n%VERSION%\n1:2-1\n\n%VALIDATION%\nnone\n",
	}
}

func TestScan(t *testing.T) {
	inv := hosttest.Scan(t, Scanner{}, tree())
	for i := range inv.Apps {
		a := &inv.Apps[i]
		if a.ID != inventory.AppID(inv.Devices[0].ID, inventory.ArchPackage, a.Identifier) || a.Device != inv.Devices[0].ID || len(a.Origins) != 1 ||
			!strings.HasSuffix(a.Origins[0].Path, "/desc") {
			t.Errorf("identifier, device or origin of %+v", a)
		}
		a.ID, a.Device, a.Origins = "", "", nil
	}
	installed := time.Unix(1762000000, 0).UTC()
	want := []inventory.App{
		{Platform: inventory.Linux, IdentifierKind: inventory.ArchPackage, Identifier: "by-hand", Version: "1:2-1", Flags: []string{"not-validated"}},
		{Platform: inventory.Linux, IdentifierKind: inventory.ArchPackage, Identifier: "gcc-libs", Version: "14.2-1", Arch: "x86_64", SourcePackage: "gcc",
			Homepage: "https://gcc.gnu.org", Publisher: "Anna <anna@example.org>", Updated: &installed, Flags: []string{"dependency"}},
	}
	if d := cmp.Diff(want, inv.Apps); d != "" || len(inv.Gaps) > 0 {
		t.Error(d, inv.Gaps)
	}
}

func TestGaps(t *testing.T) {
	const local = "var/lib/pacman/local/"
	for name, c := range map[string]struct {
		files map[string]string
		kind  inventory.GapKind
		apps  int
	}{
		"empty":       {map[string]string{local: ""}, inventory.GapEmpty, 0},
		"broken":      {map[string]string{local + "a-1-1/desc": "nothing", local + "b-1-1/desc": "%NAME%\nb\n\n%VERSION%\n1-1\n"}, inventory.GapMalformed, 1},
		"no desc":     {map[string]string{local + "a-1-1/": ""}, inventory.GapMalformed, 0},
		"a folder":    {map[string]string{local + "a-1-1/desc/x": ""}, inventory.GapUnreadable, 0},
		"not a place": {map[string]string{"var/lib/pacman/local": "a file"}, inventory.GapUnreadable, 0},
	} {
		inv := hosttest.Scan(t, Scanner{}, c.files)
		if len(inv.Apps) != c.apps || len(inv.Gaps) != 1 || inv.Gaps[0].Kind != c.kind || inv.Gaps[0].Device != inv.Devices[0].ID {
			t.Errorf("%s: %d apps, gaps %+v", name, len(inv.Apps), inv.Gaps)
		}
	}
}

func TestCancel(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := (Scanner{}).Scan(ctx, hosttest.Open(t, hosttest.Tree(t, tree()))); err == nil {
		t.Error("a cancelled scan succeeded")
	}
}

// TestPacman reads what pacman itself wrote about a package that it installed into a folder.
func TestPacman(t *testing.T) {
	for _, tool := range []string{"pacman", "bsdtar"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("%s is not installed", tool)
		}
	}
	if os.Geteuid() != 0 {
		t.Skip("pacman installs packages for root only")
	}
	root, build := t.TempDir(), t.TempDir()
	db := filepath.Join(root, "var", "lib", "pacman")
	for name, text := range map[string]string{
		".PKGINFO":   "pkgname = tool-kit\npkgbase = tools\npkgver = 2:1.5-3\npkgdesc = a tool\nurl = https://example.org\nbuilddate = 1760000000\npackager = Anna <anna@example.org>\nsize = 4\narch = any\nlicense = MIT\n",
		"usr/bin/tk": "tool",
	} {
		p := filepath.Join(build, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.MkdirAll(db, 0o755); err != nil {
		t.Fatal(err)
	}
	pkg := filepath.Join(t.TempDir(), "tool-kit-2:1.5-3-any.pkg.tar.gz")
	run(t, "bsdtar", "-C", build, "-czf", pkg, ".PKGINFO", "usr")
	common := []string{"--config", os.DevNull, "--root", root, "--dbpath", db}
	run(t, "pacman", append(common, "--cachedir", t.TempDir(), "--logfile", filepath.Join(root, "log"), "--hookdir", t.TempDir(), "--noconfirm", "-U", pkg)...)
	listed := run(t, "pacman", append(common, "-Q")...)

	inv, err := (Scanner{}).Scan(context.Background(), hosttest.Open(t, root))
	if err != nil || len(inv.Apps) != 1 || len(inv.Gaps) > 0 {
		t.Fatalf("%d apps, gaps %+v, %v", len(inv.Apps), inv.Gaps, err)
	}
	a := inv.Apps[0]
	if got := a.Identifier + " " + a.Version + "\n"; got != listed {
		t.Errorf("pacman lists %q, read %q", listed, got)
	}
	if a.SourcePackage != "tools" || a.Arch != "any" || a.Publisher != "Anna <anna@example.org>" || a.Homepage != "https://example.org" || a.Updated == nil {
		t.Errorf("%+v", a)
	}
}

func run(t *testing.T, name string, args ...string) string {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Env = append(os.Environ(), "LC_ALL=C")
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %v\n%s", cmd.Args, err, out)
	}
	return string(out)
}
