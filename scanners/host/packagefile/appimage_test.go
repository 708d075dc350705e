package packagefile

import (
	"encoding/binary"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"quaestor/scanners/internal/scantest"
	"quaestor/scanners/inventory"
)

// runtime is the program at the front of an AppImage, without sections.
func runtime(kind byte) []byte {
	b := make([]byte, 64)
	copy(b, "\x7fELF\x02\x01\x01\x00AI")
	b[10], b[18] = kind, 62
	binary.LittleEndian.PutUint64(b[40:], 64)
	binary.LittleEndian.PutUint16(b[58:], 64)
	return b
}

// image is a file system with files in it.
func image(t testing.TB, files map[string]string, args ...string) []byte {
	t.Helper()
	if _, err := exec.LookPath("mksquashfs"); err != nil {
		t.Skip("mksquashfs (squashfs-tools) is not installed")
	}
	root, out := t.TempDir(), filepath.Join(t.TempDir(), "image")
	for name, text := range files {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(root, name)), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(root, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if b, err := exec.Command("mksquashfs", append([]string{root, out, "-noappend", "-quiet", "-no-progress"}, args...)...).CombinedOutput(); err != nil {
		t.Fatalf("mksquashfs: %v\n%s", err, b)
	}
	data, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// TestAppImage: it is an app by its desktop entry, and its parts are listed; of one that cannot be read inside, that is told.
func TestAppImage(t *testing.T) {
	files := map[string]string{"meet.desktop": "[Desktop Entry]\nType=Application\nName=Meet Now\nX-AppImage-Version=2.1\n", "usr/lib/node_modules/left-pad/package.json": leftPad}
	inv := scantest.Scan(t, New(), write(t, "Meet.AppImage", append(runtime(2), image(t, files)...)))
	if len(inv.Apps) != 1 || inv.Apps[0].Identifier != "meet" || inv.Apps[0].Name != "Meet Now" || inv.Apps[0].Version != "2.1" || inv.Apps[0].Arch != "x86_64" {
		t.Errorf("%+v", inv.Apps)
	}
	if got := purls(inv); got != "pkg:npm/left-pad@1.3.0" || len(inv.Gaps) > 0 {
		t.Errorf("components are %s, gaps %+v", got, inv.Gaps)
	}
	for name, data := range map[string][]byte{"xz": append(runtime(2), image(t, files, "-comp", "xz")...), "old form": append(runtime(1), image(t, files)...), "bare": runtime(2)} {
		inv := scantest.Scan(t, New(), write(t, "Meet.AppImage", data))
		if len(inv.Apps) != 1 || inv.Apps[0].Name != "Meet" || !slices.ContainsFunc(inv.Gaps, func(g inventory.Gap) bool { return g.Kind == inventory.GapUnknownLines }) {
			t.Errorf("%s: apps %+v, gaps %+v", name, inv.Apps, inv.Gaps)
		}
	}
}
