// Package lines reads foreign text line by line with bounded memory: any length of file, any length of line,
// UTF-8 or UTF-16 with a byte order mark, and all three line ends.
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

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// MaxLine is the most bytes of one line that are kept. The longest lines known in Android dumps are lists of
// intents of some ten thousand characters.
const MaxLine = 64 << 10

// Reader yields lines. The zero value is not useful; make one with [New].
type Reader struct {
	r   *bufio.Reader
	buf []byte
	num int
	cut int
	err error

	wide  bool // the text began as UTF-16
	glued int  // lines that are not
	open  bool // the current line has no end
}

// New returns a Reader over r.
func New(r io.Reader) *Reader {
	raw := bufio.NewReader(r)
	mark, _ := raw.Peek(2) // an error comes again when it is read
	wide := bytes.Equal(mark, []byte{0xff, 0xfe}) || bytes.Equal(mark, []byte{0xfe, 0xff})
	decoded := transform.NewReader(raw, unicode.BOMOverride(transform.Nop))
	return &Reader{r: bufio.NewReaderSize(decoded, 64<<10), buf: make([]byte, 0, 1024), wide: wide}
}

// Next reads the next line, and reports false at the end or on an error; see [Reader.Err].
func (l *Reader) Next() bool {
	if l.err != nil {
		return false
	}
	l.buf = l.buf[:0]
	long, any := false, false
	for {
		part, err := l.r.ReadSlice('\n')
		any = any || len(part) > 0
		room := MaxLine - len(l.buf)
		if trimmed := bytes.TrimRight(part, "\r\n"); len(trimmed) > room {
			long = true
		}
		l.buf = append(l.buf, part[:min(len(part), room)]...)
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if err != nil {
			l.err = err
		}
		break
	}
	if !any {
		return false
	}
	l.num++
	if long {
		l.cut++
	}
	l.buf = bytes.TrimRight(narrow(bytes.TrimRight(l.buf, "\r\n")), "\r\n")
	l.open = l.err != nil && len(l.buf) > 0
	if l.wide && glued(l.buf) {
		l.glued++
	}
	return true
}

// Bytes is the current line without its end, valid until the next call of Next.
func (l *Reader) Bytes() []byte { return l.buf }

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

// Decode returns b, or the UTF-8 of it where it starts with a UTF-16 byte order mark, without the mark. It is
// for looking at the first bytes of a file; what is cut in the middle of a character is left out.
func Decode(b []byte) []byte {
	out, _, err := transform.Bytes(unicode.BOMOverride(transform.Nop), b)
	if err != nil && len(out) == 0 {
		return b
	}
	return out
}
