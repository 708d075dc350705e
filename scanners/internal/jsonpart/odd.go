package jsonpart

import (
	"bytes"
	"fmt"

	"quaestor/scanners/internal/tally"
)

// What may be odd about a member that is read.
const (
	Twice    = "is there twice: the last one counts"
	NoScalar = "is no single value"
	NoObject = "is no object"
	NoList   = "is no list"
	noText   = "is no text"
	noNumber = "is no number"
	noTruth  = "is neither true nor false"
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
		name := ""
		if end, err := text(c.b, c.name); err == nil && c.b[c.name] == '"' {
			name, _ = Value(c.b[c.name:end]).Text()
		}
		c.oddest = append(c.oddest, oddity{name, what, at})
	}
}

// other notes that the next value is of another kind than it was asked for. What is null is as good as not there.
func (c *Cursor) other(what string) {
	if c.i < len(c.b) && c.b[c.i] != 'n' {
		c.odd(what, c.i)
	}
}

// mark is a bit for a name, with its quotation marks. Names of one bit are compared; those of the records that are large have bits of their own.
func mark(name []byte) uint64 {
	n := len(name)
	if n < 3 {
		return 1
	}
	return 1 << ((uint(n-2)*10 + uint(name[n/2])*13 + uint(name[n-3])*12) & 63)
}

// again reports whether a name that stands between two bytes is one of those behind base. Names that are escaped in other ways count as others.
func (c *Cursor) again(at, end, base int) bool {
	name := c.b[at:end]
	for _, before := range c.names[base:] {
		if bytes.HasPrefix(c.b[before:], name) {
			return true
		}
	}
	return false
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
