package records

import (
	"strings"
	"unicode"
)

// pair cuts "Name : value" or "Name=value"; at is where the value begins. PowerShell pads names, so that the colons stand below each other.
func pair(line string) (name, value string, at int, ok bool) {
	if line == "" || unicode.IsSpace(rune(line[0])) {
		return "", "", 0, false
	}
	i := strings.IndexAny(line, ":=")
	if i <= 0 {
		return "", "", 0, false
	}
	padded := strings.TrimSpace(line[:i])
	if line[i] == ':' && (i+1 < len(line) && line[i+1] != ' ' || !strings.HasSuffix(line[:i], " ")) {
		return "", "", 0, false // "C:\…", "12:30", "Note: …"
	}
	if !propertyName(padded) || line[i] == '=' && padded != line[:i] {
		return "", "", 0, false
	}
	return padded, strings.TrimSpace(line[i+1:]), i + 1, true
}

// propertyName reports whether a text is the name of a property: letters, digits and few signs.
func propertyName(s string) bool {
	for i, r := range s {
		if !unicode.IsLetter(r) && r != '_' && (i == 0 || !unicode.IsDigit(r) && !strings.ContainsRune(" .-()", r)) {
			return false
		}
	}
	return s != "" && len(s) <= 64
}

func listLine(line string) bool {
	_, _, at, ok := pair(line)
	return ok && (line[at-1] == ':' || !strings.Contains(line, ", "))
}

// listFollows reports whether another pair follows, written likewise.
func listFollows(s *scanner) bool {
	_, _, at, _ := pair(s.line)
	next := s.peek()
	if next != "" && unicode.IsSpace(rune(next[0])) {
		return true // the value goes on
	}
	_, _, other, ok := pair(next)
	return ok && (s.line[at-1] == '=' && next[other-1] == '=' || at == other)
}

// block is a record of a list that is being read.
type block struct {
	r     Record
	name  string // of the value that may go on
	text  strings.Builder
	colon bool // written by PowerShell, which puts an empty line between records; wmic puts one anywhere
	apart bool // an empty line came
}

// end ends the value.
func (b *block) end() {
	if b.name != "" {
		b.r.Set(b.name, b.text.String())
	}
	b.name = ""
	b.text.Reset()
}

// begins reports whether a property is the first of the next record.
func (b *block) begins(name string) bool {
	return b.r.Has(name) || b.apart && b.colon && b.r.Len() > 0
}

// more adds the next line of a value. PowerShell cuts words where the line ends: what is one word so far goes on without a space.
func (b *block) more(line string) {
	if b.text.Len() > MaxValue {
		return
	}
	if strings.ContainsAny(b.text.String()[:min(b.text.Len(), 400)], " ,") {
		b.text.WriteByte(' ')
	}
	b.text.WriteString(strings.TrimSpace(line))
}

// flush hands the record on, and begins the next. A single property is a line before the list.
func (b *block) flush(h Handler) error {
	b.end()
	r := b.r
	b.r = New(0)
	if r.Len() < 2 {
		return nil
	}
	return h.Record(r)
}

func readList(text []byte, h Handler) error {
	s := newScanner(text)
	b := block{r: New(0)}
	for s.next() {
		line := strings.TrimRight(s.line, " \t\r")
		name, value, at, ok := pair(line)
		switch {
		case line == "":
			b.end()
			b.apart = true
			continue
		case ok:
			b.end()
			if b.begins(name) {
				if err := b.flush(h); err != nil {
					return err
				}
			}
			if b.r.Len() == 0 {
				b.r.Line = s.num
			}
			b.name, b.colon = name, line[at-1] == ':'
			b.text.WriteString(value)
		case b.name != "" && unicode.IsSpace(rune(line[0])):
			b.more(line)
		default:
			b.end()
			h.broken(s.num, line)
		}
		b.apart = false
	}
	return b.flush(h)
}
