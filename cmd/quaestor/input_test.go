package main

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"quaestor/reports/documents"
	"quaestor/reports/safetext"
)

// TestExpiredDatabase wants every command that reads the database to say that it has expired.
func TestExpiredDatabase(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	run := func(now time.Time, args ...string) (int, string) {
		var out, errs bytes.Buffer
		env := Env{Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs, Environ: func() []string { return nil },
			LookupEnv: func(string) (string, bool) { return "", false }, Now: func() time.Time { return now }}
		return Run(context.Background(), env, args), errs.String()
	}
	for _, args := range [][]string{
		{"db", "keygen", at("keys")},
		{"db", "build", "../../riskdb/data", "--db", "embedded", "--authority", "example", "--keys", at("keys"), "--sequence", "1", "--expires", "2026-12-31", "--out", at("db.qdb")},
		{"db", "update", at("db.qdb"), "--root", at("keys/1.root.json"), "--db-dir", at("db")},
	} {
		if code, errs := run(today, args...); code != ExitClean {
			t.Fatalf("%v: exit code %d: %s", args[:2], code, errs)
		}
	}
	for _, args := range [][]string{{"explain", "tiktok"}, {"db", "search", "tiktok"}, {"db", "export", "bans"}, {"policy", "check", "../../testdata/neutral/sets.yaml"}, {"policy", "list"}, {"db", "licences"}, {"version"}, {"db", "status"}} {
		args = append(args, "--db-dir", at("db"))
		const says = "is not to be relied on after 2026-12-31"
		if _, errs := run(today, args...); strings.Contains(errs, says) {
			t.Errorf("%v, in time: %s", args, errs)
		}
		code, errs := run(today.AddDate(0, 2, 0), args...)
		if strings.Count(errs, says) != 1 {
			t.Errorf("%v: %q", args, errs)
		}
		if status := args[1] == "status"; status != (code == ExitDatabase) {
			t.Errorf("%v: exit code %d", args, code)
		}
	}
}

func TestSearchLines(t *testing.T) {
	long := strings.Repeat("A long name with 微信 ", 12)
	for _, h := range []documents.Hit{{Table: "product", ID: "a", Name: long, By: "name"}, {Table: "product", ID: strings.Repeat("i", 60), Name: long, By: "identifier"},
		{Table: "source", ID: "a", Name: "short", By: "id"}, {Table: "permission", ID: "android.permission.CAMERA", By: "id"}} {
		line := hitLine(h)
		for part := range strings.SplitSeq(line, "\n") {
			if safetext.Width(part) > pageWidth {
				t.Errorf("%d columns: %q", safetext.Width(part), part)
			}
		}
		if !strings.Contains(line, h.ID) || !strings.HasSuffix(line, "("+h.By+")") {
			t.Errorf("%q", line)
		}
	}
	var out bytes.Buffer
	if _, errs := runWith(t, &out, "db", "search", "com", "--db", "embedded"); strings.Count(out.String(), "\n") > 2*mostHits || !strings.Contains(errs, "50 of ") {
		t.Errorf("%d lines, %q", strings.Count(out.String(), "\n"), errs)
	}
	shown := strings.Count(out.String(), "(")
	out.Reset()
	if _, errs := runWith(t, &out, "db", "search", "com", "--all", "--db", "embedded"); strings.Count(out.String(), "(") <= shown || errs != "" {
		t.Errorf("--all: %d rows, %q", strings.Count(out.String(), "\n"), errs)
	}
	if code, errs := runWith(t, &out, "db", "search", "e", "--db", "embedded"); code != ExitUsage || !strings.Contains(errs, "too short") {
		t.Errorf("exit code %d, %q", code, errs)
	}
}

// TestLongArguments wants no message to repeat an argument that nobody reads to its end.
func TestLongArguments(t *testing.T) {
	long := strings.Repeat("\"x, y=", 20_000)
	for _, args := range [][]string{{long}, {"explain", long}, {"db", "search", long}, {"db", "search", "x", "--db=" + long}, {"db", "verify", long}, {"db", "diff", long, long}, {"db", "lint", long},
		{"db", "export", long}, {"policy", "show", long}, {"policy", "check", long}, {"policy", "test", long}, {"policy", "diff", "be", long}, {"scan", long}, {"scan", "-o", long}, {"scan", "--as-of", long},
		{"scan", "--fail-on=" + long}, {"scan", "--policy", "a," + strings.Repeat("z", 100_000)}, {"schema", long}} {
		var out bytes.Buffer
		code, errs := runWith(t, &out, args...)
		if n := len(out.String()) + len(errs); n > 6000 || errs == "" {
			t.Errorf("%s: exit code %d and %d bytes: %.300q", fmt.Sprintf("%.40q", args), code, n, errs)
		}
	}
}
