package bom

import (
	"encoding/binary"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"quaestor/scanners/internal/mactest"
)

func TestPaths(t *testing.T) {
	got, err := Paths([]byte(mactest.BOM("./Applications", "./Applications/A.app", "./Applications/A.app/Contents", "./usr")))
	if want := []string{"Applications", "Applications/A.app", "Applications/A.app/Contents", "usr"}; err != nil || !slices.Equal(got, want) {
		t.Errorf("%v %q", err, got)
	}
	if got, err := Paths([]byte(mactest.BOM())); err != nil || len(got) != 0 {
		t.Errorf("%v %q", err, got)
	}
}

func TestDamaged(t *testing.T) {
	whole := mactest.BOM("./a", "./b")
	if got, err := Paths([]byte("BOMStore" + whole[8:20] + "\xff\xff\xff\xff" + whole[24:])); !errors.Is(err, ErrFormat) || got != nil {
		t.Errorf("%v %q", err, got)
	}
	if _, err := Paths([]byte("bplist00 and so on, long enough for a header")); !errors.Is(err, ErrFormat) {
		t.Error(err)
	}
	b := []byte(whole)
	index := binary.BigEndian.Uint32(b[16:])
	binary.BigEndian.PutUint32(b[index+4+8:], 1<<30) // the first block lies outside
	if got, err := Paths(b); err == nil || !slices.Equal(got, []string{"a", "b"}) {
		t.Errorf("%v %q", err, got)
	}
}

// What Debian's mkbom writes, where it is installed.
func TestMkbom(t *testing.T) {
	if _, err := exec.LookPath("mkbom"); err != nil {
		t.Skip("mkbom is not installed")
	}
	dir := t.TempDir()
	var want []string
	for i := range 500 {
		name := "Folder/file" + strings.Repeat("x", i%50) + string(rune('a'+i%26)) + strings.Repeat("y", i/50)
		if err := os.MkdirAll(filepath.Join(dir, "in", "Folder"), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "in", name), nil, 0o644); err != nil {
			t.Fatal(err)
		}
		if !slices.Contains(want, name) {
			want = append(want, name)
		}
	}
	want = append(want, "Folder")
	out := filepath.Join(dir, "x.bom")
	if msg, err := exec.Command("mkbom", filepath.Join(dir, "in"), out).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, msg)
	}
	data, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	got, err := Paths(data)
	slices.Sort(got)
	slices.Sort(want)
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("%v: %d of %d paths", err, len(got), len(want))
	}
}

func FuzzPaths(f *testing.F) {
	f.Add([]byte(mactest.BOM("./a", "./a/b", "./c")))
	f.Fuzz(func(t *testing.T, data []byte) {
		got, _ := Paths(data)
		size := 0
		for _, p := range got {
			size += len(p)
		}
		if size > ratio*len(data) {
			t.Fatalf("%d bytes of paths from %d", size, len(data))
		}
	})
}
