package apk

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"slices"

	"github.com/klauspost/compress/zstd"

	"quaestor/scanners/internal/apkfile"
	"quaestor/scanners/inventory"
)

// packed looks into a file that is compressed on its own. Only code is unpacked whole.
func (r *reading) packed(ctx context.Context, env *environment, m *member, k kind, place inventory.Place) (code bool, err error) {
	stream, err := unpacker(&canceller{ctx, io.NewSectionReader(m.r, 0, m.size)}, k)
	if err != nil {
		return false, ctx.Err() // it only begins like one
	}
	head := make([]byte, headBytes)
	n, _ := io.ReadFull(stream, head)
	in := sniff(head[:n])
	if in == kindOther || in == kindGzip || in == kindZstd || in == kindXZ {
		return false, ctx.Err()
	}
	limit := min(maxHeld-r.tree.held, r.tree.left)
	data, free, err := env.readAll(io.MultiReader(bytes.NewReader(head[:n]), stream), m.expect(k), limit+1)
	defer free()
	if ctx.Err() != nil {
		return false, ctx.Err()
	}
	size := int64(len(data))
	if size > limit {
		r.gaps = append(r.gaps, memberGap(m.name, &apkfile.LimitError{What: "bytes, compressed inside other archives", Limit: limit}))
		return true, nil
	}
	if err != nil {
		r.gaps = append(r.gaps, memberGap(m.name, err)) // and read as far as it goes
	}
	r.tree.left -= size
	r.tree.held += size
	defer func() { r.tree.held -= size }()
	return r.content(ctx, env, inMemory(m.name, m.base, data), in, place)
}

// readAll reads at most limit bytes of a stream into memory that is used again once free was called. Expect is how many
// there are, where that can be told. It never waits: whoever holds such memory goes on to ask for more.
func (env *environment) readAll(r io.Reader, expect, limit int64) (data []byte, free func(), err error) {
	size := min(max(expect+1, bytes.MinRead), limit)
	buf := env.files.takeNow(size)
	free = func() {}
	if buf != nil {
		free = func() { env.files.give(buf) }
		data = buf[:0]
	} else {
		data = make([]byte, 0, size)
	}
	for int64(len(data)) < limit {
		if len(data) == cap(data) {
			data = slices.Grow(data, len(data)) // not what was expected
		}
		n, err := r.Read(data[len(data):min(int64(cap(data)), limit)])
		data = data[:len(data)+n]
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return data, free, err
		}
	}
	return data, free, nil
}

// expect is what a compressed file says that it unpacks to, as far as that can be true.
func (m *member) expect(k kind) int64 {
	const ratio = 1032 // of DEFLATE, at most
	var b [4]byte
	if k != kindGzip || m.size < 4 {
		return min(4*m.size, 1<<20)
	}
	if _, err := m.r.ReadAt(b[:], m.size-4); err != nil && !errors.Is(err, io.EOF) {
		return 0
	}
	return min(int64(binary.LittleEndian.Uint32(b[:])), ratio*m.size)
}

// unpacker reads a compressed stream.
func unpacker(r io.Reader, k kind) (io.Reader, error) {
	if k == kindGzip {
		return gzip.NewReader(r)
	}
	d, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxHeld), zstd.WithDecoderLowmem(true))
	if err != nil {
		return nil, err
	}
	return d.IOReadCloser(), nil
}

// skipped notes a file that may hold code and is compressed in a way that is not read here.
func (r *reading) skipped(m *member, k kind) {
	g := gap(m.name, inventory.GapSkipped, "compressed as %s, which is not unpacked here, so it is not known whether it holds code", k)
	g.Next = "Unpack it and scan what was in it."
	r.gaps = append(r.gaps, g)
}
