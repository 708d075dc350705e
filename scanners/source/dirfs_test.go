//go:build unix

package source

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"testing/fstest"
)

func TestDirFS(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "a/b.txt", "content")
	write(t, dir, "c", "")
	fsys, err := open(t, dir, DefaultLimits).FS()
	if err != nil {
		t.Fatal(err)
	}
	if err := fstest.TestFS(fsys, "a/b.txt", "c"); err != nil {
		t.Error(err)
	}
}

// TestLinks follows links inside of the folder and none that leads out of it.
func TestLinks(t *testing.T) {
	top := t.TempDir()
	write(t, top, "secret", "secret")
	write(t, top, "in/file", "content")
	dir := filepath.Join(top, "in")
	for name, target := range map[string]string{
		"inside": "file", "up": "../secret", "absolute": filepath.Join(top, "secret"), "folder": "..", "loop": "loop", "self": filepath.Join(dir, "file"),
	} {
		if err := os.Symlink(target, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	s := open(t, dir, DefaultLimits)
	if b, err := s.ReadFile("inside"); string(b) != "content" || err != nil {
		t.Errorf("%q, %v", b, err)
	}
	for _, name := range []string{"up", "absolute", "folder/secret", "loop", "self"} {
		if b, err := s.ReadFile(name); err == nil {
			t.Errorf("%s: read %q", name, b)
		}
		if sub, err := s.Sub(name); err == nil {
			t.Errorf("%s: opened as a source", name)
			sub.Close()
		}
	}
	fsys, err := s.FS()
	if err != nil {
		t.Fatal(err)
	}
	if entries, err := fs.ReadDir(fsys, "folder"); err == nil {
		t.Errorf("listed %v", entries)
	}
	if target, err := fs.ReadLink(fsys, "up"); target != "../secret" || err != nil {
		t.Errorf("a link is not told as what it is: %q, %v", target, err)
	}
}

// TestSpecialFiles would hang if a named pipe were waited for.
func TestSpecialFiles(t *testing.T) {
	dir := t.TempDir()
	pipe := filepath.Join(dir, "pipe")
	if err := syscall.Mkfifo(pipe, 0o644); err != nil {
		t.Skipf("no named pipes here: %v", err)
	}
	if err := os.Symlink("pipe", filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	for _, p := range []string{pipe, "/dev/null", filepath.Join(dir, "link")} {
		if s, err := Open(Target{Path: p}, DefaultLimits); err == nil {
			t.Errorf("%s was opened", p)
			s.Close()
		}
	}
	s := open(t, dir, DefaultLimits)
	fsys, err := s.FS()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"pipe", "link"} {
		if _, err := s.ReadFile(name); !errors.Is(err, errSpecial) {
			t.Errorf("ReadFile(%s): %v", name, err)
		}
		if _, err := s.Sub(name); err == nil {
			t.Errorf("Sub(%s) opened it", name)
		}
		if _, err := fs.ReadFile(fsys, name); !errors.Is(err, errSpecial) {
			t.Errorf("fs.ReadFile(%s): %v", name, err)
		}
	}
	entries, err := fs.ReadDir(fsys, ".")
	if names := []string{entries[0].Name(), entries[1].Name()}; err != nil || !slices.Equal(names, []string{"link", "pipe"}) {
		t.Errorf("%q, %v", names, err)
	}
}

// TestPipeInPlaceOfFile opens a pipe as if it had been a file a moment ago.
func TestPipeInPlaceOfFile(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mkfifo(filepath.Join(dir, "pipe"), 0o644); err != nil {
		t.Skipf("no named pipes here: %v", err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	f, err := root.OpenFile("pipe", os.O_RDONLY|nonBlocking, 0)
	if err != nil {
		t.Fatal(err)
	}
	f.Close()
}
