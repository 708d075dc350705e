package jsonstream

import "bytes"

// maxDepth is how deep values may lie in each other. No export comes near it.
const maxDepth = 1024

// The classes of bytes outside of strings.
const (
	other   = iota // belongs to no value
	plain          // of numbers and words, and signs between values
	space          // also between values
	quote          // begins a string
	opening        // an object or array
	closing
)

var class = classes()

func classes() (t [256]uint8) {
	for class, bytes := range map[uint8]string{plain: "+-.0123456789Etruefalsn,:", space: " \t\r\n", quote: `"`, opening: "{[", closing: "}]"} {
		for _, c := range []byte(bytes) {
			t[c] = class
		}
	}
	return t
}

// What can be wrong inside of an element.
const (
	wrongByte    = "text stands where only values may: a quotation mark is missing or too many"
	wrongBracket = "a bracket is missing or too many"
	tooDeep      = "its values lie too deep in each other"
)

// nested passes the object or array that begins at the next byte. It says what is wrong with it; ok is false when something is, and
// nothing is said when the file ends in it.
func (s *stream) nested() (wrong string, ok bool) {
	depth := 0
	for {
		b, i := s.buf, s.i
		for i < len(b) {
			c := b[i]
			switch class[c] {
			case plain, space:
				i++
				continue
			case quote:
				s.last = s.base + int64(i)
				if n := bytes.IndexByte(b[i+1:], '"'); n >= 0 && b[i+n] != '\\' {
					i += n + 2
					continue
				}
				if s.i = i + 1; !s.text() {
					return "", false
				}
				b, i = s.buf, s.i
				continue
			case opening:
				if depth > 0 && (!follows(b[:i], s.open[depth-1]) || s.swallowed(i)) {
					s.i = i
					return wrongBracket, false
				}
				if depth == maxDepth {
					s.i = i
					return tooDeep, false
				}
				s.open[depth] = c
				depth++
				i++
			case closing:
				if s.open[depth-1] != c-2 { // of a pair, the two are two apart
					s.i = i
					return wrongBracket, false
				}
				i++
				if depth--; depth == 0 {
					s.i = i
					return "", true
				}
			default:
				s.i = i
				return wrongByte, false
			}
		}
		if s.i = i; !s.more() {
			return "", false
		}
	}
}

// follows reports whether an object or array may stand behind b in what opened with the bracket: behind a name in an object, at the
// beginning or behind a comma in an array.
func follows(b []byte, open byte) bool {
	i := lastOf(b)
	switch {
	case i < 0:
		return true // too far back to see
	case open == '{':
		return b[i] == ':'
	case b[i] == ',':
		before := lastOf(b[:i])
		return before < 0 || b[before] != ','
	}
	return b[i] == '['
}

// lastOf is the index of the last byte that is no space, -1 when there is none.
func lastOf(b []byte) int {
	i := len(b) - 1
	for i >= 0 && class[b[i]] == space {
		i--
	}
	return i
}

// text passes the rest of a string; false when the file ends in it.
func (s *stream) text() bool {
	odd := false // number of backslashes before the next byte
	for {
		rest := s.buf[s.i:]
		n := bytes.IndexByte(rest, '"')
		if n < 0 {
			odd = oddBefore(rest, odd)
			if s.i = len(s.buf); !s.more() {
				return false
			}
			continue
		}
		s.i += n + 1
		if !oddBefore(rest[:n], odd) {
			return true
		}
		odd = false
	}
}

// oddBefore reports whether an odd number of backslashes ends b, of which carry tells for what is before b.
func oddBefore(b []byte, carry bool) bool {
	n := len(b)
	for n > 0 && b[n-1] == '\\' {
		n--
	}
	return ((len(b)-n)%2 == 1) != (n == 0 && carry)
}

// scalar passes a number or word; false when there is none.
func (s *stream) scalar() bool {
	passed := false
	for {
		for ; s.i < len(s.buf); s.i++ {
			if c := s.buf[s.i]; class[c] != plain || c == ',' || c == ':' {
				return passed
			}
			passed = true
		}
		if !s.more() {
			return passed
		}
	}
}

// value passes any value.
func (s *stream) value() (wrong string, ok bool) {
	c, there := s.next()
	if !there {
		return "", false
	}
	switch class[c] {
	case opening:
		return s.nested()
	case quote:
		s.last = s.at()
		s.i++
		return "", s.text()
	}
	if !s.scalar() {
		return wrongByte, false
	}
	return "", true
}
