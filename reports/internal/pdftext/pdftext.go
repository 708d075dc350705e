// Package pdftext reads the text of documents that package pdf wrote, so that one can look whether a finding is in them.
//
// What the package cannot see: text of other programs' documents, whose fonts number characters in ways of their own.
package pdftext

import (
	"bytes"
	"compress/zlib"
	"io"
	"strings"
	"unicode/utf16"
)

// Read gives the pieces of text in the order in which they were written, without anything between them: where a line ended is not
// known, and neither are the spaces there.
func Read(doc []byte) string {
	var out strings.Builder
	for {
		_, rest, ok := bytes.Cut(doc, []byte("\nstream\n"))
		if !ok {
			return out.String()
		}
		packed, after, ok := bytes.Cut(rest, []byte("\nendstream"))
		if !ok {
			return out.String()
		}
		doc = after
		z, err := zlib.NewReader(bytes.NewReader(packed))
		if err != nil {
			continue
		}
		plain, err := io.ReadAll(z)
		if err == nil && bytes.Contains(plain, []byte(" Tj")) {
			texts(&out, plain)
		}
	}
}

// texts adds the strings of one page.
func texts(out *strings.Builder, page []byte) {
	var raw []byte
	in := false
	for i := 0; i < len(page); i++ {
		c := page[i]
		switch {
		case !in:
			in = c == '('
		case c == ')':
			in = false
			var units []uint16
			for k := 0; k+1 < len(raw); k += 2 {
				units = append(units, uint16(raw[k])<<8|uint16(raw[k+1]))
			}
			out.WriteString(string(utf16.Decode(units)))
			raw = raw[:0]
		case c == '\\' && i+1 < len(page):
			i++
			if c = page[i]; c == 'r' {
				c = '\r'
			}
			raw = append(raw, c)
		default:
			raw = append(raw, c)
		}
	}
}
