package hives

import (
	"archive/zip"
	"context"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"quaestor/scanners"
	"quaestor/scanners/internal/hostroot/hosttest"
	"quaestor/scanners/internal/scantest"
	"quaestor/scanners/internal/winfacts"
	"quaestor/scanners/internal/winreg"
	"quaestor/scanners/internal/winreg/hivetest"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

var (
	_ scanners.Container = Scanner{}
	_ scanners.Companion = Scanner{}
)

func hiveOf(t *testing.T, path string) string {
	t.Helper()
	return string(hivetest.Build(t, hivetest.Computer(t), path, hivetest.Options{}))
}

func scan(t *testing.T, path string) *inventory.Inventory {
	t.Helper()
	src := scantest.Open(t, path)
	if !(Scanner{}).Recognise(src) {
		t.Fatalf("%s is not recognised", path)
	}
	inv, err := (Scanner{}).Scan(context.Background(), src)
	if err != nil {
		t.Fatal(err)
	}
	return inv
}

func names(inv *inventory.Inventory) (out []string) {
	for _, a := range inv.Apps {
		out = append(out, a.Name)
	}
	slices.Sort(out)
	return out
}

func TestLooseFolder(t *testing.T) {
	dir := hosttest.Tree(t, map[string]string{
		"SOFTWARE": hiveOf(t, `HKLM\SOFTWARE`), "system.hive": hiveOf(t, `HKLM\SYSTEM`), "anna_NTUSER.DAT": hiveOf(t, `HKU\anna`),
		"anna_UsrClass.dat": hiveOf(t, `HKU\classes`), "system.txt": "notes", "SOFTWARE.LOG1": "", "sub/": "",
	})
	inv := scan(t, dir)
	if got, want := names(inv), []string{"7-Zip 24.08 (x64)", "Пример Антивирус", "Чат", "示例安全卫士", "聊天"}; !slices.Equal(got, want) {
		t.Errorf("apps %q", got)
	}
	if inv.Devices[0].ID != winfacts.MachineID("0fedcba9-8765-4321-8000-1234567890ab") || inv.Devices[0].Name != "DESK-7" {
		t.Errorf("device %+v", inv.Devices[0])
	}
	for _, a := range inv.Apps {
		if (a.Name == "Чат" || a.Name == "聊天") && (len(a.Users) != 1 || a.Users[0].User != "anna") {
			t.Errorf("users of %s: %+v", a.Name, a.Users)
		}
		if a.Name == "Чат" {
			if want := filepath.ToSlash(dir) + `/anna_NTUSER.DAT!Software\Microsoft\Windows\CurrentVersion\Uninstall\Chat`; a.Origins[0].Path != want {
				t.Errorf("origin %q, want %q", a.Origins[0].Path, want)
			}
		}
	}
	if inner := (Scanner{}).Inner(scantest.Open(t, dir)); !slices.Equal(inner, []string{"sub", "system.txt"}) {
		t.Errorf("left to others: %q", inner)
	}
}

// TestUnnamed: the file of a hive is no account.
func TestUnnamed(t *testing.T) {
	for name, want := range map[string]string{"NTUSER.DAT": "unnamed account", "ntuser.dat": "unnamed account", "jan.NTUSER.DAT": "unnamed account (jan.NTUSER.DAT)", "UsrClass.dat": "unnamed account"} {
		if got := unnamed(name); got != want || !inventory.Unnamed(got) {
			t.Errorf("%s: %q", name, got)
		}
	}
	recorded := winreg.NewRecorded()
	if err := recorded.Set(`HKU\x\Software\Microsoft\Windows\CurrentVersion\Uninstall\Chat`, winreg.String("DisplayName", "Chat")); err != nil {
		t.Fatal(err)
	}
	if err := recorded.Set(`HKU\x\Environment`, winreg.String("TEMP", "x")); err != nil {
		t.Fatal(err)
	}
	dir := hosttest.Tree(t, map[string]string{"NTUSER.DAT": string(hivetest.Build(t, recorded, `HKU\x`, hivetest.Options{}))})
	inv := scan(t, filepath.Join(dir, "NTUSER.DAT"))
	if len(inv.Apps) != 1 || len(inv.Apps[0].Users) != 1 || inv.Apps[0].Users[0].User != inventory.UnnamedUser {
		t.Errorf("%+v", inv.Apps)
	}
}

func TestAlone(t *testing.T) {
	dir := hosttest.Tree(t, map[string]string{"x/a.bin": hiveOf(t, `HKLM\SOFTWARE`), "Users/boris/c.bin": hiveOf(t, `HKU\classes`), "n.bin": hiveOf(t, `HKU\anna`)})
	for name, want := range map[string][]string{
		"x/a.bin": {"7-Zip 24.08 (x64)", "Пример Антивирус", "示例安全卫士"}, "Users/boris/c.bin": {"聊天"}, "n.bin": {"Чат"},
	} {
		inv := scan(t, filepath.Join(dir, name))
		if got := names(inv); !slices.Equal(got, want) || len(inv.Devices) != 1 || inv.Devices[0].ID == "" {
			t.Errorf("%s: %q, %+v", name, got, inv.Devices)
		}
		if name == "Users/boris/c.bin" && inv.Apps[0].Users[0].User != "boris" {
			t.Errorf("users %+v", inv.Apps[0].Users)
		}
	}
}

func TestDirtyAlone(t *testing.T) {
	dirty := []byte(hiveOf(t, `HKLM\SOFTWARE`))
	binary.LittleEndian.PutUint32(dirty[4:], 2)
	hivetest.Sum(dirty)
	dir := hosttest.Tree(t, map[string]string{"SOFTWARE": string(dirty), "SOFTWARE.LOG2": "not a log, and long enough to be looked at" + string(make([]byte, 600))})
	inv := scan(t, filepath.Join(dir, "SOFTWARE"))
	if len(inv.Apps) != 3 || !slices.ContainsFunc(inv.Gaps, func(g inventory.Gap) bool { return g.Subject == filepath.ToSlash(dir)+"/SOFTWARE" && g.Next != "" }) {
		t.Errorf("%d apps, gaps %+v", len(inv.Apps), inv.Gaps)
	}
}

func TestNotRecognised(t *testing.T) {
	software := hiveOf(t, `HKLM\SOFTWARE`)
	other := hivetest.Fill(t, "[HKLM\\SAM\\SAM\\Domains]\n")
	log := []byte(software[:512])
	log[28] = 6
	dir := hosttest.Tree(t, map[string]string{
		"two/SOFTWARE": software, "two/SOFTWARE.old": software, "one/SOFTWARE": software, "one/x": "",
		"sam": string(hivetest.Build(t, other, `HKLM\SAM`, hivetest.Options{})), "log": string(log), "text": "regf", "cut": software[:4000], "e.LOG1": "",
	})
	for _, name := range []string{"two", "one", "sam", "log", "text", "cut"} {
		if (Scanner{}).Recognise(scantest.Open(t, filepath.Join(dir, name))) {
			t.Errorf("%s is recognised", name)
		}
	}
	for name, want := range map[string]bool{"log": true, "e.LOG1": true, "text": false, "two": false} {
		if got := (Scanner{}).Companion(scantest.Open(t, filepath.Join(dir, name))); got != want {
			t.Errorf("%s accompanies: %v", name, got)
		}
	}
}

// TestHostile scans hives in which any one number was changed.
func TestHostile(t *testing.T) {
	good := []byte(hiveOf(t, `HKLM\SOFTWARE`))
	file := filepath.Join(t.TempDir(), "SOFTWARE")
	for at := 4096; at < len(good); at += 92 {
		for _, v := range []uint32{0, 0xffffffff, 0x20, 0x7ffffff8} {
			b := slices.Clone(good)
			binary.LittleEndian.PutUint32(b[at:], v)
			if err := os.WriteFile(file, b, 0o600); err != nil {
				t.Fatal(err)
			}
			src := scantest.Open(t, file)
			if !(Scanner{}).Recognise(src) {
				continue
			}
			if inv, _ := (Scanner{}).Scan(context.Background(), src); inv != nil && len(inv.Apps) > 10 {
				t.Errorf("%#x at %#x: %d apps", v, at, len(inv.Apps))
			}
		}
	}
}

// TestInArchive: what lies in an archive is read, and the reader is told that the hives are not taken for one computer.
func TestInArchive(t *testing.T) {
	file := filepath.Join(t.TempDir(), "triage.zip")
	f, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	z := zip.NewWriter(f)
	w, err := z.Create("C/Windows/System32/config/SOFTWARE")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write([]byte(hiveOf(t, `HKLM\SOFTWARE`))); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(z.Close(), f.Close()); err != nil {
		t.Fatal(err)
	}
	inv := scanners.Run(context.Background(), []source.Target{{Path: file}}, scanners.Options{Scanners: []scanners.Scanner{New()}, Limits: source.DefaultLimits})
	if len(inv.Apps) != 3 || !slices.ContainsFunc(inv.Gaps, func(g inventory.Gap) bool {
		return g.Kind == inventory.GapSkipped && g.Scanner == ID && g.Next != "" && g.Count == 0
	}) {
		t.Errorf("%d apps, gaps %+v", len(inv.Apps), inv.Gaps)
	}
}

// TestDamaged: what begins like a hive and is none is told from other files, and from logs.
func TestDamaged(t *testing.T) {
	for name, tt := range map[string]struct {
		content string
		bad     bool
	}{"cut": {"regf\x01\x00\x00\x00", true}, "NTUSER.DAT": {"regf" + strings.Repeat("\x00", 4000), true}, "NTUSER.DAT.LOG1": {"regf", false}, "text": {"reg", false}} {
		file := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(file, []byte(tt.content), 0o600); err != nil {
			t.Fatal(err)
		}
		src, err := source.Open(source.Target{Path: file}, source.DefaultLimits)
		if err != nil {
			t.Fatal(err)
		}
		defer src.Close()
		if got := (Scanner{}).Damaged(src); tt.bad != (got != "") {
			t.Errorf("%s: %q", name, got)
		}
	}
}

// Tools that copy hives write the names of the logs in other letters than that of the hive.
func TestLogInOtherLetters(t *testing.T) {
	dirty := []byte(hiveOf(t, `HKLM\SOFTWARE`))
	binary.LittleEndian.PutUint32(dirty[4:], 2)
	hivetest.Sum(dirty)
	dir := hosttest.Tree(t, map[string]string{"SOFTWARE": string(dirty), "software.LOG1": "not a log, and long enough to be looked at" + string(make([]byte, 600)), "SYSTEM": hiveOf(t, `HKLM\SYSTEM`)})
	for _, target := range []string{dir, filepath.Join(dir, "SOFTWARE")} {
		if inv := scan(t, target); !slices.ContainsFunc(inv.Gaps, func(g inventory.Gap) bool {
			return strings.Contains(g.Detail, "its log could not") || strings.Contains(g.Detail, "the logs beside it")
		}) {
			t.Errorf("%s: %+v", target, inv.Gaps)
		}
	}
}
