package vuln_test

import (
	"archive/zip"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"quaestor/riskdb/vuln"
)

// packedAs is an archive under a name.
func packedAs(t *testing.T, path string, advisories ...string) string {
	t.Helper()
	path = filepath.Join(t.TempDir(), filepath.FromSlash(path))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	z := zip.NewWriter(f)
	for i, text := range advisories {
		w, err := z.Create(fmt.Sprintf("%d.json", i))
		if err == nil {
			_, err = w.Write([]byte(text))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(z.Close(), f.Close()); err != nil {
		t.Fatal(err)
	}
	return path
}

func dated(id, modified, rest string) string {
	return fmt.Sprintf(`{"schema_version": "1.6.0", "id": %q, "modified": "%sT00:00:00Z", %s}`, id, modified, rest)
}

// TestFolderNamedLikeAnEcosystem: an archive in a folder that happens to be called go or linux replaces nothing of Go or Linux.
func TestFolderNamedLikeAnEcosystem(t *testing.T) {
	dir := t.TempDir()
	load := func(path string) {
		t.Helper()
		if _, err := vuln.Import(t.Context(), dir, []string{path}, vuln.Options{Today: today}); err != nil {
			t.Fatal(err)
		}
	}
	load(packedAs(t, "Go/all.zip", dated("GO-1", "2026-11-20", about("Go", "quince.example/pip", "SEMVER"))))
	load(packedAs(t, "go/all.zip", dated("Q-1", "2026-11-20", about("Debian:12", "quince", "ECOSYSTEM")), dated("Q-2", "2026-11-20", about("npm", "quince", "SEMVER"))))
	db := open(t, dir)
	var names []string
	for _, c := range db.Copies() {
		names = append(names, fmt.Sprint(c.Ecosystem, " ", c.Records))
	}
	if want := []string{"Debian 1", "Go 1", "npm 1"}; !slices.Equal(names, want) {
		t.Errorf("%q, want %q", names, want)
	}
	for _, purl := range []string{"pkg:golang/quince.example/pip@v1.0.0", "pkg:deb/debian/quince@1.0?distro=debian-12", "pkg:npm/quince@1.0.0"} {
		if v := ask(db, exact(purl)); len(v.Found) != 1 {
			t.Errorf("%s: %d found, %+v", purl, len(v.Found), v.Gaps)
		}
	}
}
