package inflate

import (
	"bytes"
	"compress/flate"
	"io"
	"math/rand/v2"
	"testing"
)

// compressed is data as a DEFLATE stream of a level.
func compressed(tb testing.TB, data []byte, level int) []byte {
	tb.Helper()
	var buf bytes.Buffer
	w, err := flate.NewWriter(&buf, level)
	if err != nil {
		tb.Fatal(err)
	}
	w.Write(data)
	w.Close()
	return buf.Bytes()
}

func TestPrefix(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, level := range []int{flate.NoCompression, flate.HuffmanOnly, 1, 6, 9} {
		for _, values := range []int{1, 2, 20, 256} {
			data := make([]byte, 5000)
			for i := range data {
				data[i] = byte(random.IntN(values))
			}
			stream := compressed(t, data, level)
			for _, n := range []int{0, 1, 16, 300, 4999, 5000} {
				dst := make([]byte, n)
				if got := Prefix(dst, stream); got != n || !bytes.Equal(dst, data[:n]) {
					t.Errorf("level %d, %d values: %d of %d bytes", level, values, got, n)
				}
			}
			if got := Prefix(make([]byte, 6000), stream); got != len(data) {
				t.Errorf("level %d, %d values: %d bytes of all", level, values, got)
			}
		}
	}
	if got := Prefix(make([]byte, 4), compressed(t, []byte("ab"), 9)); got != 2 { // fixed codes
		t.Errorf("short stream: %d", got)
	}
}

func TestPrefixOfCutStream(t *testing.T) {
	data := bytes.Repeat([]byte("all that is cut off is left out "), 20)
	stream := compressed(t, data, 6)
	for n := range stream {
		dst := make([]byte, len(data))
		got := Prefix(dst, stream[:n])
		if !bytes.Equal(dst[:got], data[:got]) {
			t.Fatalf("%d bytes: wrong content", n)
		}
	}
}

// FuzzPrefix compares with compress/flate: what it unpacks is what that unpacks.
func FuzzPrefix(f *testing.F) {
	f.Add(compressed(f, bytes.Repeat([]byte("seed of a stream "), 30), 6))
	f.Add(compressed(f, []byte("seed"), 0))
	f.Add(compressed(f, []byte("seed"), 9))
	f.Fuzz(func(t *testing.T, stream []byte) {
		dst := make([]byte, 200)
		n := Prefix(dst, stream)
		want, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(stream)), int64(len(dst))))
		if err == nil && len(want) != n || !bytes.HasPrefix(dst[:n], want) && !bytes.HasPrefix(want, dst[:n]) {
			t.Errorf("%d bytes %x, want %x, %v", n, dst[:n], want, err)
		}
	})
}

func BenchmarkPrefix(b *testing.B) {
	random := rand.New(rand.NewPCG(1, 2))
	data := make([]byte, 3000)
	for i := range data {
		data[i] = byte(random.IntN(40) * random.IntN(3))
	}
	stream := compressed(b, data, 6)
	var dst [16]byte
	for b.Loop() {
		Prefix(dst[:], stream)
	}
}
