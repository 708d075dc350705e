package csvstream

import (
	"bytes"
	"errors"
	"io"
)

const (
	chunk    = 64 << 10
	maxEmpty = 100 // times that a reader may return nothing and no error
)

// input is a text of which the next lines can be looked at without being taken.
type input struct {
	r   io.Reader
	buf []byte // what was read and not yet taken is buf[at:]
	at  int
	num int   // lines that were taken
	err error // with which reading ended
}

// line looks at the line that begins a number of bytes behind what was taken. It comes with its end; text is empty at the end of the
// input, and whole is false when the line is longer than a row may be.
func (in *input) line(ahead int) (text []byte, whole bool) {
	for seen := ahead; ; {
		rest := in.buf[in.at:]
		if i := bytes.IndexByte(rest[seen:], '\n'); i >= 0 {
			return rest[ahead : seen+i+1], seen+i < ahead+MaxRow
		}
		if len(rest)-ahead > MaxRow {
			return rest[ahead:], false
		}
		if seen = len(rest); in.err != nil {
			return rest[ahead:], true
		}
		in.fill()
	}
}

// torn reports whether a line is the last one before reading failed: what of it is missing, nobody knows.
func (in *input) torn(text []byte) bool {
	return in.err != nil && !errors.Is(in.err, io.EOF) && text[len(text)-1] != '\n'
}

// window looks at the beginning of the text.
func (in *input) window() (text []byte, atEnd bool) {
	for len(in.buf)-in.at < chunk && in.err == nil {
		in.fill()
	}
	return in.buf[in.at:], in.err != nil
}

// fill reads more. What was not taken is moved to the beginning when there is little room behind it.
func (in *input) fill() {
	if cap(in.buf)-len(in.buf) < chunk/2 {
		rest := in.buf[in.at:]
		if size := max(2*chunk, 2*len(rest)); size > cap(in.buf) {
			in.buf = append(make([]byte, 0, size), rest...)
		} else {
			in.buf = in.buf[:copy(in.buf[:len(rest)], rest)]
		}
		in.at = 0
	}
	for range maxEmpty {
		n, err := in.r.Read(in.buf[len(in.buf):cap(in.buf)])
		in.buf, in.err = in.buf[:len(in.buf)+n], err
		if n > 0 || err != nil {
			return
		}
	}
	in.err = io.ErrNoProgress
}

// peeked is what was looked at and not taken, of a size.
func (in *input) peeked(size int) []byte { return in.buf[in.at : in.at+size] }

// advance takes what was looked at.
func (in *input) advance(size, lines int) {
	in.at += size
	in.num += lines
}

// skipLine takes the rest of a line of any length.
func (in *input) skipLine() {
	for {
		if i := bytes.IndexByte(in.buf[in.at:], '\n'); i >= 0 {
			in.advance(i+1, 1)
			return
		}
		if in.at = len(in.buf); in.err != nil {
			in.num++
			return
		}
		in.fill()
	}
}
