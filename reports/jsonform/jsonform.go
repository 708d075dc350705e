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
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"quaestor/reports/safetext"
)

// Encode writes v as one JSON value and a newline. With an empty indent the value is on one line.
func Encode(w io.Writer, v any, indent string) error {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", indent)
	if err := enc.Encode(withLists(reflect.ValueOf(v)).Interface()); err != nil {
		return err
	}
	_, err := w.Write(escape(b.Bytes()))
	return err
}

// AppendString appends a string as [Encode] writes it within a value.
func AppendString(b []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			return appendOther(b, s)
		}
	}
	return append(append(append(b, '"'), s...), '"')
}

// appendOther appends a string that is not as it stands.
func appendOther(b []byte, s string) []byte {
	var text bytes.Buffer
	enc := json.NewEncoder(&text)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(s) // no string fails
	return append(b, escape(bytes.TrimSuffix(text.Bytes(), []byte("\n")))...)
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
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent(prefix, indent)
	if err := enc.Encode(withLists(reflect.ValueOf(v)).Interface()); err != nil {
		return nil, err
	}
	return escape(bytes.TrimSuffix(b.Bytes(), []byte("\n"))), nil
}
