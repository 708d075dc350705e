// Package ahead reads a source on a second processor while what was read before is worked on: unpacking a file and
// parsing it then take as long as the slower of the two.
//
// What the package cannot see: what it reads. Errors come where they would come without it.
package ahead

import (
	"fmt"
	"io"
)

const (
	chunk  = 128 << 10
	chunks = 4
)

// Reader reads ahead of who reads from it. Close it when done.
type Reader struct {
	full  chan piece
	empty chan []byte
	stop  chan struct{}
	ended chan struct{}

	now  piece // what is being handed out
	rest []byte
}

type piece struct {
	buf []byte // the whole buffer
	n   int
	err error
}

// New begins to read r, which belongs to the reader until Close has returned.
func New(r io.Reader) *Reader {
	a := &Reader{full: make(chan piece, chunks), empty: make(chan []byte, chunks), stop: make(chan struct{}), ended: make(chan struct{})}
	for range chunks {
		a.empty <- make([]byte, chunk)
	}
	go a.run(r)
	return a
}

// run fills buffers until r ends or the reader is closed.
func (a *Reader) run(r io.Reader) {
	defer close(a.ended)
	for {
		var buf []byte
		select {
		case buf = <-a.empty:
		case <-a.stop:
			return
		}
		p := piece{buf: buf}
		for p.n < len(buf) && p.err == nil {
			p.read(r)
		}
		a.full <- p // there is room for every buffer
		if p.err != nil {
			return
		}
	}
}

// read adds to a piece. A reader that panics must not take the program with it: nobody catches that here.
func (p *piece) read(r io.Reader) {
	defer func() {
		if v := recover(); v != nil {
			p.err = fmt.Errorf("reading panicked: %v", v)
		}
	}()
	n, err := r.Read(p.buf[p.n:])
	p.n, p.err = p.n+n, err
}

// Read implements io.Reader.
func (a *Reader) Read(b []byte) (int, error) {
	for len(a.rest) == 0 {
		if a.now.err != nil {
			return 0, a.now.err
		}
		if a.now.buf != nil {
			a.empty <- a.now.buf
		}
		a.now = <-a.full
		a.rest = a.now.buf[:a.now.n]
	}
	n := copy(b, a.rest)
	a.rest = a.rest[n:]
	return n, nil
}

// Close ends reading ahead and waits until nothing reads any more.
func (a *Reader) Close() error {
	close(a.stop)
	<-a.ended
	return nil
}
