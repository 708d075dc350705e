package main

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"quaestor/riskdb/bundle"
)

// run runs a command line in this process, with a transport of its own.
func run(t *testing.T, transport http.RoundTripper, args ...string) (code int, out, errs string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	env := Env{Stdin: strings.NewReader(""), Stdout: &stdout, Stderr: &stderr, Environ: func() []string { return nil },
		LookupEnv: func(string) (string, bool) { return "", false }, Now: func() time.Time { return today }, Transport: transport}
	code = Run(context.Background(), env, args)
	return code, stdout.String(), stderr.String()
}

func TestUpdateFromAMirror(t *testing.T) {
	dir := t.TempDir()
	keys, first := filepath.Join(dir, "keys"), filepath.Join(dir, "latest.qdb")
	if code, _, errs := run(t, nil, "db", "keygen", keys); code != 0 {
		t.Fatal(errs)
	}
	if code, _, errs := run(t, nil, "db", "build", "--authority", "example", "--keys", keys, "--sequence", "1", "--expires", "2026-12-31", "--out", first); code != 0 {
		t.Fatal(errs)
	}
	file, err := os.ReadFile(first)
	if err != nil {
		t.Fatal(err)
	}
	var asked []*http.Request
	mux := http.NewServeMux()
	mux.HandleFunc("/db/latest.qdb", func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r)
		w.Write(file)
	})
	mux.HandleFunc("/moved/", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/db/latest.qdb", http.StatusFound) })
	mux.HandleFunc("/plain/", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "http://example.invalid/latest.qdb", http.StatusFound)
	})
	mux.HandleFunc("/round/", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/round/", http.StatusFound) })
	mux.HandleFunc("/cut/", func(w http.ResponseWriter, r *http.Request) { w.Write(file[:len(file)/2]) })
	mux.HandleFunc("/broken/", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", "1000000")
		w.Write(file[:100])
	})
	mux.HandleFunc("/huge/", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", strconv.Itoa(bundle.MaxSize+1))
		w.Write(file)
	})
	server := httptest.NewTLSServer(mux)
	defer server.Close()
	transport := server.Client().Transport
	root, store := filepath.Join(keys, "1.root.json"), filepath.Join(dir, "db")
	for _, c := range []struct {
		path string
		code int
		says string
	}{
		{"/missing.qdb", ExitIncomplete, "404"},
		{"/plain/", ExitIncomplete, "away from https"},
		{"/round/", ExitIncomplete, "leads on more than"},
		{"/cut/", ExitDatabase, "damaged"},
		{"/broken/", ExitIncomplete, "unexpected EOF"},
		{"/huge/", ExitDatabase, "and a bundle at most"},
		{"/db/", ExitClean, "Installed: bundle 1 of example"},
		{"/db/latest.qdb", ExitClean, "Already in use"},
		{"/moved/", ExitClean, "Already in use"},
	} {
		code, out, errs := run(t, transport, "db", "update", server.URL+c.path, "--root", root, "--db-dir", store)
		if code != c.code || !strings.Contains(out+errs, c.says) {
			t.Errorf("%s: exit code %d, want %d: %s%s", c.path, code, c.code, out, errs)
		}
	}
	if code, out, _ := run(t, nil, "db", "status", "--db-dir", store); code != 0 || !strings.Contains(out, "installed") {
		t.Errorf("status %d: %s", code, out)
	}
	if code, _, errs := run(t, nil, "db", "update", server.URL+"/db/", "--root", root, "--db-dir", store); code != ExitIncomplete || !strings.Contains(errs, "certificate") {
		t.Errorf("a server whose certificate nobody signed: %d %s", code, errs)
	}
	for _, r := range asked { // nothing about this computer, and the same whatever is installed
		for name := range r.Header {
			if name != "User-Agent" && name != "Accept-Encoding" {
				t.Errorf("it sends %s: %v", name, r.Header[name])
			}
		}
		if r.UserAgent() != "quaestor" || r.URL.RawQuery != "" || r.Method != http.MethodGet {
			t.Errorf("it asks as %q: %s %s", r.UserAgent(), r.Method, r.URL)
		}
	}
	if _, err := readAtMost(strings.NewReader("12345"), 4); err == nil || !strings.Contains(err.Error(), "which no bundle has") {
		t.Errorf("a body without end: %v", err)
	}
	if len(asked) < 3 {
		t.Errorf("%d requests", len(asked))
	}
}

// TestTheToolIsTooOld: the program as it is built refuses a bundle for a later one, wherever it is used, and takes
// one for its own release.
func TestTheToolIsTooOld(t *testing.T) {
	dir := t.TempDir()
	keys := filepath.Join(dir, "keys")
	run(t, nil, "db", "keygen", keys)
	root := filepath.Join(keys, "1.root.json")
	build := func(least string) string {
		file := filepath.Join(dir, least+".qdb")
		if code, _, errs := run(t, nil, "db", "build", "--authority", "example", "--keys", keys, "--sequence", "1", "--expires", "2026-12-31",
			"--min-version", least, "--out", file); code != 0 {
			t.Fatal(errs)
		}
		return file
	}
	future := build("v9.0.0")
	for _, args := range [][]string{{"db", "update", future, "--root", root}, {"db", "verify", future, "--root", root}, {"db", "status", "--db", future, "--db-root", root}} {
		code, _, errs := run(t, nil, append(args, "--db-dir", filepath.Join(dir, "db"))...)
		if code != ExitDatabase || !strings.Contains(errs, "needs quaestor v9.0.0, this is "+release) {
			t.Errorf("%v: %d %s", args, code, errs)
		}
	}
	if code, _, errs := run(t, nil, "db", "update", build(release), "--root", root, "--db-dir", filepath.Join(dir, "db")); code != 0 {
		t.Errorf("%s: %d %s", release, code, errs)
	}
}
