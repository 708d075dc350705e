package packagefile

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"quaestor/scanners"
	"quaestor/scanners/internal/linuxpkg/pkgtest"
	"quaestor/scanners/internal/scantest"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

var _ scanners.Scanner = scanner{}

const leftPad = `{"name": "left-pad", "version": "1.3.0", "license": "MIT"}`

func write(t testing.TB, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func purls(inv *inventory.Inventory) string {
	var out []string
	for _, c := range inv.Components {
		out = append(out, c.PURL)
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

func control(version, maintainer string) string {
	return "Package: demo\nVersion: " + version + "\nArchitecture: amd64\nMaintainer: " + maintainer + "\n"
}

// TestPackages: a package is an app and a component; what lies in it is listed where no distribution made it.
func TestPackages(t *testing.T) {
	files := map[string]string{"opt/demo/node_modules/left-pad/package.json": leftPad}
	data, cpio := pkgtest.Gzip(t, pkgtest.Tar(t, files)), pkgtest.Gzip(t, pkgtest.Cpio(files))
	rpm := func(vendor, release string) []byte {
		return pkgtest.RPM(map[uint32]string{1000: "demo", 1001: "1.2", 1002: release, 1011: vendor, 1014: "MIT", 1022: "x86_64", 1044: "demo-1.2.src.rpm"}, nil, cpio)
	}
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"third party": {pkgtest.Debian(t, control("1.0", "Example <it@example.org>"), data), "pkg:deb/demo@1.0?arch=amd64 pkg:npm/left-pad@1.3.0"},
		"Debian 12":   {pkgtest.Debian(t, control("1.0-2+deb12u3", "Team <demo@lists.debian.org>"), data), "pkg:deb/debian/demo@1.0-2%2Bdeb12u3?arch=amd64&distro=debian-12"},
		"Debian":      {pkgtest.Debian(t, control("1.0-2", "Team <demo@debian.org>"), data), "pkg:deb/debian/demo@1.0-2?arch=amd64&distro=debian"},
		"no Debian":   {pkgtest.Debian(t, control("1.0-2+deb12u1", "Team <demo@notdebian.org>"), data), "pkg:deb/demo@1.0-2%2Bdeb12u1?arch=amd64 pkg:npm/left-pad@1.3.0"},
		"Ubuntu":      {pkgtest.Debian(t, control("1.0-2ubuntu1", "Ubuntu Developers <ubuntu-devel-discuss@lists.ubuntu.com>"), data), "pkg:deb/ubuntu/demo@1.0-2ubuntu1?arch=amd64&distro=ubuntu"},
		"rpm":         {rpm("Example", "3"), "pkg:npm/left-pad@1.3.0 pkg:rpm/demo@1.2-3?arch=x86_64&upstream=demo-1.2.src.rpm"},
		"Rocky 9":     {rpm("Rocky Enterprise Software Foundation", "3.el9_4"), "pkg:rpm/rocky/demo@1.2-3.el9_4?arch=x86_64&distro=rocky-9&upstream=demo-1.2.src.rpm"},
		"Fedora 40":   {rpm("Fedora Project", "3.fc40"), "pkg:rpm/fedora/demo@1.2-3.fc40?arch=x86_64&distro=fedora-40&upstream=demo-1.2.src.rpm"},
	} {
		inv := scantest.Scan(t, New(), write(t, "demo.pkg", c.data))
		if got := purls(inv); got != c.want {
			t.Errorf("%s: components are\n%s\nwant\n%s", name, got, c.want)
		}
		if len(inv.Apps) != 1 || inv.Apps[0].Identifier != "demo" || inv.Apps[0].Platform != inventory.Linux {
			t.Errorf("%s: apps are %+v", name, inv.Apps)
		}
		whole := strings.Contains(c.want, "npm")
		if told := slices.ContainsFunc(inv.Gaps, func(g inventory.Gap) bool { return g.Kind == inventory.GapBlind }); told == whole {
			t.Errorf("%s: gaps are %+v", name, inv.Gaps)
		}
		for i := range inv.Components {
			if inv.Components[i].App != inv.Apps[0].ID {
				t.Errorf("%s: %s is in no app", name, inv.Components[i].PURL)
			}
		}
	}
}

// TestLicence: what a package of RPM states as its licence is kept.
func TestLicence(t *testing.T) {
	data := pkgtest.RPM(map[uint32]string{1000: "demo", 1001: "1", 1002: "1", 1014: "MIT AND GPL-2.0-only"}, nil, pkgtest.Cpio(nil))
	inv := scantest.Scan(t, New(), write(t, "demo.rpm", data))
	if len(inv.Components) != 1 || !slices.Equal(inv.Components[0].Licences, []string{"MIT AND GPL-2.0-only"}) {
		t.Errorf("%+v", inv.Components)
	}
}

// TestDamaged: what a package says of itself is kept, and that its files were not read is told.
func TestDamaged(t *testing.T) {
	data := pkgtest.Gzip(t, pkgtest.Tar(t, map[string]string{"opt/a/package.json": leftPad}))
	for name, c := range map[string]struct {
		data []byte
		kind inventory.GapKind
	}{
		"no files":  {pkgtest.Debian(t, control("1", "x"), nil), inventory.GapMalformed},
		"cut":       {pkgtest.Debian(t, control("1", "x"), data[:len(data)-20]), inventory.GapMalformed},
		"lzma":      {pkgtest.Debian(t, control("1", "x"), append([]byte{0x5d, 0, 0}, data...)), inventory.GapUnknownLines},
		"no gzip":   {pkgtest.Debian(t, control("1", "x"), append([]byte{0x1f, 0x8b, 9}, data...)), inventory.GapMalformed},
		"no tar":    {pkgtest.Debian(t, control("1", "x"), []byte(strings.Repeat("no archive ", 200))), inventory.GapMalformed},
		"rpm, bare": {pkgtest.RPM(map[uint32]string{1000: "demo", 1001: "1"}, nil, []byte("nothing")), inventory.GapMalformed},
	} {
		inv := scantest.Scan(t, New(), write(t, "demo.pkg", c.data))
		if len(inv.Apps) != 1 || !slices.ContainsFunc(inv.Gaps, func(g inventory.Gap) bool { return g.Kind == c.kind }) {
			t.Errorf("%s: apps %+v, gaps %+v", name, inv.Apps, inv.Gaps)
		}
	}
}

// TestNamedAlone: a package that lies in a folder is not taken: it is not installed there.
func TestNamedAlone(t *testing.T) {
	path := write(t, "demo.deb", pkgtest.Debian(t, control("1", "x"), nil))
	folder, err := source.Open(source.Target{Path: filepath.Dir(path)}, source.DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	defer folder.Close()
	inner, err := folder.Sub("demo.deb")
	if err != nil {
		t.Fatal(err)
	}
	defer inner.Close()
	if New().Recognise(inner) || New().Recognise(folder) {
		t.Error("it is taken")
	}
}
