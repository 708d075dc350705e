//go:build unix

package all

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"quaestor/scanners/internal/hostroot/hosttest"
	"quaestor/scanners/internal/mactest"
)

// A pipe in the place of a file gives nothing until somebody writes to it: it is not waited for.
func TestPipes(t *testing.T) {
	files := mactest.Mac(t)
	root := hosttest.Tree(t, files)
	n := 0
	for name := range files {
		if strings.HasSuffix(name, "/") || strings.HasPrefix(name, "System/Library/CoreServices/SystemVersion") {
			continue
		}
		path := filepath.Join(root, filepath.FromSlash(name))
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		if err := syscall.Mkfifo(path, 0o644); err != nil {
			t.Fatal(err)
		}
		n++
	}
	if n < 50 {
		t.Fatalf("%d pipes", n)
	}
	src := hosttest.Open(t, root)
	for _, s := range macScanners() {
		inv, err := s.Scan(t.Context(), src)
		if err != nil || len(inv.Gaps) == 0 {
			t.Errorf("%s: %v, %d gaps", s.Info().ID, err, len(inv.Gaps))
		}
	}
}
