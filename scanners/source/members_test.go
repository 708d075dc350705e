package source

import (
	"archive/zip"
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// TestMembers: files are listed although a folder of the archive is listed twice, as many tools write it.
func TestMembers(t *testing.T) {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, name := range []string{"b/", "b/", "b/c", "a"} {
		m, err := w.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if name[len(name)-1] != '/' {
			m.Write([]byte("xy"))
		}
	}
	w.Close()
	name := filepath.Join(t.TempDir(), "x.zip")
	if err := os.WriteFile(name, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	for target, want := range map[string]int{name: 2, filepath.Dir(name): -1} {
		s, err := Open(Target{Path: target}, DefaultLimits)
		if err != nil {
			t.Fatal(err)
		}
		got, ok := s.Members()
		if ok != (want >= 0) || ok && (len(got) != want || got[0] != Member{"a", 2} || got[1] != Member{"b/c", 2}) {
			t.Errorf("%s: %+v, %v", target, got, ok)
		}
		s.Close()
	}
}
