package apk

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"quaestor/scanners"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// TestGolden scans every file made by testdata/make.sh and compares the whole inventory.
func TestGolden(t *testing.T) {
	for _, name := range []string{
		"plain.apk", "unsigned.apk", "v1.apk", "v2.apk", "clone.apk", "hostile.apk",
		"split", "split/base.apk", "split/split_config.arm64_v8a.apk", "votes.apks", "votes.xapk", "votes.aab",
	} {
		t.Run(name, func(t *testing.T) {
			inv, err := scanPath(t, "testdata/"+name)
			if err != nil {
				t.Fatal(err)
			}
			inv.Sort()
			got, err := json.MarshalIndent(inv, "", "  ")
			if err != nil {
				t.Fatal(err)
			}
			golden := filepath.Join("testdata", "golden", strings.ReplaceAll(name, "/", "_")+".json")
			if *update {
				if err := os.WriteFile(golden, append(got, '\n'), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(strings.TrimSpace(string(want)), string(got)); diff != "" {
				t.Errorf("%s differs (-want +got):\n%s", golden, diff)
			}
		})
	}
}

func TestRecognise(t *testing.T) {
	unrelated := t.TempDir()
	copyFile(t, "testdata/plain.apk", filepath.Join(unrelated, "a.apk"))
	copyFile(t, "testdata/clone.apk", filepath.Join(unrelated, "b.apk"))
	single := t.TempDir()
	copyFile(t, "testdata/plain.apk", filepath.Join(single, "a.apk"))
	twoBases := t.TempDir()
	copyFile(t, "testdata/split/base.apk", filepath.Join(twoBases, "a.apk"))
	copyFile(t, "testdata/split/base.apk", filepath.Join(twoBases, "b.apk"))
	renamed := filepath.Join(t.TempDir(), "holiday.jpg")
	copyFile(t, "testdata/plain.apk", renamed)
	dir := t.TempDir()
	write := func(name string, data []byte) string {
		t.Helper()
		p := filepath.Join(dir, name)
		if err := os.WriteFile(p, data, 0o644); err != nil {
			t.Fatal(err)
		}
		return p
	}
	plain := readFile(t, "testdata/plain.apk")
	clone := readFile(t, "testdata/clone.apk")
	base, config := readFile(t, "testdata/split/base.apk"), readFile(t, "testdata/split/split_config.arm64_v8a.apk")
	for _, tc := range []struct {
		path string
		want bool
	}{
		{"testdata/plain.apk", true},
		{"testdata/unsigned.apk", true},
		{renamed, true},
		{"testdata/split", true},
		{"testdata/votes.apks", true},
		{"testdata/votes.xapk", true},
		{"testdata/votes.aab", true},
		{"testdata/make.sh", false},
		{"testdata", false},
		{unrelated, false},
		{single, false},
		{twoBases, false},
		{write("cut.apk", plain[:len(plain)-200]), true},
		{write("count0.apk", emptied(plain)), true},
		{write("count0.zip", emptied(zipOf(t, entry{"a.txt", "x"}))), false},
		{write("fake.apk", []byte("not a zip, but named .apk: AndroidManifest.xml")), false},
		{write("empty.apk", nil), false},
		{write("docs.zip", zipOf(t, entry{"a.txt", "x"})), false},
		{write("lib.aar", zipOf(t, entry{"AndroidManifest.xml", "<manifest package='a.b'/>"}, entry{"classes.jar", "x"})), false},
		{write("one.zip", zipOf(t, entry{"one.apk", string(plain)})), false},
		{write("pair.zip", zipOf(t, entry{"a.apk", string(base)}, entry{"b.apk", string(config)})), true},
		{write("dump.zip", zipOf(t, entry{"apks/a.apk", string(base)}, entry{"apks/b.apk", string(config)}, entry{"acquisition.json", "{}"})), false},
		{write("two.zip", zipOf(t, entry{"one.apk", string(plain)}, entry{"two.apk", string(clone)})), false},
		{write("set.apkm", zipOf(t, entry{"info.json", `{"pname":"a.b"}`}, entry{"x.apk", "?"})), true},
		{write("deep.zip", zipOf(t, entry{"a/b/c/one.apk", string(plain)})), false},
	} {
		src, err := source.Open(source.Target{Path: tc.path}, source.DefaultLimits)
		if err != nil {
			t.Fatal(err)
		}
		if got := New().Recognise(src); got != tc.want {
			t.Errorf("Recognise(%s) = %v, want %v", tc.path, got, tc.want)
		}
		src.Close()
	}
}

// emptied is an archive whose end record states that there are no entries.
func emptied(data []byte) []byte {
	data = slices.Clone(data)
	clear(data[len(data)-22+8 : len(data)-22+16]) // two counts and the size of the directory
	return data
}

// TestEmptyDirectory: a file that is recognised is also read, and from its local headers.
func TestEmptyDirectory(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.apk")
	if err := os.WriteFile(path, emptied(readFile(t, "testdata/plain.apk")), 0o644); err != nil {
		t.Fatal(err)
	}
	inv, err := scanPath(t, path)
	if err != nil || len(inv.Apps) != 1 || !slices.ContainsFunc(inv.Gaps, func(g inventory.Gap) bool { return g.Kind == inventory.GapMalformed }) {
		t.Errorf("%v, %d apps, gaps %+v", err, len(inv.Apps), inv.Gaps)
	}
}

// TestSplitSets checks that a set is one app however it is packed.
func TestSplitSets(t *testing.T) {
	var want []string
	for _, path := range []string{"testdata/split", "testdata/votes.apks", "testdata/votes.xapk"} {
		inv, err := scanPath(t, path)
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		if len(inv.Apps) != 1 || len(inv.Gaps) != 0 {
			t.Fatalf("%s: %d apps, gaps %v", path, len(inv.Apps), inv.Gaps)
		}
		app := inv.Apps[0]
		if app.Name != "Votes" || app.Version != "1.7" || app.VersionCode != 7 || len(app.Binaries) != 2 {
			t.Errorf("%s: %+v", path, app)
		}
		if inv.Binaries[0].Split != "" || inv.Binaries[1].Split != "config.arm64_v8a" || !slices.Equal(inv.Binaries[1].ABIs, []string{"arm64-v8a"}) {
			t.Errorf("%s: base and split are not told apart", path)
		}
		if want == nil {
			want = app.Binaries
		}
		if !slices.Equal(app.Binaries, want) {
			t.Errorf("%s: binaries %v, want %v", path, app.Binaries, want)
		}
	}
}

// TestOddSplit checks what is said of a split that Android would not install with its base.
func TestOddSplit(t *testing.T) {
	dir := t.TempDir()
	copyFile(t, "testdata/split/base.apk", filepath.Join(dir, "base.apk"))
	split := zipOf(t, entry{"AndroidManifest.xml", content(t, "split/split_config.arm64_v8a.apk", "AndroidManifest.xml")})
	if err := os.WriteFile(filepath.Join(dir, "split.apk"), split, 0o644); err != nil {
		t.Fatal(err)
	}
	inv, err := scanPath(t, dir)
	if err != nil || len(inv.Binaries) != 2 || !slices.Equal(inv.Binaries[1].Oddities, []string{"not signed by the key of the base"}) {
		t.Errorf("%v, %+v", err, inv.Binaries)
	}
}

func TestUnitePermissions(t *testing.T) {
	base := []inventory.Permission{{Name: "A", Implied: true}, {Name: "B", Requested: true, MaxSDK: 20}}
	got := inventory.UnitePermissions(inventory.UnitePermissions(nil, base), []inventory.Permission{{Name: "A", Requested: true}, {Name: "B", Implied: true}, {Name: "C", Requested: true}})
	want := []inventory.Permission{{Name: "A", Requested: true}, {Name: "B", Requested: true, MaxSDK: 20}, {Name: "C", Requested: true}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if base[0].Requested {
		t.Error("the base's own list was changed")
	}
}

// TestExpansion checks that files of a set which are not read are said to be so.
func TestExpansion(t *testing.T) {
	path := filepath.Join(t.TempDir(), "set.xapk")
	data := zipOf(t, entry{"manifest.json", `{"package_name":"eu.example.votes"}`}, entry{"base.apk", string(readFile(t, "testdata/split/base.apk"))},
		entry{"icon.png", "x"}, entry{"Android/obb/eu.example.votes/main.1.obb", "x"})
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
	inv, err := scanPath(t, path)
	if err != nil || len(inv.Apps) != 1 || len(inv.Gaps) != 1 || inv.Gaps[0].Kind != inventory.GapSkipped || !strings.Contains(inv.Gaps[0].Detail, "no archive") {
		t.Errorf("%v, gaps %+v", err, inv.Gaps)
	}
}

// TestExpansionWithCode checks that code in an expansion file is found and told of the app.
func TestExpansionWithCode(t *testing.T) {
	path := filepath.Join(t.TempDir(), "set.xapk")
	const obb = "Android/obb/eu.example.votes/main.1.obb"
	data := zipOf(t, entry{"manifest.json", `{"package_name":"eu.example.votes"}`}, entry{"base.apk", string(readFile(t, "testdata/split/base.apk"))},
		entry{obb, string(zipOf(t, entry{"level1.dat", emptyDex(t)}, entry{"sky.png", "x"}))})
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
	inv, err := scanPath(t, path)
	if err != nil || len(inv.Apps) != 1 || len(inv.Gaps) != 0 || len(inv.Binaries) != 3 {
		t.Fatalf("%v, %d binaries, gaps %+v", err, len(inv.Binaries), inv.Gaps)
	}
	base, dex := inv.Binaries[0], inv.Binaries[2]
	if dex.Format == "zip" {
		dex = inv.Binaries[1]
	}
	if len(base.Marks) != 1 || base.Marks[0].Places[0].File != obb || dex.Format != "dex" || dex.Inside[0].File != "level1.dat" {
		t.Errorf("marks %+v, binary %+v", base.Marks, dex)
	}
}

// TestInner checks that what lies beside a set is offered to other scanners.
func TestInner(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"base.apk", "split_config.arm64_v8a.apk"} {
		copyFile(t, "testdata/split/"+name, filepath.Join(dir, name))
	}
	copyFile(t, "testdata/make.sh", filepath.Join(dir, "notes.txt"))
	if err := os.Mkdir(filepath.Join(dir, "more"), 0o755); err != nil {
		t.Fatal(err)
	}
	src, err := source.Open(source.Target{Path: dir}, source.DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	if got := New().(scanners.Container).Inner(src); !slices.Equal(got, []string{"more", "notes.txt"}) {
		t.Errorf("%q", got)
	}
}

// TestForcedFolder scans a folder of several apps that a user named with apk:.
func TestForcedFolder(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"plain.apk", "clone.apk"} {
		copyFile(t, "testdata/"+name, filepath.Join(dir, name))
	}
	if err := os.WriteFile(filepath.Join(dir, "broken.apk"), []byte("PK\x03\x04 nothing"), 0o644); err != nil {
		t.Fatal(err)
	}
	inv, err := scanPath(t, dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(inv.Apps) != 2 || len(inv.Gaps) != 1 || inv.Gaps[0].Kind != inventory.GapMalformed {
		t.Errorf("%d apps, gaps %+v; want 2 apps and one gap for the broken file", len(inv.Apps), inv.Gaps)
	}
}

func TestScanHonoursContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	src, err := source.Open(source.Target{Path: "testdata/plain.apk"}, source.DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	if _, err := New().Scan(ctx, src); !errors.Is(err, context.Canceled) {
		t.Errorf("Scan after cancel: %v", err)
	}
}

// cancelReader cancels a context after some reads.
type cancelReader struct {
	*bytes.Reader
	left   atomic.Int64
	cancel func()
}

func (c *cancelReader) ReadAt(p []byte, off int64) (int, error) {
	if c.left.Add(-1) == 0 {
		c.cancel()
	}
	return c.Reader.ReadAt(p, off)
}

// TestCancelledAnywhere cancels at every read: the scan ends with the context's error, or had all it needed.
func TestCancelledAnywhere(t *testing.T) {
	piecemeal := newEnvironment()
	piecemeal.files = newBudget(0)
	for _, name := range []string{"plain.apk", "v1.apk"} {
		piecemeal.seen = new(seen)
		data := readFile(t, "testdata/"+name)
		stopped := 0
		for n := 1; n < 400; n++ {
			ctx, cancel := context.WithCancel(context.Background())
			r := &cancelReader{Reader: bytes.NewReader(data), cancel: cancel}
			r.left.Store(int64(n))
			_, err := read(ctx, &member{name: name, base: name, r: r, size: int64(len(data))}, piecemeal)
			cancel()
			if r.left.Load() > 0 {
				if err != nil {
					t.Errorf("%s after %d reads: %v", name, n, err)
				}
				break
			}
			if errors.Is(err, context.Canceled) {
				stopped++
			} else if err != nil {
				t.Errorf("%s cancelled at read %d: %v", name, n, err)
			}
		}
		if stopped < 10 {
			t.Errorf("%s: stopped %d times", name, stopped)
		}
	}
}

// TestFromFS scans a set that is not on disk.
func TestFromFS(t *testing.T) {
	src := source.FromFS("memory", os.DirFS("testdata/split"), source.DefaultLimits)
	if !New().Recognise(src) {
		t.Error("not recognised")
	}
	inv, err := New().Scan(context.Background(), src)
	if err != nil || len(inv.Apps) != 1 || len(inv.Apps[0].Binaries) != 2 {
		t.Errorf("%+v, %v", inv.Apps, err)
	}
}

func readFile(tb testing.TB, name string) []byte {
	tb.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		tb.Fatal(err)
	}
	return data
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	if err := os.WriteFile(to, readFile(t, from), 0o644); err != nil {
		t.Fatal(err)
	}
}
