// Package lines reads foreign text line by line with bounded memory: any length of file, any length of line,
// UTF-8 or UTF-16 with a byte order mark or without, and all three line ends.
//
// Text dumps come through shells and editors: PowerShell redirection writes UTF-16, Windows terminals write
// CRLF, adb adds a second CR, editors add a byte order mark. None of that belongs to the content.
//
// What the package cannot see: encodings other than UTF-8 and UTF-16; such bytes come out as they are.
package lines

import (
	"bufio"
	"bytes"
	"errors"
	"io"

	"golang.org/x/text/transform"
)

// MaxLine is the most bytes of one line that are kept. The longest lines known in Android dumps are lists of
// intents of some ten thousand characters.
const MaxLine = 64 << 10

// Reader yields lines. The zero value is not useful; make one with [New].
type Reader struct {
	r    *bufio.Reader
	line []byte // the current one
	buf  []byte // what it is put together in, when it comes in pieces
	num  int
	cut  int
	err  error

	wide  bool // the text began as UTF-16
	glued int  // lines that are not
	open  bool // the current line has no end
}

// New returns a Reader over r.
func New(r io.Reader) *Reader {
	text, wide := unify(r)
	return &Reader{r: text, wide: wide}
}

// Unify reads the text in r as [Decode] makes it of the whole: without a byte order mark, as UTF-8 where it is UTF-16, and with line
// feeds where its lines end in carriage returns alone. Bytes of other encodings come out as they are.
func Unify(r io.Reader) io.Reader {
	text, _ := unify(r)
	return text
}

func unify(r io.Reader) (text *bufio.Reader, wide bool) {
	raw := bufio.NewReaderSize(r, MaxLine)
	head, _ := raw.Peek(MaxLine) // an error comes again when it is read
	form := look(head)
	if form.decode == nil && !form.cr {
		return raw, false
	}
	text = raw
	if form.decode != nil {
		text = bufio.NewReaderSize(transform.NewReader(raw, form.decode), MaxLine)
		head, _ := text.Peek(MaxLine)
		form.cr = onlyCR(head)
	}
	if form.cr {
		text = bufio.NewReaderSize(&lineFeeds{text}, MaxLine)
	}
	return text, form.wide
}

// Next reads the next line, and reports false at the end or on an error; see [Reader.Err].
func (l *Reader) Next() bool {
	if l.err != nil {
		return false
	}
	part, err := l.r.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		part, err = l.pieces(part)
	}
	l.err = err
	if len(part) == 0 {
		l.line = nil
		return false
	}
	l.num++
	l.line = trimEnd(narrow(trimEnd(part)))
	l.open = l.err != nil && len(l.line) > 0
	if l.wide && glued(l.line) {
		l.glued++
	}
	return true
}

// pieces reads the rest of a line that fills the buffer, and keeps as much of it as is kept of any line.
func (l *Reader) pieces(first []byte) ([]byte, error) {
	l.buf = append(l.buf[:0], first[:min(len(first), MaxLine)]...)
	long := len(trimEnd(first)) > MaxLine
	for {
		part, err := l.r.ReadSlice('\n')
		room := MaxLine - len(l.buf)
		long = long || len(trimEnd(part)) > room
		l.buf = append(l.buf, part[:min(len(part), room)]...)
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if long {
			l.cut++
		}
		return l.buf, err
	}
}

// trimEnd takes line ends off the end of b.
func trimEnd(b []byte) []byte {
	n := len(b)
	for n > 0 && (b[n-1] == '\n' || b[n-1] == '\r') {
		n--
	}
	return b[:n]
}

// Bytes is the current line without its end, valid until the next call of Next.
func (l *Reader) Bytes() []byte { return l.line }

// Number is the 1-based number of the current line.
func (l *Reader) Number() int { return l.num }

// Cut is how many lines so far were longer than [MaxLine] and were cut.
func (l *Reader) Cut() int { return l.cut }

// Glued is how many lines so far are not in the UTF-16 that the text began with, and cannot be read.
func (l *Reader) Glued() int { return l.glued }

// Open reports whether the current line has no line end, as the last one has when a text was cut short.
func (l *Reader) Open() bool { return l.open }

// Err is the error that ended reading, nil at a regular end.
func (l *Reader) Err() error {
	if errors.Is(l.err, io.EOF) {
		return nil
	}
	return l.err
}

// Decode returns b, or the UTF-8 of it where it is UTF-16, without a byte order mark, and with line feeds where its lines
// end in carriage returns alone. It is for looking at the first bytes of a file; what is cut in the middle of a character
// is left out.
func Decode(b []byte) []byte {
	form := look(b)
	out := b
	if form.decode != nil {
		text, _, err := transform.Bytes(form.decode, b)
		if err != nil && len(text) == 0 {
			return b
		}
		out, form.cr = text, onlyCR(text)
	}
	if form.cr {
		return bytes.ReplaceAll(out, []byte{'\r'}, []byte{'\n'})
	}
	return out
}
