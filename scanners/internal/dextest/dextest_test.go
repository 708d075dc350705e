package dextest_test

import (
	"bytes"
	"crypto/sha1"
	"encoding/binary"
	"hash/adler32"
	"slices"
	"testing"

	"quaestor/scanners/internal/dextest"
)

// What is written keeps the invariants that Android checks before it reads anything else: magic, length, both sums,
// and a map whose items stand in the order of their places.
func TestHeaderHolds(t *testing.T) {
	one := dextest.File{Classes: []dextest.Class{{Name: "com.example.Main"}}}.Bytes()
	files := append(dextest.Many(2, 300), one)
	for i, f := range files {
		le := binary.LittleEndian
		if !bytes.HasPrefix(f, []byte("dex\n035\x00")) || int(le.Uint32(f[32:])) != len(f) {
			t.Fatalf("file %d: magic %q, %d of %d bytes", i, f[:8], le.Uint32(f[32:]), len(f))
		}
		if sum := sha1.Sum(f[32:]); !bytes.Equal(sum[:], f[12:32]) {
			t.Errorf("file %d: the SHA-1 does not hold", i)
		}
		if adler32.Checksum(f[12:]) != le.Uint32(f[8:]) {
			t.Errorf("file %d: the checksum does not hold", i)
		}
		at := le.Uint32(f[52:])
		var places []uint32
		for n := range le.Uint32(f[at:]) {
			places = append(places, le.Uint32(f[at+4+12*n+8:]))
		}
		if len(places) < 5 || !slices.IsSorted(places) || places[0] != 0 || !slices.Contains(places, at) {
			t.Errorf("file %d: the map lists %v", i, places)
		}
	}
	if bytes.Equal(files[0], files[1]) {
		t.Error("two files of many define the same classes")
	}
}
