package shelf

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
)

// TestShelf: every piece comes back as it was, from memory and from the file, and nothing stays behind.
func TestShelf(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	random := rand.NewChaCha8([32]byte{1})
	var s Shelf
	var pieces [][]byte
	var places []Place
	for i := range 60 {
		piece := make([]byte, i*12_345) // does not shrink when it is packed
		_, _ = random.Read(piece)
		p, err := s.Put(Pack(piece))
		if err != nil {
			t.Fatal(err)
		}
		pieces, places = append(pieces, piece), append(places, p)
	}
	if s.file == nil || s.near.Len() == 0 {
		t.Fatalf("nothing in the file, or nothing in memory: %d", s.near.Len())
	}
	for i := len(pieces) - 1; i >= 0; i-- {
		if got, err := s.Get(places[i]); err != nil || !bytes.Equal(got, pieces[i]) {
			t.Errorf("piece %d: %d bytes, error %v", i, len(got), err)
		}
	}
	s.Drop()
	if left, _ := filepath.Glob(filepath.Join(dir, "*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// TestShelfFull: a file that cannot be made is an error.
func TestShelfFull(t *testing.T) {
	t.Setenv("TMPDIR", filepath.Join(t.TempDir(), "nowhere"))
	if os.Getenv("TMPDIR") != os.TempDir() {
		t.Skip("the folder for temporary files is not named by TMPDIR here")
	}
	var s Shelf
	defer s.Drop()
	var err error
	for range 20 {
		if _, e := s.Put(make([]byte, 1<<20)); e != nil {
			err = e
		}
	}
	if err == nil {
		t.Error("20 MiB were put down nowhere")
	}
}
