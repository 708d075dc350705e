package bigapk

import (
	"archive/zip"
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func made(t *testing.T, classes, dexFiles int) []byte {
	t.Helper()
	own, err := os.ReadFile(filepath.Join("..", "..", "..", "..", "scanners", "apk", "testdata", "plain.apk"))
	if err != nil {
		t.Fatal(err)
	}
	manifest, err := Manifest(own)
	if err != nil {
		t.Fatal(err)
	}
	apk, err := Make(Options{Manifest: manifest, Classes: classes, DexFiles: dexFiles, Seed: 7})
	if err != nil {
		t.Fatal(err)
	}
	return apk
}

// TestDexdump holds the DEX files against Android's own reader, which checks sums, order and indices.
func TestDexdump(t *testing.T) {
	dexdump, err := exec.LookPath("dexdump")
	if err != nil {
		t.Skip("dexdump is missing: apt-get install dexdump")
	}
	dir := t.TempDir()
	apk := made(t, 500, 3)
	r, err := zip.NewReader(bytes.NewReader(apk), int64(len(apk)))
	if err != nil {
		t.Fatal(err)
	}
	classes := 0
	for _, f := range r.File {
		if !strings.HasSuffix(f.Name, ".dex") {
			continue
		}
		in, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		name := filepath.Join(dir, f.Name)
		if err := os.WriteFile(name, data, 0o600); err != nil {
			t.Fatal(err)
		}
		out, err := exec.Command(dexdump, "-d", name).CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %v\n%s", f.Name, err, out)
		}
		classes += strings.Count(string(out), "  Class descriptor  :")
	}
	if classes != 500 {
		t.Errorf("dexdump finds %d classes, want 500", classes)
	}
}

// TestApksigner holds the signature against Android's own verifier.
func TestApksigner(t *testing.T) {
	apksigner, err := exec.LookPath("apksigner")
	if err != nil {
		t.Skip("apksigner is missing: apt-get install apksigner")
	}
	name := filepath.Join(t.TempDir(), "made.apk")
	if err := os.WriteFile(name, made(t, 50, 1), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(apksigner, "verify", "--min-sdk-version", "24", name).CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

func TestMakeRefuses(t *testing.T) {
	for _, o := range []Options{{Classes: 1}, {Classes: 1, DexFiles: 2}, {Classes: 8001, DexFiles: 1}} {
		if _, err := Make(o); err == nil {
			t.Errorf("%+v: no error", o)
		}
	}
}

// Same options, same DEX files.
func TestSeed(t *testing.T) {
	a, b := made(t, 200, 2), made(t, 200, 2)
	if n := bytes.Index(a, []byte("APK Sig Block 42")) / 2; !bytes.Equal(a[:n], b[:n]) {
		t.Error("two packages with the same options differ")
	}
}
