package dpkg

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"quaestor/scanners"
	"quaestor/scanners/internal/hostroot/hosttest"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

var _ scanners.Scanner = Scanner{}

const status = `Package: adb
Status: install ok installed
Maintainer: Android Tools Maintainers <tools@example.org>
Architecture: amd64
Source: android-platform-tools (29.0.6-28)
Version: 1:29.0.6-28
Homepage: https://android.example.org/

Package: kept
Status: hold ok installed
Architecture: all
Version: 2

Package: broken
Status: install reinstreq half-installed
Architecture: all
Version: 3

Package: removed
Status: deinstall ok config-files
Version: 4

Package: libc6
Status: install ok installed
Architecture: amd64
Multi-Arch: same
Version: 5

Package: libc6
Status: install ok installed
Architecture: i386
Multi-Arch: same
Version: 5
`

func scan(t *testing.T, src *source.Source) *inventory.Inventory {
	t.Helper()
	if !(Scanner{}).Recognise(src) {
		t.Fatalf("%s is not recognised", src.Name())
	}
	inv, err := Scanner{}.Scan(context.Background(), src)
	if err != nil {
		t.Fatal(err)
	}
	return inv
}

func openFile(t *testing.T, path string) *source.Source {
	t.Helper()
	src, err := source.Open(source.Target{Path: path}, source.DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { src.Close() })
	return src
}

func TestScanHost(t *testing.T) {
	src := hosttest.Open(t, hosttest.Tree(t, map[string]string{statusFile: status}))
	inv := scan(t, src)
	device := inv.Devices[0].ID
	app := func(name, version, arch string, line int, id string, flags ...string) inventory.App {
		return inventory.App{ID: id, Device: device, Platform: inventory.Linux, IdentifierKind: inventory.DebPackage,
			Identifier: name, Version: version, Arch: arch, Flags: flags,
			Origins: []inventory.Origin{{Scanner: ID, Path: src.Join(statusFile), Line: line}}}
	}
	id := func(extra ...string) string {
		return inventory.AppID(device, inventory.DebPackage, extra[0], extra[1:]...)
	}
	adb := app("adb", "1:29.0.6-28", "amd64", 1, id("adb"))
	adb.Publisher, adb.Homepage = "Android Tools Maintainers <tools@example.org>", "https://android.example.org/"
	adb.SourcePackage = "android-platform-tools (29.0.6-28)"
	want := []inventory.App{
		adb,
		app("kept", "2", "all", 9, id("kept"), "hold"),
		app("broken", "3", "all", 14, id("broken"), "half-installed", "reinstreq"),
		app("libc6", "5", "amd64", 23, id("libc6", "amd64")),
		app("libc6", "5", "i386", 29, id("libc6", "i386")),
	}
	if d := cmp.Diff(want, inv.Apps); d != "" {
		t.Error(d)
	}
	if len(inv.Gaps) > 0 {
		t.Errorf("gaps %+v", inv.Gaps)
	}
}

func TestScanStatusDir(t *testing.T) {
	inv := scan(t, hosttest.Open(t, hosttest.Tree(t, map[string]string{
		statusDir + "/base":         "Package: base-files\nVersion: 12\nArchitecture: arm64\n",
		statusDir + "/base.md5sums": "00  etc/debian_version\n",
		statusDir + "/tzdata":       "Package: tzdata\nVersion: 2026a\nno field\n",
	})))
	if len(inv.Apps) != 2 || len(inv.Gaps) != 1 || inv.Gaps[0].Kind != inventory.GapMalformed {
		t.Errorf("%d apps, gaps %+v", len(inv.Apps), inv.Gaps)
	}
}

func TestGaps(t *testing.T) {
	inv := scan(t, hosttest.Open(t, hosttest.Tree(t, map[string]string{statusFile: ""})))
	if len(inv.Gaps) != 1 || inv.Gaps[0].Kind != inventory.GapEmpty || inv.Gaps[0].Device != inv.Devices[0].ID {
		t.Errorf("empty: gaps %+v", inv.Gaps)
	}
	src := hosttest.Open(t, hosttest.Tree(t, map[string]string{statusFile + "/folder": ""}))
	got, err := Scanner{}.Scan(context.Background(), src)
	if err == nil || len(got.Gaps) != 1 || got.Gaps[0].Kind != inventory.GapUnreadable {
		t.Errorf("a folder in place of the file: err %v, gaps %+v", err, got.Gaps)
	}
}

func TestScanFile(t *testing.T) {
	dir := t.TempDir()
	p := filepath.Join(dir, "desk-17.txt")
	if err := os.WriteFile(p, []byte(status), 0o644); err != nil {
		t.Fatal(err)
	}
	inv := scan(t, openFile(t, p))
	if d := inv.Devices[0]; len(inv.Apps) != 5 || d.Name != "desk-17.txt" || d.Platform != inventory.Linux || len(d.Origins[0].SHA256) != 64 {
		t.Errorf("%d apps on %+v", len(inv.Apps), d)
	}
	for name, content := range map[string]string{
		"control": "Package: a\nVersion: 1\nDescription: no status\n", "empty": "",
		"prose": "Package: a\n\nStatus: x\nVersion: 1\n",
	} {
		p := filepath.Join(dir, name)
		if err := os.WriteFile(p, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
		if (Scanner{}).Recognise(openFile(t, p)) {
			t.Errorf("%s is taken for a status file", name)
		}
	}
}

func TestScanRealFile(t *testing.T) {
	p := filepath.Join("..", "..", "..", "..", "shared", "corpus", "dumps", "linux-debian12-dpkg-status.txt")
	data, err := os.ReadFile(p)
	if err != nil {
		t.Skipf("the corpus is not there: %v", err)
	}
	inv := scan(t, openFile(t, p))
	if want := strings.Count(string(data), "\nStatus: install ok installed\n"); len(inv.Apps) != want || len(inv.Gaps) > 0 {
		t.Errorf("%d apps, want %d; gaps %+v", len(inv.Apps), want, inv.Gaps)
	}
	seen := map[string]bool{}
	for _, a := range inv.Apps {
		if seen[a.ID] {
			t.Errorf("two packages have the identifier of %s", a.Identifier)
		}
		seen[a.ID] = true
	}
}

func TestCancel(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := Scanner{}.Scan(ctx, hosttest.Open(t, hosttest.Tree(t, map[string]string{statusFile: status})))
	if err == nil {
		t.Error("a cancelled scan succeeded")
	}
}
