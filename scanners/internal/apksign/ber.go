package apksign

import "errors"

// element is one element of an ASN.1 encoding. BER is taken and not only DER: Android takes it, and there are
// signatures in use whose lengths are longer than they need to be or left open.
type element struct {
	tag  byte   // with class and constructed bit
	full []byte // with its header, as it lies in the file
	body []byte
}

// Tags, with class and constructed bit.
const (
	tagInteger     = 0x02
	tagBits        = 0x03
	tagOctets      = 0x04
	tagNull        = 0x05
	tagOID         = 0x06
	tagUTCTime     = 0x17
	tagTime        = 0x18
	tagSequence    = 0x30
	tagSet         = 0x31
	tagContext0    = 0xa0
	tagContext1    = 0xa1
	tagContext3    = 0xa3
	tagPrimitive0  = 0x80
	maxBERDepth    = 12 // of elements whose length is left open
	maxBERElements = 2_000
)

var errBER = errors.New("malformed ASN.1")

// next takes the first element of b.
func next(b []byte) (e element, rest []byte, err error) {
	budget := maxBERElements
	return nextElement(b, maxBERDepth, &budget)
}

func nextElement(b []byte, depth int, budget *int) (e element, rest []byte, err error) {
	if *budget--; *budget < 0 || len(b) < 2 || b[0]&0x1f == 0x1f {
		return e, nil, errBER
	}
	e.tag = b[0]
	header, size := 2, int(b[1])
	if size == 0x80 {
		return openElement(b, depth, budget)
	}
	if size > 0x80 {
		n := size - 0x80
		if n > 4 || len(b) < 2+n {
			return e, nil, errBER
		}
		size = 0
		for _, x := range b[2 : 2+n] {
			size = size<<8 | int(x)
		}
		header += n
	}
	if size > len(b)-header {
		return e, nil, errBER
	}
	e.full, e.body = b[:header+size], b[header:header+size]
	return e, b[header+size:], nil
}

// openElement takes an element whose length is left open: it ends with two zero bytes.
func openElement(b []byte, depth int, budget *int) (e element, rest []byte, err error) {
	if depth == 0 || b[0]&0x20 == 0 {
		return e, nil, errBER
	}
	rest = b[2:]
	for {
		if len(rest) >= 2 && rest[0] == 0 && rest[1] == 0 {
			n := len(b) - len(rest)
			return element{tag: b[0], full: b[:n+2], body: b[2:n]}, rest[2:], nil
		}
		if _, rest, err = nextElement(rest, depth-1, budget); err != nil {
			return e, nil, err
		}
	}
}

// walk takes the elements of a sequence one after the other. The first error stays.
type walk struct {
	rest []byte
	err  error
}

func inside(e element) *walk { return &walk{rest: e.body} }

// take takes the next element, which has to have the tag.
func (w *walk) take(tag byte) element {
	e, ok := w.maybe(tag)
	if !ok && w.err == nil {
		w.err = errBER
	}
	return e
}

// maybe takes the next element if it has the tag.
func (w *walk) maybe(tag byte) (element, bool) {
	if w.err != nil || len(w.rest) == 0 || w.rest[0] != tag {
		return element{}, false
	}
	return w.any(), w.err == nil
}

// any takes the next element, whatever it is.
func (w *walk) any() (e element) {
	if w.err == nil {
		e, w.rest, w.err = next(w.rest)
	}
	return e
}

// more reports whether elements are left.
func (w *walk) more() bool { return w.err == nil && len(w.rest) > 0 }
