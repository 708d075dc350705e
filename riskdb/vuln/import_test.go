package vuln_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"quaestor/riskdb/vuln"
)

// packed is an archive of files.
func packed(t *testing.T, files map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		text := files[name]
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		w.Write([]byte(text))
	}
	z.Close()
	return b.Bytes()
}

func advisory(id, ecosystem, name string) string {
	return fmt.Sprintf(`{"schema_version":"1.7.0","id":%q,"modified":"2026-11-01T00:00:00Z","affected":[{"package":{"ecosystem":%q,"name":%q},"versions":["1.0"]}]}`, id, ecosystem, name)
}

func records(t *testing.T, dir string) string {
	t.Helper()
	db, err := vuln.Open(dir)
	if err != nil {
		return err.Error()
	}
	defer db.Close()
	var s []string
	for _, c := range db.Copies() {
		s = append(s, fmt.Sprintf("%s %d", c.Ecosystem, c.Records))
	}
	return strings.Join(s, ", ")
}

// TestImportReplacesWholeEcosystems also of archives that are named by their folder, and leaves others alone.
func TestImportReplacesWholeEcosystems(t *testing.T) {
	dir, in := t.TempDir(), t.TempDir()
	if got := records(t, dir); got != vuln.ErrNoDatabase.Error() {
		t.Error(got)
	}
	put := func(name string, files map[string]string) string {
		p := filepath.Join(in, name)
		os.MkdirAll(filepath.Dir(p), 0o755)
		if err := os.WriteFile(p, packed(t, files), 0o644); err != nil {
			t.Fatal(err)
		}
		return p
	}
	both := strings.Replace(advisory("GHSA-2", "npm", "b"), `"affected":[`, `"affected":[{"package":{"ecosystem":"PyPI","name":"b"},"versions":["1.0"]},`, 1)
	npm := put("npm/all.zip", map[string]string{"GHSA-1.json": advisory("GHSA-1", "npm", "a"), "GHSA-2.json": both, "notes.txt": "x"})
	for _, step := range []struct {
		sources    []string
		ecosystems []string
		want, fail string
	}{
		{[]string{npm}, nil, "npm 2", ""},
		{[]string{put("loose.zip", map[string]string{"GHSA-2.json": both, "x/GHSA-1.json": advisory("GHSA-1", "npm", "a")})}, nil, "npm 2", ""}, // PyPI would be one advisory of thousands
		{[]string{put("Debian:12/all.zip", map[string]string{"a.json": advisory("DSA-1", "Debian:12", "a")})}, nil, "Debian 1, npm 2", ""},
		{[]string{put("one/npm.zip", map[string]string{"a.json": advisory("GHSA-9", "npm", "a")})}, nil, "Debian 1, npm 1", ""},
		{[]string{npm}, []string{"pypi"}, "Debian 1, npm 1", "no advisories"},
		{[]string{npm}, []string{"NPM"}, "Debian 1, npm 2", ""},
		{[]string{npm, filepath.Join(in, "missing")}, nil, "Debian 1, npm 2", "no such file"},
		{[]string{put("PyPI/all.zip", map[string]string{"a.json": "{"})}, nil, "Debian 1, npm 2", "no advisory of PyPI can be read"},
		{[]string{put("x/PyPI/all.zip", nil)}, nil, "Debian 1, PyPI 0, npm 2", ""},
		{[]string{put("x/npm/all.zip", nil)}, nil, "Debian 1, PyPI 0, npm 2", "no advisory of npm"},
	} {
		_, err := vuln.Import(t.Context(), dir, step.sources, vuln.Options{Today: today, Ecosystems: step.ecosystems})
		if (err != nil) != (step.fail != "") || err != nil && !strings.Contains(err.Error(), step.fail) {
			t.Errorf("%q: %v", step.sources, err)
		}
		if got := records(t, dir); got != step.want {
			t.Errorf("%q: %s, want %s", step.sources, got, step.want)
		}
		if left, _ := filepath.Glob(filepath.Join(dir, "osv-scalibr", ".*")); len(left) > 0 {
			t.Errorf("%q: it left %q", step.sources, left)
		}
	}
}

// TestBrokenAdvisories are named, and leave the others alone.
func TestBrokenAdvisories(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(t.TempDir(), "npm", "all.zip")
	os.MkdirAll(filepath.Dir(path), 0o755)
	bomb := `{"id":"GHSA-bomb","modified":"2026-11-01T00:00:00Z","details":"` + strings.Repeat("a", 17<<20) + `"}`
	os.WriteFile(path, packed(t, map[string]string{"a.json": advisory("GHSA-1", "npm", "a"), "b.json": "{", "c.json": advisory("../x", "npm", "a"), "bomb.json": bomb,
		"new.json": strings.Replace(advisory("GHSA-3", "npm", "a"), "1.7.0", "2.0.0", 1), "d.json": advisory("GHSA-4", "Quince", "a")}), 0o644)
	r, err := vuln.Import(t.Context(), dir, []string{path}, vuln.Options{Today: today})
	if err != nil || r.Broken != 4 || len(r.Named) != 4 || r.Copies[0].Broken != 4 || r.Read != 2 {
		t.Errorf("%+v, %v", r, err)
	}
	for _, want := range []string{`"b.json"`, `its id is "../x"`, `"bomb.json": larger than`, `schema_version is "2.0.0"`} {
		if !strings.Contains(strings.Join(r.Named, "\n"), want) {
			t.Errorf("%q does not tell of %s", r.Named, want)
		}
	}
}

// TestInterrupted: what was there stays in use, whatever step was the last.
func TestInterrupted(t *testing.T) {
	dir := imported(t)
	before := records(t, dir)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := vuln.Import(ctx, dir, []string{"testdata/osv"}, vuln.Options{Today: today}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if got := records(t, dir); got != before {
		t.Errorf("%s, before %s", got, before)
	}
	at := filepath.Join(dir, "osv-scalibr")
	if err := os.Rename(filepath.Join(at, "npm"), filepath.Join(at, ".old-npm")); err != nil { // between two renames
		t.Fatal(err)
	}
	if v := ask(open(t, dir), exact("pkg:npm/quince-stealer@1.0.0")); len(v.Found) != 1 {
		t.Errorf("%+v", v)
	}
	os.MkdirAll(filepath.Join(at, ".new-Go"), 0o755)
	if _, err := vuln.Import(t.Context(), dir, []string{"testdata/osv/GO-2026-9001.json"}, vuln.Options{Today: today}); err != nil {
		t.Fatal(err)
	}
	if left, _ := filepath.Glob(filepath.Join(at, ".*")); len(left) > 0 || !strings.Contains(records(t, dir), "npm 3") {
		t.Errorf("%q, %s", left, records(t, dir))
	}
}

func TestMirror(t *testing.T) {
	dir := t.TempDir()
	var asked []string
	o := vuln.Options{Today: today, Ecosystems: []string{"npm", "Red Hat"}, Fetch: func(_ context.Context, address string, w io.Writer) error {
		asked = append(asked, address)
		_, err := w.Write(packed(t, map[string]string{"a.json": advisory("X-1", strings.ReplaceAll(strings.Split(address, "/")[3], "%20", " "), "a")}))
		return err
	}}
	if r, err := vuln.Import(t.Context(), dir, []string{"https://osv.example"}, o); err != nil || r.Read != 2 {
		t.Errorf("%+v", r)
		t.Fatal(err)
	}
	if got := strings.Join(asked, " "); got != "https://osv.example/npm/all.zip https://osv.example/Red%20Hat/all.zip" || records(t, dir) != "Red Hat 1, npm 1" {
		t.Errorf("%s, %s", got, records(t, dir))
	}
	o.Ecosystems = nil
	for _, bad := range []string{"https://osv.example", "http://osv.example/npm/all.zip", "https://u:p@osv.example/npm/all.zip"} {
		if _, err := vuln.Import(t.Context(), dir, []string{bad}, o); !errors.Is(err, vuln.ErrAddress) {
			t.Errorf("%s: %v", bad, err)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(dir, ".download-*")); len(left) > 0 {
		t.Errorf("%q", left)
	}
}
