package source

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

func write(t testing.TB, dir, name, content string) string {
	t.Helper()
	p := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(p, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
	return p
}

func open(t testing.TB, path string, limits Limits) *Source {
	t.Helper()
	s, err := Open(Target{Path: path}, limits)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func isLimit(err error, what string) bool {
	var limit *LimitError
	return errors.As(err, &limit) && limit.What == what
}

func TestOpenFile(t *testing.T) {
	p := write(t, t.TempDir(), "a.txt", "content")
	s := open(t, p, DefaultLimits)
	if s.IsDir() || s.Live() || s.Size() != 7 || s.Base() != "a.txt" || s.Name() != filepath.ToSlash(p) || string(s.Head()) != "content" {
		t.Errorf("%q: dir %v, live %v, size %d, head %q", s.Name(), s.IsDir(), s.Live(), s.Size(), s.Head())
	}
	if b, err := s.Bytes(); string(b) != "content" || err != nil {
		t.Errorf("%q, %v", b, err)
	}
	if _, err := s.FS(); err == nil {
		t.Error("a text is an archive")
	}
	if s.BadNames() != nil || s.IsZip() {
		t.Error("a text is taken for an archive")
	}
}

func TestOpenMissing(t *testing.T) {
	_, err := Open(Target{Path: filepath.Join(t.TempDir(), "gone")}, DefaultLimits)
	if !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("err %v", err)
	}
	if _, err := Open(Target{Kind: KindHost, Path: filepath.Join(t.TempDir(), "gone")}, DefaultLimits); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("host: err %v", err)
	}
}

func TestHead(t *testing.T) {
	dir := t.TempDir()
	if s := open(t, write(t, dir, "empty", ""), DefaultLimits); len(s.Head()) != 0 || s.IsZip() {
		t.Errorf("the head of an empty file is %q", s.Head())
	}
	if b, err := open(t, filepath.Join(dir, "empty"), DefaultLimits).Bytes(); len(b) != 0 || err != nil {
		t.Errorf("an empty file: %q, %v", b, err)
	}
	if s := open(t, write(t, dir, "long", strings.Repeat("x", HeadBytes+9)), DefaultLimits); len(s.Head()) != HeadBytes {
		t.Errorf("a head of %d bytes", len(s.Head()))
	}
	if s := open(t, dir, DefaultLimits); s.Head() != nil || s.ReaderAt() != nil || s.Size() != 0 {
		t.Error("a folder has a head, a reader or a size")
	}
}

func TestSizeLimits(t *testing.T) {
	limits := DefaultLimits
	limits.WholeBytes, limits.FileBytes = 5, 6
	dir := t.TempDir()
	for name, size := range map[string]int{"below": 4, "whole": 5, "streamed": 6, "over": 7} {
		write(t, dir, name, strings.Repeat("x", size))
		s, folder := open(t, filepath.Join(dir, name), limits), open(t, dir, limits)
		whole := map[string]func() ([]byte, error){"Bytes": s.Bytes, "ReadFile": func() ([]byte, error) { return folder.ReadFile(name) }}
		for how, read := range whole {
			if b, err := read(); isLimit(err, "size") != (size > 5) || size <= 5 && len(b) != size {
				t.Errorf("%s of %s: %d bytes, %v", how, name, len(b), err)
			}
		}
		r, err := s.Reader()
		if err != nil {
			t.Fatal(err)
		}
		f, err := folder.OpenFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for how, r := range map[string]io.Reader{"Reader": r, "OpenFile": f} {
			if n, err := io.Copy(io.Discard, r); isLimit(err, "size") != (size > 6) || n != int64(min(size, 6)) {
				t.Errorf("%s of %s: %d bytes, %v", how, name, n, err)
			}
		}
		f.Close()
	}
}

// TestFileThatChanges: a file that grew, was cut or was written to while it was read does not look whole.
func TestFileThatChanges(t *testing.T) {
	for name, change := range map[string]func(p string) error{
		"grown":   func(p string) error { return os.WriteFile(p, []byte("0123456789 and more"), 0o644) },
		"cut":     func(p string) error { return os.Truncate(p, 4) },
		"written": func(p string) error { return os.Chtimes(p, time.Time{}, time.Unix(1_000_000_000, 0)) },
	} {
		dir := t.TempDir()
		p := write(t, dir, "log", "0123456789")
		s, folder := open(t, p, DefaultLimits), open(t, dir, DefaultLimits)
		if err := s.Changed(); err != nil {
			t.Errorf("%s: before: %v", name, err)
		}
		f, err := folder.OpenFile("log")
		if err != nil {
			t.Fatal(err)
		}
		if err := change(p); err != nil {
			t.Fatal(err)
		}
		if b, err := s.Bytes(); err == nil {
			t.Errorf("%s: read %q, and no error", name, b)
		}
		r, err := s.Reader()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, r); err == nil {
			t.Errorf("%s: streamed without error", name)
		}
		if _, err := io.Copy(io.Discard, f); (err == nil) != (name == "written") {
			t.Errorf("%s: read from the folder: %v", name, err)
		}
		if err := s.Changed(); err == nil {
			t.Errorf("%s: not noticed", name)
		}
		f.Close()
	}
}

func TestSub(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "a/b/c.txt", "content")
	s := open(t, dir, DefaultLimits)
	a, err := s.Sub("a")
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	c, err := a.Sub("b/c.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if b, err := c.Bytes(); string(b) != "content" || err != nil || c.Name() != filepath.ToSlash(dir)+"/a/b/c.txt" || !a.IsDir() || c.IsDir() {
		t.Errorf("%q: %q, %v", c.Name(), b, err)
	}
	for _, bad := range []string{"..", "../" + filepath.Base(dir), "/etc/passwd", "gone", "b/c.txt/d", ""} {
		if sub, err := a.Sub(bad); err == nil {
			t.Errorf("Sub(%q) opened %q", bad, sub.Name())
			sub.Close()
		}
	}
	if _, err := c.Sub("x"); err == nil {
		t.Error("a text has a file in it")
	}
}

func TestFromFS(t *testing.T) {
	s := FromFS("made", fstest.MapFS{"dir/a": {Data: []byte("content")}}, DefaultLimits)
	if b, err := s.ReadFile("dir/a"); string(b) != "content" || err != nil || !s.IsDir() || s.Join("dir/a") != "made/dir/a" {
		t.Errorf("%q, %v", b, err)
	}
	sub, err := s.Sub("dir/a")
	if err != nil {
		t.Fatal(err)
	}
	if b, err := sub.Bytes(); string(b) != "content" || err != nil {
		t.Errorf("%q, %v", b, err)
	}
	if _, err := s.Sub("dir"); err == nil {
		t.Error("a folder of a file system was opened as a file")
	}
	if _, err := s.Bytes(); err == nil {
		t.Error("a folder has bytes")
	}
	if _, err := s.Reader(); err == nil {
		t.Error("a folder has a reader")
	}
}

func TestParseTarget(t *testing.T) {
	kinds := []string{"apk", "host", "inventory"}
	for in, want := range map[string]Target{
		"":                   {},
		"file.apk":           {Path: "file.apk"},
		"apk:file.apk":       {Kind: "apk", Path: "file.apk"},
		"host:":              {Kind: "host"},
		"host":               {Path: "host"},
		"host:/mnt/disk":     {Kind: "host", Path: "/mnt/disk"},
		`C:\dump`:            {Path: `C:\dump`},
		`c:/dump`:            {Path: "c:/dump"},
		`host:D:\`:           {Kind: "host", Path: `D:\`},
		`\\server\share\a:b`: {Path: `\\server\share\a:b`},
		"ipa:x":              {Path: "ipa:x"},
		"a:b:c":              {Path: "a:b:c"},
		"apk:apk:x":          {Kind: "apk", Path: "apk:x"},
		"APK:x":              {Path: "APK:x"},
		":x":                 {Path: ":x"},
	} {
		got := ParseTarget(in, kinds)
		if got != want || got.String() != in {
			t.Errorf("%q: %+v, as text %q", in, got, got.String())
		}
		if got.Live() != (want.Kind == "host") {
			t.Errorf("%q: live %v", in, got.Live())
		}
	}
}

func TestHostIsLiveOnlyAtTheRoot(t *testing.T) {
	for path, want := range map[string]bool{"": true, "/": true, t.TempDir(): false} {
		s, err := Open(Target{Kind: KindHost, Path: path}, DefaultLimits)
		if err != nil {
			t.Fatal(err)
		}
		if s.Live() != want || !s.IsDir() {
			t.Errorf("%q: live %v, folder %v", path, s.Live(), s.IsDir())
		}
		s.Close()
	}
}

// zipOf makes an archive of the named entries, stored or packed by their content: a long one is packed.
func zipOf(t testing.TB, entries ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := 0; i < len(entries); i += 2 {
		method := zip.Store
		if len(entries[i+1]) > 100 {
			method = zip.Deflate
		}
		f, err := w.CreateHeader(&zip.FileHeader{Name: entries[i], Method: method})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(f, entries[i+1]); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
