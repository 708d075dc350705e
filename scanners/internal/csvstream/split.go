package csvstream

import "bytes"

// cutter is a row that is being cut into fields. Fields in quotes keep them until it is whole.
type cutter struct {
	delim  byte
	fields [][]byte
	last   int  // where the last field begins
	open   bool // the last field has a quote that does not end on the text
	seen   int  // of an open field: where to look on
	stray  bool // in a field of several lines stands a quote that is not doubled: more likely it begins a field of another row
}

// start cuts the first line of a row.
func (c *cutter) start(text []byte) {
	c.fields, c.stray = c.fields[:0], false
	c.cut(text, 0, 0)
}

// resume goes on with an open row, now that it has another line. The text may have moved.
func (c *cutter) resume(text []byte) {
	c.fields = c.fields[:len(c.fields)-1]
	at := 0
	for i, f := range c.fields {
		c.fields[i] = text[at : at+len(f)]
		at += len(f) + 1
	}
	c.cut(text, c.last, c.seen)
}

// cut cuts what begins at a field, of which so many bytes of the text were looked at.
func (c *cutter) cut(text []byte, at, seen int) {
	for c.open = false; ; {
		end := at
		switch {
		case at < len(text) && text[at] == '"':
			var stray bool
			if end, c.open, stray = quoted(text, max(at+1, seen), c.delim); c.open {
				c.last, c.seen = at, end
			}
			c.stray = c.stray || stray && seen > 0
		default:
			if end = bytes.IndexByte(text[at:], c.delim); end < 0 {
				end = len(trimEnd(text[at:]))
			}
			end += at
		}
		c.fields = append(c.fields, text[at:end])
		if c.open || end >= len(text) || text[end] != c.delim || len(c.fields) > MaxColumns {
			return
		}
		at, seen = end+1, 0
	}
}

// quoted finds the end of a field in quotes, looking from a place behind the first of them. A stray quote is within the field, and not
// doubled.
func quoted(text []byte, at int, delim byte) (end int, open, stray bool) {
	for {
		i := bytes.IndexByte(text[at:], '"')
		if i < 0 {
			return len(text), true, stray
		}
		at += i + 1
		switch {
		case at == len(text) || text[at] == delim:
			return at, false, stray
		case text[at] == '"':
			at++ // two stand for one
		case text[at] == '\n' || text[at] == '\r' && len(trimEnd(firstLine(text[at:]))) == 0:
			return at, false, stray
		default:
			stray = true
		}
	}
}

// unquote takes the quotes from fields. Where two stand for one, the text is written over.
func unquote(fields [][]byte) {
	for i, f := range fields {
		if len(f) < 2 || f[0] != '"' || f[len(f)-1] != '"' {
			continue
		}
		f = f[1 : len(f)-1]
		if at := bytes.Index(f, []byte(`""`)); at >= 0 {
			f = f[:at+halve(f[at:])]
		}
		fields[i] = f
	}
}

// halve makes one quote of two, in place, and returns how long the text is then.
func halve(f []byte) int {
	out := 0
	for at := 0; at < len(f); at++ {
		f[out] = f[at]
		out++
		if f[at] == '"' && at+1 < len(f) && f[at+1] == '"' {
			at++
		}
	}
	return out
}

func firstLine(text []byte) []byte {
	if i := bytes.IndexByte(text, '\n'); i >= 0 {
		return text[:i+1]
	}
	return text
}

// trimEnd takes line ends off the end of a text.
func trimEnd(text []byte) []byte {
	n := len(text)
	for n > 0 && (text[n-1] == '\n' || text[n-1] == '\r') {
		n--
	}
	return text[:n]
}
