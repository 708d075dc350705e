package jsonpart

import (
	"bytes"
	"encoding/json"
	"strconv"
)

// Cursor goes through a document once, from its beginning to its end, for decoding large ones at little cost: names and texts are not
// copied, and what nobody asks for is stepped over. A document that is not whole ends early, or lacks what is wrong; Err says so.
//
//	c := NewCursor(data)
//	for name := range c.Members() {
//		switch string(name) {
//		case "name":
//			d.name = c.Text()
//		case "apps":
//			for range c.Items() {
//				…
//			}
//		}
//	}
//
// Each value is read once, or not at all.
type Cursor struct {
	b    []byte
	i    int
	read bool // the value that was come to is passed
	err  error

	name     int   // where the name begins of the member that was come to last
	names    []int // the same of the members that were read, of each object that is not passed
	oddities int
	oddest   []oddity
}

// NewCursor returns a cursor at the value that a document is.
func NewCursor(data []byte) *Cursor { return &Cursor{b: data, i: space(data, 0)} }

// Err is what is wrong with the part of the document that was passed.
func (c *Cursor) Err() error { return c.err }

// fail notes the first thing that is wrong, and goes to the end.
func (c *Cursor) fail() {
	if c.err == nil {
		c.err = syntax(c.i)
	}
	c.i, c.read = len(c.b), true
}

// blank steps over white space.
func (c *Cursor) blank() {
	for c.i < len(c.b) {
		switch c.b[c.i] {
		case ' ', '\n', '\r', '\t':
			c.i++
		default:
			return
		}
	}
}

// Members comes to each member of the object that the next value is, and hands out its name, which is valid until the next one.
// A value of another kind is stepped over. The loop has to run to its end.
func (c *Cursor) Members() func(yield func(name []byte) bool) {
	return func(yield func(name []byte) bool) {
		if !c.enter('{') {
			return
		}
		base, outer := len(c.names), c.name
		c.members(yield, base)
		c.names, c.name = c.names[:base], outer
	}
}

// members comes to the members of the object that was entered. The names of those that were read stand behind base.
func (c *Cursor) members(yield func(name []byte) bool, base int) {
	seen := uint64(0)
	for first := true; c.separated(first, '}'); first = false {
		at := c.i
		name, ok := c.text()
		end := c.i
		if c.blank(); !ok || c.i >= len(c.b) || c.b[c.i] != ':' {
			c.fail()
			return
		}
		c.i++
		c.blank()
		c.read, c.name = false, at
		goOn := yield(name)
		if c.read {
			if bit := mark(c.b[at:end]); seen&bit != 0 && c.again(at, end, base) {
				c.name = at
				c.odd(Twice, at)
			} else {
				seen |= bit
				c.names = append(c.names, at)
			}
		}
		if !c.one(goOn) {
			return
		}
	}
}

// Items comes to each element of the array that the next value is. A value of another kind is stepped over. The loop has to run to its end.
func (c *Cursor) Items() func(yield func() bool) {
	return func(yield func() bool) {
		if !c.enter('[') {
			return
		}
		for first := true; c.separated(first, ']'); first = false {
			c.read = false
			if !c.one(yield()) {
				return
			}
		}
	}
}

// enter steps into an object or array, or over anything else.
func (c *Cursor) enter(open byte) bool {
	if c.i >= len(c.b) {
		c.fail()
		return false
	}
	if c.b[c.i] != open {
		c.other(map[byte]string{'{': NoObject, '[': NoList}[open])
		c.Skip()
		return false
	}
	c.i++
	return true
}

// separated comes to the next member or element; at the end of them it steps out and returns false.
func (c *Cursor) separated(first bool, last byte) bool {
	c.blank()
	switch {
	case c.i >= len(c.b):
		c.fail()
		return false
	case c.b[c.i] == last:
		c.i++
		c.read = true
		return false
	case first:
	case c.b[c.i] != ',':
		c.fail()
		return false
	default:
		c.i++
		c.blank()
	}
	return true
}

// one is called behind a value: it steps over one that was not read.
func (c *Cursor) one(goOn bool) bool {
	if !c.read {
		c.Skip()
	}
	c.read = false
	return goOn && c.err == nil
}

// Skip steps over the next value.
func (c *Cursor) Skip() {
	end, err := skip(c.b, c.i)
	if err != nil {
		c.fail()
		return
	}
	c.i, c.read = end, true
}

// text passes a string and returns it decoded: a part of the document, where nothing in it is escaped.
func (c *Cursor) text() ([]byte, bool) {
	if c.i >= len(c.b) || c.b[c.i] != '"' {
		return nil, false
	}
	end, err := text(c.b, c.i)
	if err != nil {
		return nil, false
	}
	raw := c.b[c.i:end]
	c.i, c.read = end, true
	if bytes.IndexByte(raw, '\\') < 0 {
		return raw[1 : len(raw)-1], true
	}
	var s string
	if json.Unmarshal(raw, &s) != nil {
		return raw[1 : len(raw)-1], true
	}
	return []byte(s), true
}

// Bytes is the next value, if it is a string: decoded, not copied where it can be helped. It steps over any other, and returns nil.
func (c *Cursor) Bytes() []byte {
	if c.i < len(c.b) && c.b[c.i] != '"' {
		c.other(noText)
		c.Skip()
		return nil
	}
	s, ok := c.text()
	if !ok {
		c.fail()
	}
	return s
}

// Text is Bytes as a string of its own.
func (c *Cursor) Text() string { return string(c.Bytes()) }

// Number is the next value, if it is a whole number, or a string that is one; it steps over any other.
func (c *Cursor) Number() (int64, bool) {
	at := c.i
	word := c.word()
	n, err := strconv.ParseInt(string(word[:min(len(word), 32)]), 10, 64)
	if err != nil && len(word) > 0 && string(word) != "null" {
		c.odd(noNumber, at)
	}
	return n, err == nil
}

// Bool is the next value, if it is true or false; it steps over any other, and returns nil.
func (c *Cursor) Bool() *bool {
	at := c.i
	yes := false
	switch word := c.word(); string(word) {
	case "true":
		yes = true
	case "false":
	default:
		if len(word) > 0 && string(word) != "null" {
			c.odd(noTruth, at)
		}
		return nil
	}
	return &yes
}

// Scalar is the next value as it is written, without quotation marks: a text, a number, true, false or null.
func (c *Cursor) Scalar() string {
	if c.i < len(c.b) && (c.b[c.i] == '{' || c.b[c.i] == '[') {
		c.odd(NoScalar, c.i)
	}
	return string(c.word())
}

// word passes the next value, and returns its text without quotation marks.
func (c *Cursor) word() []byte {
	if c.i < len(c.b) && c.b[c.i] == '"' {
		return c.Bytes()
	}
	from := c.i
	if c.Skip(); c.err != nil {
		return nil
	}
	return c.b[from:c.i]
}
