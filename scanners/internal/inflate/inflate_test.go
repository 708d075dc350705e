package inflate

import (
	"bytes"
	"compress/flate"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"testing"
)

// compare unpacks src into room bytes and wants what compress/flate gives.
func compare(t *testing.T, src []byte, room int) {
	t.Helper()
	want, wantErr := reference(src, room)
	got := make([]byte, room)
	n, err := Decompress(got, src)
	if !sameKind(err, wantErr) {
		t.Fatalf("%d bytes into %d: error %v, compress/flate says %v", len(src), room, err, wantErr)
	}
	// With an error, compress/flate may have stopped a few symbols before.
	if err == nil && n != len(want) || !bytes.HasPrefix(want, got[:min(n, len(want))]) {
		t.Fatalf("%d bytes into %d: %d bytes that differ from the %d of compress/flate (%v)", len(src), room, n, len(want), err)
	}
}

// reference unpacks with the standard library, at most one byte more than there is room for.
func reference(src []byte, room int) ([]byte, error) {
	out, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(src)), int64(room)+1))
	if len(out) > room {
		return out[:room], ErrTooLong
	}
	return out, err
}

// sameKind says whether two errors mean the same. Where a stream is both cut off and corrupt, either may be told.
func sameKind(err, want error) bool {
	switch {
	case want == nil || errors.Is(want, ErrTooLong):
		return errors.Is(err, want)
	default:
		return errors.Is(err, ErrCorrupt) || errors.Is(err, ErrTruncated)
	}
}

// deflate packs data with the standard library.
func deflate(t testing.TB, data []byte, level int) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := flate.NewWriter(&out, level)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// samples are contents that make different blocks and codes.
func samples() map[string][]byte {
	random := rand.New(rand.NewPCG(1, 2))
	bytesOf := func(n int, next func(i int) byte) []byte {
		out := make([]byte, n)
		for i := range out {
			out[i] = next(i)
		}
		return out
	}
	s := map[string][]byte{
		"empty":    nil,
		"one byte": {7},
		"zeros":    make([]byte, 100_000),
		"noise":    bytesOf(70_000, func(int) byte { return byte(random.Uint32()) }),
		"skewed":   bytesOf(200_000, func(int) byte { return byte(random.ExpFloat64() * 6) }),
		"few":      bytesOf(100_000, func(int) byte { return "abcdef"[random.IntN(6)] }),
	}
	for _, period := range []int{1, 2, 3, 5, 7, 8, 9, 15, 16, 17, 31, 300, 32768} {
		s[fmt.Sprintf("period %d", period)] = bytesOf(90_000, func(i int) byte { return byte(i % period * 37) })
	}
	var words bytes.Buffer
	for words.Len() < 300_000 {
		fmt.Fprintf(&words, "Lcom/example/%c%c/Class%d;", 'a'+random.IntN(26), 'a'+random.IntN(3), random.IntN(2000))
	}
	s["words"] = words.Bytes()
	return s
}

func TestDecompress(t *testing.T) {
	for name, data := range samples() {
		t.Run(name, func(t *testing.T) {
			for _, level := range []int{flate.HuffmanOnly, flate.NoCompression, 1, 6, 9} {
				src := deflate(t, data, level)
				for _, room := range []int{len(data), len(data) + 1, len(data) + 500, len(data) - 1, len(data) / 2, 0} {
					compare(t, src, max(room, 0))
				}
				got := make([]byte, len(data))
				n, err := Decompress(got, append(src, "what follows"...))
				if err != nil || n != len(data) || !bytes.Equal(got, data) {
					t.Fatalf("level %d: %d of %d bytes, %v", level, n, len(data), err)
				}
			}
		})
	}
}

// Every cut of a stream, at every byte, has to be told, and never more is written than the stream says.
func TestTruncated(t *testing.T) {
	for name, data := range samples() {
		data = data[:min(len(data), 3000)]
		for _, level := range []int{flate.HuffmanOnly, flate.NoCompression, 6} {
			src := deflate(t, data, level)
			for cut := range src {
				got := make([]byte, len(data))
				n, err := Decompress(got, src[:cut])
				if !errors.Is(err, ErrTruncated) || !bytes.HasPrefix(data, got[:n]) {
					t.Fatalf("%s, level %d, cut at %d of %d: %d bytes, %v", name, level, cut, len(src), n, err)
				}
			}
		}
	}
}

// Streams with a bit turned over are mostly still streams of something: the same bytes have to come out.
func TestCorrupt(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for name, data := range samples() {
		t.Run(name, func(t *testing.T) {
			src := deflate(t, data[:min(len(data), 20_000)], 6)
			for range 400 {
				bad := bytes.Clone(src)
				for range 1 + random.IntN(3) {
					bad[random.IntN(min(len(bad), 1+random.IntN(len(bad))))] ^= 1 << random.IntN(8)
				}
				compare(t, bad, len(data)+random.IntN(64))
			}
		})
	}
}

func TestRandom(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	for range 20_000 {
		src := make([]byte, 1+random.IntN(200))
		for i := range src {
			src[i] = byte(random.Uint32())
		}
		src[0] = src[0]&^7 | byte(random.IntN(2)) | byte(random.IntN(3))<<1
		compare(t, src, random.IntN(2000))
	}
}

// What is not written must stay behind the slice that was given, whatever its capacity.
func TestDecompressStaysInside(t *testing.T) {
	data := samples()["words"]
	src := deflate(t, data, 6)
	for _, room := range []int{0, 1, 7, 8, 9, 255, 1000, len(data)} {
		whole := bytes.Repeat([]byte{0xa5}, len(data)+64)
		if _, err := Decompress(whole[:room], src); (err == nil) != (room == len(data)) {
			t.Errorf("%d bytes of room: %v", room, err)
		}
		if rest := whole[room:]; !bytes.Equal(rest, bytes.Repeat([]byte{0xa5}, len(rest))) {
			t.Errorf("%d bytes of room: wrote behind them", room)
		}
	}
}

func TestDecompressAllocates(t *testing.T) {
	data := samples()["words"]
	src, dst := deflate(t, data, 6), make([]byte, len(data))
	if n := testing.AllocsPerRun(50, func() {
		if _, err := Decompress(dst, src); err != nil {
			t.Fatal(err)
		}
	}); n > 0 {
		t.Errorf("%v allocations a call", n)
	}
}

func FuzzDecompress(f *testing.F) {
	for _, data := range samples() {
		f.Add(deflate(f, data[:min(len(data), 2000)], 6), 2000)
	}
	for _, code := range oddCodes() {
		f.Add(code.stream, 600)
	}
	f.Fuzz(func(t *testing.T, src []byte, room int) {
		compare(t, src, max(0, min(room, 1<<20)))
	})
}
