package resolve

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// How many bytes of a name are looked at, how many of its words, and of how many bytes the known name in it can be:
// names are foreign text.
const (
	maxName  = 2048
	maxWords = 32
	maxKey   = 256
)

// word is a part of a name as it is compared.
type word struct {
	s        string // folded: what is compared
	raw      string // with its capitals
	seps     uint8  // dashes, colons, bars and commas before it
	far      uint8  // those of them that no name spans: not the hyphen within a word
	brackets bool
	odd      oddity
	said     string // of a word that is compared by its shape: as it was written
}

// apartFrom reports whether the word is set off from the one before it.
func (w word) apartFrom(v word) bool { return w.brackets || w.seps > v.seps }

// oddity says what in a word is not as it would be typed.
type oddity uint8

const (
	accented oddity = 1 << iota // marks above or below letters
	hidden                      // invisible characters inside
	styled                      // letters of mathematics, circled letters and the like
	wide                        // full-width letters
)

// disguise are the oddities that make a name a likeness instead of a spelling.
const disguise = accented | hidden | styled

func cut(s string) string {
	if len(s) <= maxName {
		return s
	}
	n := maxName
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

func ascii(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// words splits a name into folded words.
func words(s string) []word { return wordsInto(nil, s) }

// wordsInto is words, in a slice that the caller has.
func wordsInto(out []word, s string) []word {
	s = cut(s)
	if ascii(s) {
		if out == nil {
			out = make([]word, 0, 8)
		}
		return splitASCII(out, s)
	}
	return splitRunes(plainLetters(s))
}

// plainLetters decomposes text and takes marks, invisible characters and compatibility forms away. It tells for
// each byte of the result what was odd about it.
func plainLetters(s string) (string, []oddity) {
	var b strings.Builder
	odd := make([]oddity, 0, len(s)+8)
	put := func(r rune, o oddity) {
		n := b.Len()
		b.WriteRune(r)
		for range b.Len() - n {
			odd = append(odd, o)
		}
	}
	var base rune
	pending := oddity(0)
	mark := func(o oddity) {
		if len(odd) > 0 {
			odd[len(odd)-1] |= o
		}
	}
	for _, r := range s {
		if r == '™' || r == '®' || r == '©' || r == '℠' || r == utf8.RuneError {
			r = ' '
		}
		if ignorable(r) {
			if pending = 0; unicode.IsLetter(base) {
				pending = hidden // counts only if letters go on
			}
			continue
		}
		if r < utf8.RuneSelf {
			if base = r; !letterOrDigit(r) {
				base, pending = 0, 0
			}
			put(r, pending)
			pending = 0
			continue
		}
		o := form(r)
		for _, d := range norm.NFKD.String(string(r)) {
			switch {
			case unicode.Is(unicode.Mn, d) || unicode.Is(unicode.Me, d):
				if alphabetic(base) {
					if unicode.Is(unicode.Latin, base) { // Greek and Cyrillic letters have theirs
						mark(accented)
					}
					continue
				}
			case letterOrDigit(d):
				base = d
			default:
				base, pending = 0, 0
			}
			put(d, o|pending)
			pending = 0
		}
	}
	return b.String(), odd
}

func letterOrDigit(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// ignorable reports characters that show nothing: joiners, marks of direction, selectors.
func ignorable(r rune) bool {
	switch {
	case unicode.Is(unicode.Cf, r), unicode.Is(unicode.Variation_Selector, r):
		return true
	case r == 0x034f, r == 0x115f, r == 0x1160, r == 0x17b4, r == 0x17b5, r == 0x3164, r == 0xffa0:
		return true
	}
	return false
}

// form tells full-width letters, which are usual in East Asia, from letters that are styled.
func form(r rune) oddity {
	switch {
	case r >= 0xff01 && r <= 0xff5e:
		return wide
	case r >= 0x1d400 && r <= 0x1d7ff, r >= 0x2460 && r <= 0x24ff, r >= 0x1f100 && r <= 0x1f18f, r >= 0x2100 && r <= 0x214f:
		return styled
	}
	return 0
}

// alphabetic reports letters whose marks may be taken off without making another letter of them.
func alphabetic(r rune) bool {
	return r < utf8.RuneSelf || unicode.In(r, unicode.Latin, unicode.Greek, unicode.Cyrillic)
}

// splitASCII cuts text into words: at everything that is neither letter nor digit, and where a capital follows a
// small letter. Most names are ASCII, and a device has thousands of them.
func splitASCII(out []word, s string) []word {
	lower := strings.ToLower(s)
	start, brackets := -1, 0
	var seps, far uint8
	flush := func(end int) {
		if start >= 0 && len(out) < maxWords {
			out = append(out, word{s: lower[start:end], raw: s[start:end], seps: seps, far: far, brackets: brackets > 0})
		}
		start = -1
	}
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c >= 'a' && c <= 'z' || c >= '0' && c <= '9':
			if start < 0 {
				start = i
			}
		case c >= 'A' && c <= 'Z':
			if start >= 0 && s[i-1] >= 'a' && s[i-1] <= 'z' {
				flush(i)
			}
			if start < 0 {
				start = i
			}
		case c == '+' && start >= 0: // Notepad++ is not Notepad
		case c == '(' || c == '[' || c == '{':
			flush(i)
			brackets++
		case c == ')' || c == ']' || c == '}':
			flush(i)
			brackets = max(0, brackets-1)
		default:
			flush(i)
			if len(out) > 0 && seps < 255 && separates(rune(c)) {
				seps++
				if c != '-' && c != '/' || s[i-1] == ' ' {
					far++
				}
			} else if c == '.' && i+1 < len(s) && s[i+1] == ' ' && seps < 255 && ends(out) {
				seps, far = seps+1, far+1
			}
		}
	}
	flush(len(s))
	return out
}

// minSentence is the shortest word that a full stop after it ends a sentence with, and is no abbreviation's: "Threema. The secure
// messenger", "Dr. Web".
const minSentence = 5

func ends(ws []word) bool {
	return len(ws) > 0 && len(ws[len(ws)-1].raw) >= minSentence && vocabulary()[ws[len(ws)-1].s]&legal == 0
}

// separates reports what sets a tagline off from a name.
func separates(r rune) bool {
	switch r {
	case '-', ':', '|', ',', ';', '‐', '‑', '‒', '–', '—', '―', '•', '·', '：', '，', '、', '・', '~', '/':
		return true
	}
	return false
}

// caseFolder is safe for concurrent use: it keeps no state.
var caseFolder = cases.Fold()

func foldCase(w string) string {
	if ascii(w) {
		return strings.ToLower(w)
	}
	return caseFolder.String(w)
}

// splitRunes is splitASCII for any text; it also cuts where Han characters begin or end.
func splitRunes(s string, odd []oddity) []word {
	var out []word
	var b strings.Builder
	var o oddity
	brackets := 0
	var seps, far uint8
	var before rune
	flush := func() {
		if b.Len() > 0 && len(out) < maxWords {
			for _, part := range splitHan(b.String()) {
				out = append(out, word{s: foldCase(part), raw: part, seps: seps, far: far, brackets: brackets > 0, odd: o})
			}
		}
		b.Reset()
		o = 0
	}
	for i, r := range s {
		if len(out) == maxWords {
			break
		}
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.M, r) || r == '+' && b.Len() > 0:
			if b.Len() > 0 && (unicode.IsUpper(r) && unicode.IsLower(before) || unicode.Is(unicode.Han, r) != unicode.Is(unicode.Han, before)) {
				flush()
			}
			b.WriteRune(r)
			if i < len(odd) {
				o |= oddOf(odd[i:], utf8.RuneLen(r))
			}
		case r == '(' || r == '[' || r == '{' || r == '「' || r == '【' || r == '《':
			flush()
			brackets++
		case r == ')' || r == ']' || r == '}' || r == '」' || r == '】' || r == '》':
			flush()
			brackets = max(0, brackets-1)
		default:
			flush()
			if len(out) > 0 && seps < 255 && separates(r) {
				seps++
				if r != '-' && r != '/' && r != '‐' && r != '‑' || before == ' ' {
					far++
				}
			} else if r == '.' && strings.HasPrefix(s[i+1:], " ") && seps < 255 && ends(out) {
				seps, far = seps+1, far+1
			}
		}
		before = r
	}
	flush()
	return out
}

func oddOf(odd []oddity, n int) (o oddity) {
	for _, x := range odd[:min(n, len(odd))] {
		o |= x
	}
	return o
}

// splitHan takes the words for an edition off a name in Han characters, which has no spaces.
func splitHan(s string) []string {
	for _, suffix := range hanEditions {
		if rest, ok := strings.CutSuffix(s, suffix); ok && rest != "" {
			return []string{rest, suffix}
		}
	}
	return []string{s}
}

// compact joins words, so that "Tik Tok" and "TikTok" are one.
func compact(ws []word) string {
	var j joined
	j.set(ws, AsWritten)
	return string(j.part(0, j.n))
}

// joined is words without what was between them, and where each ends.
type joined struct {
	buf  [maxKey]byte
	ends [maxWords + 1]int
	n    int
}

func (j *joined) set(ws []word, how How) {
	j.n = 0
	at := 0
	for _, w := range ws {
		s := w.s
		if how == Transliterated {
			s = spoken(s)
		}
		if j.n == maxWords || at+len(s) > len(j.buf) {
			return
		}
		at += copy(j.buf[at:], s)
		j.n++
		j.ends[j.n] = at
	}
}

// part is the words from one to before another.
func (j *joined) part(from, to int) []byte { return j.buf[j.ends[from]:j.ends[to]] }
