package appimage

import (
	"bytes"
	"encoding/binary"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"quaestor/scanners"
	"quaestor/scanners/internal/appimage"
	"quaestor/scanners/internal/hostroot/hosttest"
	"quaestor/scanners/inventory"
)

var _ scanners.Scanner = Scanner{}

// runtime is the program at the front of an AppImage, with the sections that the format has.
func runtime(kind byte, update string) []byte {
	le := binary.LittleEndian
	names := "\x00.upd_info\x00.shstrtab\x00"
	b := make([]byte, 64, 1024)
	copy(b, "\x7fELF\x02\x01\x01\x00AI")
	b[10], b[18] = kind, 62
	at := uint64(len(b))
	b = append(b, update...)
	namesAt := uint64(len(b))
	b = append(b, names...)
	le.PutUint64(b[40:], uint64(len(b)))
	le.PutUint16(b[58:], 64)
	le.PutUint16(b[60:], 3)
	le.PutUint16(b[62:], 2)
	for _, s := range []struct{ name, at, size uint64 }{{}, {1, at, uint64(len(update))}, {11, namesAt, uint64(len(names))}} {
		h := make([]byte, 64)
		le.PutUint32(h, uint32(s.name))
		le.PutUint64(h[24:], s.at)
		le.PutUint64(h[32:], s.size)
		b = append(b, h...)
	}
	return b
}

// payload is a file system with files in it, made by mksquashfs.
func payload(t testing.TB, files map[string]string, args ...string) []byte {
	t.Helper()
	if _, err := exec.LookPath("mksquashfs"); err != nil {
		t.Skip("mksquashfs (squashfs-tools) is not installed")
	}
	out := filepath.Join(t.TempDir(), "image")
	if b, err := exec.Command("mksquashfs", append([]string{hosttest.Tree(t, files), out, "-noappend", "-quiet", "-no-progress"}, args...)...).CombinedOutput(); err != nil {
		t.Fatalf("mksquashfs: %v\n%s", err, b)
	}
	data, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

const entry = "[Desktop Entry]\nType=Application\nName=Meet Now\nExec=meet\nX-AppImage-Version=2.1\n"

func TestScan(t *testing.T) {
	const update = "gh-releases-zsync|example|meet|latest|Meet-*.AppImage.zsync"
	meet := string(runtime(2, update)) + string(payload(t, map[string]string{"org.example.Meet.desktop": entry, "AppRun": "x"}))
	linked := string(runtime(2, "")) + string(payload(t, map[string]string{"a.desktop": hosttest.Link + "usr/share/applications/a.desktop", "usr/share/applications/a.desktop": "[Desktop Entry]\nName=Linked\n"}, "-comp", "zstd"))
	root := hosttest.Tree(t, map[string]string{
		"etc/os-release": "ID=x\n", "etc/passwd": "ann:x:1000:1000::/home/ann:/bin/sh\n",
		"home/ann/Downloads/Meet-2.1.AppImage": meet, "home/ann/letter.txt": "x", "home/ann/Downloads/new/other.appimage": linked,
		"opt/tool/bin/tool": linked, "opt/plain": strings.Repeat("no AppImage ", 100), "home/ann/deep/er/x.AppImage": meet,
		"opt/old.AppImage": string(runtime(1, "")), "usr/local/bin/x.appimage": "text",
	})
	for _, name := range []string{"opt/tool/bin/tool", "opt/plain"} {
		if err := os.Chmod(filepath.Join(root, filepath.FromSlash(name)), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	inv, err := (Scanner{}).Scan(t.Context(), hosttest.Open(t, root))
	if err != nil {
		t.Fatal(err)
	}
	for i := range inv.Apps {
		a := &inv.Apps[i]
		if a.ID == "" || a.Device != inv.Devices[0].ID || len(a.Origins) != 1 {
			t.Errorf("identifier, device or origin of %+v", a)
		}
		a.ID, a.Device, a.Origins = "", "", nil
	}
	app := func(id, name, version, path, user string, flags ...string) inventory.App {
		a := inventory.App{Platform: inventory.Linux, IdentifierKind: inventory.AppImage, Identifier: id, Name: name, Version: version, Paths: []string{path}, Arch: "x86_64", Flags: flags}
		if user != "" {
			a.Users = []inventory.AppUser{{User: user, Installed: true}}
		}
		return a
	}
	want := []inventory.App{
		app("old", "old", "", "/opt/old.AppImage", "", "type:1"),
		app("a", "Linked", "", "/opt/tool/bin/tool", "", "type:2"),
		app("org.example.Meet", "Meet Now", "2.1", "/home/ann/Downloads/Meet-2.1.AppImage", "1000", "type:2", "updates:"+update),
		app("a", "Linked", "", "/home/ann/Downloads/new/other.appimage", "1000", "type:2"),
	}
	if d := cmp.Diff(want, inv.Apps); d != "" {
		t.Error(d)
	}
	if len(inv.Gaps) != 1 || inv.Gaps[0].Kind != inventory.GapUnknownLines || !strings.HasSuffix(inv.Gaps[0].Subject, "old.AppImage") {
		t.Errorf("gaps %+v", inv.Gaps)
	}
}

func TestOddInside(t *testing.T) {
	good := payload(t, map[string]string{"a.desktop": entry})
	for name, c := range map[string]struct {
		data []byte
		kind inventory.GapKind
	}{
		"xz":       {payload(t, map[string]string{"a.desktop": entry}, "-comp", "xz"), inventory.GapUnknownLines},
		"no entry": {payload(t, map[string]string{"AppRun": "x"}), inventory.GapUnknownLines},
		"cut":      {good[:200], inventory.GapMalformed},
		"none":     {nil, inventory.GapUnknownLines},
		"text":     {bytes.Repeat([]byte("text"), 100), inventory.GapMalformed},
	} {
		inv := hosttest.Scan(t, Scanner{}, map[string]string{"etc/os-release": "", "opt/My App-1.AppImage": string(runtime(2, "")) + string(c.data)})
		if len(inv.Apps) != 1 || inv.Apps[0].Identifier != "My App-1" || len(inv.Gaps) != 1 || inv.Gaps[0].Kind != c.kind {
			t.Errorf("%s: %+v, gaps %+v", name, inv.Apps, inv.Gaps)
		}
	}
}

func FuzzFile(f *testing.F) {
	f.Add(runtime(2, "zsync|https://example.org/x.zsync"))
	f.Add(runtime(1, ""))
	if _, err := exec.LookPath("mksquashfs"); err == nil {
		f.Add(slices.Concat(runtime(2, ""), payload(f, map[string]string{"a.desktop": entry}, "-noI", "-nopad")))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		r := bytes.NewReader(data)
		head, ok := appimage.ReadHead(r)
		if !ok {
			return
		}
		if text := appimage.Updates(r, int64(len(data)), head); len(text) > appimage.MaxUpdates {
			t.Errorf("%d bytes", len(text))
		}
		if head.End > 0 && head.End < int64(len(data)) {
			if e, err := appimage.Entry(r, head.End, int64(len(data))); err == nil && len(e.Text) > appimage.MaxEntry {
				t.Errorf("%d bytes", len(e.Text))
			}
		}
	})
}
