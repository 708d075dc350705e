// Package pkgtest makes packages of Debian and RPM for tests, with what is asked for in them and nothing else.
//
// What the package cannot see: whether the package managers would install them.
package pkgtest

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/klauspost/compress/zstd"
)

// Gzip and Zstd compress.
func Gzip(t testing.TB, b []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	if _, err := z.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// Zstd compresses.
func Zstd(t testing.TB, b []byte) []byte {
	t.Helper()
	z, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	return z.EncodeAll(b, nil)
}

// Tar is an archive of files by their names.
func Tar(t testing.TB, files map[string]string) []byte {
	t.Helper()
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if err := w.WriteHeader(&tar.Header{Name: "./" + name, Mode: 0o755, Size: int64(len(files[name])), Typeflag: tar.TypeReg}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(files[name])); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// Debian is a package of Debian: its control file, and its archive of files as data.tar.
func Debian(t testing.TB, control string, data []byte) []byte {
	t.Helper()
	out := []byte("!<arch>\n")
	add := func(name string, content []byte) {
		out = append(out, fmt.Sprintf("%-16s%-12d%-6d%-6d%-8s%-10d`\n", name, 0, 0, 0, "100644", len(content))...)
		out = append(out, content...)
		if len(content)%2 == 1 {
			out = append(out, '\n')
		}
	}
	add("debian-binary", []byte("2.0\n"))
	add("control.tar.gz", Gzip(t, Tar(t, map[string]string{"control": control})))
	if data != nil {
		add("data.tar", data)
	}
	return out
}

// Cpio is an archive as RPM has it. What begins with "-> " is a link.
func Cpio(files map[string]string) []byte {
	var out []byte
	fill := func() {
		for len(out)%4 != 0 {
			out = append(out, 0)
		}
	}
	add := func(name, content string, mode int) {
		out = append(out, fmt.Sprintf("070701%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X", 1, mode, 0, 0, 1, 0, len(content), 0, 0, 0, 0, len(name)+1, 0)...)
		out = append(append(out, name...), 0)
		fill()
		out = append(out, content...)
		fill()
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if target, ok := bytes.CutPrefix([]byte(files[name]), []byte("-> ")); ok {
			add("./"+name, string(target), 0o120777)
		} else {
			add("./"+name, files[name], 0o100755)
		}
	}
	add("TRAILER!!!", "", 0)
	return out
}

// RPM is a package of RPM: texts and numbers of its header by their tags, and its packed archive.
func RPM(texts map[uint32]string, numbers map[uint32]uint32, payload []byte) []byte {
	out := append([]byte{0xed, 0xab, 0xee, 0xdb, 3, 0}, make([]byte, 90)...)
	out = append(out, header(map[uint32]string{1000: "signature"}, nil)...)
	for len(out)%8 != 0 {
		out = append(out, 0)
	}
	return append(append(out, header(texts, numbers)...), payload...)
}

func header(texts map[uint32]string, numbers map[uint32]uint32) []byte {
	be := binary.BigEndian
	var index, data []byte
	add := func(tag, kind uint32, value []byte) {
		for _, n := range []uint32{tag, kind, uint32(len(data)), 1} {
			index = be.AppendUint32(index, n)
		}
		data = append(data, value...)
	}
	for _, tag := range slices.Sorted(maps.Keys(numbers)) {
		add(tag, 4, be.AppendUint32(nil, numbers[tag]))
	}
	for _, tag := range slices.Sorted(maps.Keys(texts)) {
		add(tag, 6, append([]byte(texts[tag]), 0))
	}
	out := []byte{0x8e, 0xad, 0xe8, 1, 0, 0, 0, 0}
	out = be.AppendUint32(out, uint32(len(texts)+len(numbers)))
	out = be.AppendUint32(out, uint32(len(data)))
	return append(append(out, index...), data...)
}
