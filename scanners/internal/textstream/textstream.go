// Package textstream reads the text of an export as UTF-8, however it was written and however long it is: plain or compressed with
// gzip, as UTF-8 or UTF-16 with a byte order mark or without, or in a code page of Windows.
//
// Nothing is held but a buffer. Which code page it is, is guessed from up to a megabyte that follows the first character beyond
// ASCII, by package codepage.
//
// What the package cannot see: which code page a text is in that does not say so. Bytes that are broken in a text that is UTF-8
// otherwise come out as U+FFFD and are counted.
package textstream

import (
	"bytes"
	"io"
	"unicode/utf8"

	"quaestor/scanners/internal/codepage"
	"quaestor/scanners/internal/gunzip"
	"quaestor/scanners/internal/lines"
	"quaestor/scanners/source"
)

// Text is an [io.Reader] of UTF-8. Make one with [Open] or [New].
type Text struct {
	narrow *decoder
	size   *counter
}

// Open reads the file that src is, within the limits that src has for exports. A file that is longer, or unpacks to more, ends in a
// [source.LimitError].
func Open(src *source.Source) (*Text, error) {
	r, err := src.Export()
	if err != nil {
		return nil, err
	}
	if gunzip.Is(src.Head()) {
		if r, err = gunzip.Export(r, src.Name(), src.Limits(), src.Size()); err != nil {
			return nil, err
		}
	}
	return New(r), nil
}

// New reads r, which is not compressed.
func New(r io.Reader) *Text {
	size := &counter{r: r}
	return &Text{narrow: newDecoder(lines.Unify(size)), size: size}
}

// Read implements [io.Reader].
func (t *Text) Read(p []byte) (int, error) { return t.narrow.Read(p) }

// Guessed names the code page that what was read so far is supposed to be in; empty when nothing had to be guessed.
func (t *Text) Guessed() string { return t.narrow.page }

// Replaced is how many places in what was read so far are no UTF-8, and were replaced by U+FFFD.
func (t *Text) Replaced() int { return t.narrow.replaced }

// Bytes is how many bytes were read so far, after they were unpacked and before they were made UTF-8.
func (t *Text) Bytes() int64 { return t.size.n }

// counter counts what is read, and ends in the same error however often it is asked: who peeks would lose that of a limit.
type counter struct {
	r   io.Reader
	n   int64
	err error
}

// Read implements [io.Reader].
func (c *counter) Read(p []byte) (int, error) {
	if c.err != nil {
		return 0, c.err
	}
	n, err := c.r.Read(p)
	c.n += int64(n)
	c.err = err
	return n, err
}

// Head is the beginning of the text of a file as UTF-8, for recognition; nil for a folder and for what is no text. Its last character
// may be missing.
func Head(src *source.Source) []byte {
	if src.IsDir() {
		return nil
	}
	head := gunzip.Head(src.Head())
	if len(head) == 0 || lines.Binary(head) {
		return nil
	}
	text := whole(lines.Decode(head))
	if utf8.Valid(text) {
		return bytes.TrimPrefix(text, []byte("\ufeff"))
	}
	if mostly(text) {
		return bytes.ToValidUTF8(text, []byte(replacement))
	}
	return codepage.Guess(text).Decode(text)
}

// whole is a text without the character that its end cuts.
func whole(text []byte) []byte { return text[:len(text)-cutTail(text)] }
