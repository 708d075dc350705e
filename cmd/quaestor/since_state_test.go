package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"quaestor/riskdb"
)

// TestSinceUnwritable: a state that cannot be written, or whose mode forbids it, is refused before anything is scanned, and stays.
func TestSinceUnwritable(t *testing.T) {
	dir := t.TempDir()
	name := func(s string) string { return filepath.Join(dir, s) }
	writeTest(t, name("kept"), []byte("as it was"))
	writeTest(t, name("file"), []byte("as it was"))
	for _, err := range []error{os.Chmod(name("kept"), 0o400), os.Symlink("kept", name("link")), os.Mkdir(name("folder"), 0o700), os.Symlink("folder", name("to-folder")), os.Symlink("loop", name("loop"))} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, state := range []string{"kept", "link", "folder", "to-folder", "loop", "file/below", "nowhere/state"} {
		cfg := scanConfig{policies: []string{riskdb.DefaultPolicy}, timeout: time.Minute, since: name(state), database: databaseFlags{db: embeddedDatabase}, pull: pullFlags{pull: "none"}}
		err := cfg.check([]string{fleetFile(t, 1, 1)}, []string{"ndjson"}, "high", "2026-11-20", func() time.Time { return today })
		if err == nil {
			env := Env{Stdin: strings.NewReader(""), Stdout: &bytes.Buffer{}, Stderr: &bytes.Buffer{}, Environ: func() []string { return nil }, LookupEnv: func(string) (string, bool) { return "", false }, Now: func() time.Time { return today }}
			err = scan(t.Context(), env, cfg)
		}
		if exitCode(err) != ExitUsage || !strings.Contains(err.Error(), name(state)) {
			t.Errorf("%s: exit code %d, %v", state, exitCode(err), err)
		}
	}
	for _, file := range []string{"kept", "file", "link"} {
		if text, err := os.ReadFile(name(file)); err != nil || string(text) != "as it was" {
			t.Errorf("%s holds %q, error %v", file, text, err)
		}
	}
}
