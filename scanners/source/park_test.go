package source

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestPark(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "a.txt")
	text := strings.Repeat("0123456789", 20_000)
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	top, err := Open(Target{Path: file}, DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	folder, err := Open(Target{Path: dir}, DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	below, err := folder.Sub("a.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []*Source{top, below} {
		if err := s.Park(); err != nil || s.file != nil {
			t.Fatalf("parked: %v", err)
		}
		if got := string(s.Head()); got != text[:HeadBytes] {
			t.Errorf("%d bytes of the beginning", len(got))
		}
		for range 2 {
			r, err := s.Again().Reader()
			if err != nil {
				t.Fatal(err)
			}
			if got, err := io.ReadAll(r); string(got) != text || err != nil {
				t.Errorf("%d bytes, error %v", len(got), err)
			}
			if s.parked.f != nil {
				t.Error("open after it was read")
			}
		}
		if err := s.Changed(); err != nil {
			t.Error(err)
		}
	}
	if _, err := top.Beside("b.txt"); err == nil || strings.Contains(err.Error(), "not known") {
		t.Errorf("beside: %v", err)
	}
	if err := os.WriteFile(file, []byte("another"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, s := range []*Source{top, below} {
		if _, err := s.Bytes(); err == nil || !strings.Contains(err.Error(), "changed") {
			t.Errorf("a file that changed: %v", err)
		}
		if s.Changed() == nil {
			t.Error("the change is not told")
		}
		s.Close()
	}
	if err := folder.Close(); err != nil {
		t.Error(err)
	}
}
