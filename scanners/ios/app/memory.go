package app

import (
	"context"
	"sync"
)

const (
	memoryBytes = 160 << 20 // unpacked at the same time, by all apps that are scanned at once
	bufferStep  = 64 << 10
	maxIdle     = 32 << 20 // bytes of one buffer that is kept to be used again
)

// memory is how much may be unpacked at the same time. Who asks for more than there is waits until another gives back;
// nobody who holds a buffer asks for a second one, so that somebody always goes on.
type memory struct {
	mu    sync.Mutex
	size  int64
	left  int64
	given chan struct{} // closed when something was given back
	pool  sync.Pool
}

func newMemory(size int64) *memory {
	return &memory{size: size, left: size, given: make(chan struct{})}
}

// fits reports whether a buffer of n bytes can ever be had.
func (m *memory) fits(n int64) bool { return n >= 0 && n <= m.size-bufferStep }

// take waits for a buffer with room for n bytes, which have to fit, and one more.
func (m *memory) take(ctx context.Context, n int64) ([]byte, error) {
	want := (n + bufferStep) / bufferStep * bufferStep
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		m.mu.Lock()
		given := m.given
		if m.left >= want {
			m.left -= want
			m.mu.Unlock()
			return m.buffer(want), nil
		}
		m.mu.Unlock()
		select {
		case <-given:
		case <-ctx.Done():
		}
	}
}

func (m *memory) buffer(want int64) []byte {
	if b, ok := m.pool.Get().(*[]byte); ok && int64(cap(*b)) >= want {
		return (*b)[:want:want]
	}
	return make([]byte, want)
}

// give returns a buffer that take returned.
func (m *memory) give(b []byte) {
	m.mu.Lock()
	m.left += int64(cap(b))
	close(m.given)
	m.given = make(chan struct{})
	m.mu.Unlock()
	if cap(b) <= maxIdle {
		m.pool.Put(&b)
	}
}
