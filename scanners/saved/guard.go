package saved

import (
	"fmt"
	"io"
)

// Limits on the parts of a JSON text. A decoder holds a part whole, twice while it grows, and looks through
// spaces again with each piece that it reads.
const (
	maxToken   = 4 << 20  // bytes of one text or number
	maxSpace   = 64 << 10 // bytes of white space in a row
	maxElement = 32 << 20 // bytes of one fact
	factDepth  = 3        // a fact stands in a list of the document
)

// guard passes a JSON text on and ends in an error where a part is too long. It knows no more of JSON than
// where texts begin and end and how deep brackets nest; whether it is JSON, the decoder says.
type guard struct {
	r        io.Reader
	inString bool
	escaped  bool
	depth    int
	token    int // bytes of the text, number or word that is being passed
	space    int
	element  int64
	err      error
}

// Read implements io.Reader.
func (g *guard) Read(p []byte) (int, error) {
	if g.err != nil {
		return 0, g.err
	}
	n, err := g.r.Read(p)
	for i, c := range p[:n] {
		if g.byte(c); g.token > maxToken || g.space > maxSpace || g.element > maxElement {
			g.err = g.tooLong()
			return i, g.err
		}
	}
	return n, err
}

func (g *guard) tooLong() error {
	switch {
	case g.token > maxToken:
		return fmt.Errorf("malformed: a text or number of more than %d MiB; write the inventory again", maxToken>>20)
	case g.space > maxSpace:
		return fmt.Errorf("malformed: more than %d KiB of white space in a row; write the inventory again", maxSpace>>10)
	}
	return fmt.Errorf("malformed: a fact of more than %d MiB; write the inventory again", maxElement>>20)
}

func (g *guard) byte(c byte) {
	if g.depth >= factDepth {
		g.element++
	}
	switch {
	case g.escaped:
		g.escaped = false
		g.token++
	case g.inString:
		g.token++
		g.escaped = c == '\\'
		g.inString = c != '"'
	case c == ' ' || c == '\t' || c == '\r' || c == '\n':
		g.space++
		g.token = 0
	default:
		g.space = 0
		g.outside(c)
	}
}

// outside is told a byte between texts.
func (g *guard) outside(c byte) {
	switch c {
	case '"':
		g.inString, g.token = true, 0
	case '{', '[':
		if g.depth++; g.depth == factDepth {
			g.element = 0
		}
		g.token = 0
	case '}', ']':
		g.depth = max(g.depth-1, 0)
		g.token = 0
	case ',', ':':
		g.token = 0
	default:
		g.token++
	}
}
