package androidqf_test

import (
	"archive/zip"
	"context"
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"quaestor/scanners"
	"quaestor/scanners/android/androidqf"
	"quaestor/scanners/internal/scantest"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

const member = "../../../testdata/phones/member"

// pack writes a folder into a zip archive below prefix.
func pack(t *testing.T, dir, prefix string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "phone.zip")
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	w := zip.NewWriter(f)
	defer w.Close()
	err = fs.WalkDir(os.DirFS(dir), ".", func(rel string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(filepath.Join(dir, rel))
		if err != nil {
			return err
		}
		e, err := w.Create(path.Join(prefix, rel))
		if err == nil {
			_, err = e.Write(b)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return name
}

func copyOf(t *testing.T, without ...string) string {
	t.Helper()
	dir := t.TempDir()
	entries, err := os.ReadDir(member)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.IsDir() || slices.Contains(without, e.Name()) {
			continue
		}
		b, err := os.ReadFile(filepath.Join(member, e.Name()))
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, e.Name()), b, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestMember(t *testing.T) {
	inv := scantest.Scan(t, androidqf.New(), member)
	scantest.Golden(t, inv, "testdata/member.golden.json")
	d := inv.Devices[0]
	if d.Serial != "R5CW00EXAMPLE" || d.Model != "SM-A546B" || d.SDK != 34 || d.SecurityPatch != "2024-06-01" || d.Name != "member" || len(d.Users) != 2 ||
		d.CollectedAt == nil || d.Properties["settings.global.adb_enabled"] != "1" || d.ID != inventory.DeviceID(inventory.Android, "R5CW00EXAMPLE") {
		t.Errorf("%+v", d)
	}
	if len(inv.Apps) != 45 || len(inv.Devices) != 1 {
		t.Errorf("%d apps on %d devices", len(inv.Apps), len(inv.Devices))
	}
	tiktok := scantest.App(t, inv, "com.zhiliaoapp.musically")
	if tiktok.ID != inventory.AppID(d.ID, inventory.AndroidPackage, "com.zhiliaoapp.musically") || len(tiktok.Users) != 2 || len(tiktok.Binaries) != 5 ||
		tiktok.UID != 10220 || tiktok.Version != "35.1.4" || len(tiktok.Origins) != 2 || len(tiktok.Paths) != 5 {
		t.Errorf("%+v", tiktok)
	}
	if len(tiktok.Signers) != 1 || tiktok.Signers[0].Verified || tiktok.Signers[0].SHA256 != "9041803e91bcb814b4b4399fb5c85a91640b755e5e8ba76813814bf4cf2ab5ba" {
		t.Errorf("signers %+v", tiktok.Signers)
	}
	base := slices.IndexFunc(inv.Binaries, func(b inventory.Binary) bool { return b.SHA256 == tiktok.Binaries[0] })
	if base < 0 || inv.Binaries[base].Format != "apk" || inv.Binaries[base].Package != "com.zhiliaoapp.musically" {
		t.Errorf("the first binary is not the base: %+v", tiktok.Binaries)
	}
	for _, o := range tiktok.Origins {
		if o.SHA256 == "" {
			t.Errorf("no hash of %s", o.Path)
		}
	}
	if len(inv.SecurityProducts) != 4 {
		t.Errorf("settings and dump state the same service twice: %+v", inv.SecurityProducts)
	}
	for _, g := range inv.Gaps {
		if g.Kind.Incomplete() || g.Kind == inventory.GapUnknownLines {
			t.Errorf("%+v", g)
		}
	}
}

// The same phone in an archive has the same facts.
func TestArchive(t *testing.T) {
	folder := scantest.Scan(t, androidqf.New(), member)
	for _, prefix := range []string{"", "7c1f0a52-5a0e-4c8e-9a59-0d3f6a1e2b40"} {
		inv := scantest.Scan(t, androidqf.New(), pack(t, member, prefix))
		if len(inv.Apps) != len(folder.Apps) || inv.Devices[0].ID != folder.Devices[0].ID || len(inv.Binaries) != len(folder.Binaries) {
			t.Errorf("below %q: %d apps on %s", prefix, len(inv.Apps), inv.Devices[0].ID)
		}
	}
}

func TestWhatIsMissingIsAGap(t *testing.T) {
	for missing, says := range map[string][]string{
		"getprop.txt": {"No properties were collected"}, "packages.json": {"No packages.json was collected"},
		"dumpsys.txt": {"No dump of the package service", "The users of the phone were not dumped", "Device and profile owners were not dumped"},
	} {
		whole, inv := scantest.Scan(t, androidqf.New(), copyOf(t)), scantest.Scan(t, androidqf.New(), copyOf(t, missing))
		for _, sentence := range says {
			if blind(whole, sentence) || !blind(inv, sentence) {
				t.Errorf("without %s: %q is not said, or said of the whole acquisition", missing, sentence)
			}
		}
		if len(inv.Apps) != 45 {
			t.Errorf("without %s: %d apps", missing, len(inv.Apps))
		}
	}
}

func blind(inv *inventory.Inventory, sentence string) bool {
	return slices.ContainsFunc(scantest.Gaps(inv, inventory.GapBlind), func(g inventory.Gap) bool { return strings.HasPrefix(g.Detail, sentence) })
}

// Any folder with the properties of one phone and lists of its packages will do.
func TestPlainFolder(t *testing.T) {
	inv := scantest.Scan(t, androidqf.New(), "testdata/plain")
	scantest.Golden(t, inv, "testdata/plain.golden.json")
	a := scantest.App(t, inv, "com.tencent.mm")
	if inv.Devices[0].Model != "2201117TY" || len(a.Users) != 2 || a.Installer != "com.xiaomi.market" || len(a.Origins) != 2 {
		t.Errorf("%+v %+v", inv.Devices[0], a)
	}
}

// What androidqf wrote stays one phone, and the properties of another one stay out of it.
func TestForeignProperties(t *testing.T) {
	dir := copyOf(t)
	if err := os.WriteFile(filepath.Join(dir, "a-props.txt"), []byte("[ro.serialno]: [OTHER]\n[ro.product.model]: [X]\n[ro.z]: [1]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	inv := scantest.Scan(t, androidqf.New(), dir)
	if inv.Devices[0].Serial != "R5CW00EXAMPLE" {
		t.Errorf("%+v", inv.Devices[0])
	}
	if inner := androidqf.New().(scanners.Container).Inner(scantest.Open(t, dir)); !slices.Equal(inner, []string{"a-props.txt"}) {
		t.Errorf("left to others: %q", inner)
	}
}

func TestNotAPhone(t *testing.T) {
	dir := t.TempDir()
	if androidqf.New().Recognise(scantest.Open(t, dir)) {
		t.Error("an empty folder is recognised")
	}
	two := copyOf(t, "acquisition.json", "packages.json")
	b, _ := os.ReadFile(filepath.Join(member, "getprop.txt"))
	if err := os.WriteFile(filepath.Join(two, "getprop-other-phone.txt"), b, 0o600); err != nil {
		t.Fatal(err)
	}
	if androidqf.New().Recognise(scantest.Open(t, two)) {
		t.Error("the properties of two phones are taken for one")
	}
	if androidqf.New().Recognise(scantest.Open(t, filepath.Join(member, "getprop.txt"))) {
		t.Error("a single file is recognised")
	}
}

func TestBroken(t *testing.T) {
	inv := scantest.Scan(t, androidqf.New(), "testdata/broken")
	scantest.Golden(t, inv, "testdata/broken.golden.json")
	if len(scantest.Gaps(inv, inventory.GapMalformed)) < 4 || len(inv.Apps) != 3 {
		t.Errorf("%d apps, gaps %+v", len(inv.Apps), inv.Gaps)
	}
}

// A file beyond a limit is a gap; the others are read.
func TestLimits(t *testing.T) {
	limits := source.DefaultLimits
	limits.FileBytes, limits.WholeBytes = 40_000, 10_000
	src, err := source.Open(source.Target{Path: pack(t, member, "")}, limits)
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	inv, err := androidqf.New().Scan(context.Background(), src)
	if err != nil || len(scantest.Gaps(inv, inventory.GapLimit)) != 2 || inv.Devices[0].Model == "" || len(inv.Apps) == 0 || len(inv.Apps) == 45 {
		t.Errorf("%v, %d apps, gaps %+v", err, len(inv.Apps), scantest.Gaps(inv, inventory.GapLimit))
	}
}

func TestInner(t *testing.T) {
	dir := copyOf(t)
	for _, name := range []string{"apks/a.apk", "bugreport.zip", "backup.ab"} {
		full := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(full), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(full, []byte("PK\x03\x04"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c, ok := androidqf.New().(scanners.Container)
	if !ok {
		t.Fatal("not a container")
	}
	if got, want := c.Inner(scantest.Open(t, dir)), []string{"apks/a.apk", "bugreport.zip"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestCancel(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := androidqf.New().Scan(ctx, scantest.Open(t, member)); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// write puts text into a file of a folder.
func write(t *testing.T, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// A file of the acquisition that is empty, cut short or something else is missing, and not passed over.
func TestDamagedFiles(t *testing.T) {
	whole := func(name string) string {
		b, err := os.ReadFile(filepath.Join(member, name))
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	noise := strings.Repeat("\x01\xfe\x00\x93k", 900)
	for name, texts := range map[string][]string{
		"packages.json":       {"", "[]", "null", "{}", `[{"name": "com.wh`, whole("packages.json")[:3000], noise, `["com.whatsapp"]`},
		"dumpsys.txt":         {"", whole("dumpsys.txt")[:40], whole("dumpsys.txt")[:5000], whole("dumpsys.txt")[:len(whole("dumpsys.txt"))-1000], noise, "error: closed\n"},
		"getprop.txt":         {"", "[ro.x]: [y]\n", noise, whole("getprop.txt")[:400]},
		"acquisition.json":    {"", "null", "{}", whole("acquisition.json")[:60], noise},
		"root_binaries.json":  {"", "[", noise},
		"package_users.json":  {"", "{}", noise, `{"users":[{"id":10,"inventory_status":"failed","error":"no"}]}`},
		"settings_global.txt": {"", "adb_ena", noise},
	} {
		for _, text := range texts {
			dir := copyOf(t, name)
			write(t, dir, name, text)
			if !androidqf.New().Recognise(scantest.Open(t, dir)) {
				t.Errorf("%s %.20q: no acquisition", name, text)
				continue
			}
			inv := scantest.Scan(t, androidqf.New(), dir)
			if at := slices.IndexFunc(inv.Gaps, func(g inventory.Gap) bool { return g.Kind.Incomplete() && strings.HasSuffix(g.Subject, name) }); at < 0 || len(inv.Apps) != 45 {
				t.Errorf("%s %.20q: %d apps, %+v", name, text, len(inv.Apps), inv.Gaps)
			}
			if inner := androidqf.New().(scanners.Container).Inner(scantest.Open(t, dir)); slices.Contains(inner, name) {
				t.Errorf("%s is left to others", name)
			}
		}
	}
}

// What is left of an acquisition is one still, and says that its list is missing.
func TestListLost(t *testing.T) {
	for _, lost := range [][]string{{"packages.json", "dumpsys.txt"}, {"packages.json", "dumpsys.txt", "getprop.txt"}, {"packages.json", "dumpsys.txt", "acquisition.json"}} {
		for _, empty := range []bool{true, false} {
			dir := copyOf(t, lost...)
			for _, name := range lost {
				if empty {
					write(t, dir, name, "")
				}
			}
			src := scantest.Open(t, dir)
			if !androidqf.New().Recognise(src) {
				if empty || len(lost) == 2 {
					t.Errorf("without %q, empty %v: no acquisition", lost, empty)
				}
				continue
			}
			if _, err := androidqf.New().Scan(context.Background(), src); err == nil || !strings.Contains(err.Error(), "which packages are installed") {
				t.Errorf("without %q, empty %v: %v", lost, empty, err)
			}
		}
	}
}

// One sound file beside a damaged list makes an acquisition; a damaged one alone does not.
func TestDamagedAlone(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "packages.json", `{"some": "thing"}`)
	write(t, dir, "settings_x.txt", "a=b\n")
	if androidqf.New().Recognise(scantest.Open(t, dir)) {
		t.Error("any packages.json is taken for an acquisition")
	}
	dir = copyOf(t, "packages.json", "dumpsys.txt", "acquisition.json")
	write(t, dir, "dumpsys.txt", "")
	if !androidqf.New().Recognise(scantest.Open(t, dir)) {
		t.Error("properties beside an empty dump are no acquisition")
	}
}

// A file under one of the acquisition's names with something else in it that is read here is read.
func TestMisnamed(t *testing.T) {
	dir := copyOf(t, "packages.json", "dumpsys.txt")
	write(t, dir, "packages.json", "package:com.example.listed\n")
	scantest.App(t, scantest.Scan(t, androidqf.New(), dir), "com.example.listed")
}
