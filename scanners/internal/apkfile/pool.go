package apkfile

import (
	"bufio"
	"io"
	"sync"

	"github.com/klauspost/compress/flate"
)

// sourceBytes are read at once of an entry that is unpacked as a stream.
const sourceBytes = 32 << 10

// inflater unpacks a stream. Making one costs more than unpacking a small entry, so it is used again.
type inflater struct {
	src *bufio.Reader
	out io.ReadCloser
}

var inflaters = sync.Pool{New: func() any {
	src := bufio.NewReaderSize(nil, sourceBytes)
	return &inflater{src, flate.NewReader(src)}
}}

func newInflater(r io.Reader) *inflater {
	in := inflaters.Get().(*inflater)
	in.src.Reset(r)
	in.out.(flate.Resetter).Reset(in.src, nil) // never fails
	return in
}

func (in *inflater) Read(p []byte) (int, error) { return in.out.Read(p) }

// free gives the inflater back.
func (in *inflater) free() {
	in.src.Reset(nil)
	inflaters.Put(in)
}

// maxKept is how large a buffer for compressed data may be to be used again.
const maxKept = 8 << 20

var sources = sync.Pool{New: func() any { return new([]byte) }}

// source is a buffer of n bytes for compressed data; free gives it back.
func source(n int64) (b []byte, free func()) {
	p := sources.Get().(*[]byte)
	if int64(cap(*p)) < n {
		*p = make([]byte, n)
	}
	return (*p)[:n], func() {
		if cap(*p) <= maxKept {
			sources.Put(p)
		}
	}
}
