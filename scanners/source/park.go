package source

import (
	"io"
	"os"
	"sync"
)

// Park closes the file of a source until somebody reads it, and again when it was read to its end. It is for what stays open beside
// thousands of others. A file that is another one when it is opened again is an error.
func (s *Source) Park() error {
	if s.file == nil || s.reopen == nil {
		return nil
	}
	p := &parked{s: s}
	err := s.file.Close()
	s.file, s.content, s.parked = nil, p, p
	return err
}

// parked is a file that is open while it is read.
type parked struct {
	s  *Source
	mu sync.Mutex
	f  *os.File // nil when it is closed
}

// ReadAt implements io.ReaderAt.
func (p *parked) ReadAt(b []byte, off int64) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if off >= p.s.size {
		return 0, io.EOF
	}
	if err := p.open(); err != nil {
		return 0, err
	}
	n, err := p.f.ReadAt(b, off)
	if err != nil || off+int64(n) >= p.s.size {
		p.f.Close()
		p.f = nil
	}
	return n, err
}

// open opens the file again.
func (p *parked) open() error {
	if p.f != nil {
		return nil
	}
	f, err := p.s.reopen()
	if err != nil {
		return err
	}
	if err := p.s.same(f); err != nil {
		f.Close()
		return err
	}
	p.f = f
	return nil
}

// changed says that the file is another one by now.
func (p *parked) changed() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.f != nil {
		return p.s.same(p.f)
	}
	f, err := p.s.reopen()
	if err != nil {
		return err
	}
	defer f.Close()
	return p.s.same(f)
}

// close closes the file, if it is open.
func (p *parked) close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.f == nil {
		return nil
	}
	err := p.f.Close()
	p.f = nil
	return err
}
