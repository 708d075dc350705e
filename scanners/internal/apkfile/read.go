package apkfile

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
)

// Section is the raw content of an entry as it lies in the file. ok is false when the entry is compressed.
func (f *File) Section(e *Entry) (r *io.SectionReader, ok bool, err error) {
	raw, stored, err := f.raw(e)
	return raw, stored, err
}

// raw finds the data of an entry behind its local header. A method that is neither stored nor deflated is
// read as Android's resource reader does: the bytes as they are, as many as the unpacked size says.
func (f *File) raw(e *Entry) (*io.SectionReader, bool, error) {
	var h [localSize]byte
	if _, err := f.r.ReadAt(h[:], e.header); err != nil || !bytes.Equal(h[:4], localMagic) {
		return nil, false, fmt.Errorf("no local header for %q", clip(e.Name))
	}
	data := e.header + localSize + int64(binary.LittleEndian.Uint16(h[26:])) + int64(binary.LittleEndian.Uint16(h[28:]))
	size, stored := e.CompressedSize, e.Method != Deflate
	if stored && e.Size > 0 {
		size = e.Size
	}
	if data > f.size || size > f.size-data {
		if !f.Recovered {
			return nil, stored, fmt.Errorf("%q reaches beyond the end of the file", clip(e.Name))
		}
		size = max(f.size-data, 0)
	}
	return io.NewSectionReader(f.r, data, size), stored, nil
}

// Read unpacks an entry whole. An entry of more than limit bytes is a [LimitError], whatever size it
// claims; ctx is looked at while unpacking.
func (f *File) Read(ctx context.Context, e *Entry, limit int64) ([]byte, error) {
	return f.ReadInto(ctx, e, nil, limit)
}

// ReadInto is Read into buf, if that is large enough for the size that the entry claims; what it holds is
// overwritten. Otherwise a new slice is made. It may be called from several goroutines at once.
func (f *File) ReadInto(ctx context.Context, e *Entry, buf []byte, limit int64) ([]byte, error) {
	raw, stored, err := f.raw(e)
	if err != nil {
		return nil, err
	}
	var r io.Reader = &ctxReader{ctx, raw}
	if !stored {
		fr := getInflater(bufio.NewReaderSize(r, sourceBytes))
		defer putInflater(fr)
		r = fr
	}
	buf = slices.Grow(buf[:0], int(min(e.Size, limit, raw.Size()*8+512)))
	buf, err = appendAll(buf, r, limit)
	if int64(len(buf)) > limit {
		return nil, &LimitError{What: fmt.Sprintf("bytes in %q", clip(e.Name)), Limit: limit}
	}
	if err != nil && !(f.Recovered && len(buf) > 0 && !errors.Is(err, ctx.Err())) {
		return nil, fmt.Errorf("cannot unpack %q: %w", clip(e.Name), err)
	}
	return buf, nil
}

// sourceBytes are read at once of a compressed entry.
const sourceBytes = 32 << 10

// appendAll reads r to its end, but not more than a byte over limit.
func appendAll(buf []byte, r io.Reader, limit int64) ([]byte, error) {
	for int64(len(buf)) <= limit {
		if len(buf) == cap(buf) {
			buf = slices.Grow(buf, bytes.MinRead)
		}
		n, err := r.Read(buf[len(buf):min(int64(cap(buf)), limit+1)])
		buf = buf[:len(buf)+n]
		if errors.Is(err, io.EOF) {
			return buf, nil
		}
		if err != nil {
			return buf, err
		}
	}
	return buf, nil
}

// Peek unpacks at most n bytes of an entry, for telling formats apart. It returns less on any error.
func (f *File) Peek(e *Entry, n int64) []byte {
	raw, stored, err := f.raw(e)
	if err != nil {
		return nil
	}
	var r io.Reader = raw
	if !stored {
		fr := getInflater(raw)
		defer putInflater(fr)
		r = fr
	}
	b, _ := io.ReadAll(io.LimitReader(r, n))
	return b
}

type ctxReader struct {
	ctx context.Context
	r   io.Reader
}

func (c *ctxReader) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(p)
}

// clip keeps hostile names short in errors.
func clip(s string) string {
	if len(s) > 80 {
		return s[:80] + "…"
	}
	return s
}
