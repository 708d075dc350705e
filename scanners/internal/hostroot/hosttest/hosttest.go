// Package hosttest builds root folders of computers for the tests of host scanners.
//
// What the package cannot see: anything of a running computer; every tree is a copy.
package hosttest

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"quaestor/scanners"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// Link marks a value of a tree as the target of a symbolic link.
const Link = "-> "

// Tree writes files, named by their path below the root, into a new folder and returns it. A value that
// starts with [Link] makes a symbolic link, a name that ends with a slash an empty folder.
func Tree(t testing.TB, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for name, content := range files {
		p := filepath.Join(root, filepath.FromSlash(name))
		var err error
		switch target, isLink := strings.CutPrefix(content, Link); {
		case strings.HasSuffix(name, "/"):
			err = os.MkdirAll(p, 0o755)
		case isLink:
			err = mkdirThen(p, func() error { return os.Symlink(target, p) })
		default:
			err = mkdirThen(p, func() error { return os.WriteFile(p, []byte(content), 0o644) })
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func mkdirThen(p string, f func() error) error {
	if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
		return err
	}
	return f()
}

// Open opens a folder as the root folder of a computer.
func Open(t testing.TB, root string) *source.Source {
	t.Helper()
	src, err := source.Open(source.Target{Kind: source.KindHost, Path: root}, source.DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { src.Close() })
	return src
}

// Scan runs a scanner on a tree of files, which it must recognise and read without an error.
func Scan(t testing.TB, s scanners.Scanner, files map[string]string) *inventory.Inventory {
	t.Helper()
	src := Open(t, Tree(t, files))
	if !s.Recognise(src) {
		t.Fatal("not recognised")
	}
	inv, err := s.Scan(context.Background(), src)
	if err != nil {
		t.Fatal(err)
	}
	return inv
}
