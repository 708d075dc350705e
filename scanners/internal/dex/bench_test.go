package dex

import (
	"bytes"
	"compress/flate"
	"context"
	"io"
	"testing"

	"quaestor/scanners/internal/dextest"
)

// codes are the sources of DEX data to measure with: a made app, and the largest of the corpus.
func codes(b *testing.B) map[string][][]byte {
	b.Helper()
	out := map[string][][]byte{"made": dextest.Many(8, 15_000)}
	b.Run("corpus", func(b *testing.B) {
		largest := 0
		for _, app := range corpusApps(b) {
			if app.classes > largest {
				largest, out["corpus"] = app.classes, app.data
			}
		}
		b.Skip("it only reads what the other benchmarks need")
	})
	return out
}

// measure runs do over every file of every source, and counts the bytes unpacked.
func measure(b *testing.B, do func(b *testing.B, data, packed []byte)) {
	for name, files := range codes(b) {
		b.Run(name, func(b *testing.B) {
			var size int64
			packed := make([][]byte, len(files))
			for i, f := range files {
				size += int64(len(f))
				packed[i] = deflate(b, f)
			}
			b.SetBytes(size)
			b.ReportAllocs()
			for b.Loop() {
				for i, f := range files {
					do(b, f, packed[i])
				}
			}
		})
	}
}

func deflate(b *testing.B, data []byte) []byte {
	var out bytes.Buffer
	w, err := flate.NewWriter(&out, 6)
	if err == nil {
		_, err = w.Write(data)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		b.Fatal(err)
	}
	return out.Bytes()
}

// BenchmarkRead measures everything but the strings.
func BenchmarkRead(b *testing.B) {
	measure(b, func(b *testing.B, data, _ []byte) {
		if _, err := Read(context.Background(), data, "classes.dex"); err != nil {
			b.Fatal(err)
		}
	})
}

// BenchmarkStrings measures Read with a walk over all string constants.
func BenchmarkStrings(b *testing.B) {
	n := 0
	measure(b, func(b *testing.B, data, _ []byte) {
		f, err := Read(context.Background(), data, "classes.dex")
		if err != nil {
			b.Fatal(err)
		}
		for s := range f.Strings {
			n += len(s)
		}
	})
}

// BenchmarkInflate is what to compare with: the standard library unpacks the same data.
func BenchmarkInflate(b *testing.B) {
	measure(b, func(b *testing.B, _, packed []byte) {
		if _, err := io.Copy(io.Discard, flate.NewReader(bytes.NewReader(packed))); err != nil {
			b.Fatal(err)
		}
	})
}
