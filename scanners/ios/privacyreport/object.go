package privacyreport

import (
	"bytes"
	"encoding/json"
	"errors"
	"unicode/utf8"
)

// maxDepth is how deep values may lie in each other. Lines of a report have two levels.
const maxDepth = 16

var errSyntax = errors.New("not a JSON object")

// value is one value of an object as it stands in the line: a string with its quotes, a number, or anything else.
type value []byte

// text is the string that a value is; empty for any other.
func (v value) text() []byte {
	if len(v) < 2 || v[0] != '"' {
		return nil
	}
	if bytes.IndexByte(v, '\\') < 0 && utf8.Valid(v) {
		return v[1 : len(v)-1]
	}
	var s string
	if json.Unmarshal(v, &s) != nil {
		return nil
	}
	return []byte(s)
}

// maxCount is more than any app does anything within seven days.
const maxCount = 1_000_000_000

// number is the whole number that a value is, or that is written in it as a string; not below 0, and not more than can be.
func (v value) number() (n int, ok bool) {
	digits := []byte(v)
	if len(v) > 0 && v[0] == '"' {
		digits = v.text()
	}
	for _, c := range digits {
		if c < '0' || c > '9' {
			return 0, false
		}
		if n = n*10 + int(c-'0'); n > maxCount {
			return 0, false
		}
	}
	return n, len(digits) > 0
}

// object reads one line that is a JSON object, and hands its members to f. Names with escapes are handed over as they
// stand: none of those that are known has any.
func object(line []byte, f func(name []byte, v value)) error {
	s := scanner{b: line}
	if err := s.object(f, 0); err != nil {
		return err
	}
	if s.space(); s.at < len(s.b) {
		return errSyntax
	}
	return nil
}

// scanner checks JSON while it goes through it. It accepts what the standard library accepts, up to maxDepth.
type scanner struct {
	b  []byte
	at int
}

func (s *scanner) space() {
	for s.at < len(s.b) {
		switch s.b[s.at] {
		case ' ', '\t', '\r', '\n':
			s.at++
		default:
			return
		}
	}
}

// next is the next byte that is no space, 0 at the end.
func (s *scanner) next() byte {
	if s.space(); s.at < len(s.b) {
		return s.b[s.at]
	}
	return 0
}

// take goes past a byte, if it is the next.
func (s *scanner) take(c byte) bool {
	if s.next() != c || s.at == len(s.b) {
		return false
	}
	s.at++
	return true
}

func (s *scanner) object(f func(name []byte, v value), depth int) error {
	if depth > maxDepth || !s.take('{') {
		return errSyntax
	}
	if s.take('}') {
		return nil
	}
	for {
		s.space()
		from := s.at
		if !s.string() {
			return errSyntax
		}
		name := s.b[from+1 : s.at-1]
		if !s.take(':') {
			return errSyntax
		}
		s.space()
		from = s.at
		if err := s.value(depth + 1); err != nil {
			return err
		}
		if f != nil {
			f(name, value(s.b[from:s.at]))
		}
		if s.take('}') {
			return nil
		}
		if !s.take(',') {
			return errSyntax
		}
	}
}

func (s *scanner) array(depth int) error {
	if depth > maxDepth || !s.take('[') {
		return errSyntax
	}
	if s.take(']') {
		return nil
	}
	for {
		if err := s.value(depth + 1); err != nil {
			return err
		}
		if s.take(']') {
			return nil
		}
		if !s.take(',') {
			return errSyntax
		}
	}
}

func (s *scanner) value(depth int) error {
	ok := false
	switch c := s.next(); {
	case c == '{':
		return s.object(nil, depth)
	case c == '[':
		return s.array(depth)
	case c == '"':
		ok = s.string()
	case c == 't':
		ok = s.word("true")
	case c == 'f':
		ok = s.word("false")
	case c == 'n':
		ok = s.word("null")
	default:
		ok = s.number()
	}
	if !ok {
		return errSyntax
	}
	return nil
}

func (s *scanner) word(w string) bool {
	if !bytes.HasPrefix(s.b[s.at:], []byte(w)) {
		return false
	}
	s.at += len(w)
	return true
}

// string goes past a string.
func (s *scanner) string() bool {
	if s.at >= len(s.b) || s.b[s.at] != '"' {
		return false
	}
	for s.at++; s.at < len(s.b); s.at++ {
		switch c := s.b[s.at]; {
		case c == '"':
			s.at++
			return true
		case c < ' ':
			return false
		case c == '\\':
			if !s.escape() {
				return false
			}
		}
	}
	return false
}

// escape goes to the last byte of an escape.
func (s *scanner) escape() bool {
	if s.at++; s.at >= len(s.b) {
		return false
	}
	switch s.b[s.at] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return true
	case 'u':
		for range 4 {
			if s.at++; s.at >= len(s.b) || !isHex(s.b[s.at]) {
				return false
			}
		}
		return true
	}
	return false
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

// number goes past a number.
func (s *scanner) number() bool {
	if s.at < len(s.b) && s.b[s.at] == '-' {
		s.at++
	}
	from := s.at
	n := s.digits()
	if n == 0 || n > 1 && s.b[from] == '0' {
		return false
	}
	if s.at < len(s.b) && s.b[s.at] == '.' {
		if s.at++; s.digits() == 0 {
			return false
		}
	}
	if s.at < len(s.b) && s.b[s.at]|0x20 == 'e' {
		if s.at++; s.at < len(s.b) && (s.b[s.at] == '+' || s.b[s.at] == '-') {
			s.at++
		}
		return s.digits() > 0
	}
	return true
}

func (s *scanner) digits() int {
	from := s.at
	for s.at < len(s.b) && s.b[s.at] >= '0' && s.b[s.at] <= '9' {
		s.at++
	}
	return s.at - from
}
