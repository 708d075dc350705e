package rootfs

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"quaestor/scanners/source"
)

type item struct {
	name    string
	kind    byte
	content string // of a link its target
}

func pack(t testing.TB, files ...item) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, f := range files {
		h := &tar.Header{Name: f.name, Mode: 0o644, Typeflag: f.kind}
		if f.kind == tar.TypeReg {
			h.Size = int64(len(f.content))
		} else {
			h.Linkname = f.content
		}
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		if f.kind == tar.TypeReg {
			if _, err := io.WriteString(w, f.content); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func read(t testing.TB, data []byte) *Layer {
	t.Helper()
	l, err := NewReader("test", int64(len(data)), source.DefaultLimits).Read(context.Background(), bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func lay(t testing.TB, layers ...*Layer) *FS {
	t.Helper()
	f, err := Tree("test", layers...)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// list is every file of a file system with its content, and every link with its target.
func list(t testing.TB, f *FS) (out []string) {
	t.Helper()
	err := fs.WalkDir(f, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.Type() == fs.ModeSymlink:
			to, err := f.ReadLink(name)
			out = append(out, name+" -> "+to)
			return err
		case d.IsDir():
			return nil
		case !d.Type().IsRegular():
			if _, err := f.Open(name); err == nil {
				t.Errorf("%s was opened", name)
			}
			out = append(out, name+" "+d.Type().String())
			return nil
		}
		b, err := fs.ReadFile(f, name)
		out = append(out, name+" "+string(b))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestLayers(t *testing.T) {
	const reg, dir, sym, link = tar.TypeReg, tar.TypeDir, tar.TypeSymlink, tar.TypeLink
	lower := pack(t, item{"./a/x", reg, "1"}, item{"a/y", reg, "1"}, item{"b/deep/z", reg, "1"}, item{"c", reg, "1"}, item{"/e/f", reg, "1"}, item{"g", sym, "e"}, item{"h/i", reg, "1"})
	upper := pack(t,
		item{"a/new", reg, "2"}, item{"a/.wh.x", reg, ""}, // one file taken away
		item{"b/own", reg, "2"}, item{"b/.wh..wh..opq", reg, ""}, // all of the folder, but not what this layer brings
		item{"c/", dir, ""}, item{"c/in", reg, "2"}, // a folder in place of a file
		item{"e", reg, "2"},     // a file in place of a folder
		item{"g/", dir, ""},     // a folder in place of a link
		item{".wh.h", reg, ""},  // a whole folder
		item{"k", link, "a/y"},  // another name of a file of the lower layer
		item{"l", link, "none"}, // and of none
		item{"dev", tar.TypeChar, ""}, item{"pipe", tar.TypeFifo, ""}, item{"disk", tar.TypeBlock, ""},
	)
	want := []string{"a/new 2", "a/y 1", "b/own 2", "c/in 2", "dev Dc---------", "disk D---------", "e 2", "k 1", "l ?---------", "pipe p---------"}
	if got := list(t, lay(t, read(t, lower), read(t, upper))); !slices.Equal(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
}

func TestFS(t *testing.T) {
	var zipped bytes.Buffer
	w := gzip.NewWriter(&zipped)
	plain := pack(t, item{"etc/os-release", tar.TypeSymlink, "../usr/lib/os-release"}, item{"usr/lib/os-release", tar.TypeReg, "ID=x"}, item{"etc/empty/", tar.TypeDir, ""},
		item{"abs", tar.TypeSymlink, "/usr/lib"}, item{"out", tar.TypeSymlink, "../../../usr/lib/os-release"}, item{"loop", tar.TypeSymlink, "loop"}, item{"gone", tar.TypeSymlink, "/none"})
	if _, err := w.Write(plain); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{"plain": plain, "gzip": zipped.Bytes()} {
		f := lay(t, read(t, data))
		if err := fstest.TestFS(lay(t, read(t, pack(t, item{"a/b", tar.TypeReg, "x"}, item{"c", tar.TypeReg, "y"}))), "a/b", "c"); err != nil {
			t.Error(err)
		}
		for _, p := range []string{"etc/os-release", "usr/lib/os-release", "abs/os-release", "out"} {
			if b, err := fs.ReadFile(f, p); string(b) != "ID=x" || err != nil {
				t.Errorf("%s: %s: %q, %v", name, p, b, err)
			}
		}
		if _, err := f.Open("gone"); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("a link to nothing: %v", err)
		}
		if _, err := f.Open("loop"); !errors.Is(err, errLoop) {
			t.Errorf("a link to itself: %v", err)
		}
		file, err := f.Open("etc/os-release")
		if err != nil {
			t.Fatal(err)
		}
		var two [2]byte
		if _, err := file.(io.ReaderAt).ReadAt(two[:], 2); string(two[:]) != "=x" {
			t.Errorf("%s: %q, %v", name, two, err)
		}
	}
}

func TestHostileNames(t *testing.T) {
	l := read(t, pack(t, item{"../evil", tar.TypeReg, "x"}, item{"a/../../evil", tar.TypeReg, "x"}, item{"ok", tar.TypeLink, "../../etc/passwd"}, item{strings.Repeat("a/", maxDepth+1), tar.TypeDir, ""}, item{"good", tar.TypeReg, "x"}))
	if got := list(t, lay(t, l)); l.Bad != 4 || !slices.Equal(got, []string{"good x"}) {
		t.Errorf("%d bad, %q", l.Bad, got)
	}
}

// TestHeld: of a compressed archive, what tells of software is held even when other files have used up their share.
func TestHeld(t *testing.T) {
	rd := NewReader("test", 64<<20, source.DefaultLimits)
	big := strings.Repeat("x", 1<<20+1)
	data := pack(t, item{"usr/bin/big", tar.TypeReg, big}, item{"var/lib/dpkg/status", tar.TypeReg, big}, item{"home/ann/.config/x", tar.TypeReg, big}, item{"usr/small", tar.TypeReg, "x"}, item{"last", tar.TypeReg, "x"})
	rd.held[3] = shares[3].all - 1
	l, err := rd.ReadStream(context.Background(), bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	f := lay(t, l)
	for name, held := range map[string]bool{"usr/bin/big": false, "var/lib/dpkg/status": true, "home/ann/.config/x": true, "usr/small": true, "last": false} {
		_, err := f.Open(name)
		var limit *source.LimitError
		if held != (err == nil) || err != nil && !errors.As(err, &limit) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestLimits(t *testing.T) {
	var bomb bytes.Buffer
	w := gzip.NewWriter(&bomb)
	if _, err := w.Write(pack(t, item{"zero", tar.TypeReg, strings.Repeat("\x00", 32<<20)})); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	rd := NewReader("test", int64(bomb.Len()), source.DefaultLimits)
	var limit *source.LimitError
	if _, err := rd.Read(context.Background(), bytes.NewReader(bomb.Bytes()), int64(bomb.Len())); !errors.As(err, &limit) {
		t.Errorf("a bomb: %v", err)
	}
	many := &Layer{}
	for i := range maxNodes / (maxDepth - 1) {
		many.entries = append(many.entries, entry{name: fmt.Sprint(i) + strings.Repeat("/d", maxDepth-1), kind: tar.TypeDir})
	}
	many.entries = append(many.entries, many.entries...)
	many.entries = append(many.entries, entry{name: "x", kind: tar.TypeDir})
	if _, err := Tree("test", many); !errors.As(err, &limit) {
		t.Errorf("too many folders: %v", err)
	}
}

// TestCutAtTheEnd: what is missing behind the last file of a compressed archive is missed, and other bytes there are not.
func TestCutAtTheEnd(t *testing.T) {
	var z bytes.Buffer
	w := gzip.NewWriter(&z)
	if _, err := w.Write(pack(t, item{"a", tar.TypeReg, "x"})); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		data []byte
		bad  bool
	}{{z.Bytes(), false}, {z.Bytes()[:z.Len()-4], true}, {append(slices.Clone(z.Bytes()), make([]byte, 512)...), false}} {
		l, err := NewReader("test", 1000, source.DefaultLimits).Read(context.Background(), bytes.NewReader(tt.data), int64(len(tt.data)))
		if tt.bad != (err != nil) || l.Entries() != 1 {
			t.Errorf("%d bytes of %d: %d entries, %v", len(tt.data), z.Len(), l.Entries(), err)
		}
	}
}

func TestNoTar(t *testing.T) {
	for name, data := range map[string]string{"text": strings.Repeat("no tar ", 100), "gz": "\x1f\x8b\x08broken"} {
		if _, err := NewReader("test", 1000, source.DefaultLimits).Read(context.Background(), strings.NewReader(data), int64(len(data))); err == nil {
			t.Errorf("%s was read", name)
		}
	}
}

func FuzzRead(f *testing.F) {
	lower := pack(f, item{"./a/x", tar.TypeReg, "1"}, item{"b", tar.TypeSymlink, "a"}, item{"c", tar.TypeLink, "a/x"})
	f.Add(lower, pack(f, item{"a/.wh.x", tar.TypeReg, ""}, item{"b/", tar.TypeDir, ""}))
	f.Fuzz(func(t *testing.T, lower, upper []byte) {
		rd := NewReader("test", int64(len(lower)+len(upper)), source.DefaultLimits)
		a, _ := rd.Read(context.Background(), bytes.NewReader(lower), int64(len(lower)))
		b, _ := rd.ReadStream(context.Background(), bytes.NewReader(upper))
		tree, err := Tree("test", a, b)
		if err != nil {
			t.Fatal(err)
		}
		err = fs.WalkDir(tree, ".", func(name string, d fs.DirEntry, err error) error {
			if err == nil && !fs.ValidPath(name) {
				t.Errorf("name %q", name)
			}
			if f, err := tree.Open(name); err == nil {
				f.Close()
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
}
