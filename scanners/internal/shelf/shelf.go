// Package shelf keeps pieces that are put down one by one and fetched in any order: in memory while they are few, else compressed in
// a temporary file that only its owner may read.
//
// What the package cannot see: how much room the folder for temporary files has. When it is full, putting down fails.
package shelf

import (
	"bytes"
	"os"

	"github.com/klauspost/compress/s2"
)

// inMemory is how many bytes are kept before a file is made.
const inMemory = 8 << 20

// Shelf holds the pieces. The zero value is empty. [Shelf.Drop] must be called in the end. Pieces may be fetched by several
// goroutines at the same time, while nothing is put down.
type Shelf struct {
	near bytes.Buffer // not in the file yet
	file *os.File
	size int64 // of the file
}

// Place is where a piece lies.
type Place struct {
	at     int64
	length int32
}

// Pack makes of a piece what is put down. It may be called by several goroutines.
func Pack(piece []byte) []byte { return s2.Encode(nil, piece) }

// Put puts down what [Pack] made.
func (s *Shelf) Put(packed []byte) (Place, error) {
	p := Place{s.size + int64(s.near.Len()), int32(len(packed))}
	s.near.Write(packed)
	if s.near.Len() < inMemory {
		return p, nil
	}
	return p, s.toFile()
}

// toFile moves what is in memory behind what the file has. Where the system allows it, the file loses its name at once, so that
// nothing stays behind whatever becomes of the program.
func (s *Shelf) toFile() error {
	if s.file == nil {
		f, err := os.CreateTemp("", "quaestor-*")
		if err != nil {
			return err
		}
		_ = os.Remove(f.Name()) // Drop does it where this fails
		s.file = f
	}
	n, err := s.file.WriteAt(s.near.Bytes(), s.size)
	if err != nil {
		return err
	}
	s.size += int64(n)
	s.near.Reset()
	return nil
}

// Get fetches a piece. It stays where it is.
func (s *Shelf) Get(p Place) ([]byte, error) {
	if p.at >= s.size {
		from := p.at - s.size
		return s2.Decode(nil, s.near.Bytes()[from:from+int64(p.length)])
	}
	packed := make([]byte, p.length)
	if _, err := s.file.ReadAt(packed, p.at); err != nil {
		return nil, err
	}
	return s2.Decode(nil, packed)
}

// Drop forgets every piece.
func (s *Shelf) Drop() {
	if s.file != nil {
		s.file.Close()
		_ = os.Remove(s.file.Name()) // gone already on most systems
	}
	*s = Shelf{}
}
