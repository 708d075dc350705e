package apk

import (
	"context"
	"slices"
	"sync"
)

const (
	budgetBytes = 96 << 20 // unpacked at the same time, by all APKs that are scanned at once
	filesBytes  = 64 << 20 // of files that are held whole at the same time; larger ones are read piece by piece
	bufferStep  = 64 << 10 // sizes of buffers are multiples of this
)

// budget is the memory for what is unpacked at the same time. Who asks for more than there is waits until
// another gives back; nobody who holds a buffer asks for a second one, so that somebody always goes on.
type budget struct {
	mu    sync.Mutex
	size  int64
	left  int64
	least int64         // that was ever left
	given chan struct{} // closed when something was given back
	free  [][]byte      // buffers to use again, the smallest first
	idle  int64         // bytes of them
}

func newBudget(size int64) *budget {
	return &budget{size: size, left: size, least: size, given: make(chan struct{})}
}

// fits reports whether a buffer of n bytes can ever be had.
func (b *budget) fits(n int64) bool { return n >= 0 && n <= b.size-bufferStep }

// take waits for a buffer of at least n bytes, which has to fit. Its content is not cleared.
func (b *budget) take(ctx context.Context, n int64) ([]byte, error) {
	want := (n + bufferStep) / bufferStep * bufferStep
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		buf, given := b.try(want)
		if buf != nil {
			return buf, nil
		}
		if given == nil {
			return make([]byte, want), nil
		}
		select {
		case <-given:
		case <-ctx.Done():
		}
	}
}

// takeNow is take for who can do without: it returns nil when there is no room.
func (b *budget) takeNow(n int64) []byte {
	want := (n + bufferStep) / bufferStep * bufferStep
	buf, given := b.try(want)
	if buf == nil && given == nil {
		buf = make([]byte, want)
	}
	return buf
}

// try takes a buffer that was used before, or only its share of the budget. Otherwise it returns a channel
// to wait on.
func (b *budget) try(want int64) ([]byte, <-chan struct{}) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if i, found := slices.BinarySearchFunc(b.free, want, compareCap); (found || i < len(b.free)) && int64(cap(b.free[i])) <= min(4*want, b.left) {
		buf := b.free[i]
		b.free = slices.Delete(b.free, i, i+1)
		b.idle -= int64(cap(buf))
		b.spend(int64(cap(buf)))
		return buf, nil
	}
	if b.left >= want {
		b.spend(want)
		for b.idle > b.left { // what is in use and what waits to be used again are within the budget together
			b.idle -= int64(cap(b.free[0]))
			b.free = slices.Delete(b.free, 0, 1)
		}
		return nil, nil
	}
	return nil, b.given
}

func compareCap(buf []byte, want int64) int { return int(int64(cap(buf)) - want) }

func (b *budget) spend(n int64) {
	b.left -= n
	b.least = min(b.least, b.left)
}

// give returns a buffer that take returned.
func (b *budget) give(buf []byte) {
	buf = buf[:cap(buf)]
	b.mu.Lock()
	defer b.mu.Unlock()
	n := int64(len(buf))
	b.left += n
	i, _ := slices.BinarySearchFunc(b.free, n, compareCap)
	b.free = slices.Insert(b.free, i, buf)
	b.idle += n
	close(b.given)
	b.given = make(chan struct{})
}

// peak is the most that was ever in use.
func (b *budget) peak() int64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.size - b.least
}
