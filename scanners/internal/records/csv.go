package records

import (
	"slices"
	"strings"
	"unicode"
)

// delimiters of CSV: osqueryi's is the bar, and Excel's depends on the language.
const delimiters = ",;\t|"

// Limits on a value in quotes, and on how many may be looked at that never end.
const (
	maxLines  = 500
	maxQuoted = 64 << 10
	maxLost   = 100
	minOfRow  = 4 // values: fewer are in many a sentence
)

// typeLine begins the line in which Export-Csv of PowerShell 5 names the type of the rows.
const typeLine = "#TYPE "

// csvHeader cuts a line into names of columns, nil when it is none: two or more that look like names, each once but for empty ones.
func csvHeader(line string) []string {
	if strings.HasPrefix(line, typeLine) {
		return []string{line}
	}
	delim := delimiterOf(line)
	if delim == 0 {
		return nil
	}
	names, open := split(line, delim)
	if open || len(names) < 2 || len(names) > MaxColumns {
		return nil
	}
	for i, n := range names {
		if !columnName(n) || n == "" && i != len(names)-1 {
			return nil
		}
	}
	return names
}

// columnName reports whether a text may be the name of a column: a letter first, and no sentence.
func columnName(s string) bool {
	if s = strings.TrimSpace(s); s == "" {
		return true
	}
	for i, r := range s {
		if i == 0 && !unicode.IsLetter(r) && r != '_' && r != '@' {
			return false
		}
		if unicode.IsControl(r) || strings.ContainsRune(`\=<>{}"`, r) {
			return false
		}
	}
	return len(s) <= 64 && !strings.HasSuffix(s, ".") && !strings.HasSuffix(s, ":") && !strings.Contains(s, ": ")
}

// delimiterOf is the delimiter that a line has most often outside of quotes, 0 when it has none.
func delimiterOf(line string) byte {
	var count [256]int
	quoted := false
	for i := range len(line) {
		switch c := line[i]; {
		case c == '"':
			quoted = !quoted
		case !quoted && strings.IndexByte(delimiters, c) >= 0:
			count[c]++
		}
	}
	best := byte(0)
	for i := range len(delimiters) {
		if c := delimiters[i]; count[c] > 0 && (best == 0 || count[c] > count[best]) {
			best = c
		}
	}
	return best
}

// csvFollows reports whether a row follows that has as many values as the header, or none at all.
func csvFollows(s *scanner) bool {
	header := s.line
	if strings.HasPrefix(header, typeLine) {
		return true
	}
	row := s.peek()
	if row == "" {
		return true
	}
	delim := delimiterOf(header)
	values, open := split(row, delim)
	names, _ := split(header, delim)
	return open || len(values) >= len(names)
}

// split cuts a row at the delimiter; open is that a value in quotes does not end on it.
func split(row string, delim byte) (values []string, open bool) {
	for {
		var value string
		var more bool
		if strings.HasPrefix(row, `"`) {
			value, row, more, open = quoted(row, delim)
		} else {
			value, row, more = strings.Cut(row, string(delim))
		}
		values = append(values, value)
		if !more || open {
			return values, open
		}
	}
}

// quoted takes a value in quotes, in which two quotes stand for one.
func quoted(row string, delim byte) (value, rest string, more, open bool) {
	var b strings.Builder
	for i := 1; i < len(row); i++ {
		if row[i] != '"' {
			b.WriteByte(row[i])
			continue
		}
		if i+1 < len(row) && row[i+1] == '"' {
			b.WriteByte('"')
			i++
			continue
		}
		rest = row[i+1:]
		if rest == "" {
			return b.String(), "", false, false
		}
		if rest[0] == delim {
			return b.String(), rest[1:], true, false
		}
		b.WriteByte('"') // a quote within a value that was not doubled
	}
	return b.String(), "", false, true
}

// table is CSV that is being read.
type table struct {
	h     Handler
	delim byte
	names []string
	plain bool // wmic writes values as they are, without quotes
	class string
	lost  int // values in quotes that never ended
}

func readCSV(text []byte, h Handler) error {
	s := newScanner(text)
	t := table{h: h}
	for s.next() {
		line := s.line
		switch {
		case strings.TrimSpace(line) == "":
			continue
		case strings.HasPrefix(line, typeLine):
			t.class, t.names = className(line), nil
			continue
		case t.names == nil:
			t.header(line)
			continue
		}
		if err := t.row(s); err != nil {
			return err
		}
	}
	return nil
}

// className is the class in the type of an object: "Microsoft.Management.Infrastructure.CimInstance#root/SecurityCenter2/AntiVirusProduct".
func className(line string) string {
	name := strings.TrimSpace(strings.TrimPrefix(line, typeLine))
	if at := strings.LastIndexAny(name, `/\#`); at >= 0 {
		return name[at+1:]
	}
	return name
}

// header takes the names of the columns; what stands before them is passed over.
func (t *table) header(line string) {
	names := csvHeader(line)
	if names == nil {
		if name := strings.Trim(strings.TrimSpace(line), `"`); t.class != "" && name != "" && columnName(name) { // a table of one column
			t.names, t.delim = []string{name}, ','
		}
		return
	}
	t.names, t.delim = names, delimiterOf(line)
	t.plain = !strings.Contains(line, `"`) && strings.EqualFold(names[0], "Node")
}

func (t *table) row(s *scanner) error {
	line := s.num
	values, row := t.values(s)
	if len(values) > len(t.names) {
		values = t.join(values)
	}
	if len(values) != len(t.names) || t.repeats(values) {
		if !t.repeats(values) {
			t.h.broken(line, row)
		}
		return nil
	}
	r := New(line)
	r.Class, r.row = t.class, values
	for i, name := range t.names {
		r.Set(name, values[i])
	}
	return t.h.Record(r)
}

// values cuts a row into its values. A value in quotes that does not end on its line goes on on the next ones; if it never ends, its
// line is broken, and what follows is not lost with it.
func (t *table) values(s *scanner) (values []string, row string) {
	row = s.line
	if t.plain {
		return strings.Split(row, string(t.delim)), row
	}
	values, open := split(row, t.delim)
	if !open {
		return values, row
	}
	if t.lost >= maxLost {
		return nil, row
	}
	ahead, size := *s, len(row)
	for n := 0; open; n++ {
		if n == maxLines || size > maxQuoted || !ahead.next() || t.isRow(ahead.line) {
			t.lost++
			return nil, row
		}
		var more []string
		more, open = split(`"`+ahead.line, t.delim)
		values[len(values)-1] += "\n" + more[0]
		values = append(values, more[1:]...)
		size += len(ahead.line)
	}
	if len(values) != len(t.names) { // the quote that ended it belongs to another row
		t.lost++
		return nil, row
	}
	*s = ahead
	return values, row
}

// isRow reports whether a line within a value in quotes is a row by itself, so that the quote before it was never closed. A quote at
// the beginning of such a line would be doubled, and a sentence has spaces behind its commas.
func (t *table) isRow(line string) bool {
	if len(line) > 1 && line[0] == '"' && line[1] != '"' && line[1] != t.delim {
		return true
	}
	if strings.Count(line, string(t.delim)) < max(len(t.names)-1, minOfRow-1) {
		return false
	}
	values, open := split(line, t.delim)
	return !open && len(values) == len(t.names) && !slices.ContainsFunc(values, func(v string) bool { return strings.HasPrefix(v, " ") })
}

// join puts values together that were cut at a comma within them: one that begins with a space goes on a value before it.
func (t *table) join(values []string) []string {
	out := values[:0:0]
	for _, v := range values {
		if len(out) > 0 && strings.HasPrefix(v, " ") {
			out[len(out)-1] += string(t.delim) + v
			continue
		}
		out = append(out, v)
	}
	for len(out) > len(t.names) && out[len(out)-1] == "" { // a delimiter at the end of the row
		out = out[:len(out)-1]
	}
	return out
}

// repeats reports whether a row is the header again, as where files were put together.
func (t *table) repeats(values []string) bool {
	if len(values) != len(t.names) {
		return false
	}
	for i := range values {
		if values[i] != t.names[i] {
			return false
		}
	}
	return true
}
