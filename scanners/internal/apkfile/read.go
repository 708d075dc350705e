package apkfile

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"quaestor/scanners/internal/inflate"
)

// Section is the raw content of an entry as it lies in the file. ok is false when the entry is compressed.
func (f *File) Section(e *Entry) (r *io.SectionReader, ok bool, err error) {
	at, n, err := f.place(e)
	if err != nil {
		return nil, e.stored(), err
	}
	return io.NewSectionReader(f.r, at, n), e.stored(), nil
}

// View is the content of an entry that is not compressed, of a file opened with [OpenBytes]: a part of that
// file and not to be changed. It is nil where there is no such view, and the entry has to be read.
func (f *File) View(e *Entry) []byte {
	if f.data == nil || !e.stored() {
		return nil
	}
	at, n, err := f.place(e)
	if err != nil {
		return nil
	}
	return f.data[at : at+n : at+n]
}

// place finds the content of an entry behind its local header.
func (f *File) place(e *Entry) (at, n int64, err error) {
	if err := f.allowed(e); err != nil {
		return 0, 0, err
	}
	if at, err = f.DataOffset(e); err != nil {
		return 0, 0, err
	}
	n = e.length()
	if at > f.size || n > f.size-at {
		if !f.Recovered {
			return 0, 0, fmt.Errorf("%q reaches beyond the end of the file", clip(e.Name))
		}
		n = max(f.size-at, 0)
		at = f.size - n
	}
	return at, n, nil
}

// Read unpacks an entry whole. An entry of more than limit bytes is a [LimitError], whatever size it
// claims; ctx is looked at while unpacking.
func (f *File) Read(ctx context.Context, e *Entry, limit int64) ([]byte, error) {
	return f.ReadInto(ctx, e, nil, limit)
}

// ReadInto is Read into buf, if that is large enough for the size that the entry claims; what it holds is
// overwritten. Otherwise a new slice is made.
func (f *File) ReadInto(ctx context.Context, e *Entry, buf []byte, limit int64) ([]byte, error) {
	at, n, err := f.place(e)
	if err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("cannot unpack %q: %w", clip(e.Name), err)
	}
	switch {
	case e.stored():
		buf, err = f.readStored(buf, at, min(n, limit+1))
	case e.Size <= limit && n <= maxWhole && e.Size/maxRatio <= n:
		buf, err = f.readWhole(ctx, e, buf, limit)
	default:
		buf, err = f.readStream(ctx, e, buf, limit)
	}
	more := errors.Is(err, inflate.ErrTooLong)
	if more || err == nil && int64(len(buf)) != e.Size {
		f.noteSize(e)
	}
	if (more || int64(len(buf)) > limit) && limit == e.Size && !f.Recovered {
		return nil, &SizeError{Name: clip(e.Name), Claimed: e.Size}
	}
	if more || int64(len(buf)) > limit || errors.Is(err, errBeyond) {
		return nil, &LimitError{What: fmt.Sprintf("bytes in %q", clip(e.Name)), Limit: limit}
	}
	if err != nil && !(f.Recovered && len(buf) > 0 && ctx.Err() == nil) {
		return nil, fmt.Errorf("cannot unpack %q: %w", clip(e.Name), err)
	}
	return buf, nil
}

// errBeyond is of an entry that unpacks to more than is wanted, and claims so.
var errBeyond = errors.New("more than is wanted")

// SizeError says that an entry holds more than it claims, which Android does not unpack.
type SizeError struct {
	Name    string
	Claimed int64
}

func (e *SizeError) Error() string {
	return fmt.Sprintf("%q unpacks to more than the %d bytes that it claims", e.Name, e.Claimed)
}

const (
	maxWhole = 32 << 20 // compressed bytes that are held at once
	maxRatio = 1032     // DEFLATE unpacks to no more than so many times its size
)

// readStored reads bytes as they lie in the file.
func (f *File) readStored(buf []byte, at, n int64) ([]byte, error) {
	buf = slices.Grow(buf[:0], int(n))[:n]
	if err := f.readAt(buf, at); err != nil {
		return buf[:0], err
	}
	return buf, nil
}

// readWhole unpacks an entry from buffer to buffer. One that holds more than it claims is unpacked as a stream,
// if the limit allows for more.
func (f *File) readWhole(ctx context.Context, e *Entry, buf []byte, limit int64) ([]byte, error) {
	at, n, err := f.place(e)
	if err != nil {
		return nil, err
	}
	var src []byte
	if f.data != nil {
		src = f.data[at : at+n]
	} else {
		var free func()
		src, free = source(n)
		defer free()
		if err := f.readAt(src, at); err != nil {
			return nil, err
		}
	}
	buf = slices.Grow(buf[:0], int(e.Size))[:e.Size]
	m, err := inflate.Decompress(buf, src)
	if errors.Is(err, inflate.ErrTooLong) && limit > e.Size {
		return f.readStream(ctx, e, buf, limit)
	}
	return buf[:m], err
}

// readStream unpacks an entry piece by piece: one whose size is not known, or is a lie.
func (f *File) readStream(ctx context.Context, e *Entry, buf []byte, limit int64) ([]byte, error) {
	at, n, err := f.place(e)
	if err != nil {
		return nil, err
	}
	room := min(max(e.Size, 0), limit)
	if e.Size > limit || int64(cap(buf)) < room+1 {
		// What it claims is not to be relied on: it is unpacked twice, and nothing is held the first time.
		in := newInflater(&ctxReader{ctx, io.NewSectionReader(f.r, at, n)})
		room, err = io.Copy(io.Discard, io.LimitReader(in, limit+1))
		in.free()
		if err == nil && room > limit && room <= e.Size {
			return nil, errBeyond
		}
		if err == nil && room > limit {
			return nil, inflate.ErrTooLong
		}
	}
	in := newInflater(&ctxReader{ctx, io.NewSectionReader(f.r, at, n)})
	defer in.free()
	return appendAll(slices.Grow(buf[:0], int(room)+1), in, limit)
}

// Stream hands over an entry from its beginning to its end, for one that is too large to be unpacked whole. Close
// has to be called. Reading stops soon after ctx is done.
func (f *File) Stream(ctx context.Context, e *Entry) (io.ReadCloser, error) {
	at, n, err := f.place(e)
	if err != nil {
		return nil, err
	}
	raw := &ctxReader{ctx, io.NewSectionReader(f.r, at, n)}
	if e.stored() {
		return io.NopCloser(raw), nil
	}
	return &stream{inflater: newInflater(raw)}, nil
}

// stream is an inflater that is given back once.
type stream struct{ *inflater }

// Close implements io.Closer.
func (s *stream) Close() error {
	if s.inflater != nil {
		s.free()
		s.inflater = nil
	}
	return nil
}

// noteSize remembers an entry that unpacked to another size than it claims, which Android refuses.
func (f *File) noteSize(e *Entry) {
	if e.index < 0 || f.Recovered {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.lies == nil {
		f.lies = map[int]bool{}
	}
	f.lies[e.index] = true
}

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
	at, length, err := f.place(e)
	if err != nil {
		return nil
	}
	var r io.Reader = io.NewSectionReader(f.r, at, length)
	if !e.stored() {
		in := newInflater(r)
		defer in.free()
		r = in
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
