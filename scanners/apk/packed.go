package apk

import (
	"bytes"
	"compress/gzip"
	"context"
	"io"

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
	data, err := io.ReadAll(io.LimitReader(io.MultiReader(bytes.NewReader(head[:n]), stream), limit+1))
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
