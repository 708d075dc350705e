package apkfile

import (
	"bytes"
	"io"
	"sync"

	"github.com/klauspost/compress/flate"
)

// inflater is a DEFLATE reader that is used again for the next entry: making one costs more than unpacking
// a small entry.
type inflater interface {
	io.Reader
	flate.Resetter
}

var inflaters = sync.Pool{New: func() any { return flate.NewReader(bytes.NewReader(nil)) }}

func getInflater(r io.Reader) inflater {
	fr := inflaters.Get().(inflater)
	fr.Reset(r, nil)
	return fr
}

func putInflater(fr inflater) {
	fr.Reset(bytes.NewReader(nil), nil)
	inflaters.Put(fr)
}
