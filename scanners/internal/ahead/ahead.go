// Package ahead reads a source, and hashes it, on other processors while what was read before is worked on: unpacking a
// file, hashing it and parsing it then take as long as the slowest of the three.
//
// What the package cannot see: what it reads. Errors come where they would come without it.
package ahead

import (
	"fmt"
	"io"
)

const (
	chunk  = 256 << 10
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

// New begins to read r, which belongs to the reader until Close has returned. What is read is written to sum, too,
// before it is handed out; that is done on a third processor. Sum is a hash, or anything else that takes all.
func New(r io.Reader, sum io.Writer) *Reader {
	a := &Reader{full: make(chan piece, chunks), empty: make(chan []byte, chunks), stop: make(chan struct{}), ended: make(chan struct{})}
	for range chunks {
		a.empty <- make([]byte, chunk)
	}
	raw := make(chan piece, chunks)
	go a.run(r, raw)
	go a.sum(sum, raw)
	return a
}

// sum adds to the hash what was read, and hands it on.
func (a *Reader) sum(sum io.Writer, raw <-chan piece) {
	defer close(a.ended)
	for p := range raw {
		if _, err := sum.Write(p.buf[:p.n]); err != nil && p.err == nil {
			p.err = err
		}
		a.full <- p // there is room for every buffer
	}
}

// run fills buffers until r ends or the reader is closed.
func (a *Reader) run(r io.Reader, full chan<- piece) {
	defer close(full)
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
		full <- p // here, too
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
