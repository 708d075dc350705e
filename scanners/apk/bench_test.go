package apk

import (
	"archive/zip"
	"bytes"
	"context"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"quaestor/scanners/internal/dextest"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// bigAPK is an APK of about two megabytes, v2-signed: our base with code-like and random content added.
func bigAPK(tb testing.TB) []byte {
	tb.Helper()
	random := rand.New(rand.NewPCG(1, 2))
	noise := func(n, values int) string {
		b := make([]byte, n)
		for i := range b {
			b[i] = byte(random.IntN(values))
		}
		return string(b)
	}
	return signV2(tb, zipOf(tb,
		entry{"AndroidManifest.xml", content(tb, "split/base.apk", "AndroidManifest.xml")},
		entry{"resources.arsc", content(tb, "split/base.apk", "resources.arsc")},
		entry{"classes.dex", string(dextest.File{}.Bytes()) + noise(2_000_000, 24)},
		entry{"classes2.dex", string(dextest.File{}.Bytes()) + noise(500_000, 24)},
		entry{"lib/arm64-v8a/libx.so", elf(noise(300_000, 100))},
		entry{"assets/photo.jpg", noise(300_000, 256)},
	))
}

// TestBigAPK keeps the benchmark honest: what it measures is a whole scan of a validly signed app.
func TestBigAPK(t *testing.T) {
	data := bigAPK(t)
	inv, err := scanBytes(context.Background(), data)
	if err != nil || len(inv.Binaries) != 1 || len(inv.Gaps) != 0 {
		t.Fatalf("%v, %d binaries, gaps %+v", err, len(inv.Binaries), inv.Gaps)
	}
	b := inv.Binaries[0]
	if len(data) < 1_800_000 || len(data) > 2_300_000 || b.Signed != inventory.SignatureValid || b.DexFiles != 2 || b.Label != "Votes" {
		t.Errorf("%d bytes, %+v", len(data), b)
	}
}

// BenchmarkScan compares a whole scan with unpacking every entry, which is what unzip -t does.
func BenchmarkScan(b *testing.B) {
	data := bigAPK(b)
	path := filepath.Join(b.TempDir(), "big.apk")
	if err := os.WriteFile(path, data, 0o644); err != nil {
		b.Fatal(err)
	}
	b.Run("scan", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		b.ReportAllocs()
		for b.Loop() {
			src, err := source.Open(source.Target{Path: path}, source.DefaultLimits)
			if err != nil {
				b.Fatal(err)
			}
			if !New().Recognise(src) {
				b.Fatal("not recognised")
			}
			if _, err := New().Scan(context.Background(), src); err != nil {
				b.Fatal(err)
			}
			src.Close()
		}
	})
	b.Run("unzip", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		for b.Loop() {
			unpackAll(b, data)
		}
	})
}

func unpackAll(b *testing.B, data []byte) {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		b.Fatal(err)
	}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			b.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, r); err != nil {
			b.Fatal(err)
		}
		r.Close()
	}
}
