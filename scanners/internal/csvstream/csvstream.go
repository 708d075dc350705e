// Package csvstream reads exports in CSV row by row: any length of file, rows with their line numbers, and a row that is broken does not
// take those after it along.
//
// The delimiter is found from the header: comma, semicolon, tab or bar, whatever the language of the program was that wrote it; a line
// "sep=;" before it is obeyed, as Excel does, and the line in which PowerShell names the type of the rows is passed over. Values in
// quotes may hold line breaks. A quote that is not doubled within such a value is part of it, as some programs write it.
//
// A row is broken that has another number of fields than the header, a quote that never ends, or more than [MaxRow] bytes. Reading goes
// on at the line after its first one. Cost is linear in the bytes, however the text is built: what is read ahead for a quote that does
// not end is paid for by what was read before.
//
// What the package cannot see: what the columns mean, and in what a text is encoded; see package textstream.
package csvstream

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
)

// The limits.
const (
	MaxField   = 1 << 20 // bytes of one field
	MaxRow     = 2 << 20 // bytes of one row
	MaxColumns = 2000    // fields of one row
	maxLines   = 500     // lines of one field
	firstAhead = 8 << 20 // bytes that may be read ahead in vain before any were read
)

// Row is one row. Its fields are valid until the next one is read.
type Row struct {
	Line   int // of the file, 1-based, where the row begins
	Fields [][]byte
}

// RowError is that a row is broken. The rows after it can be read.
type RowError struct {
	Line   int
	Reason string // one phrase: "3 fields instead of 5"
	Sample string // how the row begins
}

// Error implements error.
func (e *RowError) Error() string { return fmt.Sprintf("line %d: %s: %q", e.Line, e.Reason, e.Sample) }

// ErrNoHeader is that a text has no line that could name columns.
var ErrNoHeader = errors.New("no line names columns")

// Reader reads rows. Make one with [NewReader].
type Reader struct {
	in     input
	header header
	row    cutter
	err    error
	began  bool
	ahead  int // bytes that may be read ahead in vain
}

// NewReader reads the UTF-8 text in r.
func NewReader(r io.Reader) *Reader { return &Reader{in: input{r: r}, ahead: firstAhead} }

// Header returns the names of the columns, without spaces around them.
func (r *Reader) Header() ([]string, error) {
	if !r.began {
		r.began = true
		r.findHeader()
	}
	return r.header.names, r.err
}

// Delimiter is what stands between the fields, once the header was read.
func (r *Reader) Delimiter() byte { return r.header.delim }

// Line is how many lines were read: where the text ended, after Read told so.
func (r *Reader) Line() int { return r.in.num }

// findHeader takes the header, and what stands before it.
func (r *Reader) findHeader() {
	window, atEnd := r.in.window()
	h, ok := findHeader(window, atEnd)
	switch {
	case ok:
		r.header, r.row.delim = h, h.delim
		r.in.advance(h.size, h.lines)
	case atEnd && !errors.Is(r.in.err, io.EOF):
		r.err = r.in.err
	default:
		r.err = ErrNoHeader
	}
}

// Read returns the next row. An error of type [*RowError] tells of one that is broken, after which reading goes on; any other error is
// the end, [io.EOF] a regular one. Empty lines and a header that is repeated are passed over.
func (r *Reader) Read() (Row, error) {
	if _, err := r.Header(); err != nil {
		return Row{}, err
	}
	for {
		text, whole := r.in.line(0)
		switch {
		case len(text) == 0, r.in.torn(text):
			return Row{}, r.in.err
		case !whole:
			return Row{}, r.tooLong(text)
		case len(trimEnd(text)) == 0:
			r.in.advance(len(text), 1)
			continue
		}
		row, err := r.cut(text)
		if err == nil && r.repeats(row.Fields) {
			continue
		}
		return row, err
	}
}

const unclosed = "a quote is not closed"

// cut cuts the row that begins with a line, and takes it from the input.
func (r *Reader) cut(text []byte) (Row, error) {
	c := &r.row
	c.start(text)
	size, lines := len(text), 1
	for c.open { // a value in quotes goes on on the next line
		more, whole := r.in.line(size)
		size += len(more)
		switch {
		case len(more) == 0:
			return Row{}, r.broken(size, lines, unclosed+" before the file ends")
		case !whole || lines == maxLines || size > min(r.ahead, MaxField):
			return Row{}, r.broken(size, lines, unclosed)
		}
		lines++
		if c.resume(r.in.peeked(size)); c.stray {
			return Row{}, r.broken(size, lines, unclosed)
		}
	}
	columns := len(r.header.names)
	switch n := len(c.fields); {
	case n < columns || !blank(c.fields[columns:]):
		return Row{}, r.broken(size, lines, fmt.Sprintf("%d fields instead of %d", n, columns))
	case size > MaxField && longest(c.fields) > MaxField:
		return Row{}, r.broken(size, lines, fmt.Sprintf("a field of more than %d bytes", MaxField))
	}
	fields := c.fields[:columns]
	unquote(fields)
	row := Row{Line: r.in.num + 1, Fields: fields}
	r.take(size, lines)
	return row, nil
}

// blank reports whether fields are empty: those that a row has too much at its end.
func blank(fields [][]byte) bool {
	for _, f := range fields {
		if len(bytes.TrimSpace(f)) > 0 {
			return false
		}
	}
	return true
}

func longest(fields [][]byte) int {
	n := 0
	for _, f := range fields {
		n = max(n, len(f))
	}
	return n
}

// take takes a row from the input.
func (r *Reader) take(size, lines int) {
	r.in.advance(size, lines)
	r.ahead = min(r.ahead+size, firstAhead)
}

// broken takes the first line of a row from the input, and tells why the row is none.
func (r *Reader) broken(size, lines int, reason string) error {
	first := firstLine(r.in.peeked(size))
	err := &RowError{Line: r.in.num + 1, Reason: reason, Sample: sample(first)}
	r.ahead = max(0, r.ahead-(size-len(first)))
	r.take(len(first), 1)
	return err
}

// tooLong passes over a line that is longer than a row may be.
func (r *Reader) tooLong(text []byte) error {
	err := &RowError{Line: r.in.num + 1, Reason: fmt.Sprintf("a line of more than %d bytes", MaxRow), Sample: sample(text)}
	r.in.skipLine()
	return err
}

// repeats reports whether a row is the header again, as where files were put together.
func (r *Reader) repeats(fields [][]byte) bool {
	for i, f := range fields {
		if !bytes.Equal(f, r.header.raw[i]) {
			return false
		}
	}
	return true
}

// maxSample is how many bytes of a broken row are shown.
const maxSample = 100

func sample(line []byte) string {
	line = trimEnd(line)
	return strings.ToValidUTF8(string(line[:min(len(line), maxSample)]), "")
}
