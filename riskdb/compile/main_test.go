package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"quaestor/riskdb/data"
)

func TestCompileWritesWhatIsCommitted(t *testing.T) {
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("../data")); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(dir, "riskdb.bin")); err != nil {
		t.Fatal(err)
	}
	var out, errs bytes.Buffer
	if code := run([]string{"-data", dir}, &out, &errs); code != 0 {
		t.Fatalf("status %d: %s", code, errs.String())
	}
	got, err := os.ReadFile(filepath.Join(dir, "riskdb.bin"))
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != data.Compiled {
		t.Error("another result than riskdb/data/riskdb.bin: run `go run ./riskdb/compile`")
	}
	if !strings.Contains(out.String(), "products") {
		t.Errorf("said %q", out.String())
	}
}

func TestCompileRefusesFaultsAndWritesNothing(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "vendors.yaml")
	if err := os.WriteFile(file, []byte("vendors:\n- {id: x, name: X, verified: true, confidence: high}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var out, errs bytes.Buffer
	if code := run([]string{"-data", dir}, &out, &errs); code != 1 || !strings.Contains(errs.String(), "vendors.yaml:2: verified without a source") {
		t.Errorf("status %d: %s", code, errs.String())
	}
	if _, err := os.Stat(filepath.Join(dir, "riskdb.bin")); err == nil {
		t.Error("it wrote a database all the same")
	}
	if code := run([]string{"-data", t.TempDir()}, &out, &errs); code != 1 {
		t.Errorf("an empty folder: status %d", code)
	}
	if code := run([]string{"-wrong"}, &out, &errs); code != 2 {
		t.Errorf("wrong usage: status %d", code)
	}
}
