package main

import (
	"os"
	"path/filepath"
	"testing"
)

// TestRun: the table in the repository stays as it is, one with other words becomes it.
func TestRun(t *testing.T) {
	want, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "README.md")
	if err := run(name); err == nil {
		t.Error("a missing document is no error")
	}
	if err := os.WriteFile(name, want, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := run(name); err != nil {
		t.Fatal(err)
	}
	if got, _ := os.ReadFile(name); string(got) != string(want) {
		t.Error("the table is not what the scanners say; run go generate ./scanners/all")
	}
}
