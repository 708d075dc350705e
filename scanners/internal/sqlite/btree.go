package sqlite

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
)

// The kinds of page in a tree. In the tree of an index, which tables WITHOUT ROWID use, inner pages hold rows too.
const (
	indexInner = 2
	tableInner = 5
	indexLeaf  = 10
	tableLeaf  = 13
)

// walk visits the rows of one tree in their order.
type walk struct {
	*DB
	ctx      context.Context
	index    bool
	seen     []uint64 // pages, one bit each
	buffers  [maxDepth + 1][]byte
	overflow []byte
	spilled  []byte // the record of a row that is in more than one page; its values are copied out of it
	problems *problems
	row      func(r *row) error
}

// row is a row that is being read: its number, and as much of its record as is there.
type row struct {
	w      *walk
	id     int64
	record []byte
	length int   // of the whole record
	next   int64 // overflow page with what follows, 0 for none
	moved  bool  // record is the walk's, and no longer a piece of a page
}

func (db *DB) walk(ctx context.Context, root int64, index bool, p *problems, yield func(*row) error) error {
	w := &walk{DB: db, ctx: ctx, index: index, seen: make([]uint64, db.pages/64+1), problems: p, row: yield}
	return w.tree(root, 0)
}

// fatal reports whether an error is not about damage, so that reading on is of no use.
func fatal(err error) bool {
	var read *readError
	var end *endError
	return errors.As(err, &read) || errors.As(err, &end) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}

// endError is an error by which the receiver of rows ended the reading.
type endError struct{ err error }

func (e *endError) Error() string { return e.err.Error() }

// read reads a page that was not visited before.
func (w *walk) read(n int64, buf []byte) error {
	if err := w.ctx.Err(); err != nil {
		return err
	}
	if n > 0 && n <= w.pages {
		if w.seen[n/64]&(1<<(n%64)) != 0 {
			return fmt.Errorf("page %d: %w", n, ErrLoop)
		}
		w.seen[n/64] |= 1 << (n % 64)
	}
	return w.page(n, buf)
}

// tree visits what is below a page, and keeps what is damaged as a problem.
func (w *walk) tree(n int64, depth int) error {
	err := w.node(n, depth)
	if err == nil || fatal(err) {
		return err
	}
	w.problems.add(err)
	return nil
}

func (w *walk) node(n int64, depth int) error {
	if depth > maxDepth {
		return fmt.Errorf("page %d: %w", n, ErrLoop)
	}
	if w.buffers[depth] == nil {
		w.buffers[depth] = make([]byte, w.pageSize)
	}
	p := w.buffers[depth]
	if err := w.read(n, p); err != nil {
		return err
	}
	p = p[:w.usable]
	start := 0
	if n == 1 {
		start = 100 // the file's header
	}
	kind, cells, pointers := p[start], int(binary.BigEndian.Uint16(p[start+3:])), start+8
	inner := kind == tableInner || kind == indexInner
	if inner {
		pointers += 4
	}
	if w.index != (kind == indexInner || kind == indexLeaf) || !inner && kind != tableLeaf && kind != indexLeaf {
		return fmt.Errorf("page %d is of kind %d and no part of this table", n, kind)
	}
	if pointers+2*cells > len(p) {
		return fmt.Errorf("page %d claims %d cells", n, cells)
	}
	if err := w.cells(n, p, pointers, cells, inner, depth); err != nil || !inner {
		return err
	}
	return w.tree(int64(binary.BigEndian.Uint32(p[start+8:])), depth+1)
}

// cells visits what a page holds. Cells of a sound page do not overlap, so that together they are no longer than it.
func (w *walk) cells(n int64, p []byte, pointers, count int, inner bool, depth int) error {
	left := len(p)
	for i := range count {
		at := int(binary.BigEndian.Uint16(p[pointers+2*i:]))
		if at < pointers+2*count || at+4 > len(p) {
			w.problems.add(fmt.Errorf("page %d has a cell at %d", n, at))
			continue
		}
		c := p[at:]
		if inner {
			if err := w.tree(int64(binary.BigEndian.Uint32(c)), depth+1); err != nil {
				return err
			}
			c = c[4:]
		}
		size := 4
		if !inner || w.index {
			used, err := w.cell(n, i, c)
			if err != nil {
				return err
			}
			size = max(used, size)
		}
		if left -= size; left < 0 {
			return fmt.Errorf("page %d has cells that overlap", n)
		}
	}
	return nil
}

// cell reads one row: the length of the record, the row's number except in an index, and as much of the record as
// fits; the rest lies in a chain of overflow pages. It returns how long the cell is.
func (w *walk) cell(page int64, i int, c []byte) (int, error) {
	length, n := varint(c)
	r := row{w: w}
	m := 0
	if !w.index && n > 0 {
		r.id, m = varint(c[n:])
	}
	if n == 0 || !w.index && m == 0 {
		return 0, w.damage(page, i, errors.New("is cut short"))
	}
	c = c[n+m:]
	if length < 0 || length > maxRow || length > w.pages*int64(w.pageSize) {
		return 0, w.damage(page, i, fmt.Errorf("claims %d bytes", length))
	}
	local := w.local(int(length))
	if local > len(c) || int(length) > local && local+4 > len(c) {
		return 0, w.damage(page, i, errors.New("is cut short"))
	}
	r.record, r.length = c[:local:local], int(length)
	if local < r.length {
		r.next = int64(binary.BigEndian.Uint32(c[local:]))
	}
	if err := w.row(&r); err != nil {
		if fatal(err) {
			return 0, err
		}
		return n + m + local, w.damage(page, i, err)
	}
	return n + m + local, nil
}

// damage notes what is wrong with a row, and goes on.
func (w *walk) damage(page int64, i int, err error) error {
	w.problems.add(fmt.Errorf("row %d of page %d: %w", i+1, page, err))
	return nil
}

// local is how many bytes of a record are in the page itself, by the file format's formula.
func (w *walk) local(length int) int {
	most := w.usable - 35
	if w.index {
		most = (w.usable-12)*64/255 - 23
	}
	if length <= most {
		return length
	}
	least := (w.usable-12)*32/255 - 23
	if k := least + (length-least)%(w.usable-4); k <= most {
		return k
	}
	return least
}

// need makes at least n bytes of the record ready. It grows with what is there, not with what is claimed.
func (r *row) need(n int) error {
	if n > r.length {
		return fmt.Errorf("has %d bytes of %d", r.length, n)
	}
	if n <= len(r.record) {
		return nil
	}
	if r.w.overflow == nil {
		r.w.overflow = make([]byte, r.w.pageSize)
	}
	if !r.moved {
		r.record, r.moved = append(r.w.spilled[:0], r.record...), true
	}
	defer func() { r.w.spilled = r.record }()
	for p := r.w.overflow; len(r.record) < n; {
		if r.next == 0 {
			return fmt.Errorf("ends after %d of %d bytes", len(r.record), r.length)
		}
		if err := r.w.read(r.next, p); err != nil {
			return err
		}
		r.record = append(r.record, p[4:min(r.w.usable, 4+r.length-len(r.record))]...)
		r.next = int64(binary.BigEndian.Uint32(p))
	}
	return nil
}
