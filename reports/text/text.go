// Package text holds what reports say, in every language that they speak: one file a language in the folder catalogue, which
// translators edit. Every text has an id and arguments; en.yaml is the original, and a test fails when another language lacks
// an id, has one that English has not, or lacks an argument.
//
// A file has three parts. "messages" are the words of the page itself, asked for by [Language.Say]. "words" are closed lists, such
// as severities, asked for by [Language.Word]. "texts" are the sentences of findings, gaps and verdicts. The report holds these in
// English, as its published form promises; [Parse] finds out which message a sentence is and with which arguments it was
// made, and [Language.Translate] says the same in another language.
//
// What the package cannot see: sentences that no message in en.yaml describes, such as notes of the risk database and of
// foreign advisories. They stay English and are given out as such ([Piece].Lang), so that a page can mark them.
package text

import (
	"embed"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"
)

//go:embed catalogue/*.yaml
var files embed.FS

// English is the language in which reports are stored.
const English = "en"

// Languages lists the languages, English first.
func Languages() []string { return []string{English, "nl", "fr", "de"} }

// Language says things in one language.
type Language struct {
	Tag  string // BCP 47
	Name string // in the language itself

	messages map[string]entry
	words    map[string]map[string]string
	texts    map[string]string
	thousand string

	mu   sync.Mutex
	seen map[string][]Piece // sentences that were translated
}

// entry is a message; of one with a number, that for one and that for any other number.
type entry struct{ one, other string }

// UnmarshalYAML reads a string, or "one" and "other".
func (e *entry) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode {
		return n.Decode(&e.other)
	}
	var both struct{ One, Other string }
	if err := n.Decode(&both); err != nil {
		return err
	}
	e.one, e.other = both.One, both.Other
	return nil
}

type catalogue struct {
	Language  string
	Name      string
	Thousands string
	Messages  map[string]entry
	Words     map[string]map[string]string
	Texts     map[string]string
}

func read(tag string) (*catalogue, error) {
	raw, err := files.ReadFile("catalogue/" + tag + ".yaml")
	if err != nil {
		return nil, err
	}
	var c catalogue
	if err := yaml.Unmarshal(raw, &c); err != nil {
		return nil, fmt.Errorf("catalogue/%s.yaml: %w", tag, err)
	}
	return &c, nil
}

var loaded = sync.OnceValue(func() map[string]*Language {
	out := map[string]*Language{}
	for _, tag := range Languages() {
		c, err := read(tag)
		if err != nil { // the files are part of the program, and the tests read them all
			c = &catalogue{Language: tag, Name: tag}
		}
		out[tag] = &Language{Tag: tag, Name: c.Name, messages: c.Messages, words: c.Words, texts: c.Texts, thousand: c.Thousands, seen: map[string][]Piece{}}
	}
	return out
})

// In is a language by its tag, or English where it is not spoken here.
func In(tag string) *Language {
	if l := loaded()[tag]; l != nil {
		return l
	}
	return loaded()[English]
}

// Match finds the language for a locale such as nl_BE.UTF-8 or de-AT.
func Match(locale string) (tag string, ok bool) {
	tag = strings.ToLower(locale)
	if i := strings.IndexAny(tag, "_-.@"); i >= 0 {
		tag = tag[:i]
	}
	return tag, slices.Contains(Languages(), tag)
}

// Say is the message with an id. Arguments are pairs of a name and a value; a number called "n" chooses between one and many.
func (l *Language) Say(id string, args ...any) string {
	e, ok := l.messages[id]
	if !ok {
		if l.Tag == English {
			return id
		}
		return In(English).Say(id, args...)
	}
	if len(args) == 0 {
		return e.other
	}
	pattern := e.other
	values := make(map[string]string, len(args)/2)
	for i := 0; i+1 < len(args); i += 2 {
		name, _ := args[i].(string)
		switch v := args[i+1].(type) {
		case int:
			if name == "n" && e.one != "" && l.single(v) {
				pattern = e.one
			}
			values[name] = l.Number(v)
		case string:
			values[name] = v
		default:
			values[name] = fmt.Sprint(v)
		}
	}
	return filled(pattern, values)
}

// filled puts values into the holes of a pattern. What a value holds is not looked into.
func filled(pattern string, values map[string]string) string {
	var b strings.Builder
	for {
		before, rest, _ := strings.Cut(pattern, "{")
		b.WriteString(before)
		name, after, closed := strings.Cut(rest, "}")
		if !closed {
			return b.String()
		}
		b.WriteString(values[name])
		pattern = after
	}
}

// single reports whether the language uses the form for one.
func (l *Language) single(n int) bool { return n == 1 || n == 0 && l.Tag == "fr" }

// Number writes a whole number with the mark between thousands that the language has.
func (l *Language) Number(n int) string {
	s := strconv.Itoa(n)
	for at := len(s) - 3; at > 0 && s[at-1] != '-'; at -= 3 {
		s = s[:at] + l.thousand + s[at:]
	}
	return s
}

// Word is a word of a closed list, such as "high" of the list "severity". A word that no list has is given back as it is.
func (l *Language) Word(list, word string) string {
	w, _ := l.word(list, word)
	return w
}

// Known is [Language.Word], and whether the list has it.
func (l *Language) Known(list, word string) (string, bool) { return l.word(list, word) }

func (l *Language) word(list, word string) (string, bool) {
	if w, ok := l.words[list][word]; ok {
		return w, true
	}
	return word, false
}
