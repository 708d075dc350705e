package packages_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"quaestor/scanners/android/packages"
	"quaestor/scanners/internal/scantest"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

func scan(t testing.TB, path string) *inventory.Inventory {
	t.Helper()
	return scantest.Scan(t, packages.New(), path)
}

func TestGolden(t *testing.T) {
	scantest.GoldenFiles(t, packages.New(), "testdata/*.txt", 6)
}

// The real shapes must be read whole: every line an app, nothing unknown.
func TestCorpus(t *testing.T) {
	files, _ := filepath.Glob("../../../../shared/corpus/dumps/shapes/android-pm-list-*.txt")
	if len(files) == 0 {
		t.Skip("no android-pm-list-*.txt in ../shared/corpus/dumps/shapes beside the repository")
	}
	tiktok := false
	for _, name := range files {
		inv := scan(t, name)
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if want := bytes.Count(b, []byte("package:")); len(inv.Apps) != want {
			t.Errorf("%s: %d apps, want %d", name, len(inv.Apps), want)
		}
		for _, g := range inv.Gaps {
			if g.Kind != inventory.GapBlind {
				t.Errorf("%s: %+v", name, g)
			}
		}
		for _, a := range inv.Apps {
			if !a.InstallerKnown || a.UID == 0 || len(a.Users) != 1 {
				t.Errorf("%s: %+v", name, a)
			}
		}
		if bytes.Contains(b, []byte("com.zhiliaoapp.musically")) {
			a := scantest.App(t, inv, "com.zhiliaoapp.musically")
			tiktok = a.Installer == "com.android.vending" && a.UID == 10125 && !a.System
		}
	}
	if !tiktok {
		t.Error("com.zhiliaoapp.musically from com.android.vending was not found")
	}
}

func TestRecogniseNeedsContent(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"pm-list-packages.txt": "nothing of the kind\n", "empty.txt": "", "go.txt": "package: main\nand more\n",
	} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if packages.New().Recognise(scantest.Open(t, path)) {
			t.Errorf("%s is recognised", name)
		}
	}
	if packages.New().Recognise(scantest.Open(t, dir)) {
		t.Error("a folder is recognised")
	}
}

func TestLimitIsAGap(t *testing.T) {
	limits := source.DefaultLimits
	limits.FileBytes = 200
	src, err := source.Open(source.Target{Path: "testdata/android12-f-i-U-versioncode.txt"}, limits)
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	inv, err := packages.New().Scan(context.Background(), src)
	if err != nil || len(inv.Apps) == 0 || len(inv.Apps) > 3 {
		t.Fatalf("%d apps, %v", len(inv.Apps), err)
	}
	for _, g := range inv.Gaps {
		if g.Kind == inventory.GapLimit {
			return
		}
	}
	t.Error("no gap says that the file was cut")
}

func TestCancel(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := packages.New().Scan(ctx, scantest.Open(t, "testdata/android9-f.txt")); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// Twice the packages may take twice the memory, not four times.
func TestMemoryIsLinear(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: it reads 300,000 lines")
	}
	cost := func(n int) uint64 {
		path := filepath.Join(t.TempDir(), "list.txt")
		f, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		for i := range n {
			fmt.Fprintf(f, "package:/data/app/x%d/base.apk=com.example.app%d  installer=com.android.vending uid:%d\n", i, i, 10000+i%80000)
		}
		f.Close()
		src := scantest.Open(t, path)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		inv, err := packages.New().Scan(context.Background(), src)
		runtime.ReadMemStats(&after)
		if err != nil || len(inv.Apps) != n {
			t.Fatalf("%d of %d apps, %v", len(inv.Apps), n, err)
		}
		return after.TotalAlloc - before.TotalAlloc
	}
	half, whole := cost(100_000), cost(200_000)
	if whole > 3*half || whole > 1<<30 {
		t.Errorf("100,000 packages allocate %d MB, 200,000 allocate %d MB", half>>20, whole>>20)
	}
	t.Logf("100,000 packages allocate %d MB, 200,000 allocate %d MB", half>>20, whole>>20)
}
