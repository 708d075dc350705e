package text

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Piece is a part of a text in one language.
type Piece struct {
	Text string
	Lang string // BCP 47; empty for the language that was asked for
}

// remembered is how many sentences a language keeps translated.
const remembered = 20_000

// Translate says an English text of a report in the language. Names are foreign texts that stand in it, such as that of an
// app: they are taken over as they are, and nothing in them is taken for a part of a sentence.
func (l *Language) Translate(text string, names ...string) []Piece {
	if text == "" {
		return nil
	}
	if l.Tag == English {
		return []Piece{{Text: text}}
	}
	hidden, shown := mask(text, names)
	var out []Piece
	for i, s := range Sentences(hidden) {
		if i > 0 {
			out = add(out, Piece{Text: " "})
		}
		for _, p := range l.sentence(s) {
			p.Text = shown.Replace(p.Text)
			out = add(out, p)
		}
	}
	return out
}

// String is [Language.Translate] in one string.
func (l *Language) String(text string, names ...string) string {
	var b strings.Builder
	for _, p := range l.Translate(text, names...) {
		b.WriteString(p.Text)
	}
	return b.String()
}

func add(to []Piece, p Piece) []Piece {
	if n := len(to); n > 0 && (to[n-1].Lang == p.Lang || p.Text == " ") {
		to[n-1].Text += p.Text
		return to
	}
	return append(to, p)
}

// first is the first of the characters that stand for names. They are for private use, and no text of ours has them.
const first, most = rune(0xE000), 256

// mask puts a character in the place of each name.
func mask(text string, names []string) (string, *strings.Replacer) {
	var there []string
	for _, n := range names {
		if len(n) > 1 && strings.Contains(text, n) && !slices.Contains(there, n) && len(there) < most && strings.IndexFunc(n, private) < 0 {
			there = append(there, n)
		}
	}
	if len(there) == 0 {
		return text, strings.NewReplacer()
	}
	slices.SortStableFunc(there, func(a, b string) int { return cmp.Compare(len(b), len(a)) })
	hide, show := make([]string, 0, 2*len(there)), make([]string, 0, 2*len(there))
	for i, n := range there {
		hide = append(hide, n, string(first+rune(i)))
		show = append(show, string(first+rune(i)), n)
	}
	if strings.IndexFunc(text, private) >= 0 { // a foreign text that uses them itself
		return text, strings.NewReplacer()
	}
	return strings.NewReplacer(hide...).Replace(text), strings.NewReplacer(show...)
}

func private(r rune) bool { return r >= first && r < first+most }

// Sentences cuts a text after the full stops behind which a sentence begins.
func Sentences(s string) (out []string) {
	from := 0
	for i := 0; i+2 < len(s); i++ {
		if s[i+1] != ' ' || s[i] != '.' && s[i] != '?' && s[i] != '!' {
			continue
		}
		r, _ := utf8.DecodeRuneInString(s[i+2:])
		if unicode.IsUpper(r) || r == '"' || private(r) || unicode.IsDigit(r) && !shortened(s[from:i]) {
			out = append(out, s[from:i+1])
			from = i + 2
		}
	}
	return append(out, s[from:])
}

// shortened reports whether s ends in a word that is cut short before a number: "art. 7", "no. 716".
func shortened(s string) bool {
	word := strings.ToLower(s[strings.LastIndexAny(s, " (")+1:])
	return slices.Contains([]string{"art", "arts", "no", "nos", "nr", "sec", "par", "ch", "p", "pp", "v", "ver", "approx", "ca", "vol"}, word)
}

// sentence says one sentence; one that is no message stays English.
func (l *Language) sentence(s string) []Piece {
	l.mu.Lock()
	p, ok := l.seen[s]
	l.mu.Unlock()
	if ok {
		return p
	}
	p = l.say(s)
	l.mu.Lock()
	if len(l.seen) < remembered {
		l.seen[s] = p
	}
	l.mu.Unlock()
	return p
}

func (l *Language) say(s string) []Piece {
	f, ok := find(s)
	text := ""
	if ok {
		text = l.texts[f.id]
	}
	if text == "" {
		return []Piece{{Text: s, Lang: English}}
	}
	given := make(map[string]int, len(f.holes))
	for i, h := range f.holes {
		given[h.name] = i
	}
	to := compile(f.id, text)
	out := []Piece{{Text: to.parts[0]}}
	for i, h := range to.holes {
		if at, ok := given[h.name]; ok {
			for _, p := range l.fill(f.holes[at].kind, f.values[at]) {
				out = add(out, p)
			}
		}
		out = add(out, Piece{Text: to.parts[i+1]})
	}
	return out
}

// fill says what stands in a hole.
func (l *Language) fill(kind, value string) []Piece {
	switch kind {
	case "", "id":
		return []Piece{{Text: value}}
	case "en":
		return []Piece{{Text: value, Lang: English}}
	case "n":
		n, _ := number(value)
		return []Piece{{Text: l.Number(n)}}
	case "t":
		return l.sentence(value)
	case "list":
		var out []Piece
		for _, x := range cut(value) {
			if x.before == " and " {
				x.before = " " + l.Say("and") + " "
			}
			out = add(out, Piece{Text: x.before})
			for _, p := range l.sentence(x.text) {
				out = add(out, p)
			}
		}
		return out
	}
	if w, ok := l.word(kind, value); ok {
		return []Piece{{Text: w}}
	}
	words := strings.Split(value, ", ")
	for i, w := range words {
		words[i] = l.Word(kind, w)
	}
	return []Piece{{Text: strings.Join(words, ", ")}}
}
