package lines

import (
	"bytes"
	"regexp"
	"sync"
)

const (
	headerBytes = 512 // of a tar entry; other archives have shorter headers
	oddShare    = 20  // one odd byte in as many makes a file binary
)

// magics begin files that hold other files, packed or not.
var magics = [][]byte{
	[]byte("PK\x03\x04"), []byte("PK\x05\x06"), []byte("PK\x07\x08"), {0x1f, 0x8b}, []byte("BZh"), []byte("\xfd7zXZ\x00"),
	[]byte("7z\xbc\xaf\x27\x1c"), []byte("Rar!\x1a\x07"), []byte("\x28\xb5\x2f\xfd"), []byte("\x04\x22\x4d\x18"), []byte("\x7fELF"), []byte("%PDF-"),
}

// Binary reports whether the first bytes of a file are no text: an archive, or anything full of control
// characters. An archive may hold a text unpacked, and is still for those who open archives. A few control
// characters make no file binary, for an app may write them into its own texts.
func Binary(head []byte) bool {
	for _, m := range magics {
		if bytes.HasPrefix(head, m) {
			return true
		}
	}
	if len(head) > 262 && bytes.Equal(head[257:262], []byte("ustar")) {
		return true
	}
	head = Decode(head)
	if bytes.Contains(head[:min(len(head), headerBytes)], []byte{0, 0}) {
		return true
	}
	odd := 0
	for line := range bytes.Lines(head) {
		for _, c := range narrow(line) {
			if c < ' ' && c != '\n' && c != '\r' && c != '\t' && c != '\f' && c != '\b' && c != escape || c == 0x7f {
				odd++
			}
		}
	}
	return odd*oddShare > len(head)
}

// narrow drops the NULs of a line that is UTF-16 in a file that did not begin so, as when two files were put
// together. What is left of it is right for the characters that names and keywords are made of.
func narrow(line []byte) []byte {
	if n := bytes.Count(line, []byte{0}); n == 0 || n*3 < len(line) || bytes.Contains(line, []byte{0, 0}) {
		return line
	}
	out := line[:0:0]
	for _, c := range line {
		if c != 0 {
			out = append(out, c)
		}
	}
	for _, mark := range [][]byte{{0xff, 0xfe}, {0xfe, 0xff}} {
		out = bytes.TrimPrefix(out, mark)
	}
	return out
}

// glued reports whether a line decoded from UTF-16 is in truth text of one byte a character: two such letters
// make one rare sign.
func glued(line []byte) bool {
	letter := func(b rune) bool { return b >= ' ' && b <= '~' || b == '\n' || b == '\r' || b == '\t' }
	pairs, all := 0, 0
	for _, r := range string(line) {
		all++
		if r > 0xff && letter(r>>8) && letter(r&0xff) {
			pairs++
		}
	}
	return pairs > 8 && pairs*2 > all
}

const escape = 0x1b

var (
	leading = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^(?:[ \t\x00]|\x{FEFF}|\x1b\[[0-9;?]*[@-~])+`) })
	styles  = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\x1b\[[0-9;?]*[mKhl]`) }) // colour, clear to the end of the line, terminal modes
)

// Dressed reports whether a line begins, after its indent, with something that Plain takes away.
func Dressed(line []byte) bool {
	line = bytes.TrimLeft(line, " \t")
	return len(line) > 0 && (line[0] == escape || line[0] == 0) || bytes.HasPrefix(line, []byte("\ufeff"))
}

// Plain takes away what a terminal or a join of files puts into a line: byte order marks and control
// sequences before the text, colours anywhere. The indent stays. Sequences that move text are left inside it,
// because nothing tells what was shown in the end.
func Plain(line []byte) []byte {
	if bytes.IndexByte(line, escape) < 0 && !Dressed(line) {
		return line
	}
	var out []byte
	for _, c := range leading().Find(line) {
		if c == ' ' || c == '\t' {
			out = append(out, c)
		}
	}
	rest := line[len(leading().Find(line)):]
	return append(out, styles().ReplaceAll(rest, nil)...)
}
