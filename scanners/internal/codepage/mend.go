package codepage

import (
	"bytes"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// misread are the code pages in which UTF-8 is read by mistake: those of consoles, and that of Western programs.
var misread = []*charmap.Charmap{charmap.CodePage437, charmap.CodePage850, charmap.CodePage852, charmap.CodePage866, charmap.Windows1252}

// mend puts those lines right that are UTF-8 read in another code page. That a line becomes whole UTF-8 when it is written in that
// code page again is no accident.
func mend(text []byte) ([]byte, int) {
	var out []byte
	done, n := 0, 0
	for at := 0; at < len(text); {
		end := len(text)
		if i := bytes.IndexByte(text[at:], '\n'); i >= 0 {
			end = at + i + 1
		}
		if line := mendLine(text[at:end]); line != nil {
			out = append(append(out, text[done:at]...), line...)
			done = end
			n++
		}
		at = end
	}
	if n == 0 {
		return text, 0
	}
	return append(out, text[done:]...), n
}

// mendLine is the line put right, nil when it needs none or cannot be.
func mendLine(line []byte) []byte {
	if ascii(line) {
		return nil
	}
	for _, page := range misread {
		if raw := encode(line, page); raw != nil && utf8.Valid(raw) && !ascii(raw) {
			return raw
		}
	}
	return nil
}

// encode writes a line in a code page, nil when the page lacks one of its characters.
func encode(line []byte, page *charmap.Charmap) []byte {
	out := make([]byte, 0, len(line))
	for _, r := range string(line) {
		if r < utf8.RuneSelf {
			out = append(out, byte(r))
			continue
		}
		b, ok := page.EncodeRune(r)
		if !ok || b < utf8.RuneSelf {
			return nil
		}
		out = append(out, b)
	}
	return out
}
