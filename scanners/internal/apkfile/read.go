package apkfile

import (
	"bytes"
	"compress/flate"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
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
	raw, stored, err := f.raw(e)
	if err != nil {
		return nil, err
	}
	var r io.Reader = &ctxReader{ctx, raw}
	if !stored {
		fr := flate.NewReader(r)
		defer fr.Close()
		r = fr
	}
	var buf bytes.Buffer
	buf.Grow(int(min(e.Size, limit, raw.Size()*8+512)) + bytes.MinRead)
	n, err := io.Copy(&buf, io.LimitReader(r, limit+1))
	if n > limit {
		return nil, &LimitError{What: fmt.Sprintf("bytes in %q", clip(e.Name)), Limit: limit}
	}
	if err != nil && !(f.Recovered && n > 0 && !errors.Is(err, ctx.Err())) {
		return nil, fmt.Errorf("cannot unpack %q: %w", clip(e.Name), err)
	}
	return buf.Bytes(), nil
}

// Peek unpacks at most n bytes of an entry, for telling formats apart. It returns less on any error.
func (f *File) Peek(e *Entry, n int64) []byte {
	raw, stored, err := f.raw(e)
	if err != nil {
		return nil
	}
	var r io.Reader = raw
	if !stored {
		fr := flate.NewReader(r)
		defer fr.Close()
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
