package lines

import (
	"bytes"
	"io"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// form is how a text is written.
type form struct {
	wide   bool                  // in UTF-16
	decode transform.Transformer // to UTF-8; nil where it is that
	cr     bool                  // its lines end in carriage returns alone, as on the Macs of old
}

// look tells from the beginning of a text how it is written.
func look(head []byte) form {
	switch {
	case bytes.HasPrefix(head, []byte{0xff, 0xfe}), bytes.HasPrefix(head, []byte{0xfe, 0xff}):
		return form{wide: true, decode: unicode.BOMOverride(transform.Nop)}
	case bytes.HasPrefix(head, []byte{0xef, 0xbb, 0xbf}):
		return form{decode: unicode.BOMOverride(transform.Nop)}
	case narrowAt(head, 0):
		return form{wide: true, decode: unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewDecoder()}
	case narrowAt(head, 1):
		return form{wide: true, decode: unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewDecoder()}
	}
	return form{cr: onlyCR(head)}
}

// minWide is how many characters have to look like UTF-16 where no mark says so.
const minWide = 16

// narrowAt reports whether the beginning is of pairs of bytes, of which one is ASCII, at that place, and the other zero.
func narrowAt(head []byte, at int) bool {
	if len(head) < 2*minWide {
		return false
	}
	for i := 0; i < 2*minWide; i += 2 {
		if c := head[i+at]; head[i+1-at] != 0 || c >= 0x7f || c < ' ' && c != '\t' && c != '\n' && c != '\r' {
			return false
		}
	}
	return true
}

// onlyCR reports whether a text has carriage returns within it, and no line feed.
func onlyCR(head []byte) bool {
	at := bytes.IndexByte(head, '\r')
	return at >= 0 && at < len(head)-1 && bytes.IndexByte(head, '\n') < 0 && bytes.IndexByte(head, 0) < 0
}

// lineFeeds reads carriage returns as line feeds.
type lineFeeds struct{ r io.Reader }

// Read implements io.Reader.
func (l *lineFeeds) Read(p []byte) (int, error) {
	n, err := l.r.Read(p)
	for i, c := range p[:n] {
		if c == '\r' {
			p[i] = '\n'
		}
	}
	return n, err
}
