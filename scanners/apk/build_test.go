package apk

import (
	"archive/zip"
	"bytes"
	"context"
	"io"
	"path"
	"testing"

	"quaestor/scanners/internal/apkfile"
	"quaestor/scanners/inventory"
)

// entry is one entry of an archive that a test makes.
type entry struct{ name, data string }

// zipOf is an archive in which only pictures are not compressed.
func zipOf(tb testing.TB, entries ...entry) []byte {
	tb.Helper()
	var buf bytes.Buffer
	w := zip.NewWriter(&buf)
	for _, e := range entries {
		method := zip.Deflate
		if path.Ext(e.name) == ".png" {
			method = zip.Store
		}
		f, err := w.CreateHeader(&zip.FileHeader{Name: e.name, Method: method})
		if err != nil {
			tb.Fatal(err)
		}
		if _, err := io.WriteString(f, e.data); err != nil {
			tb.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	return buf.Bytes()
}

// content unpacks one entry of an APK of testdata.
func content(tb testing.TB, apk, name string) string {
	tb.Helper()
	data := readFile(tb, "testdata/"+apk)
	f, err := apkfile.Open(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		tb.Fatal(err)
	}
	e := f.Lookup(name)
	if e == nil {
		tb.Fatalf("%s holds no %s", apk, name)
	}
	b, err := f.Read(context.Background(), e, 1<<20)
	if err != nil {
		tb.Fatal(err)
	}
	return string(b)
}

// scanBytes scans an APK in memory.
func scanBytes(ctx context.Context, data []byte) (*inventory.Inventory, error) {
	set := &collection{inv: inventory.New(), env: newEnvironment()}
	m := &member{name: "test.apk", base: "test.apk", r: bytes.NewReader(data), size: int64(len(data))}
	if err := set.add(ctx, m); err != nil {
		return set.inv, err
	}
	set.apps()
	return set.inv, set.err()
}

// elf is native code with no segment, of which the rest means nothing.
func elf(rest string) string {
	h := make([]byte, 64)
	copy(h, "\x7fELF\x02\x01\x01")
	h[16], h[18], h[20], h[52], h[54], h[58] = 3, 0xb7, 1, 64, 56, 64 // shared, AArch64, version, sizes of headers
	return string(h) + rest
}
