package source

import (
	"archive/zip"
	"os"
	"path/filepath"
	"testing"
)

// TestBeside opens neighbours on disk, in a folder and in an archive, and nothing outside.
func TestBeside(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"a", "b", "in/a", "in/b"} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte("this is "+name), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	z, err := os.Create(filepath.Join(dir, "z.zip"))
	if err != nil {
		t.Fatal(err)
	}
	w := zip.NewWriter(z)
	for _, name := range []string{"in/a", "in/b"} {
		f, _ := w.Create(name)
		f.Write([]byte("this is " + name))
	}
	w.Close()
	z.Close()

	open := func(target string) *Source {
		s, err := Open(Target{Path: filepath.Join(dir, target)}, DefaultLimits)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { s.Close() })
		return s
	}
	sub := func(s *Source, rel string) *Source {
		in, err := s.Sub(rel)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { in.Close() })
		return in
	}
	folder := open(".")
	for _, tt := range []struct {
		of   *Source
		want string
	}{{open("a"), "this is b"}, {sub(folder, "in/a"), "this is in/b"}, {sub(open("z.zip"), "in/a"), "this is in/b"}, {sub(sub(folder, "in"), "a"), "this is in/b"}} {
		s := tt.of
		b, err := s.Beside("b")
		if err != nil {
			t.Errorf("%s: %v", s.Name(), err)
			continue
		}
		if got := string(b.Head()); got != tt.want {
			t.Errorf("%s: %q, want %q", s.Name(), got, tt.want)
		}
		b.Close()
		for _, bad := range []string{"", "..", "../b", "/etc/passwd", "in/b", "none"} {
			if _, err := s.Beside(bad); err == nil {
				t.Errorf("%s: opened %q", s.Name(), bad)
			}
		}
	}
	if _, err := folder.Beside("a"); err == nil {
		t.Error("a folder has no neighbours here")
	}
}

// TestSiblings: files of a walked folder have neighbours; a file that was named, one in an archive, a folder and a link have or are none.
func TestSiblings(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"in/a", "in/b", "in/deep/c"} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("a", filepath.Join(dir, "in/link")); err != nil {
		t.Skip(err)
	}
	top, err := Open(Target{Path: dir}, DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	defer top.Close()
	a, err := top.Sub("in/a")
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	if names, err := a.Siblings(); err != nil || len(names) != 1 || names[0] != "b" {
		t.Errorf("%q, %v", names, err)
	}
	named, err := Open(Target{Path: filepath.Join(dir, "in/a")}, DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	defer named.Close()
	if names, err := named.Siblings(); err == nil {
		t.Errorf("beside a file that was named: %q", names)
	}
	if names, err := top.Siblings(); err == nil {
		t.Errorf("beside a folder: %q", names)
	}
}
