package jamf

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"

	"quaestor/scanners/internal/jsonstream"
)

const maxPiece = jsonstream.MaxElement

// piece is one device, cut out of a file in XML and not decoded.
type piece struct {
	raw  []byte
	line int // in which it begins
	name string
	err  error // why it is not here
}

// names are the elements that are devices.
var names = []string{"computer", "mobile_device"}

// roots are the elements that files in XML of the Classic API begin with.
var roots = []string{"computer", "computers", "mobile_device", "mobile_devices", "advanced_computer_search", "advanced_mobile_device_search"}

// looksXML reports whether a document begins with one of them, and holds what the sections of Jamf are called.
func looksXML(head []byte) bool {
	rest := head
	for len(rest) > 0 && (bytes.HasPrefix(rest, []byte("<?")) || bytes.HasPrefix(rest, []byte("<!"))) {
		_, after, _ := bytes.Cut(rest, []byte(">"))
		rest = bytes.TrimLeft(after, " \t\r\n")
	}
	for _, root := range roots {
		if bytes.HasPrefix(rest, []byte("<"+root+">")) {
			has := func(s string) bool { return bytes.Contains(rest, []byte(s)) }
			return has("<general>") && (has("<serial_number>") || has("<udid>")) || has("<id>") && has("<name>") && (has("<udid>") || has("<size>"))
		}
	}
	return false
}

// cutter cuts documents into devices. It follows their own tags alone.
type cutter struct {
	r     *bufio.Reader
	yield func(piece) error
	line  int
	buf   []byte
	large bool
	cur   *piece
}

// cut hands the devices in r to yield, in their order. It ends with the first error of yield, or of r.
func cut(r io.Reader, yield func(piece) error) error {
	c := &cutter{r: bufio.NewReaderSize(r, 64<<10), line: 1, yield: yield}
	for {
		err := c.next()
		if errors.Is(err, io.EOF) {
			return c.broken(jsonstream.ErrCut)
		}
		if err != nil {
			return fmt.Errorf("in line %d: %w", c.line, err)
		}
		if err := c.tag(); err != nil {
			return err
		}
	}
}

// next reads up to the end of the next tag.
func (c *cutter) next() error {
	if c.cur == nil {
		c.buf, c.large = c.buf[:0], false
	}
	for {
		s, err := c.r.ReadSlice('>')
		c.line += bytes.Count(s, []byte{'\n'})
		if len(c.buf)+len(s) > maxPiece {
			c.large, c.buf = true, c.buf[:0]
		}
		c.buf = append(c.buf, s...)
		if !errors.Is(err, bufio.ErrBufferFull) {
			return err
		}
	}
}

func (c *cutter) tag() error {
	for _, name := range names {
		switch {
		case bytes.HasSuffix(c.buf, []byte("<"+name+">")):
			line := c.line
			err := c.broken(fmt.Errorf("%w: another device begins before it ends", jsonstream.ErrBroken))
			c.cur = &piece{line: line, name: name}
			c.buf, c.large = append(c.buf[:0], "<"+name+">"...), false
			return err
		case c.cur != nil && c.cur.name == name && bytes.HasSuffix(c.buf, []byte("</"+name+">")):
			p := *c.cur
			c.cur = nil
			if p.raw = bytes.Clone(c.buf); c.large {
				p.raw, p.err = nil, jsonstream.ErrTooLarge
			}
			return c.yield(p)
		}
	}
	return nil
}

// broken tells of a device that is not whole, if one is being read.
func (c *cutter) broken(err error) error {
	if c.cur == nil {
		return nil
	}
	p := *c.cur
	c.cur, p.err = nil, err
	return c.yield(p)
}
