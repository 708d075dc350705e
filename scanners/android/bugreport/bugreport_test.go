package bugreport_test

import (
	"archive/zip"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"quaestor/scanners"
	"quaestor/scanners/android/bugreport"
	"quaestor/scanners/internal/scantest"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

const sample = "testdata/bugreport-shiba-AP2A.240605.024.txt"

func pack(t *testing.T, files map[string]string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "report.zip")
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	w := zip.NewWriter(f)
	defer w.Close()
	for n, text := range files {
		e, err := w.Create(n)
		if err == nil {
			_, err = e.Write([]byte(text))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return name
}

func text(t *testing.T) string {
	t.Helper()
	b, err := os.ReadFile(sample)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestGolden(t *testing.T) {
	scantest.GoldenFiles(t, bugreport.New(), "testdata/*.txt", 1)
}

func check(t *testing.T, inv *inventory.Inventory) {
	t.Helper()
	d := inv.Devices[0]
	if d.Serial != "3B2EXAMPLE" || d.Model != "Pixel 8" || d.SDK != 34 || d.OSVersion != "14" || d.SecurityPatch != "2024-06-05" || len(d.Users) != 2 ||
		!strings.HasPrefix(d.Properties["kernel"], "Linux version 5.15") || d.Properties["ro.boot.verifiedbootstate"] != "orange" ||
		d.Properties["dumpstate.local_time"] != "2024-06-20 08:15:30" {
		t.Errorf("%+v", d)
	}
	if a := scantest.App(t, inv, "com.zhiliaoapp.musically"); len(inv.Apps) != 4 || len(a.Users) != 2 || a.Installer != "com.android.vending" {
		t.Errorf("%d apps, %+v", len(inv.Apps), a)
	}
	if len(inv.Profiles) != 1 || len(inv.SecurityProducts) != 3 {
		t.Errorf("%+v %+v", inv.Profiles, inv.SecurityProducts)
	}
	for _, g := range inv.Gaps {
		if g.Kind.Incomplete() || g.Kind == inventory.GapUnknownLines {
			t.Errorf("%+v", g)
		}
	}
}

// The archive, whatever it names its main text, tells what the text tells.
func TestForms(t *testing.T) {
	check(t, scantest.Scan(t, bugreport.New(), sample))
	for name, files := range map[string]map[string]string{
		"main entry":   {"main_entry.txt": "bugreport-x.txt", "bugreport-x.txt": text(t), "version.txt": "2.0", "FS/data/anr/x": "y", "dumpstate_board.bin": "z"},
		"folder entry": {"main_entry.txt": "in/bugreport.txt\n", "in/bugreport.txt": text(t)},
	} {
		t.Run(name, func(t *testing.T) {
			check(t, scantest.Scan(t, bugreport.New(), pack(t, files)))
		})
	}
}

// TestUnnamed: without a main_entry.txt that leads to it, the text is found as a file like any other, and claims
// nothing beside it.
func TestUnnamed(t *testing.T) {
	folder := t.TempDir()
	for _, name := range []string{"first.txt", "second.log"} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text(t)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, tc := range map[string]struct {
		path string
		runs int
	}{
		"no main entry": {pack(t, map[string]string{"dumpState_S911.log": text(t), "version.txt": "2.0"}), 1},
		"wrong entry":   {pack(t, map[string]string{"main_entry.txt": "../etc/passwd\n", "a.txt": "no report", "bugreport.txt": text(t)}), 1},
		"two reports":   {folder, 2},
	} {
		inv := scanners.Run(context.Background(), []source.Target{{Path: tc.path}}, scanners.Options{Scanners: []scanners.Scanner{bugreport.New()}, Limits: source.DefaultLimits})
		if len(inv.Runs) != tc.runs || len(inv.Apps) == 0 {
			t.Errorf("%s: runs %+v, %d apps", name, inv.Runs, len(inv.Apps))
		}
	}
}

// TestBeside: what lies beside the main text is offered to other scanners.
func TestBeside(t *testing.T) {
	dir := t.TempDir()
	for name, content := range map[string]string{"main_entry.txt": "bugreport.txt", "bugreport.txt": text(t), "other-phone.txt": "package:org.example"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	src, err := source.Open(source.Target{Path: dir}, source.DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	if got := bugreport.New().(scanners.Container).Inner(src); len(got) != 1 || got[0] != "other-phone.txt" {
		t.Errorf("offered %q", got)
	}
}

// However a report is cut short, it must not look whole.
func TestCutAnywhere(t *testing.T) {
	whole := text(t)
	path := filepath.Join(t.TempDir(), "cut.txt")
	for at := 100; at < strings.Index(whole, "== dumpstate: done"); at += 499 {
		if err := os.WriteFile(path, []byte(whole[:at]), 0o600); err != nil {
			t.Fatal(err)
		}
		inv, err := bugreport.New().Scan(context.Background(), scantest.Open(t, path))
		if err != nil || len(scantest.Gaps(inv, inventory.GapMalformed)) == 0 {
			t.Fatalf("cut at %d of %d: %v, %d apps and no gap", at, len(whole), err, len(inv.Apps))
		}
	}
}

func TestTimeout(t *testing.T) {
	whole := text(t)
	at := strings.Index(whole, "  Package [com.whatsapp]")
	end := strings.Index(whole, "--------- 0.07s was the duration of dumpsys package")
	path := filepath.Join(t.TempDir(), "slow.txt")
	slow := whole[:at+200] + "\n*** SERVICE 'package' DUMP TIMEOUT (10000ms) EXPIRED ***\n\n" + whole[end:]
	if err := os.WriteFile(path, []byte(slow), 0o600); err != nil {
		t.Fatal(err)
	}
	inv := scantest.Scan(t, bugreport.New(), path)
	timeout := false
	for _, g := range scantest.Gaps(inv, inventory.GapMalformed) {
		timeout = timeout || strings.Contains(strings.Join(g.Samples, ""), "DUMP TIMEOUT")
	}
	if !timeout || len(inv.Devices[0].Users) != 2 {
		t.Errorf("users %+v, gaps %+v", inv.Devices[0].Users, inv.Gaps)
	}
}

func TestNotAReport(t *testing.T) {
	for name, files := range map[string]map[string]string{
		"other archive":  {"a.txt": "hello", "AndroidManifest.xml": "x"},
		"entry to none":  {"main_entry.txt": "gone.txt"},
		"entry to other": {"main_entry.txt": "a.txt", "a.txt": "hello"},
	} {
		if bugreport.New().Recognise(scantest.Open(t, pack(t, files))) {
			t.Errorf("%s is recognised", name)
		}
	}
}
