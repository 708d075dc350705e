package main

import (
	"bufio"
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"quaestor/cmd/quaestor/internal/bigapk"
)

func TestList(t *testing.T) {
	lender, err := os.ReadFile(filepath.Join("..", "..", "..", "..", "scanners", "apk", "testdata", "plain.apk"))
	if err != nil {
		t.Fatal(err)
	}
	manifest, err := bigapk.Manifest(lender)
	if err != nil {
		t.Fatal(err)
	}
	apk, err := bigapk.Make(bigapk.Options{Manifest: manifest, Classes: 300, DexFiles: 3})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "app.apk")
	if err := os.WriteFile(file, apk, 0o600); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w := bufio.NewWriter(&out)
	if err := list(w, file); err != nil {
		t.Fatal(err)
	}
	w.Flush()
	lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
	if len(lines) != 301 || !strings.HasSuffix(lines[0], file) {
		t.Fatalf("%d lines, the first %q", len(lines), lines[0])
	}
	for _, name := range lines[1:] {
		if !strings.HasPrefix(name, "Lcom/") || !strings.HasSuffix(name, ";") {
			t.Fatalf("%q is no class", name)
		}
	}
}

func TestClassesOfBrokenFiles(t *testing.T) {
	for _, dex := range [][]byte{nil, make([]byte, 0x6f), bytes.Repeat([]byte{0xff}, 0x80)} {
		if err := classes(bufio.NewWriter(&bytes.Buffer{}), dex); err == nil {
			t.Errorf("%d bytes: no error", len(dex))
		}
	}
}
