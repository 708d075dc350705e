package jsonstream

import (
	"bytes"
	"errors"
)

// maxPrefix is how much of the beginning of an element, and of its line, is compared.
const maxPrefix = 256

// shape is how elements begin: exporters write all in one way.
type shape struct {
	prefix []byte // from the bracket to the end of the first name; nil when there is none
	varied bool   // not all before it had that prefix
	once   bool   // it is the first
	alone  bool   // it begins its line
	indent []byte // that line before it
}

// begin learns the shape of what begins at the next byte. Like is that of the one before.
func (s *stream) begin(like *shape) {
	s.ahead(maxPrefix)
	b := s.buf[s.i:min(len(s.buf), s.i+maxPrefix)]
	if like.prefix != nil && bytes.HasPrefix(b, like.prefix) && like.fits(s, s.i) {
		s.begun = *like
		s.begun.once = false
		return
	}
	s.begun = shape{once: like.prefix == nil}
	if line, ok := s.lineBefore(s.i); ok {
		s.begun.alone, s.begun.indent = true, bytes.Clone(line)
	}
	n := 1
	for n < len(b) && class[b[n]] == space {
		n++
	}
	if n < len(b) && b[n] == '"' {
		if end := bytes.IndexByte(b[n+1:], '"'); end >= 0 {
			s.begun.prefix = bytes.Clone(b[:n+end+2])
		}
	}
	s.begun.varied = like.varied || like.prefix != nil && !bytes.Equal(like.prefix, s.begun.prefix)
}

// lineBefore is the line before index i, if nothing but space is in it.
func (s *stream) lineBefore(i int) (line []byte, ok bool) {
	from := i
	for from > 0 && i-from < maxPrefix && (s.buf[from-1] == ' ' || s.buf[from-1] == '\t') {
		from--
	}
	line = s.buf[from:i]
	if from == 0 {
		return line, s.base == 0
	}
	return line, s.buf[from-1] == '\n'
}

// fits reports whether what stands at index i is as far from the beginning of its line as others.
func (f *shape) fits(s *stream, i int) bool {
	line, ok := s.lineBefore(i)
	return ok == f.alone && (!ok || bytes.Equal(line, f.indent))
}

// swallowed reports whether what opens at index i, inside of an element, is another one: it begins with the same words, and as far from
// the beginning of its line, which in an indented document nothing else does.
func (s *stream) swallowed(i int) bool {
	f := &s.begun
	n := len(f.indent)
	return n > 0 && i > n && s.buf[i-n-1] == '\n' && f.fits(s, i) && len(f.prefix) > 0 && bytes.HasPrefix(s.buf[i:], f.prefix)
}

// begins reports whether the bracket at index i looks like the beginning of an element.
func (f *shape) begins(s *stream, i int) bool {
	if f.alone {
		return f.fits(s, i)
	}
	if f.prefix != nil && !bytes.HasPrefix(s.buf[i:], f.prefix) {
		return false
	}
	before := bytes.TrimRight(s.buf[max(0, i-maxPrefix):i], " \t\r\n")
	if f.prefix != nil {
		return len(before) == 0 || bytes.IndexByte([]byte(",[{}]"), before[len(before)-1]) >= 0
	}
	rest, comma := bytes.CutSuffix(before, []byte(","))
	return comma && bytes.HasSuffix(bytes.TrimRight(rest, " \t\r\n"), []byte("}"))
}

// recover goes on behind a fault, at the next place that looks like the beginning of another element, and tells of the fault.
func (s *stream) recover(f *fault, like *shape, member string) error {
	form := s.expected(like)
	where := s.lineOf(f.at)
	begun, partial := f.start-s.base, s.partial
	var raw []byte
	if partial != nil && f.kind == ErrCut && begun >= 0 && f.start < f.at {
		raw = bytes.Clone(s.buf[begun:])
	}
	s.back(f, &form)
	found := s.seek(&form)
	s.floor = s.at()
	switch {
	case found && f.kind == ErrCut:
		f.kind, f.what = ErrBroken, wrongBracket
	case f.kind == ErrCut && !errors.Is(s.failed(), nil):
		return errEnd // the reader's own reason is told
	case f.kind == ErrCut && raw != nil:
		partial(raw, member, s.page)
	}
	if err := s.refuse(f.line, member, f.kind, f.what, where); err != nil {
		return err
	}
	if !found {
		return errEnd
	}
	return nil
}

// expected is how the next element is supposed to begin: as those before the fault.
func (s *stream) expected(like *shape) shape {
	form := *like
	if like.prefix == nil || like.once {
		form = s.begun
	}
	if form.varied {
		form.prefix = nil
	}
	return form
}

// back goes to where the search for the next element begins: in what was passed since the last one was handed out, if that is still
// there. Elements that begin their lines are searched for in all of it; others from the last string on, which may be one that was
// not closed. What is read again is bounded, so that the cost stays linear.
func (s *stream) back(f *fault, form *shape) {
	to := f.at
	if form.alone {
		to = f.start + 1
	} else if s.last > f.start && s.last < f.at {
		to = s.last
	}
	to = max(to, s.floor)
	if to < s.base || to > f.at || s.again+f.at-to > 2*f.at+block {
		to = f.at
	}
	s.again += f.at - to
	if to < s.counted {
		s.line -= bytes.Count(s.buf[to-s.base:s.counted-s.base], []byte{'\n'})
		s.counted = to
	}
	s.i = int(to - s.base)
}

// seek goes to the next bracket that looks like the beginning of an element.
func (s *stream) seek(form *shape) bool {
	defer s.letGo()
	for {
		n := bytes.IndexByte(s.buf[s.i:], '{')
		if n < 0 {
			n = len(s.buf) - s.i
		}
		s.i += n
		s.held = max(0, s.i-maxPrefix) // to be compared
		if s.i == len(s.buf) {
			if !s.more() {
				return false
			}
			continue
		}
		s.ahead(maxPrefix)
		if form.begins(s, s.i) {
			return true
		}
		s.i++
	}
}
