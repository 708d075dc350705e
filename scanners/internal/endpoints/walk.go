package endpoints

import (
	"bytes"
	"strings"

	"quaestor/scanners/inventory"
)

// walker goes through one text from address to address.
type walker struct {
	text   []byte
	file   string
	to     *Collector
	binary bool
	remark bool   // the text is a comment
	narrow []byte // what was two bytes a character, made one
}

// note keeps one address. What a comment names is not called.
func (w *walker) note(kind inventory.EndpointKind, value, host string) {
	if w.remark && kind != inventory.EndpointEmail {
		kind = inventory.EndpointReference
	}
	w.to.note(kind, value, host, w.file)
}

// The classes of bytes.
const (
	inHost   = 1 << iota // letters, digits, hyphen, underscore, dot
	inScheme             // letters, digits, plus, hyphen, dot
	inLocal              // what stands before the @ of an e-mail address
	inURL                // what a URL may hold after its host
	lower                // a host as it is usually written: no capitals
	edge                 // what ends a string constant: quotes and control characters
	hex                  // hexadecimal digits and the colon: what an IPv6 address is made of
)

var class = func() (t [256]byte) {
	for b := range 256 {
		c := byte(b)
		letter, digit := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z', c >= '0' && c <= '9'
		has := func(set string) bool { return bytes.IndexByte([]byte(set), c) >= 0 }
		mark := func(is bool, bit byte) {
			if is {
				t[b] |= bit
			}
		}
		mark(letter || digit || has("-_."), inHost)
		mark(letter || digit || has("+-."), inScheme)
		mark(letter || digit || has("._%+-"), inLocal)
		mark(letter || digit || has("-._~:/?#[]@!$&()*+,;=%{}"), inURL)
		mark(c >= 'a' && c <= 'z' || digit || has("-."), lower)
		mark(c < ' ' || c == 0x7f || has("\"'`"), edge)
		mark(digit || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F' || c == ':', hex)
	}
	return t
}()

// is reports whether the byte at i exists and is of one of the classes.
func (w *walker) is(i int, classes byte) bool {
	return i >= 0 && i < len(w.text) && class[w.text[i]]&classes != 0
}

// atEdge reports whether a string constant ends at i, seen from inside.
func (w *walker) atEdge(i int) bool {
	return i < 0 || i >= len(w.text) || class[w.text[i]]&edge != 0
}

// stopSteps is after how many dots and colons it is asked whether to go on.
const stopSteps = 4096

// walk stops at every dot and colon: there is no address without one of them. What was used up by one address is not
// looked at again.
func (w *walker) walk() {
	end, done := len(w.text), 0
	dot, colon := w.next(0, '.'), w.next(0, ':')
	for step := 1; dot < end || colon < end; step++ {
		if step%stopSteps == 0 && w.to.stopped() {
			return
		}
		switch {
		case dot < done:
			dot = w.next(done, '.')
		case colon < done:
			colon = w.next(done, ':')
		case colon < dot:
			done = max(done, w.colon(colon, done))
			colon = w.next(colon+1, ':')
		default:
			done = max(done, w.dot(dot, done))
			dot = w.next(dot+1, '.')
		}
	}
}

// next is the index of the first c from i on, or the length of the text.
func (w *walker) next(i int, c byte) int {
	if i >= len(w.text) {
		return len(w.text)
	}
	at := bytes.IndexByte(w.text[i:], c)
	if at < 0 {
		return len(w.text)
	}
	return i + at
}

// colon looks at what a colon at i is part of, and returns how far the text is used up.
func (w *walker) colon(i, done int) int {
	switch {
	case i+2 >= len(w.text):
		return done
	case w.text[i+1] == '/' && w.text[i+2] == '/':
		return w.url(i, i+3, done)
	case w.text[i+1] == '\\' && bytes.HasPrefix(w.text[i+1:], []byte(`\/\/`)):
		return w.url(i, i+5, done)
	case class[w.text[i+1]]&hex != 0 && (i == 0 || class[w.text[i-1]]&hex != 0):
		return w.ipv6(i, done)
	}
	return done
}

// dot looks at what a dot at i is part of, and returns how far the text is used up.
func (w *walker) dot(i, done int) int {
	if i == done || i+1 >= len(w.text) {
		return done
	}
	if w.binary && w.text[i+1] == 0 && w.text[i-1] == 0 {
		return w.wide(i, done)
	}
	if class[w.text[i+1]]&inHost == 0 || class[w.text[i-1]]&inHost == 0 {
		return done
	}
	from, to := i, i+1
	for from > done && class[w.text[from-1]]&inHost != 0 {
		from--
	}
	for to < len(w.text) && class[w.text[to]]&inHost != 0 {
		to++
	}
	if from > 0 && w.text[from-1] == '@' {
		w.email(from, to)
		return to
	}
	if to+1 < len(w.text) && w.text[to] == ':' && (w.text[to+1] == '/' || w.text[to+1] == '\\') {
		return to // a scheme with dots
	}
	return max(to, w.bare(from, to))
}

// email looks at the host of what may be an e-mail address, text[from:to], with the @ before it.
func (w *walker) email(from, to int) {
	at := from - 1
	start := at
	for start > 0 && at-start < 65 && class[w.text[start-1]]&inLocal != 0 {
		start--
	}
	for to > from && !w.is(to-1, lower) || to > from && (w.text[to-1] == '.' || w.text[to-1] == '-') {
		to--
	}
	h, ok := name(w.text[from:to])
	local := string(w.text[start:at])
	if !ok || !localPart(local) || h.reserved() || extensions[h.name[lastLabel(h.name):]] || w.binary && len(local) < 3 {
		return
	}
	if local == "git" || local == "ssh" {
		w.note(inventory.EndpointHost, h.name, h.name)
		return
	}
	w.note(inventory.EndpointEmail, local+"@"+h.name, h.name)
}

// localPart reports whether s can stand before the @ of an address that people have.
func localPart(s string) bool {
	if len(s) == 0 || len(s) > 64 || strings.Contains(s, "..") {
		return false
	}
	switch s {
	case "this", "super", "return":
		return false
	}
	first, last := s[0], s[len(s)-1]
	return first != '.' && first != '%' && first != '-' && last != '.' && last != '-' && last != '%'
}
