// Package codepage makes UTF-8 of the texts that Windows writes: UTF-16 and UTF-8 with and without a mark, the code pages of the
// Windows programs ("ANSI") and those of its console ("OEM"), and text that a console read in the wrong one of them.
//
// PowerShell 5 redirects into UTF-16, Set-Content writes the ANSI code page, cmd and wmic the OEM code page, and what a
// program prints as UTF-8 (winget does) is taken for the OEM code page when PowerShell redirects it.
//
// What the package cannot see: which code page a text without a mark is in. It takes the likeliest of a few, and says that it
// guessed. Code pages that differ from another only in single letters, such as 1250 from 1252, are taken for that one; a few
// words in capitals may look alike in a Cyrillic and in a Chinese one.
package codepage

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"quaestor/scanners/internal/lines"
)

// Text is a decoded text.
type Text struct {
	UTF8 []byte
	// Guessed names the code page that the text was supposed to be in; empty when nothing was guessed.
	Guessed string
	// Mended is how many lines were read in the wrong code page before they were written, and are put right.
	Mended int
}

// Decode makes UTF-8 of a text, with line feeds for line ends of any kind that are not followed by one.
func Decode(b []byte) Text {
	text := lines.Decode(b)
	if ascii(text) {
		return Text{UTF8: text}
	}
	if !utf8.Valid(text) {
		page := Guess(text)
		return Text{UTF8: page.Decode(text), Guessed: page.Name}
	}
	mended, n := mend(text)
	return Text{UTF8: mended, Mended: n}
}

// Head is Decode for the beginning of a text, whose last character may be cut.
func Head(b []byte) Text {
	for cut := 0; cut < utf8.UTFMax && cut < len(b); cut++ {
		if utf8.Valid(b[:len(b)-cut]) {
			return Decode(b[:len(b)-cut])
		}
	}
	return Decode(b)
}

func ascii(b []byte) bool {
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// pages are the code pages of Western Europe, of Cyrillic and of Greek, those of programs before those of the console.
var pages = []*charmap.Charmap{charmap.Windows1252, charmap.CodePage850, charmap.Windows1251, charmap.CodePage866, charmap.Windows1253}

// maxGuess is how many bytes beyond ASCII are weighed.
const maxGuess = 4096

// guess is the code page of one byte for a letter in which a text looks most like words, and how much.
func guess(text []byte) (*charmap.Charmap, int) {
	best, most := pages[0], 0
	for i, page := range pages {
		if w := weigh(text, page); i == 0 || w > most {
			best, most = page, w
		}
	}
	return best, most
}

// weigh counts what speaks for a code page: letters that stand among letters of their script, and signs that programs' names
// have; and against it: signs that they do not have, and capitals within words.
func weigh(text []byte, page *charmap.Charmap) int {
	w, seen := 0, 0
	at := func(i int) rune {
		if i < 0 || i >= len(text) {
			return ' '
		}
		return page.DecodeByte(text[i])
	}
	for i, c := range text {
		if c < utf8.RuneSelf {
			continue
		}
		w += weight(at(i-1), page.DecodeByte(c), at(i+1))
		if seen++; seen == maxGuess {
			break
		}
	}
	return w
}

func weight(before, r, after rune) int {
	switch {
	case unicode.In(r, unicode.Cyrillic, unicode.Greek):
		return native(before, r, after)
	case unicode.Is(unicode.Latin, r):
		return accented(before, r, after)
	}
	switch r {
	case '®', '©', '™', '–', '—', '…', '“', '”', '„', '‘', '’', '«', '»', '°', '·', '§', '\u00a0', '€', '№':
		return 1
	}
	return -4
}

// native weighs a letter of a script that has whole words of them.
func native(before, r, after rune) int {
	same := func(x rune) bool {
		return unicode.Is(unicode.Cyrillic, r) && unicode.Is(unicode.Cyrillic, x) || unicode.Is(unicode.Greek, r) && unicode.Is(unicode.Greek, x)
	}
	plain := func(x rune) bool { return x < utf8.RuneSelf && unicode.IsLetter(x) }
	switch {
	case unicode.IsUpper(r) && unicode.IsLower(before), plain(before), plain(after): // no word is of two scripts
		return -4
	case same(before) || same(after):
		return 2
	}
	return -2
}

// accented weighs a letter that stands among plain ones.
func accented(before, r, after rune) int {
	plain := func(x rune) bool { return x < utf8.RuneSelf && unicode.IsLetter(x) }
	switch {
	case unicode.IsUpper(r) && unicode.IsLower(before):
		return -4
	case before >= utf8.RuneSelf && unicode.IsLetter(before):
		return -3
	case plain(before) || plain(after):
		return 2
	}
	return 0
}
