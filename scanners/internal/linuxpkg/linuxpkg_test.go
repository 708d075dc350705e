package linuxpkg

import (
	"archive/tar"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"quaestor/scanners/internal/linuxpkg/pkgtest"
)

const described = "Package: demo\nVersion: 1:2.0-1\nArchitecture: amd64\nMaintainer: Example <it@example.org>\nDescription: a demonstration\n of it\n"

func open(t testing.TB, data []byte) (*File, error) {
	t.Helper()
	return Open(bytes.NewReader(data), int64(len(data)))
}

// list are the names of an archive, with the size of files and the target of links.
func list(t testing.TB, data []byte) string {
	t.Helper()
	var out []string
	for tr := tar.NewReader(bytes.NewReader(data)); ; {
		h, err := tr.Next()
		if errors.Is(err, io.EOF) {
			return strings.Join(out, " ")
		}
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, fmt.Sprintf("%s:%d%s", strings.TrimPrefix(h.Name, "./"), h.Size, h.Linkname))
	}
}

func TestDebian(t *testing.T) {
	data := pkgtest.Tar(t, map[string]string{"usr/bin/demo": "program", "usr/share/odd": "123"})
	for name, packed := range map[string][]byte{"plain": data, "gzip": pkgtest.Gzip(t, data), "zstd": pkgtest.Zstd(t, data)} {
		f, err := open(t, pkgtest.Debian(t, described, packed))
		if err != nil || f.Deb.Name != "demo" || f.Deb.Version != "1:2.0-1" || f.Deb.Arch != "amd64" {
			t.Fatalf("%s: %+v, error %v", name, f, err)
		}
		got, err := f.Contents(1 << 20)
		if want := "usr/bin/demo:7 usr/share/odd:3"; err != nil || list(t, got) != want {
			t.Errorf("%s: %s, error %v, want %s", name, list(t, got), err, want)
		}
		if got, err := f.Contents(600); !errors.Is(err, ErrTooLarge) || len(got) > 600 {
			t.Errorf("%s: %d bytes, error %v", name, len(got), err)
		}
	}
	if f, err := open(t, pkgtest.Debian(t, described, nil)); !errors.Is(err, ErrFormat) || f == nil || f.Deb == nil {
		t.Errorf("without files: %+v, error %v", f, err)
	}
	if f, err := open(t, pkgtest.Debian(t, "Description: of nothing\n", data)); !errors.Is(err, ErrFormat) || f != nil {
		t.Errorf("without a name: %+v, error %v", f, err)
	}
	lzma := pkgtest.Debian(t, described, append([]byte{0x5d, 0, 0, 0x80}, data...))
	f, err := open(t, lzma)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Contents(1 << 20); !errors.Is(err, ErrCompression) {
		t.Errorf("error %v", err)
	}
}

var texts = map[uint32]string{1000: "demo", 1001: "1.2", 1002: "3.el9", 1011: "Example", 1014: "MIT", 1022: "x86_64"}

func TestRPM(t *testing.T) {
	cpio := pkgtest.Cpio(map[string]string{"usr/bin/demo": "program", "usr/lib/link": "-> ../bin/demo", "usr/lib/odd": "12345"})
	for name, packed := range map[string][]byte{"plain": cpio, "gzip": pkgtest.Gzip(t, cpio), "zstd": pkgtest.Zstd(t, cpio)} {
		f, err := open(t, pkgtest.RPM(texts, map[uint32]uint32{1003: 1}, packed))
		if err != nil || f.RPM.Name != "demo" || f.RPM.EVR() != "1:1.2-3.el9" || f.RPM.Licence != "MIT" {
			t.Fatalf("%s: %+v, error %v", name, f, err)
		}
		got, err := f.Contents(1 << 20)
		if want := "usr/bin/demo:7 usr/lib/link:0../bin/demo usr/lib/odd:5"; err != nil || list(t, got) != want {
			t.Errorf("%s: %s, error %v, want %s", name, list(t, got), err, want)
		}
	}
	f, err := open(t, pkgtest.RPM(texts, nil, cpio[:len(cpio)-300]))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Contents(1 << 20); !errors.Is(err, ErrFormat) {
		t.Errorf("cut short: error %v", err)
	}
}

// TestRealTools reads packages as the tools of Debian and RPM make them, in every compression that they offer.
func TestRealTools(t *testing.T) {
	root := t.TempDir()
	for name, text := range map[string]string{"DEBIAN/control": described, "usr/bin/demo": "program"} {
		os.MkdirAll(filepath.Dir(filepath.Join(root, name)), 0o755)
		if err := os.WriteFile(filepath.Join(root, name), []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := exec.LookPath("dpkg-deb"); err != nil {
		t.Skip("dpkg-deb is not installed: packages of the tests alone were read")
	}
	for _, compression := range []string{"gzip", "xz", "zstd", "none"} {
		out := filepath.Join(t.TempDir(), "demo.deb")
		if msg, err := exec.Command("dpkg-deb", "--root-owner-group", "-Z"+compression, "-b", root, out).CombinedOutput(); err != nil {
			t.Logf("%s is not offered here: %s", compression, msg)
			continue
		}
		data, err := os.ReadFile(out)
		if err != nil {
			t.Fatal(err)
		}
		f, err := open(t, data)
		if err != nil {
			t.Fatalf("%s: %v", compression, err)
		}
		got, err := f.Contents(1 << 20)
		if err != nil || !strings.Contains(list(t, got), "usr/bin/demo:7") || f.Deb.Name != "demo" {
			t.Errorf("%s: %s, error %v", compression, list(t, got), err)
		}
	}
}

func FuzzOpen(f *testing.F) {
	data := pkgtest.Tar(f, map[string]string{"usr/bin/demo": "program"})
	cpio := pkgtest.Cpio(map[string]string{"usr/bin/demo": "program", "l": "-> a"})
	for _, seed := range [][]byte{pkgtest.Debian(f, described, data), pkgtest.Debian(f, described, pkgtest.Zstd(f, data)), pkgtest.RPM(texts, nil, cpio), pkgtest.RPM(texts, nil, pkgtest.Gzip(f, cpio))} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := open(t, data)
		if p == nil {
			if err == nil {
				t.Error("nothing, and no error")
			}
			return
		}
		if p.Deb == nil && p.RPM == nil {
			t.Error("a package without a description")
		}
		if got, _ := p.Contents(1 << 20); len(got) > 1<<20 {
			t.Errorf("%d bytes", len(got))
		}
	})
}
