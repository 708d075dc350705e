package jsonpart

import (
	"bytes"
	"fmt"

	"quaestor/scanners/internal/tally"
)

// What may be odd about a member that is read.
const (
	twice    = "is there twice: the last one counts"
	noText   = "is no text"
	noNumber = "is no number"
	noTruth  = "is neither true nor false"
	noScalar = "is no single value"
	noObject = "is no object"
	noList   = "is no list"
)

// What to say of a record with such members, and what to do next.
const (
	OddFields = "Fields of the record stand there twice, or are of another kind than they should be: what they tell may be missing or wrong."
	OddNext   = "Look at the fields that are named, and export again."
)

// oddity is a member that is there twice, or whose value is of another kind than it was asked for.
type oddity struct {
	name, what string
	at         int
}

// maxOddities is how many are kept of one document, to be shown.
const maxOddities = 5

// odd notes that something is odd about the member that was come to last.
func (c *Cursor) odd(what string, at int) {
	if c.oddities++; len(c.oddest) < maxOddities {
		c.oddest = append(c.oddest, oddity{string(c.name), what, at})
	}
}

// other notes that the next value is of another kind than it was asked for. What is null is as good as not there.
func (c *Cursor) other(what string) {
	if c.i < len(c.b) && c.b[c.i] != 'n' {
		c.odd(what, c.i)
	}
}

// read notes that the member of a name was read, base being where the names begin that were read of the same object before; there
// may be another of that name.
func (c *Cursor) readName(name []byte, base int, seen *uint64, at int) {
	bit := uint64(1) << ((uint(len(name))*7 + uint(name[len(name)-1])*3 + uint(name[0]) + uint(name[len(name)/2])*5) & 63)
	if *seen&bit != 0 {
		for _, before := range c.names[base:] {
			if string(before) == string(name) {
				c.name = name
				c.odd(twice, at)
				return
			}
		}
	}
	*seen |= bit
	c.names = append(c.names, name)
}

// Odd counts the members that are there twice, among those that were read, and those whose value is of another kind than it was asked for.
// Samples name them with their lines, if the document begins in that line.
func (c *Cursor) Odd(line int) (t tally.Tally) {
	for _, o := range c.oddest {
		t.Add(fmt.Sprintf("line %d: %q %s", line+bytes.Count(c.b[:o.at], []byte{'\n'}), o.name, o.what))
	}
	t.Count = c.oddities
	return t
}
