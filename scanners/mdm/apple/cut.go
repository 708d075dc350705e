package apple

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"

	"quaestor/scanners/internal/jsonstream"
)

const (
	maxPiece = 16 << 20 // bytes of one answer; a thousand apps take less than one
	maxTag   = 4 << 10  // bytes of one tag
	maxKeys  = 100      // members of an answer that are looked at
)

// piece is one answer, cut out of a file and not decoded.
type piece struct {
	raw  []byte // a property list by itself
	line int    // in which it begins
	keys []string
	told map[string]string // its own texts: "UDID"
	err  error             // why it is not here
}

// cutter cuts property lists in XML into answers. It follows tags alone, and whether the rest is valid is for the decoder to find.
type cutter struct {
	r     *bufio.Reader
	yield func(piece) error

	line  int
	buf   []byte // of the answer that is being read
	text  int    // where in buf the text before the last tag begins
	tag   []byte
	large bool // what is read is larger than what is kept

	in    bool // inside of a list
	depth int
	base  int // depth at which answers begin: 0, or 1 in an array
	cur   *piece
	key   string
	err   error
}

// cut hands the answers in r to yield, in their order. It ends with the first error of yield, or of r.
func cut(r io.Reader, yield func(piece) error) error {
	c := &cutter{r: bufio.NewReaderSize(r, 64<<10), line: 1, yield: yield}
	for c.next() {
		if err := c.token(); err != nil {
			return err
		}
	}
	if !errors.Is(c.err, io.EOF) {
		return fmt.Errorf("in line %d: %w", c.line, c.err)
	}
	return c.broken(jsonstream.ErrCut)
}

// next reads the text up to a tag, and the tag.
func (c *cutter) next() bool {
	if c.cur == nil {
		c.buf = c.buf[:0]
	}
	c.text = len(c.buf)
	c.buf, c.tag = c.read(c.buf, '<', maxPiece), c.tag[:0]
	if c.err != nil {
		return false
	}
	if n := len(c.buf); n > 0 { // the tag has its own buffer
		c.buf = c.buf[:n-1]
	}
	c.text = min(c.text, len(c.buf))
	c.tag = append(c.tag, '<')
	for c.err == nil {
		c.tag = c.read(c.tag, '>', maxPiece)
		if c.err == nil && c.closed() {
			if c.cur != nil && len(c.buf)+len(c.tag) <= maxPiece {
				c.buf = append(c.buf, c.tag...)
			} else if c.cur != nil {
				c.large = true
			}
			return true
		}
	}
	return false
}

// closed reports whether a tag ends here: comments and quoted text may hold its mark.
func (c *cutter) closed() bool {
	switch {
	case bytes.HasPrefix(c.tag, []byte("<!--")):
		return bytes.HasSuffix(c.tag, []byte("-->"))
	case bytes.HasPrefix(c.tag, []byte("<![CDATA[")):
		return bytes.HasSuffix(c.tag, []byte("]]>"))
	}
	return true
}

// read appends what comes up to a mark to a buffer, as long as that is not too long.
func (c *cutter) read(to []byte, mark byte, limit int) []byte {
	for {
		s, err := c.r.ReadSlice(mark)
		c.line += bytes.Count(s, []byte{'\n'})
		if len(to)+len(s) > limit {
			c.large, to = true, append(to[:0], s[max(0, len(s)-8):]...)
		} else {
			to = append(to, s...)
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			c.err = err
			return to
		}
	}
}

// name is the name of the tag, and how it stands.
func (c *cutter) name() (name []byte, opens, closes bool) {
	t := bytes.TrimSuffix(c.tag[:min(len(c.tag), maxTag)], []byte(">"))
	opens = true
	if rest, ok := bytes.CutPrefix(t, []byte("</")); ok {
		t, opens, closes = rest, false, true
	} else {
		t = t[1:]
	}
	if bytes.HasSuffix(t, []byte("/")) {
		t, closes = t[:len(t)-1], true
	}
	if at := bytes.IndexAny(t, " \t\r\n"); at >= 0 {
		t = t[:at]
	}
	return t, opens, closes
}

func (c *cutter) token() error {
	name, opens, closes := c.name()
	switch {
	case len(name) == 0 || name[0] == '!':
		return nil
	case name[0] == '?', string(name) == "plist":
		err := c.broken(fmt.Errorf("%w: the list around it ends, or another one begins", jsonstream.ErrBroken))
		c.in, c.depth, c.base = string(name) == "plist" && opens && !closes, 0, 0
		return err
	case !c.in || opens && closes:
		return nil
	case opens:
		c.open(name)
		return nil
	}
	return c.close(name)
}

func (c *cutter) open(name []byte) {
	switch {
	case c.cur == nil && string(name) == "dict" && c.depth == c.base:
		c.cur = &piece{line: c.line, told: map[string]string{}}
		c.buf = append(append(c.buf[:0], "<plist>"...), c.tag...)
		c.large, c.key = false, ""
	case c.cur == nil && string(name) == "array" && c.depth == 0:
		c.base = 1
	}
	c.depth++
}

func (c *cutter) close(name []byte) error {
	c.depth--
	switch {
	case c.cur == nil:
		c.depth = max(c.depth, 0)
		return nil
	case c.depth < c.base:
		return c.broken(fmt.Errorf("%w: more elements end than begin", jsonstream.ErrBroken))
	case c.depth == c.base:
		return c.done()
	case c.depth == c.base+1:
		c.leaf(name)
	}
	return nil
}

// leaf notes a member of the answer itself.
func (c *cutter) leaf(name []byte) {
	end := len(c.buf) - len(c.tag)
	if c.large || end < c.text || end-c.text > maxTag {
		return
	}
	text := string(bytes.TrimSpace(c.buf[c.text:end]))
	switch string(name) {
	case "key":
		if c.key = text; len(c.cur.keys) < maxKeys {
			c.cur.keys = append(c.cur.keys, text)
		}
	case "string":
		if len(c.cur.told) < maxKeys {
			c.cur.told[c.key] = text
		}
	}
}

// done hands an answer on.
func (c *cutter) done() error {
	p := *c.cur
	c.cur = nil
	if c.large {
		p.err = jsonstream.ErrTooLarge
	} else {
		p.raw = append(bytes.Clone(c.buf), "</plist>"...)
	}
	return c.yield(p)
}

// broken tells of an answer that is not whole, if one is being read.
func (c *cutter) broken(err error) error {
	if c.cur == nil {
		return nil
	}
	p := *c.cur
	c.cur, p.err = nil, err
	return c.yield(p)
}
