package jsonstream

import (
	"bytes"
	"cmp"
	"io"
)

// block is how much is read at a time. Elements are parts of blocks, so that nothing is copied but what goes across two.
const block = 256 << 10

// maxEmpty is how often a reader may return nothing.
const maxEmpty = 100

// stream is a file that is being read. Places in it are counted from its beginning, in bytes.
type stream struct {
	r     io.Reader
	o     Options
	yield func(Element) error

	buf    []byte
	base   int64 // place of buf[0]
	i      int   // of the next byte in buf
	held   int   // of the first byte in buf that is still wanted; -1 when there is none
	shared bool  // parts of buf belong to receivers
	err    error // of the reader; io.EOF at its end

	line    int   // in which counted lies
	counted int64 // up to where line feeds are counted

	page      int
	last      int64 // where the last string begins
	open      [maxDepth]byte
	documents shape
	elements  shape
	begun     shape // of what is being passed
	floor     int64 // up to where everything is handed out
	again     int64 // bytes that were read again after a fault
	pending   []pending
	partial   func(raw []byte, member string, page int) // is told the beginning of an element that is cut off
}

func newStream(r io.Reader, o Options, yield func(Element) error) *stream {
	o.Depth = cmp.Or(o.Depth, 1)
	o.MaxElement = cmp.Or(o.MaxElement, MaxElement)
	return &stream{r: r, o: o, yield: yield, held: -1, line: 1}
}

// at is the place of the next byte.
func (s *stream) at() int64 { return s.base + int64(s.i) }

// hold keeps what comes until it is let go, or too large.
func (s *stream) hold() { s.held = s.i }

func (s *stream) letGo() { s.held = -1 }

// taken is what is held from start on, up to the next byte; ok is false when it became too large. It belongs to the receiver from
// now on.
func (s *stream) taken(start int64) (raw []byte, ok bool) {
	if s.held < 0 || s.base+int64(s.held) != start || s.i-s.held > s.o.MaxElement {
		return nil, false
	}
	s.shared = true
	return s.buf[s.held:s.i:s.i], true
}

// more reads on; false at the end.
func (s *stream) more() bool {
	if s.err != nil {
		return false
	}
	if len(s.buf) == cap(s.buf) {
		s.room()
	}
	for range maxEmpty {
		n, err := s.r.Read(s.buf[len(s.buf):cap(s.buf)])
		s.buf, s.err = s.buf[:len(s.buf)+n], err
		if n > 0 {
			return true
		}
		if err != nil {
			return false
		}
	}
	s.err = io.ErrNoProgress
	return false
}

// room makes room behind the bytes that are still wanted, and keeps a few before them.
func (s *stream) room() {
	if s.held >= 0 && len(s.buf)-s.held > s.o.MaxElement {
		s.held = -1
	}
	from := s.i
	if s.held >= 0 {
		from = s.held
	}
	from = max(0, from-maxPrefix)
	s.lineOf(s.base + int64(from))
	rest, next := s.buf[from:], s.buf[:0]
	if s.shared || cap(next) < 2*len(rest) || cap(next) == 0 {
		next, s.shared = make([]byte, 0, max(block, 4*len(rest))), false
	}
	s.buf = append(next, rest...)
	s.base += int64(from)
	s.i -= from
	if s.held >= 0 {
		s.held -= from
	}
}

// lineOf is the line of a place that is in the buffer, and not before the last one asked for.
func (s *stream) lineOf(place int64) int {
	if place > s.counted {
		s.line += bytes.Count(s.buf[s.counted-s.base:place-s.base], []byte{'\n'})
		s.counted = place
	}
	return s.line
}

// ahead makes sure that the next n bytes are in the buffer, or all that there are.
func (s *stream) ahead(n int) {
	for len(s.buf)-s.i < n && s.more() {
	}
}

// mark steps over a byte order mark.
func (s *stream) mark() {
	s.ahead(3)
	if bytes.HasPrefix(s.buf, []byte("\xef\xbb\xbf")) {
		s.i = 3
	}
}

// next is the next byte that is no space, which is not passed; ok is false at the end.
func (s *stream) next() (c byte, ok bool) {
	for {
		for ; s.i < len(s.buf); s.i++ {
			if c := s.buf[s.i]; class[c] != space {
				return c, true
			}
		}
		if !s.more() {
			return 0, false
		}
	}
}
