package source

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"sync"
)

// memberMemory is what all members that are unpacked at the same time may take, in the whole process.
const memberMemory = 192 << 20

// maxDeflate is more than any byte of deflate can unpack to. A member that claims more is not worth the memory.
const maxDeflate = 1040

// collectAbove is the size of a member whose memory is collected as soon as it is given back. Left to itself
// the collector lets as much again pile up.
const collectAbove = 16 << 20

// member is a compressed file of an archive. It is streamed where that is enough, and unpacked into memory at
// the first access that is not: nothing is written to disk.
type member struct {
	z        *zipFS
	f        *zip.File
	name     string
	limit    int64
	reserved bool
	nested   bool // the archive holds memory itself

	mu   sync.Mutex
	data []byte
	err  error
	held int64 // of the memory for members
}

// size is what the archive says; a member that is not of this size does not unpack.
func (m *member) size() int64 { return int64(min(m.f.UncompressedSize64, 1<<62)) }

// ReadAt implements io.ReaderAt.
func (m *member) ReadAt(p []byte, off int64) (int, error) {
	data, err := m.whole()
	if err != nil {
		return 0, err
	}
	if off < 0 || off >= int64(len(data)) {
		return 0, io.EOF
	}
	n := copy(p, data[off:])
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// whole unpacks the member, once.
func (m *member) whole() ([]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.data == nil && m.err == nil {
		m.data, m.err = m.unpack()
	}
	return m.data, m.err
}

func (m *member) unpack() ([]byte, error) {
	size := m.size()
	switch limit := min(m.limit, memberMemory); {
	case size > limit:
		return nil, &LimitError{Name: m.name, What: "size", Limit: limit}
	case uint64(size)/maxDeflate > m.f.CompressedSize64:
		return nil, fmt.Errorf("%q claims to unpack to %d bytes, which its %d bytes cannot", m.name, size, m.f.CompressedSize64)
	}
	if !m.reserved {
		if err := m.z.charge(m.name, size); err != nil {
			return nil, err
		}
	}
	if err := unpacked.take(m.z.ctx, size, m.nested); err != nil {
		return nil, err
	}
	data, err := m.read(size)
	if err != nil {
		unpacked.give(size)
		return nil, err
	}
	m.held = size
	return data, nil
}

func (m *member) read(size int64) ([]byte, error) {
	r, err := m.f.Open()
	if err != nil {
		return nil, fmt.Errorf("cannot unpack %q: %w", m.name, err)
	}
	defer r.Close()
	in := &stoppable{ctx: m.z.ctx, r: r}
	data := make([]byte, size)
	if _, err = io.ReadFull(in, data); err == nil {
		var one [1]byte
		_, err = io.ReadFull(in, one[:]) // the checksum is compared at the end
	}
	if errors.Is(err, io.EOF) {
		return data, nil
	}
	if err == nil {
		err = errors.New("it is larger than it claims")
	}
	return nil, fmt.Errorf("cannot unpack %q: %w", m.name, err)
}

// stream reads the member from its beginning, without unpacking it into memory.
func (m *member) stream() (io.ReadCloser, error) {
	r, err := m.f.Open()
	if err != nil {
		return nil, fmt.Errorf("cannot unpack %q: %w", m.name, err)
	}
	return &charged{ReadCloser: r, m: m}, nil
}

// release gives the memory back for others to use. What was unpacked stays readable for who still holds it.
func (m *member) release() {
	m.mu.Lock()
	defer m.mu.Unlock()
	unpacked.give(m.held)
	m.held = 0
}

// forget lets go of what was unpacked, and only then lets others have the memory.
func (m *member) forget() {
	m.mu.Lock()
	large := len(m.data) >= collectAbove
	m.data, m.err = nil, errors.New("the source was closed")
	m.mu.Unlock()
	if large {
		runtime.GC()
	}
	m.release()
}

// charged counts what is streamed.
type charged struct {
	io.ReadCloser
	m *member
}

func (c *charged) Read(p []byte) (int, error) {
	n, err := c.ReadCloser.Read(p)
	charge := int64(n)
	if c.m.reserved {
		charge = 0
	}
	if err := c.m.z.charge(c.m.name, charge); err != nil {
		return 0, err
	}
	return n, err
}

// stoppable ends once ctx is done.
type stoppable struct {
	ctx context.Context
	r   io.Reader
}

func (s *stoppable) Read(p []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	return s.r.Read(p[:min(len(p), 1<<20)])
}

// memory is a number of bytes that several share. Who asks for more than there is waits until another gives
// back.
type memory struct {
	mu    sync.Mutex
	left  int64
	given chan struct{} // closed when something was given back
}

var unpacked = &memory{left: memberMemory, given: make(chan struct{})}

// take waits for n bytes. Who holds some already must not wait, because the others may be waiting for these.
func (m *memory) take(ctx context.Context, n int64, holding bool) error {
	for {
		m.mu.Lock()
		if m.left >= n {
			m.left -= n
			m.mu.Unlock()
			return nil
		}
		given := m.given
		m.mu.Unlock()
		if holding {
			return &LimitError{Name: "archive", What: "memory", Limit: memberMemory}
		}
		select {
		case <-given:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (m *memory) give(n int64) {
	if n == 0 {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.left += n
	close(m.given)
	m.given = make(chan struct{})
}
