package apksign

import (
	"compress/flate"
	"context"
	"crypto"
	"errors"
	"hash"
	"io"
	"sync"

	"quaestor/scanners/internal/apkfile"
)

// readMissing unpacks the entries that nobody handed in.
func (c *Check) readMissing(ctx context.Context) error {
	if !c.v1.wanted {
		return nil
	}
	var missing []*slot
	for i := range c.v1.slots {
		if s := &c.v1.slots[i]; s.wants() {
			missing = append(missing, s)
		}
	}
	return parallel(ctx, len(missing), func(i int, buf *[chunkSize]byte) error {
		return missing[i].read(ctx, c.f, buf)
	})
}

// inflaters are used again: each holds some 40 kB.
var inflaters = sync.Pool{New: func() any { return flate.NewReader(nil) }}

// read unpacks an entry and hashes it. An entry that does not unpack does not match.
func (s *slot) read(ctx context.Context, f *apkfile.File, buf *[chunkSize]byte) error {
	if s.entry.Size > chunkSize || oddMethod(s.entry) {
		return s.stream(ctx, f, buf)
	}
	content, err := f.ReadInto(ctx, s.entry, buf[:0], chunkSize)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		s.state.Store(seen | unreadable)
	default:
		s.add(content)
	}
	return nil
}

// stream does so piece by piece.
func (s *slot) stream(ctx context.Context, f *apkfile.File, buf *[chunkSize]byte) error {
	raw, stored, err := f.Section(s.entry)
	if err != nil {
		s.state.Store(seen | unreadable)
		return nil
	}
	var r io.Reader = raw
	if !stored || oddMethod(s.entry) {
		inflater := inflaters.Get().(io.ReadCloser)
		defer inflaters.Put(inflater)
		if err := inflater.(flate.Resetter).Reset(raw, nil); err != nil {
			return err
		}
		r = inflater
	}
	sums := s.hashes()
	for left := s.entry.Size; ; {
		if err := ctx.Err(); err != nil {
			return err
		}
		n, err := r.Read(buf[:])
		if left -= int64(n); left < 0 || err != nil && !errors.Is(err, io.EOF) {
			s.state.Store(seen | unreadable)
			return nil
		}
		for _, h := range sums {
			h.Write(buf[:n])
		}
		if err != nil {
			s.finish(sums)
			return nil
		}
	}
}

// hashes are those that the entry's digests ask for.
func (s *slot) hashes() map[crypto.Hash]hash.Hash {
	sums := make(map[crypto.Hash]hash.Hash)
	for _, d := range []*digest{&s.digests.early, &s.digests.late} {
		if d.hash != 0 && sums[d.hash] == nil {
			sums[d.hash] = d.hash.New()
		}
	}
	return sums
}

// finish compares the hashes of the whole entry.
func (s *slot) finish(sums map[crypto.Hash]hash.Hash) {
	matches := func(d *digest) bool {
		return d.hash != 0 && string(sums[d.hash].Sum(nil)) == string(d.sum[:d.size])
	}
	state := uint32(seen)
	if matches(&s.digests.early) {
		state |= earlyHolds
	}
	if matches(&s.digests.late) {
		state |= lateHolds
	}
	s.state.Store(state)
}

// oddMethod reports a compression method that is none: where a signature is checked Android unpacks it as
// deflated, elsewhere it takes the bytes as they are.
func oddMethod(e *apkfile.Entry) bool {
	return e.Method != apkfile.Store && e.Method != apkfile.Deflate
}

// inflateOdd unpacks an entry with such a method, up to the size that it claims.
func inflateOdd(f *apkfile.File, e *apkfile.Entry) ([]byte, error) {
	raw, _, err := f.Section(e)
	if err != nil {
		return nil, err
	}
	r := flate.NewReader(raw)
	defer r.Close()
	return io.ReadAll(io.LimitReader(r, e.Size))
}
