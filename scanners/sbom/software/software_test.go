package software

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"quaestor/scanners"
	"quaestor/scanners/internal/asar/asartest"
	"quaestor/scanners/internal/scantest"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

var (
	_ scanners.Surveyor = scanner{}
	_ scanners.Sealer   = scanner{}
)

type files map[string]string

func (f files) names() (out []string) {
	for n := range f {
		out = append(out, n)
	}
	slices.Sort(out)
	return out
}

func (f files) zip(t *testing.T) string {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, n := range f.names() {
		m, err := w.Create(n)
		if err != nil {
			t.Fatal(err)
		}
		m.Write([]byte(f[n]))
	}
	w.Close()
	return b.String()
}

func (f files) tar(t *testing.T, packed bool) string {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, n := range f.names() {
		if err := w.WriteHeader(&tar.Header{Name: n, Size: int64(len(f[n])), Mode: 0o644, Typeflag: tar.TypeReg, Format: tar.FormatUSTAR}); err != nil {
			t.Fatal(err)
		}
		w.Write([]byte(f[n]))
	}
	w.Close()
	if !packed {
		return b.String()
	}
	var z bytes.Buffer
	g := gzip.NewWriter(&z)
	g.Write(b.Bytes())
	g.Close()
	return z.String()
}

func (f files) folder(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for n, text := range f {
		p := filepath.Join(dir, filepath.FromSlash(n))
		if err := os.MkdirAll(filepath.Dir(p), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func write(t *testing.T, name, text string) string {
	t.Helper()
	return filepath.Join(files{name: text}.folder(t), name)
}

var (
	npm = files{"package/package.json": `{"name":"ballot","version":"1.0.0"}`, "package/index.js": "code", "package/node_modules/ws/package.json": `{"name":"ws","version":"7.4.5"}`}
	jar = files{"META-INF/MANIFEST.MF": "Manifest-Version: 1.0\n", "META-INF/maven/org.example/ballot/pom.properties": "groupId=org.example\nartifactId=ballot\nversion=2.1\n"}
	whl = files{"six.py": "", "six-1.16.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: six\nVersion: 1.16.0\nAuthor: B. P.\n"}
)

// TestFiles: a package as its ecosystem hands it out is recognised by its content and is one app with its components.
func TestFiles(t *testing.T) {
	for _, tt := range []struct{ name, text, app, purls string }{
		{"ballot-1.0.0.tgz", npm.tar(t, true), "ballot 1.0.0", "pkg:npm/ballot@1.0.0 pkg:npm/ws@7.4.5"},
		{"plain", npm.tar(t, false), "ballot 1.0.0", "pkg:npm/ballot@1.0.0 pkg:npm/ws@7.4.5"},
		{"ballot-2.1.jar", jar.zip(t), "ballot 2.1", "pkg:maven/org.example/ballot@2.1"},
		{"no ending", whl.zip(t), "six 1.16.0", "pkg:pypi/six@1.16.0"},
		{"app.asar", string(asartest.Make(files{"package.json": `{"name":"b","productName":"Box","version":"3"}`})), "Box 3", "pkg:npm/b@3"},
	} {
		inv := scantest.Scan(t, New(), write(t, tt.name, tt.text))
		var purls []string
		for _, c := range inv.Components {
			purls = append(purls, c.PURL)
			if c.App != inv.Apps[0].ID || c.Device != "" || !strings.Contains(c.Origins[0].Path, tt.name+"!") {
				t.Errorf("%s: %+v", tt.name, c)
			}
		}
		if len(inv.Apps) != 1 || inv.Apps[0].Name+" "+inv.Apps[0].Version != tt.app || strings.Join(purls, " ") != tt.purls || len(inv.Gaps) > 0 {
			t.Errorf("%s: %+v %q %+v", tt.name, inv.Apps, purls, inv.Gaps)
		}
	}
}

// TestOthers: what is for another scanner, or lies in a folder, is not taken.
func TestOthers(t *testing.T) {
	for name, text := range map[string]string{
		"app.apk":   files{"AndroidManifest.xml": "x", "META-INF/MANIFEST.MF": "x"}.zip(t),
		"plain.zip": files{"readme": "x"}.zip(t),
		"dump.tar":  files{"dump/properties.txt": "x"}.tar(t, false),
		"text":      "package.json",
		"elf":       "\x7fELF\x02\x01\x01" + strings.Repeat("\x00", 5000),
		"short":     "PK\x03\x04",
	} {
		if src := scantest.Open(t, write(t, name, text)); New().Recognise(src) {
			t.Errorf("%s is recognised", name)
		}
	}
	src := scantest.Open(t, files{"a.jar": jar.zip(t)}.folder(t))
	sub, err := src.Sub("a.jar")
	if err != nil {
		t.Fatal(err)
	}
	defer sub.Close()
	if New().Recognise(sub) || New().Recognise(src) {
		t.Error("a part of a folder is taken by itself, or a folder without being asked")
	}
}

func TestSurvey(t *testing.T) {
	s := scanner{}
	software := scantest.Open(t, files{"node_modules/a/package.json": `{"name":"a","version":"1"}`, "x.exe": "MZ"}.folder(t))
	for _, tt := range []struct {
		src   *source.Source
		taken []string
		want  bool
	}{
		{software, nil, true},
		{software, []string{"windows/program"}, true},
		{software, []string{"android/packages"}, false},
		{scantest.Open(t, files{"photo.jpg": "x", "notes.txt": "x"}.folder(t)), nil, false},
		{scantest.Open(t, write(t, "a.zip", files{"app/package-lock.json": "{}"}.zip(t))), nil, true},
		{scantest.Open(t, write(t, "a.zip", files{"app/readme": "{}"}.zip(t))), nil, false},
	} {
		if got := s.Survey(context.Background(), tt.src, tt.taken); got != tt.want {
			t.Errorf("%s, taken %q: %v", tt.src.Name(), tt.taken, got)
		}
	}
}

// TestSealed: a library in a folder is not searched for the sake of other scanners, and an app of a phone is, whatever it is called.
func TestSealed(t *testing.T) {
	src := scantest.Open(t, files{"a.jar": jar.zip(t), "b.whl": whl.zip(t), "c.jar": files{"AndroidManifest.xml": "x", "META-INF/MANIFEST.MF": "x"}.zip(t),
		"d.zip": jar.zip(t), "e.jar": "no archive"}.folder(t))
	for name, want := range map[string]bool{"a.jar": true, "b.whl": true, "c.jar": false, "d.zip": false, "e.jar": false} {
		sub, err := src.Sub(name)
		if err != nil {
			t.Fatal(err)
		}
		if got := (scanner{}).Sealed(sub); got != want {
			t.Errorf("%s: %v", name, got)
		}
		sub.Close()
	}
}

// TestGaps: an archive that is cut off, and one that holds no record, are told.
func TestGaps(t *testing.T) {
	whole := npm.tar(t, false)
	inv := scantest.Scan(t, New(), write(t, "cut.tar", whole[:len(whole)-1516]))
	if len(scantest.Gaps(inv, inventory.GapMalformed)) == 0 {
		t.Errorf("a cut archive: %+v", inv.Gaps)
	}
	inv = scantest.Scan(t, New(), write(t, "empty.asar", string(asartest.Make(files{"index.js": "x"}))))
	if len(scantest.Gaps(inv, inventory.GapEmpty)) != 1 {
		t.Errorf("no record: %+v", inv.Gaps)
	}
	inv = scantest.Scan(t, New(), write(t, "bad.asar", string(asartest.Raw([]byte(`{"files":{"a":{"size":9223372036854775807,"offset":"1"}}}`), nil))))
	if len(scantest.Gaps(inv, inventory.GapMalformed)) != 1 {
		t.Errorf("an impossible size: %+v", inv.Gaps)
	}
}
