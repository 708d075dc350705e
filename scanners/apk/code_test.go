package apk

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"quaestor/scanners/internal/dextest"
	"quaestor/scanners/inventory"
)

// dexOf is a DEX file that defines some classes, and holds some strings.
func dexOf(classes []string, text ...string) string {
	f := dextest.File{Strings: text}
	for _, name := range classes {
		f.Classes = append(f.Classes, dextest.Class{Name: name})
	}
	return string(f.Bytes())
}

// TestPacked checks when components without code mark an app.
func TestPacked(t *testing.T) {
	all := []string{"eu.example.agenda.Boot", "eu.example.agenda.Detail", "eu.example.agenda.Events", "eu.example.agenda.Main", "eu.example.agenda.Reader", "eu.example.agenda.Settings"}
	without := func(names ...string) []string {
		return slices.DeleteFunc(slices.Clone(all), func(c string) bool { return slices.Contains(names, c[len("eu.example.agenda."):]) })
	}
	for name, tc := range map[string]struct {
		classes []string
		count   int // components the mark counts, 0 for no mark
	}{
		"all are there":            {all, 0},
		"one library's is not":     {without("Reader"), 0},
		"half are not":             {without("Reader", "Boot", "Events"), 3},
		"the one that starts":      {without("Main"), 1},
		"an unpacker only":         {[]string{"com.shell.Wrapper"}, 6},
		"no class, so no unpacker": {nil, 0},
	} {
		inv, err := scanBytes(context.Background(), apkOf(t, entry{"classes.dex", dexOf(tc.classes)}))
		if err != nil {
			t.Fatal(err)
		}
		got := 0
		for _, m := range inv.Binaries[0].Marks {
			if m.Code == inventory.MarkPacker {
				got = m.Count
			}
		}
		if got != tc.count {
			t.Errorf("%s: %d components, want %d: %+v", name, got, tc.count, inv.Binaries[0].Marks)
		}
	}
}

// TestBrokenCodeIsNotPacked checks that nothing is said of what a broken file does not define.
func TestBrokenCodeIsNotPacked(t *testing.T) {
	whole := dexOf([]string{"com.shell.Wrapper"})
	inv, err := scanBytes(context.Background(), apkOf(t, entry{"classes.dex", whole}, entry{"classes2.dex", whole[:len(whole)/2]}))
	if err != nil {
		t.Fatal(err)
	}
	if slices.ContainsFunc(inv.Binaries[0].Marks, func(m inventory.Mark) bool { return m.Code == inventory.MarkPacker }) {
		t.Errorf("%+v", inv.Binaries[0].Marks)
	}
	if !slices.ContainsFunc(inv.Gaps, func(g inventory.Gap) bool { return g.Kind.Incomplete() }) {
		t.Errorf("gaps %+v", inv.Gaps)
	}
}

// TestClassesInASplit checks that a class which a split defines is not missed in the base.
func TestClassesInASplit(t *testing.T) {
	dir := t.TempDir()
	write := func(name, manifest string, classes ...string) {
		t.Helper()
		data := zipOf(t, entry{"AndroidManifest.xml", content(t, manifest, "AndroidManifest.xml")}, entry{"classes.dex", dexOf(classes)})
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	packed := func() bool {
		t.Helper()
		inv, err := scanPath(t, dir)
		if err != nil || len(inv.Apps) != 1 {
			t.Fatalf("%v, %d apps", err, len(inv.Apps))
		}
		return slices.ContainsFunc(inv.Binaries, func(b inventory.Binary) bool {
			return slices.ContainsFunc(b.Marks, func(m inventory.Mark) bool { return m.Code == inventory.MarkPacker })
		})
	}
	write("base.apk", "split/base.apk", "eu.example.votes.Start")
	write("split.apk", "split/split_config.arm64_v8a.apk", "eu.example.votes.Main")
	if packed() {
		t.Error("the split's class was not seen")
	}
	write("split.apk", "split/split_config.arm64_v8a.apk", "eu.example.votes.Other")
	if !packed() {
		t.Error("nobody defines the activity that starts, and nothing is said")
	}
}

// TestNotAttributed checks that what a nested file holds stays its own.
func TestNotAttributed(t *testing.T) {
	inner := zipOf(t, entry{"classes.dex", dexOf([]string{"org.inner.Hidden"}, "https://api.inner.eu/x")}, entry{"META-INF/androidx.core_core.version", "1.2.3"})
	inv, err := scanBytes(context.Background(), apkOf(t, entry{"classes.dex", dexOf([]string{"eu.example.agenda.Main"}, "https://api.outer.eu/x")}, entry{"assets/plugin", string(inner)}))
	if err != nil || len(inv.Binaries) != 2 {
		t.Fatalf("%v, %+v", err, inv.Binaries)
	}
	for i, want := range []struct{ class, host string }{{"eu.example.agenda", "api.outer.eu"}, {"org.inner", "api.inner.eu"}} {
		b := inv.Binaries[i]
		if len(b.CodePackages) != 1 || b.CodePackages[0].Name != want.class || b.Code.Classes != 1 {
			t.Errorf("%d: packages %+v", i, b.CodePackages)
		}
		if i == 1 && !slices.Equal(b.Hosts, []string{want.host}) || i == 0 && (slices.Contains(b.Hosts, "api.inner.eu") || !slices.Contains(b.Hosts, want.host)) {
			t.Errorf("%d: hosts %q", i, b.Hosts)
		}
	}
	if len(inv.Components) != 1 || inv.Components[0].Binary != inv.Binaries[1].SHA256 || !strings.HasSuffix(inv.Components[0].Origins[0].Path, "test.apk!assets/plugin!META-INF/androidx.core_core.version") {
		t.Errorf("components %+v", inv.Components)
	}
}

// TestStringsStop: a file of many strings is not read to its end once nobody waits for it.
func TestStringsStop(t *testing.T) {
	var text []string
	for i := range 3 * stopStrings {
		text = append(text, fmt.Sprintf("https://h%d.example.com/", i))
	}
	data := []byte(dexOf(nil, text...))
	count := func(ctx context.Context) int {
		r := newReading(&member{name: "x"}, newTree(1))
		r.dexFile(ctx, data, "classes.dex", new(result))
		list, _, _ := r.code.addresses.Result(nil)
		return len(list)
	}
	ctx, cancel := context.WithCancel(t.Context())
	if n := count(ctx); n != 3*stopStrings {
		t.Errorf("%d addresses, want all", n)
	}
	cancel()
	if n := count(ctx); n >= stopStrings {
		t.Errorf("%d addresses after the end", n)
	}
}
