package rootfs

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"quaestor/scanners/source"
)

// sparseGNU is a file with a hole of 1 KiB in front of its content, as `tar --format=gnu --sparse` writes it. Package tar
// writes none.
func sparseGNU(name, content string, size int) []byte {
	var h [512]byte
	copy(h[0:], name)
	copy(h[100:], "0000644\x00")
	copy(h[108:], "0000000\x000000000\x00")
	copy(h[124:], fmt.Sprintf("%011o\x00", len(content)))
	copy(h[136:], "00000000000\x00")
	h[156] = tar.TypeGNUSparse
	copy(h[257:], "ustar  \x00")
	copy(h[386:], fmt.Sprintf("%011o\x00%011o\x00", size-len(content), len(content)))
	copy(h[483:], fmt.Sprintf("%011o\x00", size))
	copy(h[148:], "        ")
	sum := 0
	for _, c := range h {
		sum += int(c)
	}
	copy(h[148:], fmt.Sprintf("%06o\x00 ", sum))
	return append(h[:], pad(content)...)
}

// sparsePAX is the same in the form of `tar --format=posix --sparse`.
func sparsePAX(t testing.TB, name, content string, size int) []byte {
	t.Helper()
	body := pad(fmt.Sprintf("1\n%d\n%d\n", size-len(content), len(content)))
	body = append(body, content...)
	record := func(key, value string) string {
		n := len(key) + len(value) + 3
		for len(fmt.Sprint(n))+len(key)+len(value)+3 != n {
			n++
		}
		return fmt.Sprintf("%d %s=%s\n", n, key, value)
	}
	records := record("GNU.sparse.major", "1") + record("GNU.sparse.minor", "0") + record("GNU.sparse.name", name) + record("GNU.sparse.realsize", fmt.Sprint(size))
	data := pack(t, item{"PaxHeaders/x", tar.TypeReg, records}, item{"GNUSparseFile/x", tar.TypeReg, string(body)})
	data[156] = tar.TypeXHeader
	sum := 0
	copy(data[148:156], "        ")
	for _, c := range data[:512] {
		sum += int(c)
	}
	copy(data[148:], fmt.Sprintf("%06o\x00 ", sum))
	return data
}

func pad(s string) []byte { return []byte(s + strings.Repeat("\x00", -len(s)&511)) }

// TestSparse: a file with holes is read as the file system would give it, of every form and from a compressed archive.
func TestSparse(t *testing.T) {
	const name, content, size = "var/lib/dpkg/status", "Package: x\n", 1<<10 + 11
	end := make([]byte, 1024)
	for form, data := range map[string][]byte{"gnu": append(sparseGNU(name, content, size), end...), "pax": sparsePAX(t, name, content, size)} {
		var z bytes.Buffer
		w := gzip.NewWriter(&z)
		if _, err := w.Write(data); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		for _, data := range [][]byte{data, z.Bytes()} {
			got, err := fs.ReadFile(lay(t, read(t, data)), name)
			if want := strings.Repeat("\x00", size-len(content)) + content; string(got) != want || err != nil {
				t.Errorf("%s: %q, %v", form, got, err)
			}
		}
	}
}

// TestSparseLimit: a file of many holes is not filled up beyond what is held of one file.
func TestSparseLimit(t *testing.T) {
	data := append(sparseGNU("srv/big", "x", 1<<32), make([]byte, 1024)...)
	l, err := NewReader("test", int64(len(data)), source.DefaultLimits).Read(context.Background(), bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := lay(t, l).Open("srv/big"); err == nil || !strings.Contains(err.Error(), "exceeds the limit of 1048576") {
		t.Error(err)
	}
}
