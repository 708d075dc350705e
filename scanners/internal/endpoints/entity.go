package endpoints

import "bytes"

// ampersands are what may follow the ampersand that HTML and XML write for one; closers, for what ends an address.
var (
	ampersands = []string{"amp;", "#38;", "#038;", "#x26;", "#X26;"}
	closers    = []string{"quot;", "lt;", "gt;", "apos;", "nbsp;", "#34;", "#034;", "#39;", "#039;", "#60;", "#62;", "#x22;", "#x27;", "#x3c;", "#x3e;",
		"#x3C;", "#x3E;", "#10;", "#13;", "#xa;", "#xA;", "#xd;", "#xD;"}
)

// begins returns how long the entity is with which s begins; 0 if it is none of the set.
func begins(s []byte, set []string) int {
	for _, e := range set {
		if len(s) >= len(e) && string(s[:len(e)]) == e {
			return len(e)
		}
	}
	return 0
}

// closes reports whether an ampersand at i begins an entity that ends an address, however often it was escaped: as
// &quot; or &amp;quot;.
func (w *walker) closes(i int) bool {
	if w.text[i] != '&' {
		return false
	}
	i++
	for n := begins(w.text[i:], ampersands); n > 0; n = begins(w.text[i:], ampersands) {
		i += n
	}
	return begins(w.text[i:], closers) > 0
}

// unescape writes the ampersands of an address as they are sent, however often they were escaped. Text that is no HTML
// holds no such entities: in an address as it is sent, "&amp;" would begin a parameter without a name.
func unescape(t []byte) []byte {
	if bytes.IndexByte(t, '&') < 0 {
		return t
	}
	out := make([]byte, 0, len(t))
	for i := 0; i < len(t); {
		c := t[i]
		out = append(out, c)
		i++
		for n := 1; c == '&' && n > 0; i += n {
			n = begins(t[i:], ampersands)
		}
	}
	return out
}
