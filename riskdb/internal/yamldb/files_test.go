//go:build unix

package yamldb

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"
)

func TestOnlyRegularFilesAreRead(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "a.yaml"), []byte(base), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, "folder"), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, to := range map[string]string{"endless.yaml": "/dev/zero", "again.yaml": "a.yaml", "more": "folder", "dangling.yaml": "nowhere"} {
		if err := os.Symlink(to, filepath.Join(dir, name)); err != nil {
			t.Skipf("no links here: %v", err)
		}
	}
	if err := syscall.Mkfifo(filepath.Join(dir, "pipe.yaml"), 0o600); err != nil {
		t.Skipf("no pipes here: %v", err)
	}
	s, err := Read(os.DirFS(dir))
	if err != nil {
		t.Fatal(err)
	}
	got := s.Validate().Error()
	for _, want := range []string{"endless.yaml:1: a link, and not read", "again.yaml:1: a link", "more:1: a link", "dangling.yaml:1: a link", "pipe.yaml:1: a pipe, and not read"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in:\n%s", want, got)
		}
	}
	if strings.Count(got, "\n") != 4 {
		t.Errorf("the regular file has problems too:\n%s", got)
	}
}

func TestTheDataHasLimits(t *testing.T) {
	big := &fstest.MapFile{Data: bytes.Repeat([]byte("# filler\n"), MaxFile/9+1)}
	s, err := Read(fstest.MapFS{"a.yaml": {Data: []byte(base)}, "big.yaml": big})
	if err != nil {
		t.Fatal(err)
	}
	if got := s.Validate().Error(); got != "big.yaml:1: the file has more than 8388608 bytes, and is not read: split it" {
		t.Error(got)
	}
	most := &fstest.MapFile{Data: append([]byte(base), bytes.Repeat([]byte("#"), MaxFile-len(base))...)}
	many := fstest.MapFS{}
	for i := range MaxTotal/MaxFile + 1 {
		many[string(rune('a'+i))+".yaml"] = most
	}
	if _, err := Read(many); err == nil || !strings.Contains(err.Error(), `"e.yaml": the data files of the folder have more than 33554432 bytes`) {
		t.Errorf("too much in all: %v", err)
	}
	several := fstest.MapFS{}
	for i := range maxFiles + 1 {
		several[filepath.Join("x", strings.Repeat("y", i%50+1), string(rune('a'+i%26))+strings.Repeat("z", i/26)+".yaml")] = &fstest.MapFile{}
	}
	if _, err := Read(several); err == nil || !strings.Contains(err.Error(), "more than 5000 data files") {
		t.Errorf("too many: %v", err)
	}
}
