package main

import (
	"errors"
	"io"
	"os"

	"github.com/klauspost/compress/s2"
)

// later keeps what cannot be taken back, compressed in a temporary file that only its owner may read, until it is known to be all.
// What was written is given to the real output when it is done, and nothing of it when it is not whole.
func later(to io.Writer) (w io.Writer, done func(whole bool) error) {
	d := &delayed{}
	return d, func(whole bool) error {
		defer d.drop()
		if !whole || d.file == nil {
			return nil
		}
		return d.copyTo(to)
	}
}

// delayed is a text that is written now and read later.
type delayed struct {
	file *os.File
	long *s2.Writer
}

func (d *delayed) Write(p []byte) (int, error) {
	if d.file == nil {
		f, err := os.CreateTemp("", "quaestor-*")
		if err != nil {
			return 0, err
		}
		_ = os.Remove(f.Name()) // drop does it where the system does not allow that
		d.file, d.long = f, s2.NewWriter(f, s2.WriterConcurrency(1))
	}
	return d.long.Write(p)
}

func (d *delayed) copyTo(w io.Writer) error {
	if err := d.long.Close(); err != nil {
		return err
	}
	if _, err := d.file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	_, err := io.Copy(w, s2.NewReader(d.file))
	return err
}

func (d *delayed) drop() {
	if d.file == nil {
		return
	}
	_ = errors.Join(d.file.Close(), os.Remove(d.file.Name())) // gone already on most systems
	d.file = nil
}
