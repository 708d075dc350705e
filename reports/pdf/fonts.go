package pdf

import (
	"bytes"
	"compress/gzip"
	"embed"
	"encoding/binary"
	"io"
	"sync"
)

//go:embed fonts/*.ttf.gz
var files embed.FS

// Faces, in the order in which a character is looked for.
const (
	regular = "regular"
	bold    = "bold"
	signs   = "signs"
	cjk     = "cjk"
	hangul  = "hangul"
)

// face is a font: its file and which characters it can write.
type face struct {
	raw []byte
	has map[rune]bool
}

var faces = map[string]func() *face{regular: opened(regular), bold: opened(bold), signs: opened(signs), cjk: opened(cjk), hangul: opened(hangul)}

// opened unpacks a font when it is first needed, so that commands that write no PDF pay nothing.
func opened(name string) func() *face {
	return sync.OnceValue(func() *face {
		packed, err := files.ReadFile("fonts/" + name + ".ttf.gz")
		if err != nil {
			return &face{}
		}
		z, err := gzip.NewReader(bytes.NewReader(packed))
		if err != nil {
			return &face{}
		}
		raw, err := io.ReadAll(z)
		if err != nil {
			return &face{}
		}
		return &face{raw, characters(raw)}
	})
}

// characters are those that the font has a glyph for, from the table cmap in format 4, which the fonts of this package have. The
// tests look that they have.
func characters(raw []byte) map[rune]bool {
	u16 := func(at int) int {
		if at < 0 || at+2 > len(raw) {
			return 0
		}
		return int(binary.BigEndian.Uint16(raw[at:]))
	}
	u32 := func(at int) int { return u16(at)<<16 | u16(at+2) }
	out := map[rune]bool{}
	for i := range u16(4) {
		at := 12 + 16*i
		if at+16 > len(raw) || string(raw[at:at+4]) != "cmap" {
			continue
		}
		cmap := u32(at + 8)
		for j := range u16(cmap + 2) {
			sub := cmap + u32(cmap+4+8*j+4)
			if u16(sub) != 4 {
				continue
			}
			n := u16(sub+6) / 2
			for k := range n {
				end, start := u16(sub+14+2*k), u16(sub+16+2*n+2*k)
				delta, offset := u16(sub+16+4*n+2*k), u16(sub+16+6*n+2*k)
				for c := start; c <= end && c != 0xFFFF; c++ {
					glyph := c + delta
					if offset != 0 {
						if glyph = u16(sub + 16 + 6*n + 2*k + offset + 2*(c-start)); glyph != 0 {
							glyph += delta
						}
					}
					if glyph&0xFFFF != 0 {
						out[rune(c)] = true
					}
				}
			}
		}
	}
	return out
}

// faceOf is the first font that can write the character.
func faceOf(c rune, strong bool) (string, bool) {
	first := regular
	if strong {
		first = bold
	}
	for _, name := range []string{first, signs, cjk, hangul} {
		if faces[name]().has[c] {
			return name, true
		}
	}
	return "", false
}
