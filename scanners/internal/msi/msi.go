// Package msi reads what an installer package of Windows (.msi) says of itself: the table of its properties, and the signature in
// it. A package is a file system in a file, of which streams are the columns of tables.
//
// What the package cannot see: the files that a package installs, what it does besides, and whether its signature holds.
package msi

import (
	"bytes"
	"io"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
)

// Limits of one table.
const (
	maxTexts      = 2_000_000
	maxProperties = 20_000
)

// Package is an installer package.
type Package struct {
	Properties map[string]string
	// Signature is the signature in CMS, nil where there is none.
	Signature []byte
}

// magic begins a compound file; class is that of installer packages.
var (
	magic = []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
	class = [16]byte{0x84, 0x10, 0x0c, 0, 0, 0, 0, 0, 0xc0, 0, 0, 0, 0, 0, 0, 0x46}
)

// Looks reports whether a file begins as a compound file does, of whatever kind.
func Looks(head []byte) bool { return bytes.HasPrefix(head, magic) }

// Is reports whether a compound file is an installer package.
func Is(r io.ReaderAt, size int64) bool {
	c, err := openCompound(r, size)
	return err == nil && len(c.entries) > 0 && c.entries[0].class == class
}

// Read reads a package.
func Read(r io.ReaderAt, size int64) (Package, error) {
	var p Package
	c, err := openCompound(r, size)
	if err != nil {
		return p, err
	}
	p.Signature, _ = c.stream("\x05DigitalSignature") // many have none
	pool, err := c.stream(tableName("_StringPool"))
	if err != nil {
		return p, err
	}
	data, err := c.stream(tableName("_StringData"))
	if err != nil {
		return p, err
	}
	rows, err := c.stream(tableName("Property"))
	if err != nil {
		return p, err
	}
	texts, wide := textsOf(pool, data)
	p.Properties = properties(rows, texts, wide)
	return p, nil
}

// letters are those that names of tables have, of which two go in one character.
const letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz._"

// tableName is the name of the stream of a table.
func tableName(name string) string {
	var b strings.Builder
	b.WriteRune(0x4840)
	for i := 0; i < len(name); i += 2 {
		first := rune(strings.IndexByte(letters, name[i]))
		if i+1 == len(name) {
			b.WriteRune(0x4800 + first)
			break
		}
		b.WriteRune(0x3800 + first + rune(strings.IndexByte(letters, name[i+1]))<<6)
	}
	return b.String()
}

// textsOf cuts the texts of all tables apart; their lengths are in the pool. Wide is that numbers of texts take three bytes.
func textsOf(pool, data []byte) (texts []string, wide bool) {
	if len(pool) < 4 {
		return nil, false
	}
	page := pageOf(le.Uint16(pool))
	wide = le.Uint16(pool[2:])&0x8000 != 0
	texts = []string{""}
	for pool = pool[4:]; len(pool) >= 4 && len(texts) < maxTexts; pool = pool[4:] {
		length, used := int(le.Uint16(pool)), le.Uint16(pool[2:])
		if length == 0 && used != 0 { // a long one: its length follows
			if len(pool) < 8 {
				break
			}
			pool = pool[4:]
			length = int(le.Uint16(pool[2:]))<<16 | int(le.Uint16(pool))
		}
		length = min(length, len(data))
		texts = append(texts, decode(data[:length], page))
		data = data[length:]
	}
	return texts, wide
}

func decode(b []byte, page encoding.Encoding) string {
	if page != nil {
		if out, err := page.NewDecoder().Bytes(b); err == nil {
			b = out
		}
	}
	return strings.ToValidUTF8(string(b), "\ufffd")
}

// pageOf is a code page by its number, nil for UTF-8 and for one that the package leaves open.
func pageOf(number uint16) encoding.Encoding {
	switch number {
	case 932:
		return japanese.ShiftJIS
	case 936:
		return simplifiedchinese.GBK
	case 949:
		return korean.EUCKR
	case 950:
		return traditionalchinese.Big5
	case 1250:
		return charmap.Windows1250
	case 1251:
		return charmap.Windows1251
	case 1252:
		return charmap.Windows1252
	case 1253:
		return charmap.Windows1253
	case 1254:
		return charmap.Windows1254
	case 1255:
		return charmap.Windows1255
	case 1256:
		return charmap.Windows1256
	case 1257:
		return charmap.Windows1257
	case 1258:
		return charmap.Windows1258
	}
	return nil
}

// properties reads the table of two columns, of which all of the first come before all of the second.
func properties(rows []byte, texts []string, wide bool) map[string]string {
	width := 2
	if wide {
		width = 3
	}
	n := min(len(rows)/(2*width), maxProperties)
	second := len(rows) / 2
	text := func(at int) string {
		number := int(le.Uint16(rows[at:]))
		if wide {
			number |= int(rows[at+2]) << 16
		}
		if number >= len(texts) {
			return ""
		}
		return texts[number]
	}
	out := make(map[string]string, n)
	for i := range n {
		if name := text(i * width); name != "" {
			out[name] = text(second + i*width)
		}
	}
	return out
}
