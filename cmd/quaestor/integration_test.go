package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"quaestor/scanners/saved"
)

// commandsOf are the command lines of this program on a page: what stands between its name and the end of the line, a quote
// or another command.
func commandsOf(text string) (out [][]string) {
	for _, m := range regexp.MustCompile("quaestor (scan [^`\"\n;|]*)").FindAllStringSubmatch(text, -1) {
		if args := strings.Fields(m[1]); len(args) > 2 {
			out = append(out, args)
		}
	}
	return out
}

// TestIntegrationPage runs every command of the page twice in a folder with exports: the second run has nothing new.
func TestIntegrationPage(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "reports", "INTEGRATION.md"))
	if err != nil {
		t.Fatal(err)
	}
	commands := commandsOf(string(text))
	if len(commands) < 8 {
		t.Fatalf("only %d commands on the page", len(commands))
	}
	for _, args := range commands {
		dir := t.TempDir()
		t.Chdir(dir)
		if err := os.Mkdir("exports", 0o700); err != nil {
			t.Fatal(err)
		}
		for i, name := range []string{"devices.json", "mobile.json"} {
			f, err := os.Create(filepath.Join("exports", name))
			if err != nil {
				t.Fatal(err)
			}
			if err := saved.WriteLine(f, phoneOfFleet(10*i, 3)); err != nil {
				t.Fatal(err)
			}
			f.Close()
		}
		args = withoutOffline(args)
		for _, want := range []string{`"change":"new"`, `"finding":0`} {
			var errs bytes.Buffer
			env := Env{Stdin: strings.NewReader(""), Stdout: &bytes.Buffer{}, Stderr: &errs, Environ: func() []string { return nil },
				LookupEnv: func(string) (string, bool) { return "", false }, Now: func() time.Time { return today }}
			if code := Run(context.Background(), env, args); code != ExitFindings {
				t.Fatalf("%v: exit code %d: %s", args, code, &errs)
			}
			lines, err := os.ReadFile("changes.ndjson")
			if err != nil || !bytes.Contains(lines, []byte(want)) {
				t.Errorf("%v: %q is not in the lines, error %v:\n%.2000s", args, want, err, lines)
			}
		}
	}
}

// withoutOffline leaves out what would hold for the rest of the test too.
func withoutOffline(args []string) (out []string) {
	for _, a := range args {
		if a != "--offline" {
			out = append(out, a)
		}
	}
	return out
}
