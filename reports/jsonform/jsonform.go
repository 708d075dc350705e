// Package jsonform is the one way in which reports become JSON text.
//
// A list or map that is empty is written as [] or {}, never null, so that readers need one case less. Markup
// characters are written as they are: a report is data, and whoever puts it into a page escapes it there.
// Characters that cannot be seen (controls, bidirectional and zero-width marks, letters that show nothing, tags,
// private and unassigned characters) are written as \u escapes: the value is unchanged, and looking at the file in a terminal is safe.
//
// What the package cannot see: bytes that are not UTF-8. Such a byte becomes U+FFFD, as JSON has no place for it.
package jsonform

import (
	"bytes"
	"fmt"
	"io"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"quaestor/reports/safetext"
)

// Encode writes v as one JSON value and a newline. With an empty indent the value is on one line.
func Encode(w io.Writer, v any, indent string) error {
	var text []byte
	var err error
	if indent == "" {
		text, err = Append(nil, v)
	} else {
		text, err = encoded(v, "", indent)
	}
	if err != nil {
		return err
	}
	_, err = w.Write(text)
	return err
}

// escape writes invisible characters as \u escapes. In JSON text they can only stand inside strings; the
// newlines and the indent that the encoder made are the exception.
func escape(text []byte) []byte {
	var out []byte
	done := 0
	for i := 0; i < len(text); {
		if c := text[i]; c >= ' ' && c < 0x7f { // most of it
			i++
			continue
		}
		r, n := utf8.DecodeRune(text[i:])
		if r != '\n' && !safetext.Shows(r) {
			out = append(out, text[done:i]...)
			out = appendEscape(out, r)
			done = i + n
		}
		i += n
	}
	if done == 0 {
		return text
	}
	return append(out, text[done:]...)
}

func appendEscape(out []byte, r rune) []byte {
	if hi, lo := utf16.EncodeRune(r); hi != unicode.ReplacementChar {
		return fmt.Appendf(out, `\u%04x\u%04x`, hi, lo)
	}
	return fmt.Appendf(out, `\u%04x`, r)
}

// Element is the text of a value inside a document that [Encode] would write with this indent: every line but the first
// begins with the prefix, and no newline ends it.
func Element(v any, prefix, indent string) ([]byte, error) {
	text, err := encoded(v, prefix, indent)
	return bytes.TrimSuffix(text, []byte("\n")), err
}
