package keydir

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"quaestor/riskdb"
	"quaestor/riskdb/bundle"
)

var beyond = time.Date(2031, 12, 31, 0, 0, 0, 0, time.UTC)

// counting gives other bytes every time, the same in every run.
type counting struct{ n byte }

func (c *counting) Read(p []byte) (int, error) {
	c.n++
	for i := range p {
		p[i] = c.n
	}
	return len(p), nil
}

func TestKeysOfAnAuthority(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "keys")
	chance := &counting{}
	plan := Plan{RootKeys: 2, RootThreshold: 2, BundleKeys: 1, BundleThreshold: 1, Expires: beyond}
	if err := Create(dir, chance, plan); err != nil {
		t.Fatal(err)
	}
	if err := Create(dir, chance, plan); err == nil || !strings.Contains(err.Error(), "never overwritten") {
		t.Errorf("made twice: %v", err)
	}
	private, err := filepath.Glob(filepath.Join(dir, "*", "*.pem"))
	if err != nil || len(private) != 3 {
		t.Fatalf("%v (%v)", private, err)
	}
	for _, name := range private {
		if info, err := os.Stat(name); err != nil || (runtime.GOOS != "windows" && info.Mode().Perm() != 0o600) {
			t.Errorf("%s: %v (%v)", name, info.Mode(), err)
		}
	}
	if v, err := Rotate(dir, chance, false, true, beyond); err != nil || v != 2 {
		t.Fatalf("root %d (%v)", v, err)
	}
	if v, err := Rotate(dir, chance, true, false, beyond); err != nil || v != 3 {
		t.Fatalf("root %d (%v)", v, err)
	}
	roots, err := Roots(dir)
	if err != nil || len(roots) != 3 {
		t.Fatalf("%d roots (%v)", len(roots), err)
	}
	keys, err := Keys(filepath.Join(dir, BundleKeys))
	if err != nil || len(keys) != 2 {
		t.Fatalf("%d bundle keys (%v)", len(keys), err)
	}
	file, err := bundle.Build(bundle.Draft{Info: bundle.Info{Kind: bundle.Full, Authority: "example", Sequence: 1, Built: "2026-11-22"},
		Tables: &riskdb.Tables{Version: riskdb.Version{Date: "2026-11-20"}}, Expires: beyond, Roots: roots, Keys: keys})
	if err != nil {
		t.Fatal(err)
	}
	if c, err := bundle.Check(file, bundle.Trust{Root: roots[0]}, beyond.AddDate(-1, 0, 0)); err != nil || c.RootVersion != 3 {
		t.Errorf("from the first root: %v", err)
	}
	if err := os.RemoveAll(filepath.Join(dir, RootKeys)); err != nil {
		t.Fatal(err)
	}
	if _, err := Rotate(dir, chance, false, true, beyond); err == nil {
		t.Error("rotated without the root keys")
	}
	if again, err := Roots(dir); err != nil || len(again) != 3 {
		t.Errorf("%d roots afterwards (%v)", len(again), err)
	}
}

func TestFaults(t *testing.T) {
	dir := t.TempDir()
	if _, err := Roots(dir); err == nil || !strings.Contains(err.Error(), "keygen") {
		t.Errorf("no roots: %v", err)
	}
	for _, p := range []Plan{{}, {RootKeys: 1, RootThreshold: 2, BundleKeys: 1, BundleThreshold: 1}, {RootKeys: 99, RootThreshold: 1, BundleKeys: 1, BundleThreshold: 1}} {
		if err := Create(dir, &counting{}, p); err == nil {
			t.Errorf("%+v: made", p)
		}
	}
	if files, err := os.ReadDir(dir); err != nil || len(files) > 0 {
		t.Errorf("a failed plan left %v", files)
	}
	if err := os.WriteFile(filepath.Join(dir, "x.pem"), []byte("no key"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Keys(dir); err == nil || !strings.Contains(err.Error(), "x.pem") {
		t.Errorf("no key: %v", err)
	}
}
