package resolve

import (
	"strings"
	"unicode/utf8"
)

// minInside is the shortest name in plain letters that is looked for within other words; a shorter one has to be words of
// its own: "ESET" is not in "preset".
const minInside = 6

// Mentions reports whether a text, such as the path or the title of a program, bears one of the names of a product or a
// company, or the first telling word of one.
func Mentions(text string, names []string) bool {
	said := make([]string, 0, 16)
	for _, w := range words(text) {
		said = append(said, w.s)
	}
	whole := strings.Join(said, "")
	for _, name := range names {
		for _, s := range spellings(name) {
			c := companyOf(s)
			if len(c.telling) == 0 {
				continue
			}
			if mentions(said, whole, c.key) {
				return true
			}
			if first := c.telling[0]; len(c.telling) > 1 && (vocabulary()[first] == 0 || strings.Trim(first, "0123456789") == "") && mentions(said, whole, first) {
				return true
			}
		}
	}
	return false
}

func mentions(said []string, whole, key string) bool {
	switch {
	case !ascii(key):
		return utf8.RuneCountInString(key) > 1 && strings.Contains(whole, key)
	case len(key) >= minInside:
		return strings.Contains(whole, key)
	}
	return len(key) >= minShared && contains(said, key)
}
