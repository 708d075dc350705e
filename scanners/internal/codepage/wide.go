package codepage

import (
	"bytes"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/transform"
)

// Page is a code page that a text may be in.
type Page struct {
	Name string
	enc  encoding.Encoding
}

// Decode makes UTF-8 of a part of a text that is in the page.
func (p Page) Decode(b []byte) []byte {
	out, err := p.enc.NewDecoder().Bytes(b)
	if err != nil {
		return bytes.ToValidUTF8(b, []byte("\ufffd"))
	}
	return out
}

// Reader makes UTF-8 of what it reads from r, which is in the page.
func (p Page) Reader(r io.Reader) io.Reader { return transform.NewReader(r, p.enc.NewDecoder()) }

// Guess is the page that a text which is no UTF-8 is likely in.
func Guess(text []byte) Page {
	single, most := guess(text)
	best := Page{single.String(), single}
	for _, w := range wides {
		if score, ok := w.weigh(text); ok && score > most {
			best, most = Page{w.name, w.enc}, score
		}
	}
	return best
}

// wide is a code page of East Asia, in which most characters take two bytes.
type wide struct {
	name string
	enc  encoding.Encoding
	// second reports whether a byte may follow a first one.
	second func(c byte) bool
	// common reports whether two bytes are one of the characters that most texts are made of.
	common func(first, second byte) bool
	within bool // its common characters all are such of a page before it too
}

func high(c byte) bool { return c >= 0xA1 && c <= 0xFE }
func low(c byte) bool  { return c >= 0x40 && c <= 0x7E }

// wides are the pages of China, Taiwan, Japan and Korea. Each has a block of what is common: in the Chinese ones the first of the
// two blocks of characters, in the others syllables.
var wides = []wide{
	{"GBK (936)", simplifiedchinese.GBK, func(c byte) bool { return c >= 0x40 && c != 0x7F && c != 0xFF },
		func(a, b byte) bool { return a >= 0xB0 && a <= 0xD7 && high(b) }, false},
	{"Big5 (950)", traditionalchinese.Big5, func(c byte) bool { return low(c) || high(c) },
		func(a, b byte) bool { return a >= 0xA4 && a <= 0xC6 && (low(b) || high(b)) }, false},
	{"Shift JIS (932)", japanese.ShiftJIS, func(c byte) bool { return c >= 0x40 && c != 0x7F && c <= 0xFC },
		func(a, b byte) bool { return a == 0x82 && b >= 0x9F || a == 0x83 || a >= 0x88 && a <= 0x97 }, false},
	{"EUC-KR (949)", korean.EUCKR, func(c byte) bool { return c >= 0x41 && c <= 0xFE },
		func(a, b byte) bool { return a >= 0xB0 && a <= 0xC8 && high(b) }, true},
}

// sure is how many characters must all be common before they outweigh as many common ones of a page that has far more of these.
const sure = 6

// weigh counts as the pages of one byte do, of which two make a character here. It is no use where a byte has no second one.
func (w wide) weigh(text []byte) (score int, ok bool) {
	seen, odd := 0, 0
	for i := 0; i < len(text) && 2*seen < maxGuess; i++ {
		first := text[i]
		switch {
		case first < utf8.RuneSelf:
			continue
		case i+1 == len(text) || !w.second(text[i+1]) || bad(w.enc, text[i:i+2]):
			return 0, false
		case w.common(first, text[i+1]):
			score += 4
		case first >= 0xA1 && first <= 0xA3 && high(text[i+1]): // brackets and points
			score++
		default:
			score -= 4
			odd++
		}
		seen++
		i++
	}
	if w.within && odd == 0 && seen >= sure {
		score++
	}
	return score, seen > 0
}

// bad reports whether a page has no character of two bytes.
func bad(enc encoding.Encoding, two []byte) bool {
	out, err := enc.NewDecoder().Bytes(two)
	return err != nil || bytes.ContainsRune(out, utf8.RuneError)
}
