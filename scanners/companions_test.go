package scanners_test

import (
	"archive/zip"
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"quaestor/scanners/inventory"
)

// idsig begins as a v4 signature does.
const idsig = "\x02\x00\x00\x00\x34\x00\x00\x00\x01\x00\x00\x00\x0c\x00\x00\x00\x00"

func archive(t *testing.T, entries map[string][]byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for name, data := range entries {
		f, err := w.Create(name)
		if err == nil {
			_, err = f.Write(data)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// v4 counts the binaries of which a v4 signature is told.
func v4(inv *inventory.Inventory) (n int) {
	for _, b := range inv.Binaries {
		if slices.ContainsFunc(b.SchemeChecks, func(c inventory.SchemeCheck) bool { return c.Scheme == "v4" && !c.Verified && c.Error != "" }) && b.Signed == inventory.SignatureValid {
			n++
		}
	}
	return n
}

// passed lists what was passed over as a file of no known kind.
func passed(inv *inventory.Inventory) (list []string) {
	for _, g := range inv.Gaps {
		if strings.Contains(g.Detail, "passed over") || strings.Contains(g.Detail, "come with the set") {
			list = append(list, g.Samples...)
		}
	}
	return list
}

// TestV4Beside: a v4 signature is told of the APK beside it, wherever the two lie, and is no unknown file.
func TestV4Beside(t *testing.T) {
	plain, err := os.ReadFile("apk/testdata/plain.apk")
	if err != nil {
		t.Fatal(err)
	}
	pair := map[string][]byte{"plain.apk": plain, "plain.apk.idsig": []byte(idsig)}
	sets := map[string]func(dir string) (target string){
		"folder": func(dir string) string {
			lay(t, dir, map[string]string{"plain.apk": "plain.apk", "unsigned.apk": "unsigned.apk"})
			write(t, filepath.Join(dir, "plain.apk.idsig"), []byte(idsig))
			return dir
		},
		"one file": func(dir string) string {
			lay(t, dir, map[string]string{"plain.apk": "plain.apk"})
			write(t, filepath.Join(dir, "plain.apk.idsig"), []byte(idsig))
			return filepath.Join(dir, "plain.apk")
		},
		"archive of files": func(dir string) string {
			pair["other.apk"] = []byte("x")
			write(t, filepath.Join(dir, "a.zip"), archive(t, pair))
			delete(pair, "other.apk")
			return filepath.Join(dir, "a.zip")
		},
		"set in a folder": func(dir string) string {
			lay(t, dir, map[string]string{"base.apk": "split/base.apk", "split_config.arm64_v8a.apk": "split/split_config.arm64_v8a.apk"})
			write(t, filepath.Join(dir, "base.apk.idsig"), []byte(idsig))
			return dir
		},
		"set in an archive": func(dir string) string {
			write(t, filepath.Join(dir, "a.xapk"), archive(t, map[string][]byte{"manifest.json": []byte(`{"package_name":"x"}`), "base.apk": plain, "base.apk.idsig": []byte(idsig)}))
			return filepath.Join(dir, "a.xapk")
		},
	}
	for name, make := range sets {
		inv := run(t, make(t.TempDir()))
		if v4(inv) != 1 || passed(inv) != nil {
			t.Errorf("%s: %d binaries with a v4 signature, passed over %q", name, v4(inv), passed(inv))
		}
	}
	dir := t.TempDir()
	lay(t, dir, map[string]string{"plain.apk": "plain.apk", "plain.apk.idsig": "make.sh"})
	write(t, filepath.Join(dir, "gone.apk.idsig"), []byte(idsig))
	if inv := run(t, dir); v4(inv) != 0 || len(passed(inv)) != 2 {
		t.Errorf("other content, and no APK: %d, passed over %q", v4(inv), passed(inv))
	}
}

// TestLooseExpansion: code in an expansion file beside an APK, or where Android keeps these, is told of the app.
func TestLooseExpansion(t *testing.T) {
	plain, err := zip.OpenReader("apk/testdata/plain.apk")
	if err != nil {
		t.Fatal(err)
	}
	defer plain.Close()
	f, err := plain.Open("classes.dex")
	if err != nil {
		t.Fatal(err)
	}
	var dex bytes.Buffer
	dex.ReadFrom(f)
	obb := archive(t, map[string][]byte{"level1.dat": dex.Bytes()})
	for name, app := range map[string]string{"Android/obb/eu.example.votes/main.7.eu.example.votes.obb": "eu.example.votes", "Android/obb/eu.example.votes/data.obb": "eu.example.votes",
		"main.7.eu.example.votes.obb": "eu.example.votes", "patch.1.eu.example.nobody.obb": "", "data.obb": ""} {
		dir := t.TempDir()
		lay(t, dir, map[string]string{"votes.apk": "split/base.apk", "agenda.apk": "plain.apk"})
		write(t, filepath.Join(dir, filepath.FromSlash(name)), obb)
		inv := run(t, dir)
		byHash := map[string]*inventory.Binary{}
		for i := range inv.Binaries {
			byHash[inv.Binaries[i].SHA256] = &inv.Binaries[i]
		}
		owner := ""
		for _, b := range inv.Binaries {
			if b.Format == "zip" && len(b.Inside) == 1 && byHash[b.Inside[0].Binary] != nil {
				base := byHash[b.Inside[0].Binary]
				if slices.ContainsFunc(base.Marks, func(m inventory.Mark) bool { return m.Code == inventory.MarkHiddenCode }) {
					owner = base.Package
				}
			}
		}
		if owner != app || len(inv.Apps) != 2 || passed(inv) != nil || len(incomplete(inv)) != 0 {
			t.Errorf("%s: told of %q, want %q; %d apps, gaps %+v", name, owner, app, len(inv.Apps), incomplete(inv))
		}
		if none := slices.ContainsFunc(inv.Gaps, func(g inventory.Gap) bool { return strings.Contains(g.Detail, "expansion file") }); none != (app == "") {
			t.Errorf("%s: gap %v", name, none)
		}
	}
	dir := t.TempDir()
	lay(t, dir, map[string]string{"agenda.apk": "plain.apk"})
	write(t, filepath.Join(dir, "data.obb"), obb)
	if inv := run(t, dir); len(inv.Binaries) != 3 || len(inv.Apps) != 1 || slices.ContainsFunc(inv.Gaps, func(g inventory.Gap) bool { return strings.Contains(g.Detail, "expansion file") }) {
		t.Errorf("beside one app: %d binaries, gaps %+v", len(inv.Binaries), inv.Gaps)
	}
}
