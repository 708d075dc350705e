package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"
)

func readme(t *testing.T) string {
	t.Helper()
	t.Chdir("../..")
	b, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestReadmeExitCodes: the README's table is the one in the code.
func TestReadmeExitCodes(t *testing.T) {
	text := readme(t)
	for _, c := range exitCodes {
		if row := fmt.Sprintf("| %d | %s |", c.Code, c.Meaning); !strings.Contains(text, row) {
			t.Errorf("README.md lacks the row %q", row)
		}
	}
}

// TestReadmeOutput: what the README shows is what is printed, in that order, with parts left out.
func TestReadmeOutput(t *testing.T) {
	_, block, ok := strings.Cut(readme(t), "$ quaestor scan testdata/phones/member\n")
	block, _, ok2 := strings.Cut(block, "```")
	if !ok || !ok2 {
		t.Fatal("README.md shows no output of the sample phone")
	}
	var out, errs bytes.Buffer
	env := Env{Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs, Environ: func() []string { return nil },
		LookupEnv: func(string) (string, bool) { return "", false }, Now: func() time.Time { return today }}
	if code := Run(context.Background(), env, []string{"scan", "testdata/phones/member"}); code != ExitFindings {
		t.Fatalf("exit code %d: %s", code, &errs)
	}
	rest := out.String()
	for _, part := range strings.Split(block, "...\n") {
		_, after, found := strings.Cut(rest, part)
		if !found {
			t.Fatalf("README.md shows, and the program does not print:\n%s", part)
		}
		rest = after
	}
}
