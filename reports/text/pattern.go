package text

import (
	"slices"
	"strings"
	"sync"
)

// Message is a text by its id and its arguments.
type Message struct {
	ID   string
	Args map[string]string
}

// pattern is an English text with holes: "{what} is {verb:verb} by {authority}".
type pattern struct {
	id     string
	parts  []string // what stands between the holes; one more than holes
	holes  []hole
	weight int // how much of it is fixed
}

// hole is an argument. Its kind is a list of words; "n", a number; "id", a word
// without a blank, such as a date; "t", a text of its own; "list", several of these; "en",
// English prose; or nothing, which is taken over as it is.
type hole struct{ name, kind string }

const wrapping = "wrap." // ids of texts around another one, which are looked for first

func compile(id, text string) *pattern {
	p := &pattern{id: id}
	for {
		before, rest, found := strings.Cut(text, "{")
		p.parts, p.weight = append(p.parts, before), p.weight+len(before)
		inside, after, closed := strings.Cut(rest, "}")
		if !found || !closed {
			break
		}
		name, kind, _ := strings.Cut(inside, ":")
		p.holes = append(p.holes, hole{name, kind})
		text = after
	}
	if strings.HasPrefix(id, wrapping) {
		p.weight += 1 << 16
	}
	return p
}

// match tells what fills the holes of s.
func (p *pattern) match(s string) ([]string, bool) {
	last := len(p.parts) - 1
	if !strings.HasPrefix(s, p.parts[0]) {
		return nil, false
	}
	if last == 0 {
		return nil, s == p.parts[0]
	}
	s = s[len(p.parts[0]):]
	if !strings.HasSuffix(s, p.parts[last]) {
		return nil, false
	}
	s = s[:len(s)-len(p.parts[last])]
	var got []string
	for _, part := range p.parts[1:last] {
		at := strings.Index(s, part)
		if at <= 0 {
			return nil, false
		}
		got = append(got, s[:at])
		s = s[at+len(part):]
	}
	if s == "" {
		return nil, false
	}
	return append(got, s), true
}

// original is what reports are written in.
var original = sync.OnceValue(func() []*pattern {
	var out []*pattern
	for id, text := range In(English).texts {
		out = append(out, compile(id, text))
	}
	slices.SortFunc(out, func(a, b *pattern) int {
		if a.weight != b.weight {
			return b.weight - a.weight
		}
		return strings.Compare(a.id, b.id)
	})
	return out
})

// found is a pattern that a sentence was made by, and what fills its holes.
type found struct {
	*pattern
	values []string
}

// open are lists of words that grow with the knowledge: what is in none of them is taken over as it is.
var open = []string{"state", "category", "audience", "authority"}

// find looks for the message of one sentence: first one whose words are all known, then one with new words in open lists.
func find(s string) (found, bool) {
	var second found
	for _, p := range original() {
		values, ok := p.match(s)
		if !ok {
			continue
		}
		fits, known := p.fits(values)
		if fits && known {
			return found{p, values}, true
		}
		if fits && second.pattern == nil {
			second = found{p, values}
		}
	}
	return second, second.pattern != nil
}

// number reads what the report writes for a whole number: 1,024.
func number(s string) (n int, ok bool) {
	for i := range len(s) {
		switch {
		case s[i] >= '0' && s[i] <= '9' && n < 1<<40:
			n = 10*n + int(s[i]-'0')
		case s[i] != ',':
			return 0, false
		}
	}
	return n, s != ""
}

// fits reports whether what fills the holes may stand there, and whether all words of it are known.
func (p *pattern) fits(values []string) (fits, known bool) {
	known = true
	for i, h := range p.holes {
		switch v := values[i]; h.kind {
		case "", "en":
		case "n":
			if _, ok := number(v); !ok {
				return false, false
			}
		case "id":
			if strings.Contains(v, " ") {
				return false, false
			}
		case "t":
			if _, ok := find(v); !ok {
				return false, false
			}
		case "list":
			for _, x := range cut(v) {
				if _, ok := find(x.text); !ok {
					return false, false
				}
			}
		default:
			if In(English).knows(h.kind, v) {
				continue
			}
			if !slices.Contains(open, h.kind) {
				return false, false
			}
			known = false
		}
	}
	return true, known
}

// knows reports whether a list has each of the words.
func (l *Language) knows(list, words string) bool {
	if _, ok := l.word(list, words); ok {
		return true
	}
	for _, w := range strings.Split(words, ", ") {
		if _, ok := l.word(list, w); !ok {
			return false
		}
	}
	return true
}

// item is an element of an enumeration, with what stands before it.
type item struct{ before, text string }

// cut takes an enumeration apart: "1 device, 2 apps and traces of 2 apps".
func cut(s string) (out []item) {
	before := ""
	for s != "" {
		comma, and := strings.Index(s, ", "), strings.Index(s, " and ")
		switch {
		case comma >= 0 && (and < 0 || comma < and):
			out = append(out, item{before, s[:comma]})
			before, s = ", ", s[comma+2:]
		case and >= 0:
			out = append(out, item{before, s[:and]})
			before, s = " and ", s[and+5:]
		default:
			return append(out, item{before, s})
		}
	}
	return out
}

// Parse finds the message and the arguments of an English sentence of a report.
func Parse(sentence string) (Message, bool) {
	f, ok := find(sentence)
	if !ok {
		return Message{}, false
	}
	m := Message{ID: f.id, Args: map[string]string{}}
	for i, h := range f.holes {
		m.Args[h.name] = f.values[i]
	}
	return m, true
}
