package rootfs

import (
	"archive/tar"
	"bytes"
	"testing"

	"quaestor/scanners/source"
)

// TestRoom: files that tell nothing do not push out the list of what is installed, and what is left out is counted.
func TestRoom(t *testing.T) {
	rd := NewReader("test", 1<<20, source.DefaultLimits)
	rd.entries[shareOf("usr/share/doc/x")] = maxEntries - 1
	data := pack(t, item{"usr/share/doc/a", tar.TypeReg, "x"}, item{"usr/share/doc/b", tar.TypeReg, "x"}, item{"usr/share/doc/c", tar.TypeDir, ""}, item{"var/lib/dpkg/status", tar.TypeReg, "Package: a\n"})
	for name, read := range map[string]func() (*Layer, error){
		"held":    func() (*Layer, error) { return rd.ReadStream(t.Context(), bytes.NewReader(data)) },
		"in file": func() (*Layer, error) { return rd.Read(t.Context(), bytes.NewReader(data), int64(len(data))) },
	} {
		rd.entries[shareOf("usr/share/doc/x")] = maxEntries - 1
		l, err := read()
		if err != nil {
			t.Fatal(err)
		}
		if f := lay(t, l); l.Cut != 2 || l.Entries() != 2 || len(list(t, f)) == 0 {
			t.Errorf("%s: %d left out of %d", name, l.Cut, l.Entries())
		} else if _, err := f.Open("var/lib/dpkg/status"); err != nil {
			t.Error(err)
		}
	}
	rd.names = maxNames
	if l, err := rd.Read(t.Context(), bytes.NewReader(data), int64(len(data))); err != nil || l.Cut != 4 {
		t.Errorf("names without end: %d left out, %v", l.Cut, err)
	}
}

// TestHold: a small file takes as much memory as it is large; one that is cut off says so.
func TestHold(t *testing.T) {
	got, err := hold(bytes.NewReader([]byte("abcdef")), 3)
	if string(got) != "abc" || cap(got) > 16 || err != nil {
		t.Errorf("%q of %d, %v", got, cap(got), err)
	}
	for _, size := range []int64{10, 1 << 30} {
		if got, err := hold(bytes.NewReader([]byte("abcdef")), size); string(got) != "abcdef" || err == nil || cap(got) > 1<<10 {
			t.Errorf("of %d bytes: %d in %d, %v", size, len(got), cap(got), err)
		}
	}
}
