package apksign

import (
	"context"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"io"
	"runtime"
	"sync"
	"sync/atomic"
)

const (
	chunkSize = 1 << 20
	pageSize  = 4096
)

// content is the file as signing blocks cover it: all but the block, with an end record as if there were none.
type content struct {
	r      io.ReaderAt
	layout *layout
	record []byte
}

func newContent(r io.ReaderAt, l *layout) *content {
	c := &content{r: r, layout: l, record: append([]byte(nil), l.record...)}
	binary.LittleEndian.PutUint32(c.record[16:], uint32(l.block))
	return c
}

func (c *content) size() int64 {
	return c.layout.block + c.layout.end - c.layout.directory + int64(len(c.record))
}

// piece is a run of bytes that is hashed at once.
type piece struct {
	at, size int64
	record   bool // of the end record instead of the file
}

// pieces cuts the three parts into chunks: what is before the block, the directory, the end record.
func (c *content) pieces() (out []piece) {
	cut := func(at, end int64, record bool) {
		for ; at < end; at += chunkSize {
			out = append(out, piece{at, min(chunkSize, end-at), record})
		}
	}
	cut(0, c.layout.block, false)
	cut(c.layout.directory, c.layout.end, false)
	cut(0, int64(len(c.record)), true)
	return out
}

func (c *content) read(p piece, buf []byte) error {
	if p.record {
		copy(buf, c.record[p.at:])
		return nil
	}
	n, err := c.r.ReadAt(buf[:p.size], p.at)
	if int64(n) < p.size {
		return fmt.Errorf("the file cannot be read at %d: %w", p.at, err)
	}
	return nil
}

// chunks holds a buffer for each worker that hashes.
var chunks = sync.Pool{New: func() any { return new([chunkSize]byte) }}

// digests hashes the content in each wanted way, the chunks in parallel and every byte read once.
func (c *content) digests(ctx context.Context, wanted [contentDigests]bool) (got [contentDigests][]byte, err error) {
	if wanted[verity256] && (c.layout.block%pageSize != 0 || (c.layout.directory-c.layout.block)%pageSize != 0) {
		return got, errors.New("the signing block does not lie on pages, which the verity digest asks for")
	}
	pieces := c.pieces()
	w := newWorks(pieces, c.layout.block, wanted)
	err = parallel(ctx, len(pieces), func(i int, buf *[chunkSize]byte) error {
		if err := c.read(pieces[i], buf[:]); err != nil {
			return err
		}
		w.piece(i, pieces[i], buf[:pieces[i].size])
		return nil
	})
	if err != nil {
		return got, err
	}
	got[chunked256], got[chunked512] = w.top(w.sums256, sha256.New()), w.top(w.sums512, sha512.New())
	if wanted[verity256] {
		if got[verity256], err = c.verity(w.leaves); err != nil {
			return got, err
		}
	}
	return got, nil
}

// parallel calls do for 0 to n-1 with as many workers as there are processors.
func parallel(ctx context.Context, n int, do func(i int, buf *[chunkSize]byte) error) error {
	var at atomic.Int64
	var wg sync.WaitGroup
	workers := min(runtime.GOMAXPROCS(0), n)
	errs := make([]error, workers)
	for worker := range workers {
		wg.Go(func() {
			buf := chunks.Get().(*[chunkSize]byte)
			defer chunks.Put(buf)
			for errs[worker] == nil {
				i := int(at.Add(1)) - 1
				if i >= n {
					return
				}
				if errs[worker] = ctx.Err(); errs[worker] == nil {
					errs[worker] = do(i, buf)
				}
			}
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}

// works collects the hashes of the pieces.
type works struct {
	chunks           int
	sums256, sums512 []byte // of the chunks, nil where they are not wanted
	leaves           []byte // of the pages in front of the signing block, for verity
}

func newWorks(pieces []piece, block int64, wanted [contentDigests]bool) *works {
	w := &works{chunks: len(pieces)}
	if wanted[chunked256] {
		w.sums256 = make([]byte, len(pieces)*sha256.Size)
	}
	if wanted[chunked512] {
		w.sums512 = make([]byte, len(pieces)*sha512.Size)
	}
	if wanted[verity256] {
		w.leaves = make([]byte, block/pageSize*sha256.Size)
	}
	return w
}

// piece hashes a piece in each wanted way.
func (w *works) piece(i int, p piece, data []byte) {
	var prefix [5]byte
	prefix[0] = 0xa5
	binary.LittleEndian.PutUint32(prefix[1:], uint32(len(data)))
	if w.sums256 != nil {
		hashInto(w.sums256[i*sha256.Size:], sha256.New(), prefix[:], data)
	}
	if w.sums512 != nil {
		hashInto(w.sums512[i*sha512.Size:], sha512.New(), prefix[:], data)
	}
	if at := p.at / pageSize * sha256.Size; !p.record && at < int64(len(w.leaves)) {
		hashPages(w.leaves[at:], data)
	}
}

func hashInto(dst []byte, h hash.Hash, parts ...[]byte) {
	for _, p := range parts {
		h.Write(p)
	}
	h.Sum(dst[:0:h.Size()])
}

// top hashes the hashes of the chunks.
func (w *works) top(sums []byte, h hash.Hash) []byte {
	if sums == nil {
		return nil
	}
	var prefix [5]byte
	prefix[0] = 0x5a
	binary.LittleEndian.PutUint32(prefix[1:], uint32(w.chunks))
	h.Write(prefix[:])
	h.Write(sums)
	return h.Sum(nil)
}

// veritySalt is hashed before each page.
var veritySalt [8]byte

// hashPages hashes pages, the last of them filled up with zeros.
func hashPages(dst, data []byte) {
	h := sha256.New()
	var last [pageSize]byte
	for ; len(data) > 0; data = data[min(pageSize, len(data)):] {
		page := data[:min(pageSize, len(data))]
		if len(page) < pageSize {
			page = last[:copy(last[:], page)]
			page = page[:pageSize]
		}
		h.Reset()
		h.Write(veritySalt[:])
		h.Write(page)
		h.Sum(dst[:0:sha256.Size])
		dst = dst[sha256.Size:]
	}
}

// verity builds the tree of hashes over the pages: leaves are those in front of the signing block, which end
// on a page, so that the directory and the end record go on from there. The digest is the hash of the page at
// the top, and the size of all.
func (c *content) verity(leaves []byte) ([]byte, error) {
	l := c.layout
	rest := make([]byte, l.end-l.directory+int64(len(c.record)))
	if n, err := c.r.ReadAt(rest[:l.end-l.directory], l.directory); int64(n) < l.end-l.directory {
		return nil, fmt.Errorf("the directory cannot be read: %w", err)
	}
	copy(rest[l.end-l.directory:], c.record)
	level := append(leaves, make([]byte, pages(len(rest))*sha256.Size)...)
	hashPages(level[len(leaves):], rest)
	for len(level) > pageSize {
		above := make([]byte, pages(len(level))*sha256.Size)
		hashPages(above, level)
		level = above
	}
	out := make([]byte, sha256.Size+8)
	hashPages(out, level)
	binary.LittleEndian.PutUint64(out[sha256.Size:], uint64(c.size()))
	return out, nil
}

func pages(n int) int { return (n + pageSize - 1) / pageSize }
