package csvstream

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	maxPreamble = 20 // lines before the header
	maxLook     = 20 // rows that are looked at to see that a line is the header
	maxName     = 200
)

// header is what names the columns.
type header struct {
	names []string
	raw   [][]byte
	delim byte
	size  int // bytes up to its end, with what stands before it
	lines int
}

// Columns returns the names of the columns of a text that begins with head, nil when no line of it names two or more.
func Columns(head []byte) []string {
	h, ok := findHeader(head, false)
	if !ok || len(h.names) < 2 {
		return nil
	}
	return h.names
}

// findHeader finds the first line that names columns as many as the rows after it have.
func findHeader(text []byte, atEnd bool) (header, bool) {
	var h, single header
	var forced byte
	for n := 0; n < maxPreamble && h.size < len(text); n++ {
		line := firstLine(text[h.size:])
		h.size, h.lines = h.size+len(line), h.lines+1
		if !atEnd && h.size == len(text) && line[len(line)-1] != '\n' {
			break // cut
		}
		switch trimmed := strings.TrimSpace(string(line)); {
		case trimmed == "" || strings.HasPrefix(trimmed, "#TYPE "):
			continue
		case len(trimmed) == 5 && strings.EqualFold(trimmed[:4], "sep=") || strings.EqualFold(string(trimEnd(line)), "sep=\t"):
			forced = trimEnd(line)[4]
			continue
		}
		if h.delim = forced; forced == 0 {
			h.delim = delimiterOf(line)
		}
		if !h.take(line) {
			continue
		}
		if len(h.names) > 1 && follow(text[h.size:], len(h.names), h.delim, atEnd) {
			return h, true
		}
		if len(h.names) == 1 && single.names == nil {
			single = h
		}
	}
	return single, single.names != nil
}

// take takes the names from a line, and reports whether they may be names.
func (h *header) take(line []byte) bool {
	c := cutter{delim: h.delim}
	c.start(bytes.Clone(line))
	if c.open || len(c.fields) > MaxColumns {
		return false
	}
	unquote(c.fields)
	h.raw, h.names = c.fields, nil
	for i, f := range c.fields {
		name := strings.TrimSpace(string(f))
		if !isName(name) || name == "" && i != len(c.fields)-1 {
			return false
		}
		h.names = append(h.names, name)
	}
	if n := len(h.names); n > 1 && h.names[n-1] == "" { // a delimiter at the end of the line
		h.names, h.raw = h.names[:n-1], h.raw[:n-1]
	}
	return true
}

// isName reports whether a text may be the name of a column.
func isName(s string) bool {
	return len(s) <= maxName && utf8.ValidString(s) && strings.IndexFunc(s, unicode.IsControl) < 0 && !strings.ContainsAny(s, "{}<>")
}

// follow reports whether a row follows that has so many fields, or none is there whole.
func follow(text []byte, columns int, delim byte, atEnd bool) bool {
	c := cutter{delim: delim}
	rows := 0
	for ; rows < maxLook && len(text) > 0; rows++ {
		size := len(firstLine(text))
		for c.start(text[:size]); c.open && !c.stray && size < len(text); c.resume(text[:size]) {
			size += len(firstLine(text[size:]))
		}
		switch n := len(c.fields); {
		case n == columns && !c.open && !c.stray, n == columns+1 && len(c.fields[columns]) == 0:
			return true
		case size == len(text) && !atEnd && (c.open || text[size-1] != '\n'):
			return rows == 0
		case c.open, c.stray:
			size = len(firstLine(text))
		case len(trimEnd(text[:size])) == 0:
			rows--
		}
		text = text[size:]
	}
	return rows == 0
}

// delimiters of CSV: which one Excel takes depends on the language, and osquery's is the bar.
const delimiters = ",;\t|"

// delimiterOf is the delimiter that a line has most often outside of quotes; the comma where it has none.
func delimiterOf(line []byte) byte {
	var count [256]int
	quoted := false
	for _, c := range line {
		switch {
		case c == '"':
			quoted = !quoted
		case !quoted:
			count[c]++
		}
	}
	best := delimiters[0]
	for i := range len(delimiters) {
		if c := delimiters[i]; count[c] > count[best] {
			best = c
		}
	}
	return best
}
