package squashfs

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// image lets mksquashfs make a file system.
func image(t testing.TB, args ...string) ([]byte, map[string]string) {
	t.Helper()
	if _, err := exec.LookPath("mksquashfs"); err != nil {
		t.Skip("mksquashfs (squashfs-tools) is not installed")
	}
	random := make([]byte, 300_000)
	rand.New(rand.NewSource(1)).Read(random)
	files := map[string]string{
		"x.desktop": "[Desktop Entry]\nName=X\n", "empty": "", "big.bin": string(random), "text": strings.Repeat("some text, ", 60_000),
		"hole": strings.Repeat("\x00", 400_000), "usr/share/metainfo/x.xml": "<x/>",
	}
	for i := range 700 {
		files[fmt.Sprintf("many/file-with-a-name-%d", i)] = fmt.Sprint(i)
	}
	root := t.TempDir()
	for name, content := range files {
		p := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	out := filepath.Join(t.TempDir(), "image")
	if b, err := exec.Command("mksquashfs", append([]string{root, out, "-noappend", "-quiet", "-no-progress"}, args...)...).CombinedOutput(); err != nil {
		t.Fatalf("mksquashfs: %v\n%s", err, b)
	}
	data, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	return data, files
}

func TestRead(t *testing.T) {
	for name, args := range map[string][]string{
		"gzip": {"-comp", "gzip"}, "zstd": {"-comp", "zstd"}, "stored": {"-noI", "-noD", "-noF", "-noX"}, "no fragments": {"-no-fragments", "-b", "4096"}, "large blocks": {"-b", "1048576"},
	} {
		data, files := image(t, args...)
		f, err := Open(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		read := 0
		for _, folder := range []string{"", "many", "usr/share/metainfo"} {
			entries, err := f.List(folder)
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			for _, e := range entries {
				if !e.File {
					continue
				}
				want := files[strings.TrimPrefix(folder+"/"+e.Name, "/")]
				if got, err := f.ReadFile(e, 1<<20); string(got) != want || err != nil {
					t.Errorf("%s: %s has %d bytes, want %d (%v)", name, e.Name, len(got), len(want), err)
				}
				read++
			}
		}
		if read != len(files) {
			t.Errorf("%s: %d files, want %d", name, read, len(files))
		}
		if _, err := f.List("none/x"); !errors.Is(err, ErrNotExist) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestLimit(t *testing.T) {
	data, _ := image(t)
	f, err := Open(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	entries, err := f.List("")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if _, err := f.ReadFile(e, 1000); e.Name == "big.bin" && !errors.Is(err, ErrLimit) {
			t.Errorf("err %v", err)
		}
	}
}

func TestOtherCompression(t *testing.T) {
	data, _ := image(t, "-comp", "xz")
	if _, err := Open(bytes.NewReader(data), int64(len(data))); !errors.Is(err, ErrCompression) {
		t.Errorf("err %v", err)
	}
}

// TestMutated reads file systems of which single bytes are others. What is not compressed is reached by that.
func TestMutated(t *testing.T) {
	data, _ := image(t, "-noI", "-noD", "-noF", "-noX")
	r := rand.New(rand.NewSource(7))
	for range 400 {
		d := bytes.Clone(data)
		for range 1 + r.Intn(3) {
			at := r.Intn(96)
			if r.Intn(2) == 0 {
				at = len(d) - 1 - r.Intn(60_000)
			}
			d[at] = byte(r.Intn(256))
		}
		walk(d)
	}
}

// walk reads everything in the root folder.
func walk(data []byte) {
	f, err := Open(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return
	}
	entries, err := f.List("")
	if err != nil {
		return
	}
	for _, e := range entries[:min(len(entries), 50)] {
		_, _ = f.ReadFile(e, 1<<20)
	}
}

func FuzzWalk(f *testing.F) {
	data := make([]byte, 96)
	copy(data, "hsqs")
	data[13], data[20], data[28] = 0x10, 1, 4
	f.Add(data)
	if _, err := exec.LookPath("mksquashfs"); err == nil {
		small := f.TempDir()
		if err := os.WriteFile(filepath.Join(small, "a.desktop"), []byte("[Desktop Entry]\nName=A\n"), 0o644); err != nil {
			f.Fatal(err)
		}
		out := filepath.Join(f.TempDir(), "image")
		if err := exec.Command("mksquashfs", small, out, "-noI", "-noappend", "-quiet", "-no-progress", "-nopad").Run(); err != nil {
			f.Fatal(err)
		}
		b, err := os.ReadFile(out)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, data []byte) { walk(data) })
}
