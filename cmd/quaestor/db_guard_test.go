package main

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/lockedfile"

	"quaestor/riskdb/bundle"
)

// published makes keys and one bundle, and gives the paths of the keys, of the root and of the bundle.
func published(t *testing.T) (keys, root, file string) {
	t.Helper()
	dir := t.TempDir()
	keys, file = filepath.Join(dir, "keys"), filepath.Join(dir, "db.qdb")
	if code, _, errs := run(t, nil, "db", "keygen", keys); code != 0 {
		t.Fatal(errs)
	}
	if code, _, errs := run(t, nil, "db", "build", "--authority", "example", "--keys", keys, "--sequence", "1", "--expires", "2026-12-31", "--out", file); code != 0 {
		t.Fatal(errs)
	}
	return keys, filepath.Join(keys, "1.root.json"), file
}

// TestUpdateIsInterrupted holds the lock of the folder, as another update does, and interrupts.
func TestUpdateIsInterrupted(t *testing.T) {
	_, root, file := published(t)
	store := t.TempDir()
	unlock, err := lockedfile.MutexAt(filepath.Join(store, "lock")).Lock()
	if err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"db", "update", file, "--root", root}, {"db", "update", filepath.Dir(file), "--root", root}, {"db", "reset"}} {
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan int)
		go func() {
			var out, errs bytes.Buffer
			env := Env{Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs, Environ: func() []string { return nil },
				LookupEnv: func(string) (string, bool) { return "", false }, Now: func() time.Time { return today }}
			done <- Run(ctx, env, append(args, "--db-dir", store))
		}()
		cancel()
		if code := <-done; code != ExitInterrupted {
			t.Errorf("%v: exit code %d", args, code)
		}
	}
	unlock()
	if code, out, _ := run(t, nil, "db", "status", "--db-dir", store); code != 0 || !strings.Contains(out, "embedded") {
		t.Errorf("something was installed: %d %s", code, out)
	}
}

// refusing is a transport that never reaches a server.
type refusing struct{ err error }

func (r refusing) RoundTrip(*http.Request) (*http.Response, error) { return nil, r.err }

func TestAddressesOfMirrors(t *testing.T) {
	for source, want := range map[string]string{
		"https://example.org":            "https://example.org/latest.qdb",
		"https://example.org/":           "https://example.org/latest.qdb",
		"HTTPS://example.org/a/":         "https://example.org/a/latest.qdb",
		"https://example.org/a/db.qdb":   "https://example.org/a/db.qdb",
		"https://example.org/a/?token=x": "https://example.org/a/latest.qdb?token=x",
		"https://":                       "no address",
		"https:///a/":                    "no address",
		"https://:443/":                  "no address",
		"http://example.org/":            "https addresses, files and folders only",
		"ftp://example.org/":             "https addresses, files and folders only",
	} {
		u, err := mirrorAddress(source)
		switch {
		case err != nil && (!strings.Contains(err.Error(), want) || exitCode(err) != ExitUsage):
			t.Errorf("%s: %v", source, err)
		case err == nil && u.String() != want:
			t.Errorf("%s: %s, want %s", source, u, want)
		}
	}
	if u, err := mirrorAddress("stick/db.qdb"); u != nil || err != nil {
		t.Errorf("a file: %v (%v)", u, err)
	}
}

// TestPasswordsAreNotEchoed gives addresses with passwords to every way of failing.
func TestPasswordsAreNotEchoed(t *testing.T) {
	_, _, file := published(t)
	good, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/bundle", func(w http.ResponseWriter, _ *http.Request) { w.Write(good) })
	mux.HandleFunc("/moved", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "http://u:hunter2@example.invalid/?sig=hunter2", http.StatusFound)
	})
	server := httptest.NewTLSServer(mux)
	defer server.Close()
	host := strings.TrimPrefix(server.URL, "https://")
	proxy := refusing{&url.Error{Op: "proxy", URL: "http://u:hunter2@proxy/", Err: errors.New(`invalid proxy address "http://u:hunter2@proxy/"`)}}
	for _, c := range []struct {
		source    string
		transport http.RoundTripper
	}{
		{"https://u:hunter2@" + host + "/gone?key=hunter2", server.Client().Transport},
		{"https://hunter2@" + host + "/bundle", server.Client().Transport},
		{"https://u:hunter2@" + host + "/moved", server.Client().Transport},
		{"https://u:hunter2@" + host + "/bundle", nil}, // whose certificate nobody signed
		{"https://u:hunter2@example.org/", proxy},
		{"http://u:hunter2@example.org/", nil},
		{"https://u:hunter2/x@example.org/", nil},
		{"https://u:pass word hunter2@example.org/", nil},
	} {
		code, out, errs := run(t, c.transport, "db", "update", c.source, "--db-dir", t.TempDir())
		if code == 0 || strings.Contains(out+errs, "hunter2") || !strings.Contains(errs, "***@") {
			t.Errorf("%s: exit code %d: %s%s", c.source, code, out, errs)
		}
	}
	if _, _, errs := run(t, nil, "db", "update", "https://u:hunter2@example.org/", "--offline", "--db-dir", t.TempDir()); strings.Contains(errs, "hunter2") {
		t.Error(errs)
	}
}

// TestExitCodesOfRefusals: 4 is a bundle that is refused, 3 one that did not arrive, 2 a wrong command line.
func TestExitCodesOfRefusals(t *testing.T) {
	keys, root, file := published(t)
	dir := t.TempDir()
	large := filepath.Join(dir, "large.qdb")
	if err := os.WriteFile(large, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(large, bundle.MaxSize+1); err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/endless", func(w http.ResponseWriter, _ *http.Request) {
		for block := make([]byte, 1<<20); ; {
			if _, err := w.Write(block); err != nil {
				return
			}
		}
	})
	mux.HandleFunc("/short", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "1000")
		w.Write([]byte("x"))
	})
	mux.HandleFunc("/500", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) })
	server := httptest.NewTLSServer(mux)
	defer server.Close()
	none := filepath.Join(dir, "none")
	for _, c := range []struct {
		want int
		args []string
	}{
		{ExitDatabase, []string{"update", file}}, // no root is trusted
		{ExitDatabase, []string{"verify", file}},
		{ExitDatabase, []string{"status", "--db", file}},
		{ExitDatabase, []string{"update", large, "--root", root}},
		{ExitDatabase, []string{"verify", large, "--root", root}},
		{ExitDatabase, []string{"status", "--db", large, "--db-root", root}},
		{ExitDatabase, []string{"update", dir, "--root", root}}, // where the large one alone lies
		{ExitDatabase, []string{"update", server.URL + "/endless", "--root", root}},
		{ExitIncomplete, []string{"update", server.URL + "/short", "--root", root}},
		{ExitIncomplete, []string{"update", server.URL + "/500", "--root", root}},
		{ExitUsage, []string{"update", none}},
		{ExitUsage, []string{"verify", none}},
		{ExitUsage, []string{"update", file, "--root", none}},
		{ExitUsage, []string{"status", "--db", none}},
		{ExitUsage, []string{"status", "--db-root", root}},
		{ExitUsage, []string{"status", "--db", "embedded", "--db-root", root}},
		{ExitUsage, []string{"build", "--authority", "example", "--keys", keys, "--sequence", "2", "--expires", "2020-01-01", "--out", none}},
		{ExitUsage, []string{"build", "--authority", "example", "--keys", keys, "--sequence", "2", "--expires", "2050-01-01", "--as-of", "2049-01-01", "--out", none}}, // after the root's end
		{ExitUsage, []string{"keygen", none, "--expires", "2020-01-01"}},
		{ExitUsage, []string{"rotate", keys, "--bundle-keys", "--expires", "2020-01-01"}},
	} {
		args := append([]string{"db"}, c.args...)
		if c.args[0] == "update" || c.args[0] == "verify" || c.args[0] == "status" {
			args = append(args, "--db-dir", filepath.Join(dir, "store"))
		}
		if code, out, errs := run(t, server.Client().Transport, args...); code != c.want {
			t.Errorf("%v: exit code %d, want %d: %s%s", c.args, code, c.want, out, errs)
		}
		if _, err := os.Lstat(none); err == nil {
			t.Fatalf("%v: something was written", c.args)
		}
	}
	if _, err := os.Lstat(filepath.Join(keys, "2.root.json")); err == nil {
		t.Error("a dead root was written")
	}
}

// TestVerifyIsWhatUpdateDoes: what is installed counts.
func TestVerifyIsWhatUpdateDoes(t *testing.T) {
	keys, root, first := published(t)
	store := filepath.Join(t.TempDir(), "db")
	build := func(sequence string) string {
		file := filepath.Join(t.TempDir(), sequence+".qdb")
		if code, _, errs := run(t, nil, "db", "build", "--authority", "example", "--keys", keys, "--sequence", sequence, "--expires", "2026-12-31", "--out", file); code != 0 {
			t.Fatal(errs)
		}
		return file
	}
	second, stolen := build("2"), build("3")
	run(t, nil, "db", "rotate", keys, "--bundle-keys")
	fourth, fifth := build("4"), build("5")
	for _, file := range []string{second, fourth} {
		if code, _, errs := run(t, nil, "db", "update", file, "--root", root, "--db-dir", store); code != 0 {
			t.Fatal(errs)
		}
	}
	for _, c := range []struct {
		file string
		want int
		says string
	}{
		{first, ExitDatabase, "REFUSED"}, {stolen, ExitDatabase, "REFUSED"}, {fourth, ExitClean, "accepted"}, {fifth, ExitClean, "accepted"},
	} {
		for _, flags := range [][]string{nil, {"--root", root}} {
			code, out, errs := run(t, nil, append([]string{"db", "verify", c.file, "--db-dir", store}, flags...)...)
			if code != c.want || !strings.Contains(out, c.says) {
				t.Errorf("%s: exit code %d: %s%s", filepath.Base(c.file), code, out, errs)
			}
		}
	}
	if code, out, _ := run(t, nil, "db", "status", "--db", second, "--db-root", root, "--db-dir", store); code != 0 || !strings.Contains(out, "number 2") {
		t.Errorf("an older one can be looked into with --db: %d %s", code, out)
	}
}

func TestExposedKeysAreNamed(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no mode that says who can read a file")
	}
	keys, _, _ := published(t)
	args := map[string][]string{
		"bundle-keys": {"db", "build", "--authority", "example", "--keys", keys, "--sequence", "2", "--expires", "2026-12-31", "--out", filepath.Join(t.TempDir(), "b.qdb")},
		"root-keys":   {"db", "rotate", keys, "--root-keys"},
	}
	for _, folder := range []string{"bundle-keys", "root-keys"} {
		if code, _, errs := run(t, nil, args[folder]...); code != 0 || errs != "" {
			t.Fatalf("%s, as they were made: %d %s", folder, code, errs)
		}
		names, err := filepath.Glob(filepath.Join(keys, folder, "*.pem"))
		if err != nil || len(names) == 0 {
			t.Fatal(names, err)
		}
		if err := os.Chmod(names[0], 0o644); err != nil {
			t.Fatal(err)
		}
		if code, _, errs := run(t, nil, args[folder]...); code != 0 || !strings.Contains(errs, names[0]+" can be read by others") {
			t.Errorf("%s: %d %s", folder, code, errs)
		}
		if err := os.Chmod(names[0], 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
