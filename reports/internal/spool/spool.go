// Package spool keeps text that is written now and read back once, later: in memory while it is short, else compressed in a
// temporary file that only its owner may read.
//
// What the package cannot see: how much room the folder for temporary files has. When it is full, the write fails.
package spool

import (
	"bytes"
	"io"
	"os"

	"github.com/klauspost/compress/s2"
)

const (
	inMemory = 256 << 10
	block    = 64 << 10
)

// Text is one text. The zero value is empty. [Text.Drop] must be called in the end.
type Text struct {
	short bytes.Buffer
	file  *os.File
	long  *s2.Writer
	size  int64
}

// Write adds to the end.
func (t *Text) Write(p []byte) (int, error) {
	t.size += int64(len(p))
	if t.long == nil {
		if t.short.Len()+len(p) <= inMemory {
			return t.short.Write(p)
		}
		if err := t.toFile(); err != nil {
			return 0, err
		}
	}
	return t.long.Write(p)
}

// Size is how many bytes were written.
func (t *Text) Size() int64 { return t.size }

// toFile moves what there is into a temporary file. Where the system allows it, the file loses its name at once, so that
// nothing stays behind whatever becomes of the program.
func (t *Text) toFile() error {
	f, err := os.CreateTemp("", "quaestor-*")
	if err != nil {
		return err
	}
	_ = os.Remove(f.Name()) // Drop does it where this fails
	t.file, t.long = f, s2.NewWriter(f, s2.WriterConcurrency(1), s2.WriterBlockSize(block))
	_, err = t.long.Write(t.short.Bytes())
	t.short = bytes.Buffer{}
	return err
}

// CopyTo writes the whole text to w. Nothing can be added afterwards.
func (t *Text) CopyTo(w io.Writer) error {
	if t.long == nil {
		_, err := w.Write(t.short.Bytes())
		return err
	}
	if err := t.long.Close(); err != nil {
		return err
	}
	if _, err := t.file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	_, err := io.Copy(w, s2.NewReader(t.file, s2.ReaderMaxBlockSize(block)))
	return err
}

// Drop forgets the text.
func (t *Text) Drop() {
	if t.file != nil {
		t.file.Close()
		_ = os.Remove(t.file.Name()) // gone already on most systems
	}
	*t = Text{}
}
