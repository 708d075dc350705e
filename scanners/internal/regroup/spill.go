package regroup

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"os"
)

// files is into how many files the rows are cut. Each is read into memory by itself.
const files = 64

// maxText is the most bytes of a key or row in a file; more can only be damage.
const maxText = 1 << 30

// spill are the files.
type spill struct {
	dir   string
	files [files]*os.File
	out   [files]*bufio.Writer
	frame []byte
}

func newSpill() (*spill, error) {
	dir, err := os.MkdirTemp("", "quaestor-rows-")
	if err != nil {
		return nil, fmt.Errorf("there are more rows than fit in memory, and no temporary folder for them: %w; set TMPDIR to a folder with room", err)
	}
	s := &spill{dir: dir}
	for i := range s.files {
		f, err := os.CreateTemp(dir, "")
		if err != nil {
			return nil, errors.Join(full(err), s.close())
		}
		s.files[i], s.out[i] = f, bufio.NewWriterSize(f, 16<<10)
	}
	return s, nil
}

func full(err error) error {
	return fmt.Errorf("there are more rows than fit in memory, and they cannot be kept in a temporary file: %w; set TMPDIR to a folder with room", err)
}

// write keeps a row in the file of its key.
func (s *spill) write(key, row string, mark int64) error {
	h := fnv.New32a()
	io.WriteString(h, key)
	b := binary.AppendUvarint(s.frame[:0], uint64(len(key)))
	b = binary.AppendUvarint(append(b, key...), uint64(len(row)))
	b = binary.AppendVarint(append(b, row...), mark)
	s.frame = b
	if _, err := s.out[h.Sum32()%files].Write(b); err != nil {
		return full(err)
	}
	return nil
}

// read hands out the rows of a file, in the order in which they were written.
func (s *spill) read(n int, yield func(key, row []byte, mark int64) error) error {
	if err := s.out[n].Flush(); err != nil {
		return full(err)
	}
	if _, err := s.files[n].Seek(0, io.SeekStart); err != nil {
		return full(err)
	}
	r := bufio.NewReaderSize(s.files[n], 64<<10)
	var key, row []byte
	for {
		var err error
		if key, err = text(r, key); err == io.EOF {
			return nil
		}
		var mark int64
		if err == nil {
			row, err = text(r, row)
		}
		if err == nil {
			mark, err = binary.ReadVarint(r)
		}
		if err != nil {
			return fmt.Errorf("a temporary file with rows cannot be read again: %w; scan once more", err)
		}
		if err := yield(key, row, mark); err != nil {
			return err
		}
	}
}

// text reads a text with its length before it into buf.
func text(r *bufio.Reader, buf []byte) ([]byte, error) {
	n, err := binary.ReadUvarint(r)
	if err != nil {
		return buf, err
	}
	if n > maxText {
		return buf, errors.New("it is damaged")
	}
	if uint64(cap(buf)) < n {
		buf = make([]byte, n)
	}
	buf = buf[:n]
	_, err = io.ReadFull(r, buf)
	return buf, err
}

func (s *spill) close() error {
	var errs []error
	for _, f := range s.files {
		if f != nil {
			errs = append(errs, f.Close())
		}
	}
	return errors.Join(append(errs, os.RemoveAll(s.dir))...)
}
