package dex

import (
	"bytes"
	"unicode"
	"unicode/utf8"
)

// naming says who gave a class its name.
type naming uint8

const (
	kept    naming = iota // a developer, as far as can be told
	renamed               // an obfuscator
	short                 // either; the rest of the package decides
	capital               // either: one capital letter
)

// reserved are words that no source can name a class.
var reserved = map[string]bool{
	"abstract": true, "assert": true, "boolean": true, "break": true, "byte": true, "case": true, "catch": true,
	"char": true, "class": true, "const": true, "continue": true, "default": true, "do": true, "double": true,
	"else": true, "enum": true, "extends": true, "false": true, "final": true, "finally": true, "float": true,
	"for": true, "goto": true, "if": true, "implements": true, "import": true, "instanceof": true, "int": true,
	"interface": true, "long": true, "native": true, "new": true, "null": true, "package": true, "private": true,
	"protected": true, "public": true, "return": true, "short": true, "static": true, "strictfp": true, "super": true,
	"switch": true, "synchronized": true, "this": true, "throw": true, "throws": true, "transient": true, "true": true,
	"try": true, "void": true, "volatile": true, "while": true,
}

// classify looks at the name of a class without its package. Obfuscators count through short names that begin with a
// small letter or, rarely, a digit; draw words of look-alikes (IlIl, o0O0), of reserved words or of characters beyond
// Latin; or put the sum of the name in its place. The name before a "$" is that of the outer class, and decides where
// it is not a developer's. Of an inner class the last part counts, if it is as short or as odd; the numbers and words
// that compilers put there are no renaming, and neither are the short names in R, the table of resources.
func classify(name []byte) naming {
	outer, inner := name, []byte(nil)
	if d := bytes.IndexByte(name, '$'); d >= 0 {
		outer, inner = name[:d], name[bytes.LastIndexByte(name, '$')+1:]
	}
	if n := classifyOuter(outer); n != kept || len(inner) == 0 {
		return n
	}
	if string(inner) == "id" && (string(outer) == "R" || string(outer) == "R2") {
		return kept
	}
	if len(inner) <= 2 && lower(inner[0]) || lookAlikes(inner) || reserved[string(inner)] {
		return renamed
	}
	return kept
}

func classifyOuter(s []byte) naming {
	switch {
	case len(s) == 0 || s[0] == '-' || s[0] == '_':
		return kept
	case !ascii(s):
		return classifyUnicode(s)
	case len(s) <= 3 && lower(s[0]), s[0] >= '0' && s[0] <= '9':
		return renamed
	case lookAlikes(s), reserved[string(s)], counted(s), digest(s):
		return renamed
	case len(s) == 1 && s[0] != 'R':
		return capital
	case len(s) <= 3 && len(s) > 1, len(s) <= 5 && lower(s[0]) && word(s):
		return short
	}
	return kept
}

// renamedClasses decides about the names that a developer may have given as well. In a package where three classes
// or more bear names that are surely not a developer's, and hardly any class another one, short names are not either.
// Capital letters come when the small ones are used up.
func (p *packageCount) renamedClasses() int {
	n, doubtful := p.renamed, p.short+p.capitals
	switch {
	case n >= 3 && 4*(n+doubtful) >= 3*p.classes:
		return n + doubtful
	case p.letters >= 20:
		return n + p.capitals
	}
	return n
}

func lower(c byte) bool { return c >= 'a' && c <= 'z' }

func ascii(s []byte) bool {
	for _, c := range s {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// word reports whether s is of small letters and digits only.
func word(s []byte) bool {
	for _, c := range s {
		if !lower(c) && (c < '0' || c > '9') {
			return false
		}
	}
	return true
}

// lookAlikes reports whether s is made of the letters that are hard to tell apart, as in IlIlI and o0OO.
func lookAlikes(s []byte) bool {
	if len(s) < 3 || bytes.IndexByte([]byte("Il1ioO0Q"), s[0]) < 0 {
		return false
	}
	if len(bytes.Trim(s, "Il1i")) > 0 && len(bytes.Trim(s, "oO0Q")) > 0 {
		return false
	}
	return len(s) > 3 || s[0] != s[1] || s[1] != s[2] // III may be a number
}

// counted reports whether s is of the form in which the Play services count their classes: zza, zzbx.
func counted(s []byte) bool {
	return len(s) <= 6 && bytes.HasPrefix(s, []byte("zz")) && word(s)
}

// digest reports whether s is a sum in hex, as such or behind one letter: p6a0c1f3b.
func digest(s []byte) bool {
	if len(s) < 9 || !lower(s[0]) {
		return false
	}
	digits := 0
	for _, c := range s[1:] {
		switch {
		case c >= '0' && c <= '9':
			digits++
		case c < 'a' || c > 'f':
			return false
		}
	}
	return digits >= 2
}

// classifyUnicode judges a name with characters beyond ASCII. A word of one script is a developer's; marks, invisible
// characters, and scripts mixed in one name are not, nor are one or two letters alone.
func classifyUnicode(s []byte) naming {
	text := decode(s)
	scripts := map[string]bool{}
	for _, r := range text {
		if r >= utf8.RuneSelf && !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return renamed
		}
		if unicode.IsLetter(r) {
			scripts[script(r)] = true
		}
	}
	if utf8.RuneCountInString(text) <= 2 && !scripts["Han"] {
		return renamed
	}
	if len(scripts) > 1 && (scripts["Cyrillic"] || scripts["Greek"] || scripts["other"]) {
		return renamed
	}
	return kept
}

// script names the scripts in which people name classes.
func script(r rune) string {
	switch {
	case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul):
		return "Han"
	case unicode.Is(unicode.Latin, r):
		return "Latin"
	case unicode.Is(unicode.Cyrillic, r):
		return "Cyrillic"
	case unicode.Is(unicode.Greek, r):
		return "Greek"
	}
	return "other"
}
